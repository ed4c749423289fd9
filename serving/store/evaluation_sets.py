"""Evaluation sets: what versions are measured on."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from serving.store.errors import ConflictError, NotFoundError
from serving.store.evaluation_models import Challenge, Evaluation, EvaluationSet


def add(session: Session, row: EvaluationSet) -> EvaluationSet:
    """Register a set; raises ConflictError when its name is taken."""
    if _find(session, row.name) is not None:
        raise ConflictError(f"there is an evaluation set {row.name!r} already; give another name")
    session.add(row)
    session.flush()
    return row


def get(session: Session, name: str) -> EvaluationSet:
    """One set by name; raises NotFoundError."""
    row = _find(session, name)
    if row is None:
        raise NotFoundError(
            f"there is no evaluation set {name!r}; GET /api/v1/evaluation-sets lists them"
        )
    return row


def by_id(session: Session, set_id: str) -> EvaluationSet:
    """The set a foreign key means."""
    return session.get_one(EvaluationSet, set_id)


def page(session: Session, *, after: str | None, limit: int) -> list[EvaluationSet]:
    """The next sets by id, oldest first."""
    query = select(EvaluationSet).order_by(EvaluationSet.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(EvaluationSet.id > after)))


def delete(session: Session, name: str) -> None:
    """Forget a set; its files stay.

    Raises:
        NotFoundError: No such set.
        ConflictError: Something was measured on it; a scorecard must be able to say on what.
    """
    row = get(session, name)
    uses = [
        select(func.count()).select_from(Evaluation).where(Evaluation.set_id == row.id),
        select(func.count())
        .select_from(Challenge)
        .where(or_(Challenge.phase_set_id == row.id, Challenge.final_set_id == row.id)),
    ]
    if any(session.scalar(use) for use in uses):
        raise ConflictError(
            f"evaluations or challenges refer to {name!r}; register the other data under a new name"
        )
    session.delete(row)
    session.flush()


def _find(session: Session, name: str) -> EvaluationSet | None:
    return session.scalar(select(EvaluationSet).where(EvaluationSet.name == name))
