"""Training runs: a recipe at work, as a job.

queued → running → done | failed | cancelled; after a restart, running → queued
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store import jobs
from serving.store.errors import ConflictError, NotFoundError
from serving.store.models import new_id
from serving.store.training_models import TrainingRun
from serving.store.training_spec import TrainingSpec

_WHY = re.compile(r"(person|schedule|drift): \S.*", re.DOTALL)
_RECIPE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


def request(
    session: Session,
    *,
    recipe: str,
    spec: TrainingSpec | Mapping[str, Any],
    why: str,
    by: str,
) -> TrainingRun:
    """Ask for a run; it begins when those asked for before it have ended.

    Args:
        session: A write transaction.
        recipe: Such as `rider-helmet`.
        spec: What to train on and how, as `TrainingSpec` or its JSON.
        why: `person`, `schedule` or `drift`, a colon and a sentence.
        by: Name of the token, or of the part of the platform, that asks.

    Raises:
        ValueError: The recipe is no name, the spec no spec, or `why` not of that form.
    """
    if not _RECIPE.fullmatch(recipe):
        raise ValueError(f"expected the name of a recipe, such as rider-helmet, got {recipe!r}")
    if not _WHY.fullmatch(why):
        raise ValueError(f"expected `person: …`, `schedule: …` or `drift: …` as why, got {why!r}")
    asked = TrainingSpec.model_validate(spec)
    if asked.search is not None:
        asked.search.combinations(asked.seed or 0)  # refuses too many, and none
    run_id = new_id()
    run = TrainingRun(
        id=run_id,
        recipe=recipe,
        spec=asked.model_dump(mode="json", exclude_none=True),
        why=why,
        folder=f"{recipe}-{run_id}",
        started_by=by,
    )
    session.add(run)
    session.flush()
    return run


def get(session: Session, run_id: str) -> TrainingRun:
    """One run; raises NotFoundError."""
    run = session.get(TrainingRun, run_id)
    if run is None:
        raise NotFoundError(
            f"there is no training run {run_id!r}; GET /api/v1/training-runs lists them"
        )
    return run


def page(session: Session, *, before: str | None, limit: int) -> list[TrainingRun]:
    """The next runs by id, newest first."""
    query = select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(TrainingRun.id < before)))


def ended_before(session: Session, at: datetime) -> list[TrainingRun]:
    """Those that ended before that moment, however they did."""
    ended = TrainingRun.state.in_(("done", "failed", "cancelled"))
    return list(session.scalars(select(TrainingRun).where(ended, TrainingRun.ended_at < at)))


def tell(session: Session, run_id: str, progress: float, message: str) -> bool:
    """Note how far a run is and what it does; False if it is no longer wanted."""
    if not jobs.go_on(session, TrainingRun, run_id, progress):
        return False
    session.get_one(TrainingRun, run_id).message = message
    session.flush()
    return True


def cancel(session: Session, run_id: str) -> TrainingRun:
    """Give a run up; what works on it ends within seconds. Again changes nothing.

    Raises:
        NotFoundError: No such run.
        ConflictError: It has ended otherwise.
    """
    run = session.get(TrainingRun, run_id, with_for_update=True) or get(session, run_id)
    if run.state in ("done", "failed"):
        raise ConflictError(f"training run {run_id} is {run.state} already; nothing to cancel")
    if run.state != "cancelled":
        jobs.end(run, "cancelled")
        session.flush()
    return run
