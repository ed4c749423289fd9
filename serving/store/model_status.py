"""What each model costs on each node, as the node's own pipeline measured it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.models import ModelStatus, Node, now


def measured(session: Session) -> list[ModelStatus]:
    """Every measurement there is, those of nodes that are gone included."""
    return list(session.scalars(select(ModelStatus)))


def of_model(session: Session, sha256: str) -> list[tuple[Node, ModelStatus]]:
    """What a model costs on the nodes that are alive, by the node's name."""
    query = (
        select(Node, ModelStatus)
        .join(ModelStatus, ModelStatus.node_id == Node.id)
        .where(ModelStatus.sha256 == sha256, Node.state == "alive")
    )
    return [(node, status) for node, status in session.execute(query.order_by(Node.name, Node.id))]


def record(
    session: Session, node_id: str, sha256: str, engine: str, cpu_ms: float, report: dict[str, Any]
) -> None:
    """Note what a model costs; a later measurement takes the place of an earlier one.

    Args:
        session: An open transaction.
        node_id: Where it was measured.
        sha256: Of the model file.
        engine: Library, device and precision of the engine that was chosen.
        cpu_ms: Lane time of one picture.
        report: Every engine that was tried, with its figures.
    """
    session.merge(
        ModelStatus(
            node_id=node_id,
            sha256=sha256,
            engine=engine,
            cpu_ms=cpu_ms,
            report=report,
            measured_at=now(),
        )
    )
    session.flush()
