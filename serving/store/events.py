"""Events and their evidence. Everything here can be repeated without harm."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, inspect, literal, or_, select, true
from sqlalchemy.orm import Session

from scenarios.storm import Limits
from serving.store import incidents, messages, mutes, storms
from serving.store.divisions import within
from serving.store.errors import NotFoundError
from serving.store.event_data import event_data
from serving.store.loop_models import Review
from serving.store.models import Event, Evidence

_KEPT = (
    "id",
    "incident_id",
    "suppressed_by",
    "created_at",
    "algorithms",
    "deployment_revision",
)
"""Columns that a newer revision leaves as they are: the store itself fills them, or they say what
opened the event, which another version may carry on."""


FEW = 2000
"""Fewer events than this are looked for one by one; see `_if_few`."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None lets everything through.

    Args:
        since: Opened at this moment or later.
        until: Opened before this moment.
        incident_id: Belongs to this incident.
        suppressed_by: Came in the storm that this event summarises.
        severity: critical, major or notice.
        verdict: Of the review that stands, or `unreviewed`.
        division: Of its camera, with everything below it.
        text: Part of its id, or of the name of its camera, division or zone.
        placed: Only those whose camera had a place.
    """

    camera_id: str | None = None
    scenario: str | None = None
    life_cycle: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    incident_id: str | None = None
    suppressed_by: str | None = None
    severity: str | None = None
    verdict: str | None = None
    division: str | None = None
    text: str | None = None
    placed: bool = False


def record(session: Session, event: Event, limits: Limits | None = None) -> bool:
    """Store an event or its newer revision in its incident, and tell the outside.

    Args:
        session: A write transaction.
        event: As it stands.
        limits: Beyond them it is stored and not told: a summary speaks for it. None: no limits.
            Nor is one told whose spot a person has muted.

    Returns:
        False if this revision, or a newer one, was stored before; nothing happens then.
    """
    stored = session.get(Event, event.id, with_for_update=True)
    if stored is not None and stored.revision >= event.revision:
        return False
    was_open = stored is not None and stored.life_cycle == "open"
    messages.take_turn(session)
    if stored is None:
        stored = event
        stored.suppressed_by = _silenced_by(session, stored, limits)
        session.add(stored)
        session.flush()
    else:
        _copy(event, stored)
    joined = incidents.take_in(session, stored, was_open)
    session.flush()
    if stored.suppressed_by is not None:
        return True
    ended = stored.life_cycle == "ended"
    kind = "ended" if ended else "opened" if stored.revision == 1 else "updated"
    messages.append(
        session,
        message_id=f"{stored.id}.{stored.revision}",
        kind=f"longan.event.{kind}.v1",
        subject=stored.id,
        data=event_data(stored, evidence_of(session, [stored.id])),
    )
    if joined is not None:
        incidents.tell(session, joined)
    return True


def _silenced_by(session: Session, event: Event, limits: Limits | None) -> str | None:
    """Id of the mute of its spot, or of the storm's summary that speaks for it."""
    box = event.objects[0]["box"] if event.objects else None
    mute = mutes.covering(
        session, event.deployment_id, event.camera_id, box, event.opened_at, event.zone
    )
    if mute is not None:
        return mute.id
    return None if limits is None else storms.swallow(session, event, limits)


def follow(session: Session, event_id: str, last_seen_at: datetime, path: list[Any]) -> None:
    """Note where the subject of an open event is now: no new revision, and nobody is told."""
    stored = session.get(Event, event_id)
    if stored is not None and stored.life_cycle == "open":
        stored.last_seen_at, stored.path = last_seen_at, path


def add_evidence(session: Session, evidence: Evidence) -> bool:
    """Attach evidence to its event and tell the outside, unless a storm's summary speaks for it.

    Returns:
        False if it was attached before; nothing happens then.

    Raises:
        NotFoundError: The event is not stored (yet).
    """
    event = get(session, evidence.event_id)
    if session.get(Evidence, (evidence.event_id, evidence.kind)) is not None:
        return False
    evidence.opened_at = event.opened_at
    session.add(evidence)
    session.flush()
    if event.suppressed_by is not None:
        return True
    messages.append(
        session,
        message_id=f"{evidence.event_id}.evidence.{evidence.kind}",
        kind="longan.event.evidence_ready.v1",
        subject=evidence.event_id,
        data=event_data(event, evidence_of(session, [event.id])),
    )
    return True


def recent(session: Session, deployment_id: str, camera_id: str, since: datetime) -> list[Event]:
    """What a deployment saw through a camera since then, oldest first, open ones included."""
    query = select(Event).where(
        Event.deployment_id == deployment_id,
        Event.camera_id == camera_id,
        Event.rule != storms.RULE,
        or_(Event.last_seen_at >= since, Event.life_cycle == "open"),
    )
    return list(session.scalars(query.order_by(Event.opened_at, Event.id)))


def get(session: Session, event_id: str) -> Event:
    """One event; raises NotFoundError."""
    event = session.get(Event, event_id)
    if event is None:
        raise NotFoundError(f"there is no event {event_id!r}; GET /api/v1/events lists them")
    return event


def exists(session: Session, event_id: str) -> bool:
    return session.get(Event, event_id) is not None


def page(
    session: Session, which: EventFilter, *, after: tuple[datetime, str] | None, limit: int
) -> list[Event]:
    """The next events, newest first.

    Args:
        session: An open transaction.
        which: Those that count.
        after: `opened_at` and `id` of the last event already seen.
        limit: At most so many.
    """
    query = select(Event)
    if which.camera_id is not None:
        query = query.where(Event.camera_id == which.camera_id)
    if which.scenario is not None:
        query = query.where(Event.scenario == which.scenario)
    if which.life_cycle is not None:
        # In words, not as a parameter: so the index of those that are open can be chosen.
        said = literal(which.life_cycle, literal_execute=True)
        query = query.where(Event.life_cycle == said)
    if which.since is not None:
        query = query.where(Event.opened_at >= which.since)
    if which.until is not None:
        query = query.where(Event.opened_at < which.until)
    if which.incident_id is not None:
        query = query.where(Event.incident_id == which.incident_id)
    if which.suppressed_by is not None:
        query = query.where(Event.suppressed_by == which.suppressed_by)
    if which.severity is not None:
        query = query.where(Event.severity == which.severity)
    if which.verdict is not None:
        query = query.where(_verdict() == which.verdict)
        if which.verdict != "unreviewed":
            said = select(Review.event_id).where(Review.verdict == which.verdict)
            query = query.where(_if_few(session, said))
    if which.division is not None:
        query = query.where(within(Event.division, which.division))
    if which.text is not None:
        said_of_it = (Event.id, Event.camera_name, Event.division, Event.zone)
        matches = or_(*(c.icontains(which.text, autoescape=True) for c in said_of_it))
        query = query.where(matches, _if_few(session, select(Event.id).where(matches)))
    if which.placed:
        query = query.where(Event.lon.is_not(None), Event.lat.is_not(None))
    if after is not None:
        at, event_id = after
        older = or_(Event.opened_at < at, and_(Event.opened_at == at, Event.id < event_id))
        query = query.where(Event.opened_at <= at, older)  # the first is where an index begins
    return list(
        session.scalars(query.order_by(Event.opened_at.desc(), Event.id.desc()).limit(limit))
    )


def evidence_of(session: Session, event_ids: list[str]) -> list[Evidence]:
    """All evidence of these events."""
    query = select(Evidence).where(Evidence.event_id.in_(event_ids))
    return list(session.scalars(query.order_by(Evidence.event_id, Evidence.kind)))


def evidence(session: Session, event_id: str, kind: str) -> Evidence:
    """One piece of an event's evidence; raises NotFoundError."""
    row = session.get(Evidence, (event_id, kind))
    if row is None:
        raise NotFoundError(
            f"event {event_id!r} has no evidence {kind!r} (yet); "
            f"GET /api/v1/events/{event_id} lists what it has"
        )
    return row


def _if_few(session: Session, ids: Select[str]) -> ColumnElement[bool]:
    """Only the events of this query, if they are few; else true: they are met soon anyhow.

    A database does not know which, and would read all events, newest first, to find the last few.
    """
    found = session.scalars(ids.limit(FEW)).all()
    return Event.id.in_(found) if len(found) < FEW else true()


def _verdict() -> ColumnElement[str]:
    """What stands of an event, as `reviews.standing` has it."""
    newest = (Review.look.desc(), Review.created_at.desc(), Review.id.desc())
    of_it = select(Review.verdict).where(Review.event_id == Event.id).order_by(*newest).limit(1)
    return func.coalesce(of_it.correlate(Event).scalar_subquery(), "unreviewed")


def _copy(event: Event, stored: Event) -> None:
    for column in inspect(Event).columns.keys():  # noqa: SIM118  iterating gives the columns themselves
        if column not in _KEPT:
            setattr(stored, column, getattr(event, column))
