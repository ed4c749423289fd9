"""Replays: a revision of a deployment, or a draft in a trial, run over clips, as a job.

queued → running → done | failed
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store import jobs
from serving.store.errors import NotFoundError
from serving.store.models import Replay


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
        jobs.end(replay, "failed", message=why)
    session.flush()


def begin(session: Session, replay_id: str) -> Replay:
    """A queued replay runs from now on; one that was given up stays so."""
    replay = get(session, replay_id)
    if replay.state == "queued":
        replay.state = "running"
        session.flush()
    return replay


def give_up_trials(session: Session, by: str, why: str) -> None:
    """Those that somebody started and that have not ended."""
    query = select(Replay).where(
        Replay.deployment_id.is_(None),
        Replay.created_by == by,
        Replay.state.in_(("queued", "running")),
    )
    for trial in session.scalars(query):
        jobs.end(trial, "failed", message=why)
    session.flush()
