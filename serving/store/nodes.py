"""Nodes: the machines that run cameras, what they are and how busy they are."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError
from serving.store.models import Node, now


def known(session: Session) -> list[Node]:
    """Every node, those that are gone included, by name."""
    return list(session.scalars(select(Node).order_by(Node.name, Node.id)))


def get(session: Session, node_id: str) -> Node:
    """One node; raises NotFoundError."""
    node = session.get(Node, node_id)
    if node is None:
        raise NotFoundError(f"there is no node {node_id!r}; GET /api/v1/nodes lists them")
    return node


def observe(session: Session, node_id: str, **fields: Any) -> None:
    """Note what a node is or how busy it is; one that nobody knew is added.

    Args:
        session: An open transaction.
        node_id: Ray's.
        fields: Columns of `Node`; those not named stay as they are. A new node needs its `name`.
    """
    node = session.get(Node, node_id, with_for_update=True)
    if node is None:
        node = Node(id=node_id)
        session.add(node)
    for name, value in fields.items():
        setattr(node, name, value)
    node.heartbeat_at = now()
    session.flush()


def set_drained(session: Session, node_id: str, drained: bool) -> Node:
    """Let a node give up its cameras, or take some again; raises NotFoundError."""
    node = get(session, node_id)
    node.drained = drained
    session.flush()
    return node
