"""Cameras: what was asked (`Camera`) and what is (`CameraStatus`)."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store import deployments, messages, placements
from serving.store.errors import NotFoundError, StaleError
from serving.store.models import Camera, CameraStatus, new_id, now


def desired(session: Session) -> list[Camera]:
    """Every camera that should run."""
    return list(session.scalars(select(Camera).where(Camera.enabled).order_by(Camera.id)))


def all_of(session: Session) -> list[Camera]:
    """Every camera, running or not."""
    return list(session.scalars(select(Camera).order_by(Camera.id)))


def page(session: Session, *, after: str | None, limit: int) -> list[Camera]:
    """The next cameras by id, oldest first."""
    query = select(Camera).order_by(Camera.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Camera.id > after)))


def get(session: Session, camera_id: str) -> Camera:
    """One camera; raises NotFoundError."""
    camera = session.get(Camera, camera_id)
    if camera is None:
        raise NotFoundError(f"there is no camera {camera_id!r}; GET /api/v1/cameras lists them")
    return camera


def unknown(session: Session, camera_ids: list[str]) -> list[str]:
    """Those of the ids that no camera has."""
    known = set(session.scalars(select(Camera.id)))
    return [camera_id for camera_id in camera_ids if camera_id not in known]


def create(session: Session, camera: Camera) -> Camera:
    """Store a new camera; its stream starts when the supervisor next looks."""
    session.add(camera)
    session.flush()
    session.add(CameraStatus(camera_id=camera.id))
    session.flush()
    return camera


def update(session: Session, camera_id: str, revision: int | None, **fields: Any) -> Camera:
    """Change a camera.

    Raises:
        NotFoundError: No such camera.
        StaleError: It is no longer at `revision`; None changes whatever is there.
    """
    camera = session.get(Camera, camera_id, with_for_update=True)
    if camera is None:
        return get(session, camera_id)
    if revision is not None and camera.revision != revision:
        raise StaleError(
            f"camera {camera_id} is at revision {camera.revision}, not {revision}: "
            "somebody changed it meanwhile; read it again and repeat the change"
        )
    moved = "division" in fields and fields["division"] != camera.division
    for name, value in fields.items():
        setattr(camera, name, value)
    camera.revision += 1
    session.flush()
    if moved:
        deployments.camera_moved(session, camera_id)
    return camera


def delete(session: Session, camera_id: str) -> None:
    """Forget a camera and take it out of every deployment; its events stay."""
    camera = get(session, camera_id)
    deployments.forget_camera(session, camera_id)
    if (observed := status(session, camera_id)) is not None:
        session.delete(observed)
        session.flush()
    session.delete(camera)
    session.flush()


def known(session: Session, camera_ids: Collection[str]) -> set[str]:
    """Those of these ids that are cameras."""
    return set(session.scalars(select(Camera.id).where(Camera.id.in_(camera_ids))))


def status(session: Session, camera_id: str) -> CameraStatus | None:
    """What was last observed; None before the first look."""
    return session.get(CameraStatus, camera_id)


def statuses(session: Session, camera_ids: list[str]) -> dict[str, CameraStatus]:
    """What was last observed of each of these cameras."""
    rows = session.scalars(select(CameraStatus).where(CameraStatus.camera_id.in_(camera_ids)))
    return {row.camera_id: row for row in rows}


def observe(
    session: Session, camera_id: str, *, generation: int | None = None, **fields: Any
) -> bool:
    """Note what a pipeline sees; tells the outside when `state` or `reason` changed.

    Args:
        session: An open transaction.
        camera_id: Whose.
        generation: Of the placement under which it was seen; None: it counts whatever it is.
        fields: Columns of `CameraStatus`; those not named stay as they are.

    Returns:
        False if nothing was noted: the camera was deleted, or runs elsewhere by now.
    """
    camera = session.get(Camera, camera_id)
    if camera is None or placements.is_stale(session, camera_id, generation):
        return False
    row = session.get(CameraStatus, camera_id, with_for_update=True)
    if row is None:
        row = CameraStatus(camera_id=camera_id, state="registered")
        session.add(row)
    before = (row.state, row.reason)
    for name, value in fields.items():
        setattr(row, name, value)
    row.heartbeat_at = now()
    if (row.state, row.reason) == before:
        return True
    row.since = fields.get("since", row.heartbeat_at)
    messages.append(
        session,
        message_id=new_id(),
        kind="longan.camera.state_changed",
        subject=camera_id,
        data={
            "camera": {"id": camera_id, "name": camera.name, "division": camera.division},
            "state": row.state,
            "reason": row.reason,
            "message": row.message,
            "since": messages.rfc3339(row.since),
        },
    )
    return True
