"""The catalogue: what a city wants to know, as data.

One YAML a scenario under `catalog/<domain>/<id>.yaml`. To add one, add a file; `longan scenario
validate FILE` says what is wrong with it.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    TypeAdapter,
    ValidationError,
)

from algorithms.manifest import Slug
from scenarios.errors import ScenarioError
from scenarios.rules import RuleConfig
from scenarios.yaml_model import read_yaml

DOMAINS: dict[str, tuple[str, str]] = {
    "urban-appearance": ("市容", "Urban appearance"),
    "traffic": ("交通", "Traffic"),
    "construction": ("住建工地", "Construction"),
    "fire-safety": ("消防应急", "Fire safety"),
    "water-municipal": ("水务市政", "Water and municipal works"),
    "public-safety": ("公共安全", "Public safety"),
}
"""Domain id → Chinese and English title."""

UNITS: dict[str, tuple[str, str]] = {
    "city-management": ("城市管理和综合执法局", "City management"),
    "sanitation": ("环卫部门", "Sanitation"),
    "traffic-police": ("公安交警", "Traffic police"),
    "transport": ("交通运输局", "Transport"),
    "housing-construction": ("住房和建设局", "Housing and construction"),
    "environment": ("生态环境局", "Environment"),
    "emergency": ("应急管理局", "Emergency management"),
    "fire-brigade": ("消防救援大队", "Fire brigade"),
    "property-manager": ("物业服务企业", "Property manager"),
    "community": ("社区工作站", "Community"),
    "water": ("水务局", "Water"),
    "municipal-works": ("市政管养单位", "Municipal works"),
    "public-security": ("公安分局", "Public security"),
}
"""Unit id → Chinese and English name: who is responsible by default."""

CATALOG = Path(__file__).parent / "catalog"

_RULE: TypeAdapter[RuleConfig] = TypeAdapter(RuleConfig)


Share = Annotated[float, Field(gt=0, le=1)]


class AlgorithmWish(BaseModel):
    """An algorithm the scenario runs on."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: Slug

    required: bool = True
    """False: the scenario is better with it and works without. It is asked only about pictures in
    which a required one found something."""


class Gate(BaseModel):
    """What a version must reach before it may go live: one-sided 95 % Wilson bounds on events."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    precision: Share = 0.90

    recall: Share = 0.80

    false_alarms_per_hour: PositiveFloat = 0.1
    """Per camera."""

    note_zh: str = ""
    """What else is asked, in words, such as a limit on the error of a count."""

    note_en: str = ""


class CameraNeeds(BaseModel):
    """What a camera must offer."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    target_px: PositiveFloat
    """Least height of the target in pixels, at the size that is analysed."""

    fps: PositiveFloat = 5.0
    """Pictures a second that it must deliver."""

    view_zh: str
    """From where it must look, in words."""

    view_en: str


def _is_a_unit(unit: str) -> str:
    if unit not in UNITS:
        raise ValueError(f"expected one of {', '.join(UNITS)}")
    return unit


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
    """The first is the one an owner may replace by another that sees the same classes. One that
    nobody has brought yet makes the scenario an open challenge."""

    rule: RuleConfig

    fps: PositiveFloat = 5.0
    """Pictures a second that the rule wants analysed."""

    gate: Gate = Gate()

    unit: Annotated[str, AfterValidator(_is_a_unit)]
    """Who is responsible unless a responsibility list says otherwise: an id of `UNITS`."""

    camera: CameraNeeds

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
            ScenarioError: Not YAML, or a field is missing or wrong; names each with its line.
        """
        return read_yaml(path, cls)


@cache
def load_catalog() -> dict[str, Scenario]:
    """Every scenario that comes with the platform, by id."""
    entries = [Scenario.from_file(path) for path in sorted(CATALOG.glob("*/*.yaml"))]
    return {entry.id: entry for entry in entries}


def _wrong(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
