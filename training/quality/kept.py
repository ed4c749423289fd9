"""Looks at pictures, kept beside a library: a picture that was decoded once is not again."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from training.quality.pictures import Look, look

_FORMAT = 1
"""Of the file; more once `look` measures something else."""


class KeptLooks:
    """`look` for pictures of a library, whose files are named by their sha256.

    Args:
        file: Where they are kept; whatever is wrong with it, it is written anew.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)

    def __call__(self, picture: Path) -> Look:
        """As `look`."""
        if picture.name not in self._known:
            self._known[picture.name] = look(picture)
        return self._known[picture.name]

    def keep(self) -> None:
        """Write them."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        content = {"format": _FORMAT, "looks": [asdict(one) for one in self._known.values()]}
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(self._file)


def _read(file: Path) -> dict[str, Look]:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            return {}
        return {str(one["sha256"]): Look(**one) for one in content["looks"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}
