"""Deployments: which scenario looks through which cameras, and every revision of that."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios.dispatch import common, within
from serving.store.errors import NotFoundError, StaleError
from serving.store.models import Camera, Deployment, DeploymentRevision

SPEC = (
    "scenario",
    "algorithm",
    "camera_ids",
    "selector",
    "zones",
    "zones_by_camera",
    "schedule",
    "rule",
    "fps",
    "enabled",
)
"""The columns that somebody can set: what a revision is."""

PLATFORM = "platform"
"""Who changed it, where no person did."""


def active(session: Session) -> list[Deployment]:
    """Every deployment that should run."""
    query = select(Deployment).where(Deployment.enabled).order_by(Deployment.id)
    return list(session.scalars(query))


def by_camera(session: Session, cameras: Sequence[Camera]) -> dict[str, list[Deployment]]:
    """Which of the active deployments look through each of these cameras now."""
    found: dict[str, list[Deployment]] = {camera.id: [] for camera in cameras}
    for deployment in active(session):
        for camera_id in chosen(deployment, cameras):
            if camera_id in found:
                found[camera_id].append(deployment)
    return found


def chosen(deployment: Deployment, cameras: Sequence[Camera]) -> list[str]:
    """The ids of a deployment's cameras; a selector chooses among `cameras`."""
    if deployment.selector is None:
        return deployment.camera_ids
    return [camera.id for camera in cameras if fits(deployment.selector, camera)]


def shapes(deployment: Deployment, camera_id: str | None) -> list[Any]:
    """What is drawn for a camera, or for any that has nothing of its own."""
    return deployment.zones_by_camera.get(camera_id or "", deployment.zones)


def fps(camera: Camera, watching: Iterable[Deployment]) -> float:
    """Pictures a second that a camera is analysed at: the most that a deployment wants of it."""
    wanted = [d.fps or camera.analysed_fps for d in watching]
    return max(wanted, default=camera.analysed_fps)


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


def create(session: Session, deployment: Deployment, by: str = PLATFORM) -> Deployment:
    """Store a new deployment; the pipelines take it up when they next look."""
    session.add(deployment)
    _place(session, deployment)
    session.flush()
    _remember(session, deployment, by)
    return deployment


def update(
    session: Session,
    deployment_id: str,
    revision: int | None,
    by: str = PLATFORM,
    **fields: Any,
) -> Deployment:
    """Change a deployment, which makes a new revision of it.

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
    _change(session, deployment, by, fields)
    return deployment


def delete(session: Session, deployment_id: str) -> None:
    """Stop it for good; its events and revisions stay."""
    session.delete(get(session, deployment_id))
    session.flush()


def forget_camera(session: Session, camera_id: str) -> None:
    """Take a camera out of every deployment that names it."""
    for deployment in session.scalars(select(Deployment).with_for_update()):
        drawn = {c: z for c, z in deployment.zones_by_camera.items() if c != camera_id}
        named = [c for c in deployment.camera_ids if c != camera_id]
        if named != deployment.camera_ids or drawn != deployment.zones_by_camera:
            _change(session, deployment, PLATFORM, {"camera_ids": named, "zones_by_camera": drawn})


def camera_moved(session: Session, camera_id: str) -> None:
    """A camera lies in another division now, and so may the deployments that name it."""
    for deployment in session.scalars(select(Deployment)):
        if camera_id in deployment.camera_ids:
            _place(session, deployment)


def revisions(session: Session, deployment_id: str) -> list[DeploymentRevision]:
    """What a deployment was, newest first, also of one that was deleted.

    Raises:
        NotFoundError: There never was such a deployment.
    """
    query = (
        select(DeploymentRevision)
        .where(DeploymentRevision.deployment_id == deployment_id)
        .order_by(DeploymentRevision.revision.desc())
    )
    rows = list(session.scalars(query))
    if not rows:
        get(session, deployment_id)
    return rows


def at_revision(session: Session, deployment_id: str, revision: int) -> Deployment:
    """A deployment as it was, apart from the session.

    Raises:
        NotFoundError: No such deployment, or no such revision of it.
    """
    row = session.get(DeploymentRevision, (deployment_id, revision))
    if row is None:
        there = ", ".join(str(r.revision) for r in revisions(session, deployment_id)[:20])
        raise NotFoundError(
            f"deployment {deployment_id} has no revision {revision}; it has {there}"
        )
    return Deployment(id=deployment_id, revision=revision, **row.spec)


def _change(session: Session, deployment: Deployment, by: str, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(deployment, name, value)
    _place(session, deployment)
    deployment.revision += 1
    session.flush()
    _remember(session, deployment, by)


def _remember(session: Session, deployment: Deployment, by: str) -> None:
    session.add(
        DeploymentRevision(
            deployment_id=deployment.id,
            revision=deployment.revision,
            spec={name: getattr(deployment, name) for name in SPEC},
            created_by=by,
        )
    )
    session.flush()


def where(
    session: Session, camera_ids: Sequence[str], selector: Mapping[str, Any] | None
) -> str | None:
    """The lowest division that holds all these cameras; None: the whole city."""
    divisions = [] if selector is None else [selector["division"]]
    asked = select(Camera.id, Camera.division).where(Camera.id.in_(camera_ids))
    with session.no_autoflush:  # nothing is written before its place is known
        found = session.execute(asked).all()
    divisions += [row.division for row in found]
    # A camera that this session may not see may be anywhere.
    known = len(found) == len(set(camera_ids)) and None not in divisions
    return common(divisions) if known else None


def _place(session: Session, deployment: Deployment) -> None:
    named = deployment.camera_ids or ()  # None until a new row has its defaults
    deployment.division = where(session, named, deployment.selector)


def fits(selector: Mapping[str, Any], camera: Camera) -> bool:
    """Whether a selector (`{"division", "tags"}`) chooses a camera."""
    division: str | None = selector["division"]
    return (division is None or within(camera.division, division)) and set(selector["tags"]) <= set(
        camera.tags
    )
