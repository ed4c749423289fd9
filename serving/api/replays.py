"""Replays: what a revision of a deployment makes of recorded clips."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field, PositiveInt

from serving.api.context import Caller, Id, Replayed, Stored
from serving.api.documents import Document, Order, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import clips, deployments, replays
from serving.store.errors import NotFoundError
from serving.store.models import Replay

router = APIRouter(tags=["deployments"])


class ReplayOrder(Order):
    """What to run over what."""

    clip_ids: Annotated[list[Word], Field(min_length=1, max_length=100)]
    """Of `GET /api/v1/clips`."""

    revision: PositiveInt | None = None
    """Null: the newest."""

    against_revision: PositiveInt | None = None
    """Run this one as well and say what differs."""


class ReplayObject(Document):
    """A thing an event is about."""

    track_id: int
    class_name: str
    confidence: float
    box: tuple[float, float, float, float]
    """`x1 y1 x2 y2`, fractions 0–1 of the picture."""


class ReplayEvent(Document):
    """What fired; times are seconds from the beginning of the clip."""

    clip_id: str
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
    """
    made: list[str] = []

    def make() -> Made:
        current = deployments.get(session, deployment_id)
        revision = order.revision or current.revision
        _check(order, revision)
        replay = Replay(
            deployment_id=deployment_id,
            revision=revision,
            against_revision=order.against_revision,
            clip_ids=order.clip_ids,
            created_by=caller.name,
        )
        replays.add(session, replay)
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
        return _document(replays.get(session, replay_id))


def _document(replay: Replay) -> ReplayDocument:
    fields: dict[str, Any] = {name: getattr(replay, name) for name in ReplayDocument.model_fields}
    return ReplayDocument.model_validate(fields)
