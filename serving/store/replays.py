"""Replays: a revision of a deployment run over clips, as a job.

queued → running → done | failed
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError
from serving.store.models import Replay, now


def add(session: Session, replay: Replay) -> Replay:
    session.add(replay)
    session.flush()
    return replay


def page(session: Session, deployment_id: str, *, before: str | None, limit: int) -> list[Replay]:
    """The next replays of a deployment by id, newest first."""
    query = (
        select(Replay)
        .where(Replay.deployment_id == deployment_id)
        .order_by(Replay.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if before is None else query.where(Replay.id < before)))


def get(session: Session, replay_id: str) -> Replay:
    """One replay; raises NotFoundError."""
    replay = session.get(Replay, replay_id)
    if replay is None:
        raise NotFoundError(f"there is no replay {replay_id!r}")
    return replay


def queued(session: Session) -> list[Replay]:
    """Those that wait, oldest first."""
    return list(session.scalars(select(Replay).where(Replay.state == "queued").order_by(Replay.id)))


def fail_running(session: Session, why: str) -> None:
    """Those that a restart interrupted have failed."""
    for replay in session.scalars(select(Replay).where(Replay.state == "running")):
        _end(replay, "failed", message=why)
    session.flush()


def begin(session: Session, replay_id: str) -> Replay:
    """A queued replay runs from now on."""
    replay = get(session, replay_id)
    replay.state = "running"
    session.flush()
    return replay


def go_on(session: Session, replay_id: str, progress: float) -> bool:
    """Note how far a replay is, 0–1; False if it is no longer running, so that it may stop."""
    replay = session.get(Replay, replay_id, with_for_update=True)
    if replay is None or replay.state != "running":
        return False
    replay.progress = progress
    session.flush()
    return True


def finish(session: Session, replay_id: str, result: dict[str, Any]) -> None:
    """Keep what came out, unless it was given up meanwhile."""
    if go_on(session, replay_id, 1.0):
        _end(get(session, replay_id), "done", result=result)
        session.flush()


def fail(session: Session, replay_id: str, why: str) -> None:
    """Give up one that has not ended."""
    replay = session.get(Replay, replay_id, with_for_update=True)
    if replay is not None and replay.state in ("queued", "running"):
        _end(replay, "failed", message=why)
        session.flush()


def _end(replay: Replay, state: str, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(replay, name, value)
    replay.state = state
    replay.ended_at = now()
