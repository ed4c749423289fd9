"""Work that takes long, as rows of the store: how far it is, and how it ended.

queued → running → done | failed | cancelled; after a restart, running → queued
"""

from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from serving.store.evaluation_models import Evaluation
from serving.store.models import Replay, now
from serving.store.quality_models import QualityReport
from serving.store.training_models import TrainingRun

Job = Replay | Evaluation | TrainingRun | QualityReport
J = TypeVar("J", bound=Job)


def requeue_running(session: Session, kind: type[Job]) -> None:
    """What a restart interrupted waits again; a training run goes on, all else begins anew."""
    anew = {} if kind is TrainingRun else {"progress": 0.0}
    running = update(kind).where(kind.state == "running")
    session.execute(running.values(state="queued", **anew))


def take(session: Session, kind: type[J]) -> J | None:
    """The one that has waited longest runs from now on; None: nothing waits."""
    job = session.scalar(
        select(kind)
        .where(kind.state == "queued")
        .order_by(kind.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is not None:
        job.state = "running"
        if isinstance(job, TrainingRun):
            job.started_at = job.started_at or now()
        session.flush()
    return job


def go_on(session: Session, kind: type[Job], job_id: str, progress: float) -> bool:
    """Note how far a job is, 0–1; False if it is no longer running, so that it may stop."""
    job = session.get(kind, job_id, with_for_update=True)
    if job is None or job.state != "running":
        return False
    job.progress = progress
    session.flush()
    return True


def finish(session: Session, kind: type[Job], job_id: str, **result: Any) -> None:
    """Keep what came out, in the job's own columns, unless it was given up meanwhile."""
    if go_on(session, kind, job_id, 1.0):
        end(session.get_one(kind, job_id), "done", **result)
        session.flush()


def fail(session: Session, kind: type[Job], job_id: str, why: str) -> None:
    """Give up one that has not ended."""
    job = session.get(kind, job_id, with_for_update=True)
    if job is not None and job.state in ("queued", "running"):
        end(job, "failed", message=why)
        session.flush()


def end(job: Job, state: str, **fields: Any) -> None:
    """Mark a job as ended now."""
    for name, value in fields.items():
        setattr(job, name, value)
    job.state = state
    job.ended_at = now()
