"""Evaluations: a version is measured on a set, as a job."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from scenarios.scorecard import Budget, Scorecard
from serving.api.context import Caller, Evaluated, Id, Stored
from serving.api.documents import Document, Order, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.store import algorithms, challenges, evaluation_sets, evaluations
from serving.store.errors import ConflictError
from serving.store.evaluation_models import Evaluation, EvaluationSet

router = APIRouter(prefix="/evaluations", tags=["algorithms"])

Reference = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,64}([@:][0-9A-Za-z._+-]{1,64})?$")
]


class EvaluationOrder(Order):
    """What to measure, on what."""

    algorithm: Reference
    """`name@version`, `name:alias`, or `name` for its champion."""

    set: Word
    """Of `GET /api/v1/evaluation-sets`."""

    budget: Budget | None = None
    """What reviewers have time for: the scorecard then suggests the threshold for it."""


class EvaluationDocument(Document):
    """A version measured on a set."""

    id: str
    name: str
    version: str
    set: str
    state: Literal["queued", "running", "done", "failed"]
    progress: float
    """0–1."""

    message: str | None
    """Why it failed."""

    scorecard: Scorecard | None
    """Once it is done."""

    created_by: str
    created_at: datetime
    ended_at: datetime | None


@router.post("", status_code=HTTPStatus.ACCEPTED, response_model=EvaluationDocument)
def create_evaluation(
    order: EvaluationOrder, store: Stored, caller: Caller, evaluating: Evaluated, once: OnlyOnce
) -> Response:
    """Measure a version, one at a time; ask again until it is done.

    On a hidden set each version is measured once, and on one that a challenge scores on not at all
    before that is decided.
    """

    def make() -> Made:
        version = algorithms.resolve(session, order.algorithm)
        on = evaluation_sets.get(session, order.set)
        _refuse_peeking(session, version.name, version.version, on)
        row = Evaluation(
            name=version.name,
            version=version.version,
            set_id=on.id,
            budget=order.budget.model_dump(mode="json") if order.budget else None,
            created_by=caller.name,
        )
        evaluations.add(session, row)
        return _document(row, on), {"Location": f"/api/v1/evaluations/{row.id}"}

    with store.write() as session:
        answer = once.answer(session, HTTPStatus.ACCEPTED, order.model_dump_json(), make)
    evaluating.wake()
    return answer


@router.get("")
def list_evaluations(
    store: Stored, cursor: Cursor = None, limit: Limit = 20
) -> Page[EvaluationDocument]:
    """All evaluations, newest first; those of challenges are not among them."""
    with store.read() as session:
        rows = evaluations.page(session, before=read_id_cursor(cursor), limit=limit + 1)
        items = [_document(row, evaluation_sets.by_id(session, row.set_id)) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{evaluation_id}")
def get_evaluation(evaluation_id: Id, store: Stored) -> EvaluationDocument:
    """One evaluation: how far it is, and what came out."""
    with store.read() as session:
        row = evaluations.readable(session, evaluation_id)
        return _document(row, evaluation_sets.by_id(session, row.set_id))


def _refuse_peeking(session: Session, name: str, version: str, on: EvaluationSet) -> None:
    if (challenge := challenges.guarding(session, on.id)) is not None:
        raise ConflictError(
            f"{on.name!r} belongs to the challenge {challenge.id} until that is decided; "
            "hand the model in there"
        )
    if on.hidden and evaluations.of_version(session, name, version, on.id):
        raise ConflictError(
            f"{name} {version} was measured on the hidden set {on.name!r} already, and versions "
            f"never change; GET /api/v1/algorithms/{name}/versions/{version}/scorecard"
            f"?set={on.name}"
        )


def _document(row: Evaluation, on: EvaluationSet) -> EvaluationDocument:
    fields = {name: getattr(row, name) for name in EvaluationDocument.model_fields if name != "set"}
    return EvaluationDocument.model_validate({**fields, "set": on.name})
