"""Whether a camera is fit for a scenario: before it is deployed, and for as long as it is."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, JsonValue
from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from scenarios.errors import ScenarioError
from scenarios.fitness import Finding, SizeHistogram, Verdict, View, findings, verdict_of
from scenarios.rules import RuleConfig, check_shapes
from scenarios.scenario import Scenario, load_catalog
from scenarios.zones import SHAPE
from serving.api.asking import Asked, Asking
from serving.api.context import Id, Previewed, Stored
from serving.api.documents import Document, Order, Word
from serving.api.problems import FieldError, ProblemError
from serving.api.wires import (
    NOTHING_SEEN,
    BadInputError,
    ModelKey,
    NotReadyError,
    Preview,
    PreviewWant,
)
from serving.store import algorithms, cameras, deployments
from serving.store.errors import NotFoundError
from serving.store.models import AlgorithmVersion, Camera, CameraStatus, Deployment

router = APIRouter(prefix="/cameras", tags=["cameras"])

SAMPLES = 3
SAMPLE_WAIT_S = 2.0
SAMPLE_WIDTH_PX = 1920
SAMPLED_ENOUGH = 1.0
"""A few pictures show few targets: one is a hint."""


class FindingDocument(Document):
    """One thing that was found out."""

    about: Literal["picture", "size", "rate", "view", "zones"]
    verdict: Verdict
    """`check`: only a person can tell."""

    zh: str
    en: str


class FitnessDocument(Document):
    """How fit a camera is for a deployment that looks through it."""

    deployment_id: str
    scenario: str
    verdict: Verdict
    """The worst of the findings, without those that only a person can tell."""

    findings: list[FindingDocument]


class FitnessCheckOrder(Order):
    """What the camera should be fit for."""

    scenario: Word

    rule: Annotated[dict[str, JsonValue], Field(max_length=50)] = Field(
        default_factory=dict[str, JsonValue]
    )
    """Values of the scenario's rule that shall differ from its usual ones."""

    fps: Annotated[float, Field(ge=0.1, le=30)] | None = None
    """Pictures a second to be analysed; null: as the camera is set."""


class FitnessCheckDocument(Document):
    """How fit a camera is for a scenario."""

    scenario: str
    verdict: Verdict
    basis: Literal["observed", "sampled", "nothing"]
    """Where the size of targets comes from: what was seen lately, the newest pictures, or there
    was neither."""

    findings: list[FindingDocument]


@router.post("/{camera_id}/fitness-checks")
def check_fitness(
    camera_id: Id, order: FitnessCheckOrder, store: Stored, preview: Previewed, asking: Asked
) -> FitnessCheckDocument:
    """Say whether a camera is fit for a scenario, by what is known of it.

    Where its targets were not seen lately, the newest pictures are looked at; that takes seconds.
    """
    with store.read() as session:
        camera = cameras.get(session, camera_id)
        status = cameras.status(session, camera_id)
        scenario, rule = _asked(order)
        first = _first(session, scenario)
        names = _names(session, scenario, None)
    view = _view(camera, status, order.fps or camera.analysed_fps)
    found = findings(scenario, rule, view, names)
    basis = "observed"
    if any(each.about == "size" and each.verdict == "unknown" for each in found):
        sizes = None if first is None else _sample(camera_id, view, first, preview, asking)
        basis = "nothing" if sizes is None else "sampled"
        if sizes is not None:
            view = replace(view, sizes=sizes, enough=SAMPLED_ENOUGH)
            found = findings(scenario, rule, view, names)
    return FitnessCheckDocument(
        scenario=scenario.id,
        verdict=verdict_of(found),
        basis=basis,
        findings=_documents(found),
    )


def fitness(session: Session, camera: Camera, status: CameraStatus | None) -> list[FitnessDocument]:
    """How fit a camera is for each deployment that looks through it."""
    watching = deployments.by_camera(session, [camera])[camera.id]
    view = _view(camera, status, deployments.fps(camera, watching))
    documents: list[FitnessDocument] = []
    for deployment in watching:
        scenario = load_catalog().get(deployment.scenario)
        if scenario is None:
            continue
        try:
            rule = scenario.with_rule(deployment.rule)
        except ScenarioError:
            continue  # the rule has changed since; GET of the deployment shows it
        found = [
            *_drawn(rule, deployment, camera),
            *findings(scenario, rule, view, _names(session, scenario, deployment.algorithm)),
        ]
        documents.append(
            FitnessDocument(
                deployment_id=deployment.id,
                scenario=scenario.id,
                verdict=verdict_of(found),
                findings=_documents(found),
            )
        )
    return documents


def _asked(order: FitnessCheckOrder) -> tuple[Scenario, RuleConfig]:
    scenario = load_catalog().get(order.scenario)
    if scenario is None:
        told = f"there is no scenario {order.scenario!r}; GET /api/v1/scenarios lists them"
        raise _wrong("scenario", told)
    try:
        return scenario, scenario.with_rule(order.rule)
    except ScenarioError as error:
        raise _wrong("rule", str(error)) from error


def _wrong(field: str, told: str) -> ProblemError:
    errors = [FieldError(where=f"body.{field}", message=told)]
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=errors)


def _view(camera: Camera, status: CameraStatus | None, asked_fps: float) -> View:
    polled = camera.kind == "snapshot"
    if polled:
        asked_fps = min(asked_fps, 1 / camera.poll_s)
    if status is None:
        return View(SizeHistogram(), asked_fps)
    seeing = status.state in ("online", "degraded")
    return View(
        sizes=SizeHistogram.from_json(status.targets),
        asked_fps=asked_fps,
        width_px=status.width_px,
        height_px=status.height_px,
        source_fps=1 / camera.poll_s if polled else status.source_fps,
        wanted_fps=status.wanted_fps if seeing else None,
        analysed_fps=status.analysed_fps if seeing else None,
        reason=status.reason,
        message=status.message,
        on_sub_stream=camera.sub_url is not None,
    )


def _sample(
    camera_id: str, view: View, algorithm: AlgorithmVersion, preview: Preview | None, asking: Asking
) -> SizeHistogram | None:
    """Sizes in the newest pictures, as in the analysed ones; None: no pictures, or no model."""
    if preview is None:
        return None
    sizes, seq = SizeHistogram(), NOTHING_SEEN
    key = ModelKey(algorithm.name, algorithm.version, algorithm.sha256)
    width_px = view.width_px or SAMPLE_WIDTH_PX
    looked = False
    for _ in range(SAMPLES):
        want = PreviewWant(camera_id, min(width_px, SAMPLE_WIDTH_PX), seq)
        frames = preview.newest([want], SAMPLE_WAIT_S)
        if not frames:
            break
        seq = frames[0].seq
        try:
            found = asking.predict(key, frames[0].jpeg)
        except (BadInputError, NotReadyError):
            break
        looked = True
        for box in found.boxes:
            sizes.add(box.class_name, (box.y2 - box.y1) * width_px / found.width_px)
    return sizes if looked else None


def _drawn(rule: RuleConfig, deployment: Deployment, camera: Camera) -> list[Finding]:
    """What is drawn for a camera that a selector has found may not suit the rule."""
    shapes = deployments.shapes(deployment, camera.id)
    try:
        check_shapes(rule, [SHAPE.validate_python(shape) for shape in shapes])
    except ScenarioError as error:
        return [Finding("zones", "unfit", f"所画区域或线不适合该规则：{error}", str(error))]
    return []


def _first(session: Session, scenario: Scenario) -> AlgorithmVersion | None:
    try:
        return algorithms.resolve(session, scenario.algorithms[0].name)
    except NotFoundError:
        return None


def _names(session: Session, scenario: Scenario, instead: str | None) -> dict[str, tuple[str, str]]:
    """What the scenario's algorithms call their classes."""
    names: dict[str, tuple[str, str]] = {}
    for reference in (instead, *(wish.name for wish in scenario.algorithms)):
        if reference is None:
            continue
        try:
            row = algorithms.resolve(session, reference)
        except NotFoundError:
            continue
        for each in AlgorithmManifest.model_validate(row.manifest).classes:
            names.setdefault(each.key, (each.zh, each.en))
    return names


def _documents(found: list[Finding]) -> list[FindingDocument]:
    return [
        FindingDocument(about=each.about, verdict=each.verdict, zh=each.zh, en=each.en)
        for each in found
    ]
