"""Deployments: a scenario at work on some cameras."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field, JsonValue, model_validator

from scenarios.schedule import Schedule
from scenarios.zones import Shape
from serving.api.capacity import within_capacity
from serving.api.context import Caller, Id, Stored
from serving.api.deployment_check import check_deployment
from serving.api.documents import Document, Order, Tags, Text, Word
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.standing import why_not
from serving.store import cameras, deployments, rollouts
from serving.store.models import Camera, Deployment, now

router = APIRouter(prefix="/deployments", tags=["deployments"])


def _finite(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    json.dumps(value, allow_nan=False)  # a ValueError on NaN and infinity, which JSON has not
    return value


CameraIds = Annotated[list[Word], Field(min_length=1, max_length=10_000)]
Shapes = Annotated[list[Shape], Field(max_length=100)]
ShapesByCamera = Annotated[dict[Word, Shapes], Field(max_length=10_000)]
AlgorithmReference = Annotated[
    str, Field(pattern=r"^[a-z0-9-]{1,64}([@:][0-9A-Za-z.-]{1,64})?$", max_length=130)
]
RuleOverrides = Annotated[dict[str, JsonValue], Field(max_length=50), AfterValidator(_finite)]
FramesPerSecond = Annotated[float, Field(ge=0.1, le=30)]


Force = Annotated[
    bool, Query(description="Accept it even if the nodes cannot carry it: they will shed work.")
]

COSTS = {"scenario", "algorithm", "camera_ids", "selector", "fps", "enabled"}
"""What of a deployment decides how much work it is."""


class Selector(Order):
    """Cameras by what they are; one that is added later joins by itself."""

    division: Text | None = None
    """Those in it or anywhere below it."""

    tags: Tags = Field(default_factory=list[str])
    """Those that have all of them."""

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        if self.division is None and not self.tags:
            raise ValueError("expected a division, tags or both; an empty selector is every camera")
        return self


class DeploymentOrder(Order):
    """A scenario to run."""

    scenario: Word

    algorithm: AlgorithmReference | None = None
    """`name`, `name@version` or `name:alias` in place of the scenario's first algorithm."""

    camera_ids: CameraIds | None = None
    """Its cameras; or a `selector`."""

    selector: Selector | None = None

    zones: Shapes = Field(default_factory=list[Shape])
    """Where in the picture it counts, fractions 0–1: zones, excluded zones and lines; empty:
    everywhere."""

    zones_by_camera: ShapesByCamera = Field(default_factory=dict[str, list[Shape]])
    """Camera id → what is drawn there in place of `zones`."""

    schedule: Schedule | None = None
    """When it applies; null: always."""

    rule: RuleOverrides = Field(default_factory=dict[str, JsonValue])
    """Values of the scenario's rule that shall differ from its usual ones."""

    fps: FramesPerSecond | None = None
    """Pictures a second that it wants looked at; null: as each camera is set. A camera is analysed
    at the most that one of its deployments wants."""

    enabled: bool = True

    @model_validator(mode="after")
    def _has_cameras(self) -> Self:
        if (self.camera_ids is None) == (self.selector is None):
            raise ValueError("expected camera_ids or a selector, one of the two")
        return self


def _unset() -> Any:
    return None


class DeploymentChange(Order):
    """What changes; what is left out stays."""

    scenario: Word = Field(default_factory=_unset)
    algorithm: AlgorithmReference | None = Field(default_factory=_unset)
    camera_ids: CameraIds = Field(default_factory=_unset)
    """In place of a selector, where there was one."""

    selector: Selector = Field(default_factory=_unset)
    """In place of camera_ids, where there were some."""

    zones: Shapes = Field(default_factory=_unset)
    zones_by_camera: ShapesByCamera = Field(default_factory=_unset)
    schedule: Schedule | None = Field(default_factory=_unset)
    rule: RuleOverrides = Field(default_factory=_unset)
    fps: FramesPerSecond | None = Field(default_factory=_unset)
    enabled: bool = Field(default_factory=_unset)

    @model_validator(mode="after")
    def _has_cameras(self) -> Self:
        if {"camera_ids", "selector"} <= self.model_fields_set:
            raise ValueError("expected camera_ids or a selector, not both")
        return self


class DeploymentSpec(Document):
    """What was asked."""

    scenario: str
    algorithm: str | None
    camera_ids: list[str]
    """Empty where there is a selector."""

    selector: Selector | None
    zones: list[Shape]
    zones_by_camera: dict[str, list[Shape]]
    schedule: Schedule | None
    rule: dict[str, JsonValue]
    fps: float | None
    enabled: bool


class DeploymentDocument(Document):
    """A scenario at work."""

    id: str
    spec: DeploymentSpec
    camera_ids: list[str]
    """Its cameras now; those of a selector come and go with what the cameras are."""

    problem: str | None
    """Why it does not work as asked: an algorithm is gone, was revoked or does not load."""

    revision: int
    created_at: datetime
    updated_at: datetime


class RevisionDocument(Document):
    """What a deployment was asked to be; events name the revision that made them."""

    revision: int
    spec: DeploymentSpec
    created_by: str
    """Name of the token that was used, or `platform`: a camera was deleted."""

    created_at: datetime


@router.get("")
def list_deployments(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[DeploymentDocument]:
    """All deployments, oldest first."""
    with store.read() as session:
        rows = deployments.page(session, after=read_id_cursor(cursor), limit=limit + 1)
        known = cameras.all_of(session)
        items = [_document(row, known) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=DeploymentDocument)
def create_deployment(
    order: DeploymentOrder, store: Stored, caller: Caller, once: OnlyOnce, force: Force = False
) -> Response:
    """Let a scenario watch some cameras; it starts within seconds.

    A scenario that nobody has brought an algorithm for is refused (409, `open-challenge`), and so
    is more than the nodes can carry (409, `no-capacity`), with what is missing.
    """

    def make() -> Made:
        deployment = Deployment(**columns(order))
        check_deployment(session, deployment)
        with nullcontext() if force else within_capacity(session):
            deployments.create(session, deployment, caller.name)
        headers = {
            "Location": f"/api/v1/deployments/{deployment.id}",
            "ETag": etag(deployment.revision),
        }
        return _document(deployment, cameras.all_of(session)), headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{deployment_id}")
def get_deployment(deployment_id: Id, store: Stored, response: Response) -> DeploymentDocument:
    """One deployment; its ETag is for changing it."""
    with store.read() as session:
        deployment = deployments.get(session, deployment_id)
        response.headers["ETag"] = etag(deployment.revision)
        return _document(deployment, cameras.all_of(session))


@router.get("/{deployment_id}/revisions")
def list_revisions(deployment_id: Id, store: Stored) -> list[RevisionDocument]:
    """Everything a deployment has been, newest first; also of one that was deleted."""
    with store.read() as session:
        return [
            RevisionDocument(
                revision=row.revision,
                spec=DeploymentSpec.model_validate(row.spec),
                created_by=row.created_by,
                created_at=row.created_at,
            )
            for row in deployments.revisions(session, deployment_id)
        ]


@router.patch("/{deployment_id}")
def change_deployment(
    deployment_id: Id,
    change: DeploymentChange,
    revision: ExpectedRevision,
    store: Stored,
    caller: Caller,
    response: Response,
    force: Force = False,
) -> DeploymentDocument:
    """Change a deployment, which makes a new revision; the pipelines follow within seconds.

    Cameras go on running, unless the rate changes that they are analysed at. More than the nodes
    can carry is refused (409, `no-capacity`) with what is missing.
    """
    fields = change.model_dump(mode="json", include=change.model_fields_set)
    if "camera_ids" in fields:
        fields["selector"] = None
    elif "selector" in fields:
        fields["camera_ids"] = []
    unchecked = force or not fields.keys() & COSTS
    with store.write() as session, nullcontext() if unchecked else within_capacity(session):
        if fields.keys() & {"scenario", "algorithm"}:
            rollouts.make_way(session, deployment_id, caller.name, now())
        deployment = deployments.update(session, deployment_id, revision, caller.name, **fields)
        if fields.keys() - {"enabled"}:
            check_deployment(session, deployment)
        response.headers["ETag"] = etag(deployment.revision)
        return _document(deployment, cameras.all_of(session))


@router.delete("/{deployment_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_deployment(deployment_id: Id, store: Stored) -> None:
    """Stop it for good; its events and revisions stay."""
    with store.write() as session:
        deployments.delete(session, deployment_id)


def columns(order: DeploymentOrder) -> dict[str, Any]:
    """What a `Deployment` is made of."""
    fields = order.model_dump(mode="json", include=set(deployments.SPEC))
    return {**fields, "camera_ids": fields["camera_ids"] or []}


def _document(deployment: Deployment, known: Sequence[Camera]) -> DeploymentDocument:
    spec = {name: getattr(deployment, name) for name in DeploymentSpec.model_fields}
    return DeploymentDocument(
        id=deployment.id,
        spec=DeploymentSpec.model_validate(spec),
        camera_ids=deployments.chosen(deployment, known),
        problem=why_not(deployment),
        revision=deployment.revision,
        created_at=deployment.created_at,
        updated_at=deployment.updated_at,
    )
