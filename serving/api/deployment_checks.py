"""What a deployment would be told, before there is one."""

from contextlib import nullcontext
from typing import Annotated

from fastapi import APIRouter, Query

from serving.api.capacity import within_capacity
from serving.api.context import Caller, Stored
from serving.api.deployment_check import check_deployment
from serving.api.deployments import DeploymentOrder, Force, columns
from serving.api.documents import Document, Word
from serving.store import cameras, deployments
from serving.store.models import Deployment

router = APIRouter(prefix="/deployment-checks", tags=["deployments"])

InsteadOf = Annotated[
    Word | None, Query(description="The deployment that it would take the place of.")
]


class DeploymentCheckDocument(Document):
    """A deployment that would be accepted."""

    camera_ids: list[str]
    """The cameras that it would watch now."""


@router.post("")
def check(
    order: DeploymentOrder,
    store: Stored,
    caller: Caller,
    instead_of: InsteadOf = None,
    force: Force = False,
) -> DeploymentCheckDocument:
    """Say what `POST /deployments` would say, and keep nothing.

    What would be refused is refused here with the same problem: 422 with every field that is wrong,
    409 `open-challenge`, 409 `no-capacity` with what the nodes lack.
    """
    with store.write() as session:
        deployment = Deployment(**columns(order))
        check_deployment(session, deployment)
        with nullcontext() if force else within_capacity(session):
            if instead_of is not None:
                deployments.delete(session, instead_of)
            deployments.create(session, deployment, caller.name)
        camera_ids = deployments.chosen(deployment, cameras.all_of(session))
        session.rollback()
    return DeploymentCheckDocument(camera_ids=camera_ids)
