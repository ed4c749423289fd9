"""Retraining policies: when an algorithm is trained again on what reviewers said."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from algorithms.manifest import Slug
from scenarios.drift import Band
from scenarios.retraining import Trigger
from scenarios.scenario import load_catalog
from scenarios.schedule import Schedule
from serving.api.context import Caller, Id, Stored
from serving.api.documents import Document, Order, Word
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import retraining
from serving.store.retraining_models import Retraining, RetrainingPolicy

ReleaseId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""As `longan dataset release` prints it."""

router = APIRouter(prefix="/retraining-policies", tags=["algorithms"])


class PolicyOrder(Order):
    """When to train again, and on what."""

    algorithm: Slug
    recipe: Slug
    """What trains it: a name of `longan train`."""

    scenario: Slug
    """Whose reviewed events it learns from."""

    evaluation_set: Word
    """What the new version is measured on before it becomes candidate."""

    base_release: ReleaseId
    """Data that reviewed events are added to; each run goes on from the one before."""

    schedule: Annotated[Schedule | None, Field(strict=False)] = None
    """It starts while this is on; null: not by time."""

    drift_band: Band | None = None
    """It starts when the champion drifts so far at any camera, or further; null: not by drift."""

    min_reviewed: Annotated[int, Field(ge=0, le=1_000_000)] = 200
    """Events that must have been confirmed, or found false alarms, since the last time."""

    cool_down_days: Annotated[int, Field(ge=1, le=366)] = 7
    """Between two times, at least."""

    enabled: bool = True

    @model_validator(mode="after")
    def _something_starts_it(self) -> "PolicyOrder":
        Trigger(schedule=self.schedule, drift_band=self.drift_band)
        return self


class RetrainingDocument(Document):
    """One time that a policy wanted a training run."""

    id: str
    state: str
    """`wanted`, `training`, `checking`, `evaluating`, then `candidate` or `failed`."""

    why: str
    message: str | None
    """Why it failed."""

    release_id: str | None
    """The data it trains on."""

    run_id: str | None
    submission_id: str | None
    evaluation_id: str | None
    requested_at: datetime
    ended_at: datetime | None


class PolicyStatus(Document):
    """How it stands now."""

    reviewed: int
    """Events judged since the last time."""

    drift: str | None
    """The furthest that the champion has drifted, in words; null: nothing is known yet."""

    last: RetrainingDocument | None


class PolicyDocument(Document):
    """When an algorithm is trained again."""

    id: str
    algorithm: str
    recipe: str
    scenario: str
    evaluation_set: str
    base_release: str
    schedule: Schedule | None
    drift_band: Band | None
    min_reviewed: int
    cool_down_days: int
    enabled: bool
    revision: int
    set_by: str
    """Name of the token; originals are opened in its name."""

    created_at: datetime
    updated_at: datetime
    status: PolicyStatus


@router.get("")
def list_policies(store: Stored, cursor: Cursor = None, limit: Limit = 100) -> Page[PolicyDocument]:
    """All policies, oldest first."""
    with store.read() as session:
        rows = retraining.page(session, after=read_id_cursor(cursor), limit=limit + 1)
        items = [_document(session, row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=PolicyDocument)
def create_policy(order: PolicyOrder, store: Stored, caller: Caller, once: OnlyOnce) -> Response:
    """Train an algorithm again from now on. With the admin token only: it opens originals."""
    _refuse(order)

    def make() -> Made:
        row = RetrainingPolicy(**_columns(order), token_id=caller.id, set_by=caller.name)
        retraining.create(session, row)
        headers = {
            "Location": f"/api/v1/retraining-policies/{row.id}",
            "ETag": etag(row.revision),
        }
        return _document(session, row), headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{policy_id}")
def get_policy(policy_id: Id, store: Stored, response: Response) -> PolicyDocument:
    """One policy; its ETag is for changing it."""
    with store.read() as session:
        row = retraining.get(session, policy_id)
        response.headers["ETag"] = etag(row.revision)
        return _document(session, row)


@router.put("/{policy_id}")
def replace_policy(
    policy_id: Id,
    order: PolicyOrder,
    revision: ExpectedRevision,
    store: Stored,
    caller: Caller,
    response: Response,
) -> PolicyDocument:
    """Change a policy; a run that it has started goes on. With the admin token only."""
    _refuse(order)
    with store.write() as session:
        row = retraining.replace(session, policy_id, revision, caller, _columns(order))
        response.headers["ETag"] = etag(row.revision)
        return _document(session, row)


@router.delete("/{policy_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_policy(policy_id: Id, store: Stored) -> None:
    """Train no more; versions that came of it stay."""
    with store.write() as session:
        retraining.delete(session, policy_id)


@router.get("/{policy_id}/retrainings")
def list_retrainings(
    policy_id: Id, store: Stored, cursor: Cursor = None, limit: Limit = 50
) -> Page[RetrainingDocument]:
    """What it has started and what became of it, newest first."""
    before = read_id_cursor(cursor)
    with store.read() as session:
        retraining.get(session, policy_id)
        rows = retraining.history(session, policy_id, before=before, limit=limit + 1)
    items = [_retraining(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


def _refuse(order: PolicyOrder) -> None:
    if order.scenario not in load_catalog():
        told = f"scenario: there is no {order.scenario!r}; GET /api/v1/scenarios lists them"
        where = FieldError(where="body.scenario", message=told)
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=[where])


def _columns(order: PolicyOrder) -> dict[str, Any]:
    return order.model_dump(mode="json")


def _document(session: Session, row: RetrainingPolicy) -> PolicyDocument:
    standing = retraining.standing(session, row)
    last = retraining.last_of(session, row.id)
    fields = {n: getattr(row, n) for n in PolicyDocument.model_fields if n != "status"}
    status = PolicyStatus(
        reviewed=standing.reviewed,
        drift=None if standing.drifted is None else str(standing.drifted),
        last=None if last is None else _retraining(last),
    )
    return PolicyDocument.model_validate({**fields, "status": status})


def _retraining(row: Retraining) -> RetrainingDocument:
    return RetrainingDocument(**{n: getattr(row, n) for n in RetrainingDocument.model_fields})
