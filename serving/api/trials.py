"""Trials: what a deployment that is not there yet makes of what was recorded lately."""

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy.orm import Session

from serving.api.context import Caller, Configured, Id, Replayed, Stored
from serving.api.deployment_check import check_deployment
from serving.api.deployments import DeploymentOrder, columns
from serving.api.documents import Document, Moment, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.problems import FieldError, ProblemError
from serving.api.replays import ReplayEvent, with_pictures, write_down
from serving.settings import Settings
from serving.store import cameras, clips, deployments, events, recordings, replays
from serving.store.errors import NotFoundError
from serving.store.events import EventFilter
from serving.store.models import Clip, Deployment, Event, Replay, now

router = APIRouter(prefix="/trials", tags=["deployments"])

MOST = 20
"""Recorded clips of one trial: somebody waits for it."""

MOST_RAISED = 100

USUAL = timedelta(hours=1)


class TrialOrder(DeploymentOrder):
    """A deployment, and over what it is tried."""

    since: Moment | None = None
    """It runs over what was recorded then or later; null: an hour ago."""

    until: Moment | None = None
    """It runs over what was recorded before; null: now."""

    clip_ids: Annotated[list[Word], Field(max_length=MOST)] = Field(default_factory=list[str])
    """Uploaded clips (`GET /api/v1/clips`) in place of what was recorded."""


class TrialEvent(ReplayEvent):
    """What would have fired."""

    camera_id: str | None
    """Whose recording it was; null: an uploaded clip of no camera."""

    at: datetime | None
    """When it was to be seen; null: an uploaded clip."""


class TrialDocument(Document):
    """A draft run over what was recorded."""

    id: str
    scenario: str
    since: datetime
    until: datetime
    camera_ids: list[str]
    """Its cameras when it was asked for."""

    event_ids: list[str]
    """Events over whose recorded clips it runs: the platform records nothing else. Where two clips
    show the same moment, one of them."""

    clip_ids: list[str]
    state: Literal["queued", "running", "done", "failed"]
    progress: float
    """0–1."""

    message: str | None
    """Why it failed."""

    events: list[TrialEvent] | None
    """What would have fired, once it is done."""

    raised_event_ids: list[str]
    """What deployments of the same scenario did raise through these cameras in the period, newest
    first, at most 100."""

    created_by: str
    created_at: datetime
    ended_at: datetime | None


@router.post("", status_code=HTTPStatus.ACCEPTED, response_model=TrialDocument)
def create_trial(
    order: TrialOrder,
    store: Stored,
    settings: Configured,
    caller: Caller,
    replaying: Replayed,
    once: OnlyOnce,
) -> Response:
    """Run a draft over what its cameras recorded in the last hour; ask again until it is done.

    The clips of events are what is recorded, up to 20 of them, evenly over the period. Where there
    is none (409, `nothing-recorded`), upload one. A draft that could not be deployed is refused as
    `POST /deployments` would. Schedules do not apply. One replay or trial runs at a time, and a
    newer trial of yours takes the place of one that has not ended. Models see unmasked clips while
    these are kept, which is written into their audit.
    """
    made: list[str] = []

    def make() -> Made:
        draft = Deployment(**columns(order))
        check_deployment(session, draft)
        until = order.until or now()
        since = order.since or until - USUAL
        if since >= until:
            raise _wrong("since", f"expected a time before {until.isoformat()}")
        camera_ids = deployments.chosen(draft, cameras.all_of(session))
        row = Replay(
            draft={**columns(order), "camera_ids": camera_ids, "selector": None},
            since=since,
            until=until,
            clip_ids=_uploaded(session, order),
            event_ids=[]
            if order.clip_ids
            else _recorded(session, settings, camera_ids, since, until),
            created_by=caller.name,
        )
        replays.give_up_trials(session, caller.name, "a newer trial took its place")
        replays.add(session, row)
        write_down(session, row, caller)
        made.append(row.id)
        return _document(session, row), {"Location": f"/api/v1/trials/{row.id}"}

    with store.write() as session:
        answer = once.answer(session, HTTPStatus.ACCEPTED, order.model_dump_json(), make)
    for trial_id in made:
        replaying.run(trial_id)
    return answer


@router.get("/{trial_id}")
def get_trial(trial_id: Id, store: Stored) -> TrialDocument:
    """One trial: how far it is, and what would have fired."""
    with store.read() as session:
        row = replays.get(session, trial_id)
        if row.draft is None:
            raise NotFoundError(f"{trial_id!r} is no trial; GET /api/v1/replays/{trial_id}")
        return _document(session, row)


def _uploaded(session: Session, order: TrialOrder) -> list[str]:
    for place, clip_id in enumerate(order.clip_ids):
        try:
            clips.get(session, clip_id)
        except NotFoundError as error:
            raise _wrong(f"clip_ids.{place}", str(error)) from error
    return order.clip_ids


def _recorded(
    session: Session, settings: Settings, camera_ids: list[str], since: datetime, until: datetime
) -> list[str]:
    length = timedelta(seconds=settings.clip_before_s + settings.clip_after_s)
    found = recordings.apart(session, camera_ids, since, until, length, MOST)
    if not found:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            f"These cameras recorded nothing from {since.isoformat(timespec='minutes')} to "
            f"{until.isoformat(timespec='minutes')}: only the clips of events are kept. Upload a "
            "clip (POST /api/v1/clips) and try it on that.",
            kind="nothing-recorded",
        )
    return found


def _wrong(field: str, told: str) -> ProblemError:
    errors = [FieldError(where=f"body.{field}", message=told)]
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=errors)


def _document(session: Session, row: Replay) -> TrialDocument:
    draft = row.draft or {}
    known = {name: getattr(row, name) for name in TrialDocument.model_fields if hasattr(row, name)}
    result = with_pictures(row)
    found = None if result is None else [_event(session, event) for event in result["events"]]
    return TrialDocument.model_validate(
        {
            **known,
            "scenario": draft["scenario"],
            "camera_ids": draft["camera_ids"],
            "events": found,
            "raised_event_ids": _raised(session, row),
        }
    )


def _event(session: Session, found: dict[str, Any]) -> dict[str, Any]:
    """With the camera and the time of the recording that it was found in."""
    recorded = recordings.moment(session, found["clip_id"], found["opened_s"])
    if recorded is not None:
        event, at = recorded
        return {**found, "camera_id": event.camera_id, "at": at}
    clip = session.get(Clip, found["clip_id"])  # may be deleted by now
    return {**found, "camera_id": clip and clip.camera_id, "at": None}


def _raised(session: Session, row: Replay) -> list[str]:
    draft = row.draft or {}
    which = EventFilter(scenario=draft["scenario"], since=row.since, until=row.until)
    raised: list[Event] = []
    for camera_id in draft["camera_ids"]:
        of_camera = replace(which, camera_id=camera_id)
        raised += events.page(session, of_camera, after=None, limit=MOST_RAISED)
    raised.sort(key=lambda event: event.opened_at, reverse=True)
    return [event.id for event in raised[:MOST_RAISED]]
