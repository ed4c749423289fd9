"""Saved views of the video wall."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.deployments import fits, where
from serving.store.errors import NotFoundError, StaleError
from serving.store.models import Camera
from serving.store.wall_models import WallView


def page(session: Session, *, after: str | None, limit: int) -> list[WallView]:
    """The next views by id, oldest first."""
    query = select(WallView).order_by(WallView.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(WallView.id > after)))


def get(session: Session, view_id: str, *, lock: bool = False) -> WallView:
    """One view; raises NotFoundError."""
    view = session.get(WallView, view_id, with_for_update=lock or None)
    if view is None:
        raise NotFoundError(f"there is no view {view_id!r}; GET /api/v1/wall-views lists them")
    return view


def create(session: Session, view: WallView) -> WallView:
    """Store a new view."""
    view.division = where(session, view.camera_ids or (), view.selector)
    session.add(view)
    session.flush()
    return view


def update(session: Session, view_id: str, revision: int | None, **fields: Any) -> WallView:
    """Change a view.

    Raises:
        NotFoundError: No such view.
        StaleError: It is no longer at `revision`; None changes whatever is there.
    """
    view = get(session, view_id, lock=True)
    if revision is not None and view.revision != revision:
        raise StaleError(
            f"view {view_id} is at revision {view.revision}, not {revision}: "
            "somebody changed it meanwhile; read it again and repeat the change"
        )
    for name, value in fields.items():
        setattr(view, name, value)
    view.division = where(session, view.camera_ids or (), view.selector)
    view.revision += 1
    session.flush()
    return view


def delete(session: Session, view_id: str) -> None:
    """Forget a view; its cameras stay. Raises NotFoundError."""
    session.delete(get(session, view_id, lock=True))
    session.flush()


def shown(view: WallView, cameras: Sequence[Camera]) -> list[str]:
    """Ids of the cameras that a view shows: those it names, then those it selects, each once.

    Args:
        view: Whose.
        cameras: All there are; what the view names and is gone is left out.
    """
    known = {camera.id for camera in cameras}
    named = [camera_id for camera_id in view.camera_ids if camera_id in known]
    if view.selector is None:
        return named
    selected = [camera.id for camera in cameras if fits(view.selector, camera)]
    return list(dict.fromkeys([*named, *selected]))
