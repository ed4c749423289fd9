"""Placements: which node runs which camera, and since when.

Every move has a number, the *generation*. A node that was cut off goes on for a while with
cameras that run elsewhere by now; by their generation its words are told from the new node's.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from serving.store.models import Camera, Placement, now


def known(session: Session) -> dict[str, Placement]:
    """The placement of every placed camera, by camera id; disabled ones included."""
    return {row.camera_id: row for row in session.scalars(select(Placement))}


def node_of(session: Session) -> dict[str, str]:
    """The node of every placed camera, by camera id."""
    return {row.camera_id: row.node_id for row in session.scalars(select(Placement))}


def move(session: Session, camera_id: str, node_id: str) -> Placement:
    """Give a camera to a node, or to a fresh process on the same node; the generation rises."""
    row = session.get(Placement, camera_id, with_for_update=True)
    if row is None:
        row = Placement(camera_id=camera_id, node_id=node_id, generation=1, since=now())
        session.add(row)
    else:
        row.node_id, row.generation, row.since = node_id, row.generation + 1, now()
    session.flush()
    return row


def is_stale(
    session: Session, camera_id: str, generation: int | None, at: datetime | None = None
) -> bool:
    """Whether the camera had moved on already.

    Args:
        session: An open transaction.
        camera_id: Whose.
        generation: Of the placement under which something was seen; None: nobody knows, and
            then it counts.
        at: When it was seen. None: now.
    """
    if generation is None:
        return False
    placement = session.get(Placement, camera_id)
    if placement is None or generation >= placement.generation:
        return False
    return at is None or at > placement.since


def forget_deleted(session: Session) -> None:
    """Drop the placements of cameras that are no more.

    Disabled cameras keep theirs: their generation must not start again at 1.
    """
    session.execute(delete(Placement).where(Placement.camera_id.not_in(select(Camera.id))))
