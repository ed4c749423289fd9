"""Deployments: which scenario looks through which cameras."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError, StaleError
from serving.store.models import Deployment


def active(session: Session) -> list[Deployment]:
    """Every deployment that should run."""
    query = select(Deployment).where(Deployment.enabled).order_by(Deployment.id)
    return list(session.scalars(query))


def page(session: Session, *, after: str | None, limit: int) -> list[Deployment]:
    """The next deployments by id, oldest first."""
    query = select(Deployment).order_by(Deployment.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Deployment.id > after)))


def get(session: Session, deployment_id: str) -> Deployment:
    """One deployment; raises NotFoundError."""
    deployment = session.get(Deployment, deployment_id)
    if deployment is None:
        raise NotFoundError(
            f"there is no deployment {deployment_id!r}; GET /api/v1/deployments lists them"
        )
    return deployment


def create(session: Session, deployment: Deployment) -> Deployment:
    """Store a new deployment; the pipelines take it up when they next look."""
    session.add(deployment)
    session.flush()
    return deployment


def update(session: Session, deployment_id: str, revision: int | None, **fields: Any) -> Deployment:
    """Change a deployment.

    Raises:
        NotFoundError: No such deployment.
        StaleError: It is no longer at `revision`; None changes whatever is there.
    """
    deployment = session.get(Deployment, deployment_id, with_for_update=True)
    if deployment is None:
        return get(session, deployment_id)
    if revision is not None and deployment.revision != revision:
        raise StaleError(
            f"deployment {deployment_id} is at revision {deployment.revision}, not {revision}: "
            "somebody changed it meanwhile; read it again and repeat the change"
        )
    for name, value in fields.items():
        setattr(deployment, name, value)
    deployment.revision += 1
    session.flush()
    return deployment


def delete(session: Session, deployment_id: str) -> None:
    """Stop it for good; its events stay."""
    session.delete(get(session, deployment_id))
    session.flush()


def forget_camera(session: Session, camera_id: str) -> None:
    """Take a camera out of every deployment that looks through it."""
    for deployment in session.scalars(select(Deployment).with_for_update()):
        if camera_id in deployment.camera_ids:
            deployment.camera_ids = [c for c in deployment.camera_ids if c != camera_id]
            deployment.revision += 1
    session.flush()
