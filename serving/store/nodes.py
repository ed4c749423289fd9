"""Nodes: the machines that run cameras, what they are and how busy they are."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError
from serving.store.models import ModelStatus, Node, now

FORGOTTEN_AFTER = timedelta(days=1)
"""A node that is gone for so long does not come back under its old id."""


def known(session: Session) -> list[Node]:
    """Every node, those that are gone included, by name."""
    return list(session.scalars(select(Node).order_by(Node.name, Node.id)))


def get(session: Session, node_id: str) -> Node:
    """One node; raises NotFoundError."""
    node = session.get(Node, node_id)
    if node is None:
        raise NotFoundError(f"there is no node {node_id!r}; GET /api/v1/nodes lists them")
    return node


def is_known(session: Session, node_id: str) -> bool:
    return session.get(Node, node_id) is not None


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


def want_restart(session: Session, node_id: str) -> Node:
    """Have a fresh pipeline process take over from the running one; raises NotFoundError."""
    node = get(session, node_id)
    node.restart_wanted_at = now()
    session.flush()
    return node


def forget_gone(session: Session) -> None:
    """Drop the nodes that have been gone for `FORGOTTEN_AFTER`, and what was measured there."""
    gone = list(
        session.scalars(
            select(Node.id).where(Node.state == "gone", Node.heartbeat_at < now() - FORGOTTEN_AFTER)
        )
    )
    session.execute(delete(ModelStatus).where(ModelStatus.node_id.in_(gone)))
    session.execute(delete(Node).where(Node.id.in_(gone)))
