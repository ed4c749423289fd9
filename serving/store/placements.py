"""Placements: which node runs which camera."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.models import Placement


def node_of(session: Session) -> dict[str, str]:
    """The node of every placed camera, by camera id."""
    rows = session.execute(select(Placement.camera_id, Placement.node_id))
    return {camera_id: node_id for camera_id, node_id in rows}
