"""Clips that the platform recorded itself, as the evidence of events, for replays."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from serving.store import events
from serving.store.errors import NotFoundError
from serving.store.models import Event, Evidence

_KIND = "clip"


def has_original(clip: Evidence) -> bool:
    """Whether the unmasked one is kept."""
    return clip.original_sha256 is not None and clip.original_removed_at is None


def clip_of(session: Session, event_id: str) -> tuple[Event, Evidence]:
    """An event and its clip; raises NotFoundError if one is not there, or no longer kept."""
    event = events.get(session, event_id)
    clip = session.get(Evidence, (event_id, _KIND))
    if clip is None:
        raise NotFoundError(f"event {event_id!r} has no clip")
    if not has_original(clip) and (clip.sha256 is None or clip.removed_at is not None):
        raise NotFoundError(f"the clip of event {event_id!r} is no longer kept")
    return event, clip


def moment(session: Session, event_id: str, at_s: float) -> tuple[Event, datetime] | None:
    """An event, and when its clip showed what is `at_s` seconds into it; None: no such event."""
    event, clip = session.get(Event, event_id), session.get(Evidence, (event_id, _KIND))
    if event is None or clip is None:
        return None
    return event, event.opened_at + timedelta(seconds=at_s - (clip.opened_s or 0.0))


def seen_by(
    session: Session, camera_id: str, since: datetime, until: datetime, limit: int
) -> list[str]:
    """Ids of a camera's events that opened in a period and whose clip is kept, oldest first."""
    query = _kept(since, until).where(Event.camera_id == camera_id)
    return [event.id for event in session.scalars(query.limit(limit))]


def apart(
    session: Session,
    camera_ids: Collection[str],
    since: datetime,
    until: datetime,
    length: timedelta,
    most: int,
) -> list[str]:
    """Ids of events whose clips are kept and show no moment twice, oldest first.

    Args:
        session: An open transaction.
        camera_ids: Of these cameras.
        since: Events that opened then or later.
        until: Events that opened before.
        length: Of a clip.
        most: Of more, so many are taken evenly over the period.
    """
    query = _kept(since, until).where(Event.camera_id.in_(camera_ids))
    found: list[str] = []
    shown_until: dict[str, datetime] = {}
    for event in session.scalars(query):
        shown = shown_until.get(event.camera_id)
        if shown is None or event.opened_at >= shown:
            shown_until[event.camera_id] = event.opened_at + length
            found.append(event.id)
    step = max(1.0, len(found) / most)
    return [found[int(place * step)] for place in range(min(len(found), most))]


def _kept(since: datetime, until: datetime) -> Select[Event]:
    """Events that opened in a period and whose clip is kept, oldest first."""
    original = and_(Evidence.original_sha256.is_not(None), Evidence.original_removed_at.is_(None))
    masked = and_(Evidence.sha256.is_not(None), Evidence.removed_at.is_(None))
    return (
        select(Event)
        .join(Evidence, and_(Evidence.event_id == Event.id, Evidence.kind == _KIND))
        .where(Event.opened_at >= since, Event.opened_at < until)
        .where(or_(original, masked))
        .order_by(Event.opened_at, Event.id)
    )
