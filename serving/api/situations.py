"""Situations: plans for floods, typhoons, holidays and drills, switched on and off by one call."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, JsonValue, model_validator
from sqlalchemy.orm import Session

from scenarios.errors import ScenarioError
from scenarios.scenario import load_catalog
from serving.api.context import Caller, Id, Stored
from serving.api.deployments import RuleOverrides
from serving.api.documents import Document, Note, Order, Text, Word
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import (
    Cursor,
    Limit,
    Page,
    id_cursor,
    moment_cursor,
    read_id_cursor,
    read_moment_cursor,
)
from serving.api.problems import FieldError, ProblemError
from serving.store import cameras, situations
from serving.store.models import Deployment, now
from serving.store.situation_models import Activation, Situation

router = APIRouter(prefix="/situations", tags=["situations"])


class Target(Order):
    """What becomes of a deployment."""

    deployment_id: Word

    enabled: bool | None = None
    """It starts or stops; null: it stays as it is."""

    rule: RuleOverrides = Field(default_factory=dict[str, JsonValue])
    """Values of its rule while the situation lasts, such as `stay_s`; others stay as they are."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.enabled is None and not self.rule:
            raise ValueError("expected enabled, or values of the rule")
        return self


class Stop(Order):
    """A camera on a patrol."""

    camera_id: Word
    seconds: Annotated[float, Field(ge=1, le=3600)]


class Wall(Order):
    """What the video wall shows."""

    layout: Text
    """Its name on the dashboard, such as `3x3`."""

    camera_ids: Annotated[list[Word], Field(min_length=1, max_length=256)]


class Plan(Order):
    """What a situation changes, and what it puts forward."""

    deployments: Annotated[list[Target], Field(max_length=1000)] = Field(
        default_factory=list[Target]
    )
    patrol: Annotated[list[Stop], Field(max_length=1000)] = Field(default_factory=list[Stop])
    """Cameras to go through, in order."""

    wall: Wall | None = None

    notify: Annotated[list[Text], Field(max_length=100)] = Field(default_factory=list[str])
    """Who is told: ids of units, or names. They travel with the messages."""

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        ids = [target.deployment_id for target in self.deployments]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"expected each deployment once, got twice: {', '.join(twice)}")
        return self


class SituationOrder(Order):
    """A plan for a situation."""

    name: Text
    plan: Plan


class ActivationOrder(Order):
    """Why it is switched on."""

    reason: Note


class ValueDocument(Document):
    """What a field said."""

    set: bool
    """False: the rule had no such override, so the scenario's own value held."""

    value: JsonValue


class ChangeDocument(Document):
    """What became of one field of a deployment."""

    deployment_id: str
    scenario: str | None
    field: str
    """`enabled`, or `rule.` and a name."""

    before: ValueDocument | None
    """When the situation was switched on; null: there was no such deployment."""

    after: ValueDocument
    returns_to: ValueDocument | None
    """As `before`, unless a situation below this one was switched off meanwhile."""

    outcome: Literal["changed", "refused", "gone", "returned", "covered", "kept"]
    """`changed`, `refused` or `gone` while it is active; then `returned`, `covered` (a later
    situation holds it), `kept` (a person had changed it, or the rule refuses the old value) or
    `gone`."""

    message: str | None


class ActivationDocument(Document):
    """A situation was switched on, and off again."""

    id: str
    situation_id: str
    name: str
    state: Literal["active", "ended"]
    reason: str
    activated_by: str
    activated_at: datetime
    deactivated_by: str | None
    deactivated_at: datetime | None
    plan: Plan
    """As it was when it was switched on."""

    changes: list[ChangeDocument]


class SituationDocument(Document):
    """A plan, and whether it is active."""

    id: str
    name: str
    plan: Plan
    revision: int
    created_at: datetime
    updated_at: datetime
    activation: ActivationDocument | None
    """Null: it is not active."""


@router.get("")
def list_situations(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[SituationDocument]:
    """All situations, oldest first."""
    with store.read() as session:
        rows = situations.page(session, after=read_id_cursor(cursor), limit=limit + 1)
        items = _documents(session, rows[:limit])
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=SituationDocument)
def create_situation(order: SituationOrder, store: Stored, once: OnlyOnce) -> Response:
    """Keep a plan; it changes nothing until it is switched on."""

    def make() -> Made:
        _check(session, order.plan)
        situation = situations.create(session, order.name, order.plan.model_dump(mode="json"))
        headers = {
            "Location": f"/api/v1/situations/{situation.id}",
            "ETag": etag(situation.revision),
        }
        return _documents(session, [situation])[0], headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{situation_id}")
def get_situation(situation_id: Id, store: Stored, response: Response) -> SituationDocument:
    """One situation; its ETag is for changing it."""
    with store.read() as session:
        situation = situations.get(session, situation_id)
        response.headers["ETag"] = etag(situation.revision)
        return _documents(session, [situation])[0]


@router.put("/{situation_id}")
def replace_situation(
    situation_id: Id,
    order: SituationOrder,
    revision: ExpectedRevision,
    store: Stored,
    response: Response,
) -> SituationDocument:
    """Replace a plan. A situation that is active goes on as it was switched on."""
    with store.write() as session:
        situations.get(session, situation_id)
        _check(session, order.plan)
        plan = order.plan.model_dump(mode="json")
        situation = situations.replace(session, situation_id, revision, order.name, plan)
        response.headers["ETag"] = etag(situation.revision)
        return _documents(session, [situation])[0]


@router.delete("/{situation_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_situation(situation_id: Id, store: Stored) -> None:
    """Forget a plan; refused (409) while it is active. The record of its activations stays."""
    with store.write() as session:
        situations.delete(session, situation_id)


@router.put(
    "/{situation_id}/activation",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": ActivationDocument, "description": "It is active already"}},
)
def activate_situation(
    situation_id: Id, order: ActivationOrder, store: Stored, caller: Caller, response: Response
) -> ActivationDocument:
    """Switch a situation on: all of its changes at once, as usual with new revisions.

    What cannot be changed holds nothing else up; `changes` says what became of each. The capacity
    of the nodes is not asked: an overloaded node sheds work.
    """
    with store.write() as session:
        activation, new = situations.activate(
            session, situation_id, reason=order.reason, actor=caller.name, at=now()
        )
        document = _activation(activation)
    response.status_code = HTTPStatus.CREATED if new else HTTPStatus.OK
    return document


@router.delete("/{situation_id}/activation")
def deactivate_situation(situation_id: Id, store: Stored, caller: Caller) -> ActivationDocument:
    """Switch a situation off: everything returns to what it was, but for what people changed."""
    with store.write() as session:
        return _activation(
            situations.deactivate(session, situation_id, actor=caller.name, at=now())
        )


@router.get("/{situation_id}/activations")
def list_activations(
    situation_id: Id, store: Stored, cursor: Cursor = None, limit: Limit = 50
) -> Page[ActivationDocument]:
    """When it was active and what that changed, newest first; of a deleted situation too."""
    after = read_moment_cursor(cursor)
    with store.read() as session:
        rows = situations.history(session, situation_id, after=after, limit=limit + 1)
        if not rows and after is None:
            situations.get(session, situation_id)
    items = [_activation(row) for row in rows[:limit]]
    more = len(rows) > limit
    next_cursor = moment_cursor(items[-1].activated_at, items[-1].id) if more else None
    return Page(items=items, next_cursor=next_cursor)


def _check(session: Session, plan: Plan) -> None:
    """Raise a ProblemError with everything that is wrong with it."""
    wrong: list[FieldError] = []
    for place, target in enumerate(plan.deployments):
        where = f"body.plan.deployments.{place}"
        deployment = session.get(Deployment, target.deployment_id)
        if deployment is None:
            told = (
                f"there is no deployment {target.deployment_id!r}; "
                "GET /api/v1/deployments lists them"
            )
            wrong.append(FieldError(where=f"{where}.deployment_id", message=told))
        elif (scenario := load_catalog().get(deployment.scenario)) is not None:
            try:
                scenario.with_rule({**deployment.rule, **target.rule})
            except ScenarioError as error:
                wrong.append(FieldError(where=f"{where}.rule", message=str(error)))
    shown = {
        "body.plan.patrol": [stop.camera_id for stop in plan.patrol],
        "body.plan.wall.camera_ids": [] if plan.wall is None else plan.wall.camera_ids,
    }
    for where, camera_ids in shown.items():
        if unknown := cameras.unknown(session, camera_ids):
            told = f"there is no camera {', '.join(unknown)}; GET /api/v1/cameras lists them"
            wrong.append(FieldError(where=where, message=told))
    if wrong:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "; ".join(error.message for error in wrong),
            errors=wrong,
        )


def _documents(session: Session, rows: list[Situation]) -> list[SituationDocument]:
    active = situations.active(session, [row.id for row in rows])

    def document(row: Situation) -> SituationDocument:
        activation = active.get(row.id)
        fields: dict[str, Any] = {
            name: getattr(row, name)
            for name in SituationDocument.model_fields
            if name not in ("plan", "activation")
        }
        return SituationDocument(
            **fields,
            plan=Plan.model_validate(row.plan),
            activation=None if activation is None else _activation(activation),
        )

    return [document(row) for row in rows]


def _activation(activation: Activation) -> ActivationDocument:
    return ActivationDocument.model_validate(situations.activation_data(activation))
