"""Replays: what a revision of a deployment makes of recorded clips."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, PositiveInt, model_validator
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse

from serving.access import Actor
from serving.api.context import Archived, Caller, Id, Replayed, Stored
from serving.api.documents import Document, Moment, Order, Word
from serving.api.headers import FOR_EVER
from serving.api.idempotency import Made, OnlyOnce
from serving.api.kept_file import kept_file
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.events.evidence import JPEG, replay_picture
from serving.store import clips, deployments, evidence, recordings, replays
from serving.store.errors import NotFoundError
from serving.store.models import Replay

router = APIRouter(tags=["deployments"])


MOST = 100
"""Clips of one replay."""


class RecordedOrder(Order):
    """The clips of a camera's events."""

    camera_id: Word
    since: Moment
    """Events that opened then or later."""

    until: Moment
    """Events that opened before."""


class ReplayOrder(Order):
    """What to run over what: uploaded clips, and those the platform recorded itself."""

    clip_ids: Annotated[list[Word], Field(max_length=MOST)] = Field(default_factory=list[str])
    """Of `GET /api/v1/clips`."""

    event_ids: Annotated[list[Word], Field(max_length=MOST)] = Field(default_factory=list[str])
    """Events whose recorded clips it runs over."""

    recorded: RecordedOrder | None = None
    """The clips of all events of a camera in a period."""

    revision: PositiveInt | None = None
    """Null: the newest."""

    against_revision: PositiveInt | None = None
    """Run this one as well and say what differs."""

    @model_validator(mode="after")
    def _runs_over_something(self) -> Self:
        if not self.clip_ids and not self.event_ids and self.recorded is None:
            raise ValueError("expected clip_ids, event_ids or recorded")
        return self


class ReplayObject(Document):
    """A thing an event is about."""

    track_id: int
    class_name: str
    confidence: float
    box: tuple[float, float, float, float]
    """`x1 y1 x2 y2`, fractions 0–1 of the picture."""


class ReplayEvent(Document):
    """What fired; times are seconds from the beginning of the clip."""

    id: str | None = None
    """Null in replays of before 0.2."""

    picture_url: str | None = None
    """Where its masked picture is, for two days after the replay; null: it has none."""

    clip_id: str
    """Of the clip, or of the event whose clip it was."""

    scenario: str
    rule: str
    zone: str | None
    confidence: float
    first_seen_s: float
    opened_s: float
    last_seen_s: float
    occurrences: int
    objects: list[ReplayObject]


class ReplayDifference(Document):
    """Which events both revisions found.

    They are the same if clip, scenario and zone are, and time and place overlap.
    """

    same: list[tuple[int, int]]
    """Positions in `events` and in `against_events`."""

    only_in_revision: list[int]
    """Positions in `events`."""

    only_in_against: list[int]
    """Positions in `against_events`."""


class ReplayResult(Document):
    """What came out."""

    events: list[ReplayEvent]
    against_events: list[ReplayEvent] | None
    difference: ReplayDifference | None


class ReplayDocument(Document):
    """A revision run over clips."""

    id: str
    deployment_id: str
    revision: int
    against_revision: int | None
    clip_ids: list[str]
    event_ids: list[str]
    """Events whose clips it runs over."""

    state: Literal["queued", "running", "done", "failed"]
    progress: float
    """0–1."""

    message: str | None
    """Why it failed."""

    result: ReplayResult | None
    """Once it is done."""

    created_by: str
    created_at: datetime
    ended_at: datetime | None


@router.post(
    "/deployments/{deployment_id}/replays",
    status_code=HTTPStatus.ACCEPTED,
    response_model=ReplayDocument,
)
def create_replay(
    deployment_id: Id,
    order: ReplayOrder,
    store: Stored,
    caller: Caller,
    replaying: Replayed,
    once: OnlyOnce,
) -> Response:
    """Run a revision over clips, one replay at a time; ask again until it is done.

    A clip has no clock: schedules do not apply. Aliases mean the versions that they name today.
    Models see the unmasked clips of events while they are kept; that is written into their audit.
    """
    made: list[str] = []

    def make() -> Made:
        current = deployments.get(session, deployment_id)
        revision = order.revision or current.revision
        _check(order, revision)
        event_ids = _recorded(session, order)
        replay = Replay(
            deployment_id=deployment_id,
            revision=revision,
            against_revision=order.against_revision,
            clip_ids=order.clip_ids,
            event_ids=event_ids,
            created_by=caller.name,
        )
        replays.add(session, replay)
        write_down(session, replay, caller)
        made.append(replay.id)
        return _document(replay), {"Location": f"/api/v1/replays/{replay.id}"}

    def _check(order: ReplayOrder, revision: int) -> None:
        wrong: list[FieldError] = []
        for field, number in (("revision", revision), ("against_revision", order.against_revision)):
            try:
                if number is not None:
                    deployments.at_revision(session, deployment_id, number)
            except NotFoundError as error:
                wrong.append(FieldError(where=f"body.{field}", message=str(error)))
        for place, clip_id in enumerate(order.clip_ids):
            try:
                clips.get(session, clip_id)
            except NotFoundError as error:
                wrong.append(FieldError(where=f"body.clip_ids.{place}", message=str(error)))
        for place, event_id in enumerate(order.event_ids):
            try:
                recordings.clip_of(session, event_id)
            except NotFoundError as error:
                wrong.append(FieldError(where=f"body.event_ids.{place}", message=str(error)))
        if wrong:
            told = "; ".join(error.message for error in wrong)
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=wrong)

    with store.write() as session:
        asked = f"{deployment_id}\n{order.model_dump_json()}"
        answer = once.answer(session, HTTPStatus.ACCEPTED, asked, make)
    for replay_id in made:
        replaying.run(replay_id)
    return answer


@router.get("/deployments/{deployment_id}/replays")
def list_replays(
    deployment_id: Id, store: Stored, cursor: Cursor = None, limit: Limit = 20
) -> Page[ReplayDocument]:
    """The replays of a deployment, newest first."""
    with store.read() as session:
        deployments.revisions(session, deployment_id)  # not found, if there never was one
        rows = replays.page(session, deployment_id, before=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/replays/{replay_id}")
def get_replay(replay_id: Id, store: Stored) -> ReplayDocument:
    """One replay: how far it is, and what came out."""
    with store.read() as session:
        replay = replays.get(session, replay_id)
    if replay.draft is not None:
        raise NotFoundError(f"{replay_id!r} is a trial; GET /api/v1/trials/{replay_id}")
    return _document(replay)


@router.get(
    "/replays/{replay_id}/pictures/{event_id}",
    response_class=FileResponse,
    responses={
        200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def get_replay_picture(
    replay_id: Id, event_id: Id, store: Stored, archive: Archived, request: Request
) -> Response:
    """The picture that an event of a replay, or of a trial, opened in; faces and plates masked."""
    with store.read() as session:
        result = replays.get(session, replay_id).result or {}
    found: list[dict[str, Any]] = [
        *result.get("events", []),
        *(result.get("against_events") or []),
    ]
    if event_id not in {event.get("id") for event in found}:
        raise NotFoundError(f"replay {replay_id!r} has no event {event_id!r}")
    file = replay_picture(archive.evidence_dir, event_id)
    try:
        return kept_file(archive, file, request, JPEG, {"Cache-Control": FOR_EVER})
    except FileNotFoundError as error:
        raise NotFoundError(
            f"the picture of {event_id!r} is no longer kept: it is removed two days after the "
            "replay; run it again"
        ) from error


def _recorded(session: Session, order: ReplayOrder) -> list[str]:
    """Ids of the events whose clips it runs over, each once."""
    found = list(dict.fromkeys(order.event_ids))
    if (asked := order.recorded) is not None:
        ids = recordings.seen_by(session, asked.camera_id, asked.since, asked.until, MOST + 1)
        if not ids:
            told = f"no clip of camera {asked.camera_id} is kept from this period"
            raise _refused("body.recorded", told)
        found = list(dict.fromkeys([*found, *ids]))
    if len(order.clip_ids) + len(found) > MOST:
        raise _refused("body", f"expected at most {MOST} clips in all; shorten the period")
    return found


def _refused(where: str, told: str) -> ProblemError:
    errors = [FieldError(where=where, message=told)]
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=errors)


def write_down(session: Session, replay: Replay, caller: Actor) -> None:
    """Whose unmasked clips are used, for the audit."""
    reason = f"replay {replay.id} of deployment {replay.deployment_id}"
    if replay.draft is not None:
        reason = f"trial {replay.id} of {replay.draft['scenario']}"
    for event_id in replay.event_ids:
        _, clip = recordings.clip_of(session, event_id)
        if recordings.has_original(clip):
            evidence.audit(session, event_id, "replayed", reason, caller, original=clip)


def with_pictures(replay: Replay) -> dict[str, Any] | None:
    """The result, each event with the address of its picture."""
    if replay.result is None:
        return None

    def told(event: dict[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in event.items() if name != "has_picture"}
        url = f"/api/v1/replays/{replay.id}/pictures/{event['id']}"
        return {**rest, "picture_url": url if event["has_picture"] else None}

    lists = ("events", "against_events")
    return {
        name: [told(event) if "has_picture" in event else event for event in value]
        if name in lists and value is not None
        else value
        for name, value in replay.result.items()
    }


def _document(replay: Replay) -> ReplayDocument:
    fields: dict[str, Any] = {name: getattr(replay, name) for name in ReplayDocument.model_fields}
    return ReplayDocument.model_validate({**fields, "result": with_pictures(replay)})
