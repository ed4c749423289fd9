"""What a new version found beside the champion. Nobody is told, no KPI counts it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, inspect, or_, select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError
from serving.store.rollout_models import ShadowEvent

KEPT = timedelta(days=90)


def record(
    session: Session, rollout_id: str, event: Mapping[str, Any], snapshot: str | None = None
) -> bool:
    """Store an event or its newer revision.

    Args:
        session: A write transaction.
        rollout_id: In whose shadow it was found.
        event: At least the columns of `ShadowEvent` but `rollout_id` and `snapshot`.
        snapshot: Path of its picture; None: it has none, or the one it had before.

    Returns:
        False if this revision, or a newer one, was stored before; nothing happens then.
    """
    stored = session.get(ShadowEvent, event["id"], with_for_update=True)
    if stored is not None and stored.revision >= event["revision"]:
        return False
    columns = inspect(ShadowEvent).columns.keys()
    fields = {name: event[name] for name in columns if name not in ("rollout_id", "snapshot")}
    snapshot = snapshot or (stored and stored.snapshot)
    session.merge(ShadowEvent(rollout_id=rollout_id, snapshot=snapshot, **fields))
    session.flush()
    return True


def recent(session: Session, rollout_id: str, camera_id: str, since: datetime) -> list[ShadowEvent]:
    """What it saw through a camera since then, oldest first, open ones included."""
    query = select(ShadowEvent).where(
        ShadowEvent.rollout_id == rollout_id,
        ShadowEvent.camera_id == camera_id,
        or_(ShadowEvent.last_seen_at >= since, ShadowEvent.ended_at.is_(None)),
    )
    return list(session.scalars(query.order_by(ShadowEvent.opened_at, ShadowEvent.id)))


def get(session: Session, rollout_id: str, event_id: str) -> ShadowEvent:
    """One of a rollout; raises NotFoundError."""
    row = session.get(ShadowEvent, event_id)
    if row is None or row.rollout_id != rollout_id:
        raise NotFoundError(
            f"rollout {rollout_id!r} has no shadow event {event_id!r} (any more); "
            "GET …/shadow-events lists them"
        )
    return row


def prune(session: Session, now: datetime) -> None:
    """Forget what is older than `KEPT`."""
    session.execute(delete(ShadowEvent).where(ShadowEvent.opened_at < now - KEPT))


def count(session: Session, rollout_id: str) -> int:
    query = select(func.count()).where(ShadowEvent.rollout_id == rollout_id)
    return session.scalar(query) or 0


def page(
    session: Session, rollout_id: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[ShadowEvent]:
    """The next of a rollout, newest first.

    Args:
        session: An open transaction.
        rollout_id: Whose.
        after: `opened_at` and `id` of the last one already seen.
        limit: At most so many.
    """
    query = select(ShadowEvent).where(ShadowEvent.rollout_id == rollout_id)
    if after is not None:
        at, event_id = after
        same_time = and_(ShadowEvent.opened_at == at, ShadowEvent.id < event_id)
        query = query.where(or_(ShadowEvent.opened_at < at, same_time))
    ordered = query.order_by(ShadowEvent.opened_at.desc(), ShadowEvent.id.desc())
    return list(session.scalars(ordered.limit(limit)))
