"""Placements: which node runs which camera."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.models import Placement


def node_of(session: Session) -> dict[str, str]:
    """The node of every placed camera, by camera id."""
    return {row.camera_id: row.node_id for row in session.scalars(select(Placement))}
