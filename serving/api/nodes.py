"""Nodes: the machines that run cameras, and how much more they can carry."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import JsonValue
from sqlalchemy.orm import Session

from serving.api.capacity import Prices, asks
from serving.api.context import Id, Stored
from serving.api.documents import Document, Order
from serving.inference.capacity import usable_cores
from serving.store import nodes, placements
from serving.store.models import Node

router = APIRouter(prefix="/nodes", tags=["nodes"])


class NodeSpec(Document):
    """What was asked."""

    drained: bool
    """It takes no cameras and gives up those it has."""


class NodeStatusDocument(Document):
    """What is."""

    state: str
    """`alive` or `gone`."""

    lanes: int
    """Pictures analysed at the same time; each lane counts as one core."""

    gpus: float
    busy: float | None
    """Share of the lanes' time spent working, 0–1."""

    shed: str | None
    """What it gives up because it has too much work: `idle_rate`, `decoding` or `rate`."""

    load: dict[str, JsonValue]
    """Details for operators."""

    cameras: int
    planned_cores: float
    """What the deployments ask of it; models that nobody has measured yet are not in it."""

    usable_cores: float
    """What it may be asked for."""

    heartbeat_at: datetime


class NodeDocument(Document):
    """A machine that runs cameras."""

    id: str
    name: str
    labels: dict[str, JsonValue]
    spec: NodeSpec
    status: NodeStatusDocument
    created_at: datetime


class NodeChange(Order):
    """What changes."""

    drained: bool
    """True: it takes no cameras and gives up those it has."""


@router.get("")
def list_nodes(store: Stored) -> list[NodeDocument]:
    """All nodes by name, those that are gone included."""
    with store.read() as session:
        return _documents(session, nodes.known(session))


@router.get("/{node_id}")
def get_node(node_id: Id, store: Stored) -> NodeDocument:
    """One node."""
    with store.read() as session:
        return _documents(session, [nodes.get(session, node_id)])[0]


@router.patch("/{node_id}")
def change_node(node_id: Id, change: NodeChange, store: Stored) -> NodeDocument:
    """Drain a node before work on it, or let it take cameras again; they move within seconds."""
    with store.write() as session:
        node = nodes.set_drained(session, node_id, change.drained)
        return _documents(session, [node])[0]


def _documents(session: Session, rows: list[Node]) -> list[NodeDocument]:
    prices, asked = Prices(session), asks(session)
    planned: dict[str, list[float]] = {}
    for camera_id, node_id in placements.node_of(session).items():
        if (ask := asked.get(camera_id)) is not None:
            planned.setdefault(node_id, []).append(prices.demand(ask, node_id).cores)
    return [_document(row, planned.get(row.id, [])) for row in rows]


def _document(node: Node, planned: list[float]) -> NodeDocument:
    return NodeDocument(
        id=node.id,
        name=node.name,
        labels=node.labels,
        spec=NodeSpec(drained=node.drained),
        status=NodeStatusDocument(
            state=node.state,
            lanes=node.lanes,
            gpus=node.gpus,
            busy=node.busy,
            shed=node.shed,
            load=node.load,
            cameras=len(planned),
            planned_cores=round(sum(planned), 2),
            usable_cores=round(usable_cores([node.lanes]), 2),
            heartbeat_at=node.heartbeat_at,
        ),
        created_at=node.created_at,
    )
