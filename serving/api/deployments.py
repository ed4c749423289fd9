"""Deployments: a scenario at work on some cameras."""

import json
from contextlib import nullcontext
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field, JsonValue

from scenarios.zones import Zone
from serving.api.capacity import within_capacity
from serving.api.context import Id, Stored
from serving.api.deployment_check import check_deployment
from serving.api.documents import Document, Order, Word
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.store import deployments
from serving.store.models import Deployment

router = APIRouter(prefix="/deployments", tags=["deployments"])


def _finite(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    json.dumps(value, allow_nan=False)  # a ValueError on NaN and infinity, which JSON has not
    return value


CameraIds = Annotated[list[Word], Field(min_length=1, max_length=10_000)]
Zones = Annotated[list[Zone], Field(max_length=100)]
AlgorithmReference = Annotated[
    str, Field(pattern=r"^[a-z0-9-]{1,64}([@:][0-9A-Za-z.-]{1,64})?$", max_length=130)
]
RuleOverrides = Annotated[dict[str, JsonValue], Field(max_length=50), AfterValidator(_finite)]


Force = Annotated[
    bool, Query(description="Accept it even if the nodes cannot carry it: they will shed work.")
]

COSTS = {"scenario", "algorithm", "camera_ids", "enabled"}
"""What of a deployment decides how much work it is."""


class DeploymentOrder(Order):
    """A scenario to run."""

    scenario: Word

    algorithm: AlgorithmReference | None = None
    """`name`, `name@version` or `name:alias` in place of the scenario's first algorithm."""

    camera_ids: CameraIds

    zones: Zones = Field(default_factory=list[Zone])
    """Where in the picture it counts, fractions 0–1; empty: everywhere."""

    rule: RuleOverrides = Field(default_factory=dict[str, JsonValue])
    """Values of the scenario's rule that shall differ from its usual ones."""

    enabled: bool = True


def _unset() -> Any:
    return None


class DeploymentChange(Order):
    """What changes; what is left out stays."""

    scenario: Word = Field(default_factory=_unset)
    algorithm: AlgorithmReference | None = Field(default_factory=_unset)
    camera_ids: CameraIds = Field(default_factory=_unset)
    zones: Zones = Field(default_factory=_unset)
    rule: RuleOverrides = Field(default_factory=_unset)
    enabled: bool = Field(default_factory=_unset)


class DeploymentSpec(Document):
    """What was asked."""

    scenario: str
    algorithm: str | None
    camera_ids: list[str]
    zones: list[Zone]
    rule: dict[str, JsonValue]
    enabled: bool


class DeploymentDocument(Document):
    """A scenario at work."""

    id: str
    spec: DeploymentSpec
    revision: int
    created_at: datetime
    updated_at: datetime


@router.get("")
def list_deployments(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[DeploymentDocument]:
    """All deployments, oldest first."""
    with store.read() as session:
        rows = deployments.page(session, after=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=DeploymentDocument)
def create_deployment(
    order: DeploymentOrder, store: Stored, once: OnlyOnce, force: Force = False
) -> Response:
    """Let a scenario watch some cameras; it starts within seconds.

    More than the nodes can carry is refused (409, `no-capacity`) with what is missing.
    """

    def make() -> Made:
        deployment = Deployment(**order.model_dump(mode="json"))
        check_deployment(session, deployment)
        with nullcontext() if force else within_capacity(session):
            deployments.create(session, deployment)
        headers = {
            "Location": f"/api/v1/deployments/{deployment.id}",
            "ETag": etag(deployment.revision),
        }
        return _document(deployment), headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{deployment_id}")
def get_deployment(deployment_id: Id, store: Stored, response: Response) -> DeploymentDocument:
    """One deployment; its ETag is for changing it."""
    with store.read() as session:
        deployment = deployments.get(session, deployment_id)
    response.headers["ETag"] = etag(deployment.revision)
    return _document(deployment)


@router.patch("/{deployment_id}")
def change_deployment(
    deployment_id: Id,
    change: DeploymentChange,
    revision: ExpectedRevision,
    store: Stored,
    response: Response,
    force: Force = False,
) -> DeploymentDocument:
    """Change a deployment; the pipelines follow within seconds.

    More than the nodes can carry is refused (409, `no-capacity`) with what is missing.
    """
    fields = change.model_dump(mode="json", include=change.model_fields_set)
    unchecked = force or not fields.keys() & COSTS
    with store.write() as session, nullcontext() if unchecked else within_capacity(session):
        deployment = deployments.update(session, deployment_id, revision, **fields)
        if fields.keys() - {"enabled"}:
            check_deployment(session, deployment)
    response.headers["ETag"] = etag(deployment.revision)
    return _document(deployment)


@router.delete("/{deployment_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_deployment(deployment_id: Id, store: Stored) -> None:
    """Stop it for good; its events stay."""
    with store.write() as session:
        deployments.delete(session, deployment_id)


def _document(deployment: Deployment) -> DeploymentDocument:
    spec = {name: getattr(deployment, name) for name in DeploymentSpec.model_fields}
    return DeploymentDocument(
        id=deployment.id,
        spec=DeploymentSpec.model_validate(spec),
        revision=deployment.revision,
        created_at=deployment.created_at,
        updated_at=deployment.updated_at,
    )
