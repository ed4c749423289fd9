"""Spots that raise no events for a while, because a person called what is there a false alarm."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError
from serving.store.loop_models import Mute

SAME_SPOT = 0.3
"""Overlap (intersection over union) from which a box is at the muted one."""


def add(session: Session, mute: Mute) -> Mute:
    """Mute a spot from now on."""
    session.add(mute)
    session.flush()
    return mute


def page(
    session: Session, *, at: datetime, camera_id: str | None, before: str | None, limit: int
) -> list[Mute]:
    """The next mutes that still hold, newest first."""
    query = select(Mute).where(Mute.until > at).order_by(Mute.id.desc()).limit(limit)
    if camera_id is not None:
        query = query.where(Mute.camera_id == camera_id)
    return list(session.scalars(query if before is None else query.where(Mute.id < before)))


def delete(session: Session, mute_id: str) -> None:
    """Let the spot raise events again; raises NotFoundError."""
    mute = session.get(Mute, mute_id)
    if mute is None:
        raise NotFoundError(f"there is no mute {mute_id!r}; GET /api/v1/mutes lists them")
    session.delete(mute)
    session.flush()


def covering(
    session: Session,
    deployment_id: str,
    camera_id: str,
    box: Sequence[float] | None,
    at: datetime,
    zone: str | None = None,
) -> Mute | None:
    """The mute that says an event here is known; None: tell it.

    Args:
        session: An open transaction.
        deployment_id: What is watching.
        camera_id: Through which camera.
        box: x1 y1 x2 y2 of its subject, fractions 0–1; None where it has none (a count).
        at: When it happened.
        zone: Of the event; compared where the muted event had no subject.
    """
    query = select(Mute).where(
        Mute.deployment_id == deployment_id,
        Mute.camera_id == camera_id,
        Mute.created_at <= at,
        Mute.until > at,
    )
    for mute in session.scalars(query.order_by(Mute.id)):
        if mute.box is None:
            if mute.zone == zone:
                return mute
        elif box is not None and _overlap(mute.box, box) >= SAME_SPOT:
            return mute
    return None


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (_area(a) + _area(b) - both)


def _area(box: Sequence[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
