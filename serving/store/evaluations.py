"""Evaluations: a version measured on a set, as a job.

queued → running → done | failed; after a restart, running → queued
"""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store import evaluation_sets
from serving.store.errors import NotFoundError
from serving.store.evaluation_models import Evaluation, EvaluationSet

SCORECARD = "scorecard"
"""The purpose of evaluations that anybody may read; the others belong to challenges."""


def add(session: Session, row: Evaluation) -> Evaluation:
    session.add(row)
    session.flush()
    return row


def get(session: Session, evaluation_id: str) -> Evaluation:
    """One evaluation, whatever its purpose; raises NotFoundError."""
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        raise _unknown(evaluation_id)
    return row


def readable(session: Session, evaluation_id: str) -> Evaluation:
    """One evaluation that is no secret of a challenge; raises NotFoundError."""
    row = get(session, evaluation_id)
    if row.purpose != SCORECARD:
        raise _unknown(evaluation_id)
    return row


def page(session: Session, *, before: str | None, limit: int) -> list[Evaluation]:
    """The next readable evaluations by id, newest first."""
    query = (
        select(Evaluation)
        .where(Evaluation.purpose == SCORECARD)
        .order_by(Evaluation.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if before is None else query.where(Evaluation.id < before)))


def of_version(session: Session, name: str, version: str, set_id: str) -> list[Evaluation]:
    """A version's readable evaluations on a set that have not failed."""
    query = select(Evaluation).where(
        Evaluation.name == name,
        Evaluation.version == version,
        Evaluation.set_id == set_id,
        Evaluation.purpose == SCORECARD,
        Evaluation.state != "failed",
    )
    return list(session.scalars(query))


class Done(NamedTuple):
    """A readable evaluation that has its scorecard."""

    id: str
    name: str
    version: str
    set: str
    """Its name."""


def done(session: Session) -> list[Done]:
    """All that are readable and done, oldest first, without their scorecards, which are large."""
    query = (
        select(Evaluation.id, Evaluation.name, Evaluation.version, EvaluationSet.name)
        .join(EvaluationSet, EvaluationSet.id == Evaluation.set_id)
        .where(Evaluation.purpose == SCORECARD, Evaluation.state == "done")
        .order_by(Evaluation.id)
    )
    return [Done(*row) for row in session.execute(query)]


def any_on(session: Session, set_id: str) -> bool:
    """Whether anything was ever measured on a set."""
    query = select(Evaluation.id).where(Evaluation.set_id == set_id).limit(1)
    return session.scalar(query) is not None


def of_entry(session: Session, entry_id: str, purpose: str) -> Evaluation | None:
    """What a challenge ordered for an entry."""
    query = select(Evaluation).where(Evaluation.entry_id == entry_id, Evaluation.purpose == purpose)
    return session.scalar(query)


def newest(
    session: Session, name: str, version: str, on: str | None
) -> tuple[Evaluation, EvaluationSet]:
    """The newest scorecard of a version, on the named set or on any; raises NotFoundError."""
    query = (
        select(Evaluation, EvaluationSet)
        .join(EvaluationSet, EvaluationSet.id == Evaluation.set_id)
        .where(
            Evaluation.name == name,
            Evaluation.version == version,
            Evaluation.purpose == SCORECARD,
            Evaluation.state == "done",
        )
        .order_by(Evaluation.id.desc())
        .limit(1)
    )
    if on is not None:
        evaluation_sets.get(session, on)
        query = query.where(EvaluationSet.name == on)
    found = session.execute(query).first()
    if found is None:
        raise NotFoundError(
            f"there is no scorecard of {name} {version}"
            f"{'' if on is None else f' on {on!r}'} yet; POST /api/v1/evaluations makes one"
        )
    return found[0], found[1]


def _unknown(evaluation_id: str) -> NotFoundError:
    return NotFoundError(
        f"there is no evaluation {evaluation_id!r}; GET /api/v1/evaluations lists them"
    )
