"""Algorithms, their versions, and the aliases that say which one is used."""

import json
import tempfile
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from pydantic import JsonValue
from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from serving.api.body_limit import MIB
from serving.api.context import Caller, Configured, Id, Registered, Stored
from serving.api.documents import Document, Note, Order, Word
from serving.api.etag import ExpectedRevision, etag
from serving.registry import bundle
from serving.registry.model_file import model_file
from serving.registry.registering import Registry, signed
from serving.registry.statement import Provenance, SignatureError, opened, verify
from serving.store import algorithms, model_failures, model_status
from serving.store.errors import ConflictError
from serving.store.models import AlgorithmAlias, AlgorithmVersion

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


class StateDocument(Document):
    """Whether a version may be used, and who decided it."""

    state: str
    """`approved`; `retired`: what runs goes on, nothing new may use it; `revoked`: nothing runs it,
    for good."""

    reason: str | None
    changed_by: str
    changed_at: datetime
    revision: int


class StateOrder(Order):
    """What shall become of a version."""

    state: Literal["approved", "retired", "revoked"]
    reason: Note
    """Everybody who asks for the version is told."""


class FailureDocument(Document):
    """Why a node cannot load a version."""

    node_id: str
    node: str
    message: str
    failed_at: datetime


class AlgorithmVersionDocument(Document):
    """A version; nothing of it but its state ever changes."""

    name: str
    version: str
    state: str
    """`approved`, `retired` or `revoked`."""

    state_reason: str | None
    """Why it was retired or revoked."""

    origin: str
    """`shipped` with the platform, `submitted` by a team or `imported` from another platform."""

    sha256: str
    """Of the model file."""

    manifest: AlgorithmManifest
    provenance: Provenance | None
    """Where it comes from, as signed; null where it is not signed, or not by this platform."""

    signed_by: str | None
    """Id of the key; `GET /signing-keys` has it."""

    engines: list[EngineDocument]
    """One for each node that has loaded it."""

    failures: list[FailureDocument]
    """One for each node that could not."""

    created_at: datetime


class AliasDocument(Document):
    """Which version an alias stands for."""

    alias: str
    version: str
    revision: int


class AliasMoveDocument(Document):
    """What an alias was moved to."""

    version: str
    revision: int
    moved_by: str
    """Name of the token that was used, or `platform`."""

    moved_at: datetime


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
def list_versions(name: Id, store: Stored, registry: Registered) -> list[AlgorithmVersionDocument]:
    """All versions, newest first."""
    with store.read() as session:
        return [_version(session, row, registry) for row in algorithms.versions(session, name)]


@router.get("/{name}/versions/{version}")
def get_version(
    name: Id, version: Id, store: Stored, registry: Registered
) -> AlgorithmVersionDocument:
    """One version with its manifest, its provenance and the engines that run it."""
    with store.read() as session:
        return _version(session, algorithms.get(session, name, version), registry)


@router.get("/{name}/versions/{version}/state")
def get_state(name: Id, version: Id, store: Stored, response: Response) -> StateDocument:
    """Whether a version may be used; its ETag is for changing that."""
    with store.read() as session:
        return _state(algorithms.get(session, name, version), response)


@router.put("/{name}/versions/{version}/state")
def set_state(
    name: Id,
    version: Id,
    order: StateOrder,
    revision: ExpectedRevision,
    store: Stored,
    caller: Caller,
    response: Response,
) -> StateDocument:
    """Retire a version, bring it back, or revoke it: it then stops everywhere within seconds."""
    with store.write() as session:
        row = algorithms.set_state(
            session, name, version, order.state, order.reason, revision, caller.name
        )
        return _state(row, response)


@router.get("/{name}/versions/{version}/statement")
def get_statement(name: Id, version: Id, store: Stored) -> dict[str, JsonValue]:
    """The signed statement: in-toto's shape, in a DSSE envelope."""
    with store.read() as session:
        return json.loads(_envelope(algorithms.get(session, name, version)))


@router.get(
    "/{name}/versions/{version}/bundle",
    response_class=StreamingResponse,
    responses={200: {"content": {bundle.MEDIA_TYPE: {}}}},
)
def get_bundle(
    name: Id, version: Id, store: Stored, settings: Configured, registry: Registered
) -> StreamingResponse:
    """The version in one file, for another platform: POST /algorithm-imports takes it."""
    with store.read() as session:
        row = algorithms.get(session, name, version)
    if row.state == "revoked":
        raise algorithms.revoked(row)
    envelope, model = _envelope(row), model_file(row, settings)
    try:
        statement = verify(signed(row), model, registry.own)
    except SignatureError as error:
        raise ConflictError(str(error)) from error
    report = statement.predicate.report
    packed = tempfile.TemporaryFile()  # noqa: SIM115  closed when the answer has been sent
    bundle.pack(packed, model, signed(row).manifest, envelope, report)
    size = packed.tell()
    packed.seek(0)
    return StreamingResponse(
        _chunks(packed),
        media_type=bundle.MEDIA_TYPE,
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{name}-{version}.longan"',
        },
    )


@router.get("/{name}/aliases")
def list_aliases(name: Id, store: Stored) -> list[AliasDocument]:
    """Every alias of an algorithm."""
    with store.read() as session:
        rows = [algorithms.alias(session, name, a) for a in algorithms.aliases(session, name)]
    return [_alias(row) for row in rows]


@router.get("/{name}/aliases/{alias}")
def get_alias(name: Id, alias: Alias, store: Stored, response: Response) -> AliasDocument:
    """Which version an alias stands for; its ETag is for moving it."""
    with store.read() as session:
        row = algorithms.alias(session, name, alias)
    response.headers["ETag"] = etag(row.revision)
    return _alias(row)


@router.get("/{name}/aliases/{alias}/moves")
def list_alias_moves(name: Id, alias: Alias, store: Stored) -> list[AliasMoveDocument]:
    """Everything an alias has stood for, newest first."""
    with store.read() as session:
        algorithms.alias(session, name, alias)
        return [
            AliasMoveDocument(
                version=move.version,
                revision=move.revision,
                moved_by=move.moved_by,
                moved_at=move.moved_at,
            )
            for move in algorithms.alias_moves(session, name, alias)
        ]


@router.put("/{name}/aliases/{alias}", status_code=HTTPStatus.OK)
def set_alias(
    name: Id,
    alias: Alias,
    order: AliasOrder,
    revision: ExpectedRevision,
    store: Stored,
    caller: Caller,
    response: Response,
) -> AliasDocument:
    """Let an alias stand for an approved version; what runs follows within seconds.

    `If-Match: "0"` makes one that is not there yet.
    """
    with store.write() as session:
        row = algorithms.set_alias(session, name, alias, order.version, revision, caller.name)
    response.headers["ETag"] = etag(row.revision)
    return _alias(row)


def _alias(row: AlgorithmAlias) -> AliasDocument:
    return AliasDocument(alias=row.alias, version=row.version, revision=row.revision)


def _state(row: AlgorithmVersion, response: Response) -> StateDocument:
    response.headers["ETag"] = etag(row.revision)
    return StateDocument(
        state=row.state,
        reason=row.state_reason,
        changed_by=row.state_by,
        changed_at=row.state_at,
        revision=row.revision,
    )


def _envelope(row: AlgorithmVersion) -> str:
    if row.envelope is None:
        raise ConflictError(f"{row.name}@{row.version} was never signed; submit it again")
    return row.envelope


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(MIB):
            yield chunk


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


def _version(
    session: Session, row: AlgorithmVersion, registry: Registry
) -> AlgorithmVersionDocument:
    provenance, signed_by = _signature(row, registry)
    return AlgorithmVersionDocument(
        name=row.name,
        version=row.version,
        state=row.state,
        state_reason=row.state_reason,
        origin=row.origin,
        sha256=row.sha256,
        manifest=AlgorithmManifest.model_validate(row.manifest),
        provenance=provenance,
        signed_by=signed_by,
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
        failures=[
            FailureDocument(
                node_id=node.id,
                node=node.name,
                message=failure.message,
                failed_at=failure.failed_at,
            )
            for node, failure in model_failures.of_version(session, row.name, row.version)
        ],
        created_at=row.created_at,
    )


def _signature(row: AlgorithmVersion, registry: Registry) -> tuple[Provenance | None, str | None]:
    try:
        statement, signer = opened(row.envelope or "", registry.own)
    except SignatureError:
        return None, None
    return statement.predicate, signer
