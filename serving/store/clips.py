"""Clips: recorded video that replays run over."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from serving.store.errors import ConflictError, NotFoundError
from serving.store.models import Clip, Replay


def add(session: Session, clip: Clip) -> Clip:
    session.add(clip)
    session.flush()
    return clip


def page(session: Session, *, after: str | None, limit: int) -> list[Clip]:
    """The next clips by id, oldest first."""
    query = select(Clip).order_by(Clip.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Clip.id > after)))


def get(session: Session, clip_id: str) -> Clip:
    """One clip; raises NotFoundError."""
    clip = session.get(Clip, clip_id)
    if clip is None:
        raise NotFoundError(f"there is no clip {clip_id!r}; GET /api/v1/clips lists them")
    return clip


def delete(session: Session, clip_id: str) -> str | None:
    """Forget a clip.

    Returns:
        The sha256 of its file, if no other clip has the same.

    Raises:
        NotFoundError: No such clip.
        ConflictError: A replay still runs over it.
    """
    clip = get(session, clip_id)
    open_ones = select(Replay).where(Replay.state.in_(("queued", "running")))
    if any(clip_id in replay.clip_ids for replay in session.scalars(open_ones)):
        raise ConflictError(f"a replay runs over clip {clip_id}; delete it once that has ended")
    session.delete(clip)
    session.flush()
    same = select(func.count()).select_from(Clip).where(Clip.sha256 == clip.sha256)
    return None if session.scalar(same) else clip.sha256
