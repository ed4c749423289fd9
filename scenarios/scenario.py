"""The catalogue: what a city wants to know, as data.

One YAML a scenario under `catalog/<domain>/<id>.yaml`. To add one, add a file.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from algorithms.manifest import Slug
from scenarios.errors import ScenarioError
from scenarios.rules import RuleConfig

DOMAINS: dict[str, tuple[str, str]] = {
    "urban-appearance": ("市容", "Urban appearance"),
    "traffic": ("交通", "Traffic"),
    "construction": ("住建工地", "Construction"),
    "fire-safety": ("消防应急", "Fire safety"),
    "water-municipal": ("水务市政", "Water and municipal works"),
    "public-safety": ("公共安全", "Public safety"),
}
"""Domain id → Chinese and English title."""

CATALOG = Path(__file__).parent / "catalog"

_RULE: TypeAdapter[RuleConfig] = TypeAdapter(RuleConfig)


class AlgorithmWish(BaseModel):
    """An algorithm the scenario runs on."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: Slug

    required: bool = True
    """False: the scenario is better with it and works without. It is asked only about pictures in
    which a required one found something."""


class Scenario(BaseModel):
    """A catalogue entry."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    id: Slug
    domain: Literal[
        "urban-appearance",
        "traffic",
        "construction",
        "fire-safety",
        "water-municipal",
        "public-safety",
    ]
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    severity: Literal["critical", "major", "notice"]

    classes: tuple[str, ...] = Field(min_length=1)
    """What the events of this scenario are about."""

    algorithms: tuple[AlgorithmWish, ...] = Field(min_length=1)
    """The first is the one an owner may replace by another that sees the same classes."""

    rule: RuleConfig

    def with_rule(self, overrides: dict[str, Any]) -> RuleConfig:
        """The rule with an owner's own values.

        Raises:
            ScenarioError: An unknown key or a value out of range; names each.
        """
        try:
            return _RULE.validate_python({**self.rule.model_dump(), **overrides})
        except ValidationError as error:
            raise ScenarioError(f"{self.id}: rule: {_wrong(error)}") from error

    @classmethod
    def from_file(cls, path: Path) -> "Scenario":
        """Read a catalogue entry.

        Raises:
            ScenarioError: Not YAML, or a field is missing or wrong; names each.
        """
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except yaml.YAMLError as error:
            raise ScenarioError(f"{path}: not valid YAML: {error}") from error
        except ValidationError as error:
            raise ScenarioError(f"{path}: {_wrong(error)}") from error


@cache
def load_catalog() -> dict[str, Scenario]:
    """Every scenario that comes with the platform, by id."""
    entries = [Scenario.from_file(path) for path in sorted(CATALOG.glob("*/*.yaml"))]
    return {entry.id: entry for entry in entries}


def _wrong(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
