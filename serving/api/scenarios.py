"""The catalogue: what the platform can watch for."""

from typing import Any, Literal

from fastapi import APIRouter
from sqlalchemy.orm import Session

from scenarios.rules import RuleConfig
from scenarios.scenario import DOMAINS, AlgorithmWish, CameraNeeds, Scenario, load_catalog
from serving.api.context import Id, Stored
from serving.api.documents import Document
from serving.api.readiness import missing_algorithms, open_challenge
from serving.store import algorithms
from serving.store.errors import NotFoundError

router = APIRouter(prefix="/scenarios", tags=["scenarios"])


class DomainDocument(Document):
    """A field of city work."""

    id: str
    title_zh: str
    title_en: str


class WantedDocument(Document):
    """An algorithm that a scenario runs on."""

    name: str
    required: bool
    """False: the scenario is better with it and works without."""

    version: str | None
    """The approved one that runs, its champion; null: there is none."""


class ScenarioDocument(Document):
    """A catalogue entry."""

    id: str
    domain: DomainDocument
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    severity: str
    """critical, major or notice."""

    classes: list[str]
    """What its events are about."""

    algorithms: list[str]
    """What it runs on; a deployment may replace the first."""

    wanted: list[WantedDocument]
    """The same, each with what there is of it."""

    rule: RuleConfig
    """The rule with its usual values; a deployment may set others."""

    fps: float
    """Pictures a second that the rule wants looked at."""

    camera: CameraNeeds
    """What a camera must offer."""

    status: Literal["ready", "open_challenge"]
    """Whether it can be deployed now; an open challenge waits for somebody's algorithm."""

    why: str | None
    """Of an open challenge, in words."""

    missing: list[str]
    """Algorithms that must be submitted first."""


@router.get("")
def list_scenarios(store: Stored) -> list[ScenarioDocument]:
    """The whole catalogue."""
    with store.read() as session:
        return [_document(session, scenario) for scenario in load_catalog().values()]


@router.get("/{scenario_id}")
def get_scenario(scenario_id: Id, store: Stored) -> ScenarioDocument:
    """One entry."""
    scenario = _scenario(scenario_id)
    with store.read() as session:
        return _document(session, scenario)


@router.get("/{scenario_id}/rule-schema")
def get_rule_schema(scenario_id: Id) -> dict[str, Any]:
    """What an owner can set in `rule` of a deployment, as JSON Schema, for a form.

    `default` of each property is the scenario's own value.
    """
    rule = _scenario(scenario_id).rule
    schema = rule.model_json_schema()
    usual = rule.model_dump(mode="json")
    for name, each in schema["properties"].items():
        each["default"] = usual[name]
    return schema


def _scenario(scenario_id: str) -> Scenario:
    scenario = load_catalog().get(scenario_id)
    if scenario is None:
        raise NotFoundError(
            f"there is no scenario {scenario_id!r}; GET /api/v1/scenarios lists them"
        )
    return scenario


def _wanted(session: Session, wish: AlgorithmWish) -> WantedDocument:
    try:
        version = algorithms.resolve(session, wish.name).version
    except NotFoundError:
        version = None
    return WantedDocument(name=wish.name, required=wish.required, version=version)


def _document(session: Session, scenario: Scenario) -> ScenarioDocument:
    missing = missing_algorithms(session, scenario)
    title_zh, title_en = DOMAINS[scenario.domain]
    return ScenarioDocument(
        id=scenario.id,
        domain=DomainDocument(id=scenario.domain, title_zh=title_zh, title_en=title_en),
        title_zh=scenario.title_zh,
        title_en=scenario.title_en,
        description_zh=scenario.description_zh,
        description_en=scenario.description_en,
        severity=scenario.severity,
        classes=list(scenario.classes),
        algorithms=[wish.name for wish in scenario.algorithms],
        wanted=[_wanted(session, wish) for wish in scenario.algorithms],
        rule=scenario.rule,
        fps=scenario.fps,
        camera=scenario.camera,
        status="open_challenge" if missing else "ready",
        why=open_challenge(missing) if missing else None,
        missing=missing,
    )
