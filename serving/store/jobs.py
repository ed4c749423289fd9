"""Work that takes long, as rows of the store: how far it is, and how it ended.

queued → running → done | failed
"""

from typing import Any

from sqlalchemy.orm import Session

from serving.store.evaluation_models import Evaluation
from serving.store.models import Replay, now

Job = Replay | Evaluation


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
