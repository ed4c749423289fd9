"""Which versions a node cannot load, and why; written by its pipeline."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from serving.store.models import ModelFailure, Node, now


def record(session: Session, node_id: str, name: str, version: str, message: str | None) -> None:
    """Note why a version does not load on a node; None: it does."""
    if message is None:
        key = ModelFailure.node_id == node_id, ModelFailure.name == name
        session.execute(delete(ModelFailure).where(*key, ModelFailure.version == version))
        return
    session.merge(
        ModelFailure(node_id=node_id, name=name, version=version, message=message, failed_at=now())
    )
    session.flush()


def of_version(session: Session, name: str, version: str) -> list[tuple[Node, ModelFailure]]:
    """Nodes that are alive and cannot load a version, by the node's name."""
    query = (
        select(Node, ModelFailure)
        .join(ModelFailure, ModelFailure.node_id == Node.id)
        .where(ModelFailure.name == name, ModelFailure.version == version, Node.state == "alive")
    )
    return [(node, row) for node, row in session.execute(query.order_by(Node.name, Node.id))]
