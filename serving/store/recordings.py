"""Clips that the platform recorded itself, as the evidence of events, for replays."""

from datetime import datetime

from sqlalchemy import and_, or_, select
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


def seen_by(
    session: Session, camera_id: str, since: datetime, until: datetime, limit: int
) -> list[str]:
    """Ids of a camera's events that opened in a period and whose clip is kept, oldest first."""
    original = and_(Evidence.original_sha256.is_not(None), Evidence.original_removed_at.is_(None))
    masked = and_(Evidence.sha256.is_not(None), Evidence.removed_at.is_(None))
    query = (
        select(Event.id)
        .join(Evidence, and_(Evidence.event_id == Event.id, Evidence.kind == _KIND))
        .where(Event.camera_id == camera_id, Event.opened_at >= since, Event.opened_at < until)
        .where(or_(original, masked))
        .order_by(Event.opened_at, Event.id)
    )
    return list(session.scalars(query.limit(limit)))
