"""Rollouts: a new algorithm version comes to a deployment step by step, and goes if it fails."""

from contextlib import nullcontext
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field, model_validator
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse

from scenarios.rollout import Automatic, Gates, Percent, State, next_stage
from scenarios.scenario import load_catalog
from serving.api.capacity import within_capacity
from serving.api.context import Archived, Caller, Id, Stored
from serving.api.deployment_check import check_deployment
from serving.api.deployments import AlgorithmReference, Force
from serving.api.documents import Document, Note, Order
from serving.api.etag import ExpectedRevision, etag
from serving.api.evidence import FILES
from serving.api.headers import FOR_EVER
from serving.api.idempotency import Made, OnlyOnce
from serving.api.kept_file import kept_file
from serving.api.paging import (
    Cursor,
    Limit,
    Page,
    id_cursor,
    moment_cursor,
    read_id_cursor,
    read_moment_cursor,
)
from serving.api.problems import FieldError, ProblemError
from serving.events.evidence import JPEG
from serving.events.overlay import with_overlay
from serving.store import algorithms, deployments, events, rollouts, shadow_events
from serving.store.errors import ConflictError, NotFoundError
from serving.store.models import AlgorithmVersion, Deployment, Event, now
from serving.store.rollout_models import Rollout, ShadowEvent

router = APIRouter(prefix="/deployments/{deployment_id}/rollouts", tags=["rollouts"])
of_versions = APIRouter(prefix="/algorithms/{name}/versions/{version}/rollouts", tags=["rollouts"])

EXAMPLES = 20
"""Events shown of each kind in an agreement, the newest."""


def _rising(values: list[int]) -> list[int]:
    if values != sorted(set(values)):
        raise ValueError(f"expected rising percentages, got {values}")
    return values


class RolloutOrder(Order):
    """A version to bring to a deployment; it begins in shadow."""

    algorithm: AlgorithmReference
    """`name`, `name@version` or `name:alias`; what it means now is kept."""

    reason: Note
    """Why, for the history."""

    gates: Gates = Field(default_factory=Gates)
    automatic: Automatic | None = None
    """When it goes on by itself; null: by call only."""

    canary: Annotated[
        list[Percent], Field(min_length=1, max_length=10), AfterValidator(_rising)
    ] = Field(default_factory=lambda: [10, 50])
    """Percentages of the cameras that it goes through on its way."""


class RolloutChange(Order):
    """A step to take."""

    state: Literal["canary", "live", "rolled_back"]

    percent: Percent | None = None
    """Of the cameras, of a canary; more than before."""

    reason: Note
    """Why, for the history."""

    @model_validator(mode="after")
    def _has_percent(self) -> Self:
        if (self.state == "canary") != (self.percent is not None):
            raise ValueError("expected a percent with canary, and with no other state")
        return self


class Stage(Document):
    """Where a rollout is, or may go."""

    state: State
    percent: int
    """Of the cameras that the new version has."""


class RolloutStepDocument(Stage):
    """Something that happened to a rollout."""

    actor: str
    """Name of the token that was used, or `platform`."""

    reason: str
    at: datetime


class RolloutFigures(Document):
    """What is known of the new version now."""

    confirmed: int
    judged: int
    """Events of it that reviewers confirmed or called false alarms, since the rollout began."""

    precision: float | None
    precision_low: float | None
    precision_high: float | None
    """95 % Wilson bounds; null: none were judged."""

    events: int
    """It made in this stage; in shadow, those nobody hears of."""

    pictures: int
    """It was asked about in the last ten minutes."""

    error_rate: float | None
    picture_ms: float | None
    champion_ms: float | None
    """A picture by the champion, when it was last measured beside the new version."""

    camera_ids: list[str]
    """Cameras that it answers for, as their pipelines say."""


class RolloutDocument(Document):
    """A rollout; its ETag is for taking a step."""

    id: str
    deployment_id: str
    champion: str
    """`name@version` before."""

    candidate: str
    """`name@version` that comes."""

    state: State
    percent: int
    since: datetime
    """Begin of the stage."""

    next: Stage | None
    """The usual next step."""

    gates: Gates
    automatic: Automatic | None
    canary: list[int]
    figures: RolloutFigures | None
    """Null: the version is gone."""

    history: list[RolloutStepDocument]
    """Oldest first."""

    revision: int
    created_at: datetime
    ended_at: datetime | None
    """From when on nobody watches over it."""


class SeenEvent(Document):
    """An event, as far as two versions can be compared."""

    id: str
    camera_id: str
    zone: str | None
    confidence: float
    first_seen_at: datetime
    opened_at: datetime
    last_seen_at: datetime
    box: list[float] | None
    """Of its subject when it opened: x1 y1 x2 y2, fractions 0–1; null: there is none."""

    snapshot: str | None
    """Where its picture is, masked; `?overlay=true` draws what was found. Null: there is none (any
    more)."""


class SeenTwice(Document):
    """An event that both versions found."""

    champion: SeenEvent
    shadow: SeenEvent


class AgreementDocument(Document):
    """What both versions found of the same frames, and what one of them alone."""

    both: int
    champion_only: int
    shadow_only: int
    rate: float | None
    """Share that both found, of all that any of them did; null: neither found anything."""

    both_examples: list[SeenTwice]
    champion_only_examples: list[SeenEvent]
    shadow_only_examples: list[SeenEvent]


@router.post("", status_code=HTTPStatus.CREATED, response_model=RolloutDocument)
def create_rollout(
    deployment_id: Id,
    order: RolloutOrder,
    once: OnlyOnce,
    store: Stored,
    caller: Caller,
    force: Force = False,
) -> Response:
    """Let a new version run in the shadow of the one that is there.

    Refused (409) while another rollout of the deployment is on its way, and where the nodes cannot
    carry both (`no-capacity`).
    """

    def make() -> Made:
        deployment = deployments.get(session, deployment_id)
        champion, candidate = _versions(session, deployment, order.algorithm)
        row = Rollout(
            deployment_id=deployment_id,
            champion=_reference(champion),
            candidate=_reference(candidate),
            canary=order.canary,
            gates=order.gates.model_dump(mode="json"),
            automatic=order.automatic and order.automatic.model_dump(mode="json"),
            revision=1,
        )
        with nullcontext() if force else within_capacity(session):
            rollouts.begin(session, row, caller.name, order.reason, now())
        path = f"/api/v1/deployments/{deployment_id}/rollouts/{row.id}"
        return _document(session, row), {"Location": path, "ETag": etag(row.revision)}

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("")
def list_rollouts(
    deployment_id: Id, store: Stored, cursor: Cursor = None, limit: Limit = 20
) -> Page[RolloutDocument]:
    """The rollouts of a deployment, newest first; also of one that was deleted."""
    before = read_id_cursor(cursor)
    with store.read() as session:
        rows = rollouts.page(session, deployment_id, before=before, limit=limit + 1)
        items = [_document(session, row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@of_versions.get("")
def list_rollouts_of_version(
    name: Id, version: Id, store: Stored, cursor: Cursor = None, limit: Limit = 20
) -> Page[RolloutDocument]:
    """The rollouts of a version on whichever deployment, newest first."""
    before = read_id_cursor(cursor)
    with store.read() as session:
        candidate = _reference(algorithms.get(session, name, version))
        rows = rollouts.of_candidate(session, candidate, before=before, limit=limit + 1)
        items = [_document(session, row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{rollout_id}")
def get_rollout(
    deployment_id: Id, rollout_id: Id, store: Stored, response: Response
) -> RolloutDocument:
    """One rollout with its figures and its history."""
    with store.read() as session:
        row = _get(session, deployment_id, rollout_id)
        response.headers["ETag"] = etag(row.revision)
        return _document(session, row)


@router.patch("/{rollout_id}")
def change_rollout(
    deployment_id: Id,
    rollout_id: Id,
    change: RolloutChange,
    revision: ExpectedRevision,
    store: Stored,
    caller: Caller,
    response: Response,
) -> RolloutDocument:
    """Take a step: a canary on more cameras, live on all, or back to the champion.

    `rolled_back` is answered with `rolling_back` until no camera has the new version any more.
    """
    with store.write() as session:
        _get(session, deployment_id, rollout_id)
        row = rollouts.move(
            session,
            rollout_id,
            revision,
            "rolling_back" if change.state == "rolled_back" else change.state,
            change.percent or 0,
            actor=caller.name,
            reason=change.reason,
            at=now(),
        )
        response.headers["ETag"] = etag(row.revision)
        return _document(session, row)


@router.get("/{rollout_id}/agreement")
def get_rollout_agreement(deployment_id: Id, rollout_id: Id, store: Stored) -> AgreementDocument:
    """How far the new version agreed with the champion while it was in shadow.

    Two events are the same if camera and zone are, their places touch, and they overlap in time or
    lie at most two seconds apart. The newest 2,000 of each version are compared.
    """
    with store.read() as session:
        compared = rollouts.compare(session, _get(session, deployment_id, rollout_id), now())
        champion, shadow, found = compared.champion, compared.shadow, compared.agreement
        both = found.both[:EXAMPLES]
        missed = [champion[a] for a in found.champion_only[:EXAMPLES]]
        with_picture = _with_snapshot(session, [champion[a] for a, _ in both] + missed)
        return AgreementDocument(
            both=len(found.both),
            champion_only=len(found.champion_only),
            shadow_only=len(found.shadow_only),
            rate=found.rate,
            both_examples=[
                SeenTwice(
                    champion=_seen(champion[a], with_picture),
                    shadow=_seen_in_shadow(shadow[b], deployment_id),
                )
                for a, b in both
            ],
            champion_only_examples=[_seen(event, with_picture) for event in missed],
            shadow_only_examples=[
                _seen_in_shadow(shadow[b], deployment_id) for b in found.shadow_only[:EXAMPLES]
            ],
        )


@router.get("/{rollout_id}/shadow-events")
def list_shadow_events(
    deployment_id: Id, rollout_id: Id, store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[SeenEvent]:
    """What the new version found in shadow, newest first; it is in no other list."""
    after = read_moment_cursor(cursor)
    with store.read() as session:
        _get(session, deployment_id, rollout_id)
        rows = shadow_events.page(session, rollout_id, after=after, limit=limit + 1)
        items = [_seen_in_shadow(row, deployment_id) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next_cursor=last and moment_cursor(last.opened_at, last.id))


@router.get(
    "/{rollout_id}/shadow-events/{event_id}/snapshot",
    response_class=FileResponse,
    responses=FILES,
)
def get_shadow_snapshot(
    deployment_id: Id,
    rollout_id: Id,
    event_id: Id,
    store: Stored,
    archive: Archived,
    request: Request,
    overlay: Annotated[bool, Query(description="Draw what the new version found.")] = False,
) -> Response:
    """What the new version saw when an event opened in shadow, with faces and plates masked."""
    with store.read() as session:
        _get(session, deployment_id, rollout_id)
        row = shadow_events.get(session, rollout_id, event_id)
    missing = NotFoundError(
        f"the shadow event {event_id!r} has no picture (any more); it is kept as long as "
        "other evidence"
    )
    if row.snapshot is None:
        raise missing
    file = archive.evidence_dir / row.snapshot
    try:
        if not overlay:
            return kept_file(archive, file, request, JPEG, {"Cache-Control": FOR_EVER})
        picture = b"".join(archive.read(file))
    except FileNotFoundError as error:
        raise missing from error
    return Response(with_overlay(picture, row.objects, None), media_type=JPEG)


def _get(session: Session, deployment_id: str, rollout_id: str) -> Rollout:
    row = rollouts.get(session, rollout_id)
    if row.deployment_id != deployment_id:
        raise NotFoundError(f"deployment {deployment_id!r} has no rollout {rollout_id!r}")
    return row


def _versions(
    session: Session, deployment: Deployment, reference: str
) -> tuple[AlgorithmVersion, AlgorithmVersion]:
    """The champion and the candidate; a problem if the candidate cannot take its place."""
    spec = {name: getattr(deployment, name) for name in deployments.SPEC}
    check_deployment(session, Deployment(**{**spec, "algorithm": reference}))
    scenario = load_catalog()[deployment.scenario]
    champion = algorithms.resolve(session, deployment.algorithm or scenario.algorithms[0].name)
    candidate = algorithms.resolve(session, reference)
    if candidate.state != "approved":
        raise ConflictError(f"{_reference(candidate)} is {candidate.state}, expected approved")
    if candidate.sha256 == champion.sha256:
        told = (
            f"expected another model file than that of {_reference(champion)}, which the "
            f"deployment has; {_reference(candidate)} is the same"
        )
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            told,
            errors=[FieldError(where="body.algorithm", message=told)],
        )
    return champion, candidate


def _reference(version: AlgorithmVersion) -> str:
    return f"{version.name}@{version.version}"


def _document(session: Session, row: Rollout) -> RolloutDocument:
    state = rollouts.state_of(row)
    following = None if row.ended_at else next_stage(state, row.percent, row.canary)
    return RolloutDocument(
        id=row.id,
        deployment_id=row.deployment_id,
        champion=row.champion,
        candidate=row.candidate,
        state=state,
        percent=row.percent,
        since=row.since,
        next=following and Stage(state=following[0], percent=following[1]),
        gates=Gates.model_validate(row.gates),
        automatic=None if row.automatic is None else Automatic.model_validate(row.automatic),
        canary=row.canary,
        figures=_figures(session, row),
        history=[
            RolloutStepDocument.model_validate(
                {name: getattr(step, name) for name in RolloutStepDocument.model_fields}
            )
            for step in rollouts.steps(session, row.id)
        ],
        revision=row.revision,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _figures(session: Session, row: Rollout) -> RolloutFigures | None:
    try:
        known = rollouts.figures(session, row, now())
    except NotFoundError:
        return None
    return RolloutFigures(
        confirmed=known.judged.hits,
        judged=known.judged.n,
        precision=known.judged.rate,
        precision_low=known.judged.low,
        precision_high=known.judged.high,
        events=known.events,
        pictures=known.usage.pictures,
        error_rate=known.usage.error_rate,
        picture_ms=known.usage.picture_ms,
        champion_ms=known.champion_ms,
        camera_ids=rollouts.cameras_with(session, row, now()),
    )


def _with_snapshot(session: Session, seen: list[Event]) -> set[str]:
    """Ids of those events whose snapshot is still there."""
    rows = events.evidence_of(session, [event.id for event in seen])
    return {row.event_id for row in rows if row.kind == "snapshot" and row.removed_at is None}


def _seen(event: Event, with_snapshot: set[str]) -> SeenEvent:
    there = event.id in with_snapshot
    return _compared(event, f"/api/v1/events/{event.id}/evidence/snapshot" if there else None)


def _seen_in_shadow(event: ShadowEvent, deployment_id: str) -> SeenEvent:
    rollout = f"/api/v1/deployments/{deployment_id}/rollouts/{event.rollout_id}"
    address = f"{rollout}/shadow-events/{event.id}/snapshot"
    return _compared(event, address if event.snapshot else None)


def _compared(event: Event | ShadowEvent, snapshot: str | None) -> SeenEvent:
    return SeenEvent(
        id=event.id,
        camera_id=event.camera_id,
        zone=event.zone,
        confidence=event.confidence,
        first_seen_at=event.first_seen_at,
        opened_at=event.opened_at,
        last_seen_at=event.last_seen_at,
        box=event.objects[0]["box"] if event.objects else None,
        snapshot=snapshot,
    )
