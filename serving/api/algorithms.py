"""Algorithms, their versions, and the aliases that say which one is used."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import JsonValue
from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from serving.api.context import Id, Stored
from serving.api.documents import Document, Order, Word
from serving.api.etag import etag
from serving.store import algorithms, model_status
from serving.store.errors import NotFoundError
from serving.store.models import AlgorithmVersion

router = APIRouter(prefix="/algorithms", tags=["algorithms"])

Alias = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class AlgorithmDocument(Document):
    """An algorithm and what there is of it."""

    name: str
    title_zh: str
    title_en: str
    champion: str | None
    """The version that deployments use."""

    versions: list[str]
    """Newest first."""


class EngineDocument(Document):
    """What runs a version on one node, chosen there by measuring."""

    node_id: str
    node: str
    engine: str
    """Library, device and precision."""

    cpu_ms: float
    """Time one lane of the node takes for one picture."""

    candidates: list[dict[str, JsonValue]]
    """Every engine that was tried, with its figures."""

    measured_at: datetime


class AlgorithmVersionDocument(Document):
    """A version; it never changes."""

    name: str
    version: str
    state: str
    origin: str
    """`shipped` with the platform or `submitted` by a team."""

    sha256: str
    """Of the model file."""

    manifest: AlgorithmManifest
    engines: list[EngineDocument]
    """One for each node that has loaded it."""

    created_at: datetime


class AliasDocument(Document):
    """Which version an alias stands for."""

    alias: str
    version: str


class AliasOrder(Order):
    """Which version an alias shall stand for."""

    version: Word


@router.get("")
def list_algorithms(store: Stored) -> list[AlgorithmDocument]:
    """All algorithms by name."""
    with store.read() as session:
        return [_algorithm(session, name) for name in algorithms.names(session)]


@router.get("/{name}")
def get_algorithm(name: Id, store: Stored) -> AlgorithmDocument:
    """One algorithm."""
    with store.read() as session:
        return _algorithm(session, name)


@router.get("/{name}/versions")
def list_versions(name: Id, store: Stored) -> list[AlgorithmVersionDocument]:
    """All versions, newest first."""
    with store.read() as session:
        return [_version(session, row) for row in algorithms.versions(session, name)]


@router.get("/{name}/versions/{version}")
def get_version(name: Id, version: Id, store: Stored) -> AlgorithmVersionDocument:
    """One version with its manifest and the engines that run it."""
    with store.read() as session:
        return _version(session, algorithms.get(session, name, version))


@router.get("/{name}/aliases/{alias}")
def get_alias(name: Id, alias: Alias, store: Stored, response: Response) -> AliasDocument:
    """Which version an alias stands for."""
    with store.read() as session:
        version = algorithms.aliases(session, name).get(alias)
    if version is None:
        raise NotFoundError(
            f"{name!r} has no alias {alias!r}; PUT a version here to make it, "
            "GET /api/v1/algorithms lists what there is"
        )
    response.headers["ETag"] = etag(version)
    return AliasDocument(alias=alias, version=version)


@router.put("/{name}/aliases/{alias}", status_code=HTTPStatus.OK)
def set_alias(
    name: Id, alias: Alias, order: AliasOrder, store: Stored, response: Response
) -> AliasDocument:
    """Let an alias stand for a version; what runs follows within seconds."""
    with store.write() as session:
        algorithms.set_alias(session, name, alias, order.version)
    response.headers["ETag"] = etag(order.version)
    return AliasDocument(alias=alias, version=order.version)


def _algorithm(session: Session, name: str) -> AlgorithmDocument:
    rows = algorithms.versions(session, name)
    champion = algorithms.aliases(session, name).get(algorithms.CHAMPION)
    shown = next((row for row in rows if row.version == champion), rows[0])
    return AlgorithmDocument(
        name=name,
        title_zh=shown.manifest["title_zh"],
        title_en=shown.manifest["title_en"],
        champion=champion,
        versions=[row.version for row in rows],
    )


def _version(session: Session, row: AlgorithmVersion) -> AlgorithmVersionDocument:
    return AlgorithmVersionDocument(
        name=row.name,
        version=row.version,
        state=row.state,
        origin=row.origin,
        sha256=row.sha256,
        manifest=AlgorithmManifest.model_validate(row.manifest),
        engines=[
            EngineDocument(
                node_id=node.id,
                node=node.name,
                engine=status.engine,
                cpu_ms=status.cpu_ms,
                candidates=status.report.get("candidates", []),
                measured_at=status.measured_at,
            )
            for node, status in model_status.of_model(session, row.sha256)
        ],
        created_at=row.created_at,
    )
