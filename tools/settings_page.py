"""The page of all settings, from their own words.

python -m tools.settings_page > docs/settings.md
"""

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from serving.settings import Settings

HEAD = """# Settings

Each is an environment variable. `longan doctor` finds misspelt ones; wrong values are told all at
once when a command starts. This page is made by `make docs` from `serving/settings.py`.

| variable | default | what it is |
|---|---|---|"""


def page() -> str:
    """Markdown, a line for each setting."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join([HEAD, *rows, ""])


def _row(name: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `LONGAN_{name.upper()}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    value: object = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined:
        return "–"
    if isinstance(value, Path) and value.is_absolute():
        return f"`{value.relative_to(Path(__file__).parents[1])}` of the release"
    if isinstance(value, frozenset):
        value = sorted(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return f"`{value}`".replace("|", "\\|") if value != "" else "empty"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
