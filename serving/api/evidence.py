"""Evidence: masked for everybody, originals for the few who say why, and how long it is kept."""

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from serving.access import acting
from serving.api.asking import Asked, Asking
from serving.api.clip_masking import masked
from serving.api.context import Archived, Caller, Id, Stored
from serving.api.documents import Document, Order
from serving.api.etag import etag
from serving.api.headers import FOR_EVER
from serving.api.kept_file import kept_file
from serving.api.problems import ProblemError
from serving.api.signed_links import signed
from serving.events.evidence import JPEG, read_private, sights_file
from serving.events.overlay import with_overlay
from serving.store import Store, audit, events
from serving.store import evidence as stored
from serving.store.archive import Archive
from serving.store.errors import NotFoundError
from serving.store.models import Evidence, EvidenceAudit, EvidenceHold, now

router = APIRouter(prefix="/events/{event_id}", tags=["evidence"])

Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=5, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
"""Why, in words that another person understands."""

AskedReason = Annotated[Reason, Query(description="Why; it is written into the audit.")]

FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/*", "video/mp4")
        }
    }
}


class HoldOrder(Order):
    """Why evidence must not be removed."""

    reason: Reason


class HoldDocument(Document):
    """Evidence of this event is kept whatever its age."""

    event_id: str
    reason: str
    placed_by: str
    """Name of the token."""

    placed_at: datetime


class LinkOrder(Order):
    """A link for somebody who does not sign in, such as the ticket system of a unit."""

    expires_in_s: Annotated[int, Field(ge=60, le=7 * 86400)] = 3600
    """The link ends after so long."""


class LinkDocument(Document):
    """Opens one masked picture or clip to whoever has it."""

    url: str
    """To be put behind the platform's own address."""

    expires_at: datetime


class AuditDocument(Document):
    """Somebody opened an original, or placed or released a hold."""

    id: str
    action: str
    """`opened`, `replayed` (models saw it, no person), `held` or `released`."""

    kind: str | None
    """Which original."""

    sha256: str | None
    reason: str
    token_id: str
    token_name: str
    at: datetime


class AuditDocuments(Document):
    """Oldest first."""

    items: list[AuditDocument]


@router.get("/evidence/{kind}", response_class=FileResponse, responses=FILES)
def get_evidence(
    event_id: Id,
    kind: Id,
    store: Stored,
    archive: Archived,
    asking: Asked,
    request: Request,
    overlay: Annotated[
        bool, Query(description="Draw what the rule saw, and its zone, over the snapshot.")
    ] = False,
) -> Response:
    """A picture or clip of an event, with faces and plates masked; it never changes.

    A clip is masked when it is asked for the first time, which takes about as long as it lasts; 503
    if the models that look for faces are busy.
    """
    if overlay and kind != "snapshot":
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"overlay: only the snapshot has one, {kind} was asked for; leave it out",
        )
    row, file = shown(store, archive, asking, event_id, kind)
    headers = {"ETag": etag(row.sha256 or ""), "Cache-Control": FOR_EVER}
    try:
        if not overlay:
            return kept_file(archive, file, request, row.media_type, headers)
        picture = b"".join(archive.read(file))
    except FileNotFoundError as error:
        raise _missing(row) from error
    with store.read() as session:
        event = events.get(session, event_id)
    try:
        drawn = with_overlay(picture, event.objects, event.zone_outline)
    except ValueError as error:
        raise ProblemError(HTTPStatus.CONFLICT, f"nothing can be drawn: {error}") from error
    return Response(drawn, media_type=JPEG)


@router.post("/evidence/{kind}/links", status_code=HTTPStatus.CREATED)
def create_link(
    event_id: Id, kind: Id, order: LinkOrder, store: Stored, caller: Caller
) -> LinkDocument:
    """Make a link to a masked picture or clip that needs no token and ends; it is written down.

    It ends before its time only with the keys of the platform (`longan secrets`).
    """
    until = (now() + timedelta(seconds=order.expires_in_s)).replace(microsecond=0)
    path = f"/api/v1/events/{event_id}/evidence/{kind}"
    with store.write() as session:
        row = events.evidence(session, event_id, kind)
        if row.removed_at is not None:
            raise _gone(row, row.removed_at)
        request = acting()
        audit.append(
            session,
            actor=(caller.kind, caller.id, caller.name),
            action="evidence.linked",
            thing=f"POST {path}/links",
            address="" if request is None else request.address,
            detail={"until": until.isoformat()},
        )
    return LinkDocument(url=signed(path, until), expires_at=until)


@router.get("/evidence/{kind}/original", response_class=FileResponse, responses=FILES)
def open_original(
    event_id: Id,
    kind: Id,
    reason: AskedReason,
    store: Stored,
    archive: Archived,
    caller: Caller,
    request: Request,
) -> Response:
    """The unmasked original (right `evidence.originals`); who opened it and why is written down."""
    with store.read() as session:
        row = events.evidence(session, event_id, kind)
    if row.original_sha256 is None:
        raise NotFoundError(f"{kind} of event {event_id} has no original: it was never masked")
    if row.original_removed_at is not None:
        raise _gone(row, row.original_removed_at)
    file = _file(archive.originals_dir, row)
    if row.kind == "clip":
        _refuse_private(archive, event_id, file)
    hashed = hashlib.sha256()
    try:
        for piece in archive.read(file):
            hashed.update(piece)
    except FileNotFoundError as error:
        raise _missing(row) from error
    digest = hashed.hexdigest()
    if digest != row.original_sha256:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            f"The original {kind} of event {event_id} is not the file that was recorded: expected "
            f"SHA-256 {row.original_sha256}, got {digest}. Restore it from a backup.",
        )
    with store.write() as session:
        stored.audit(session, event_id, "opened", reason, caller, original=row)
    return kept_file(archive, file, request, row.media_type)


@router.get("/audit-records")
def list_audit_records(event_id: Id, store: Stored) -> AuditDocuments:
    """Who opened originals of this event, placed or released a hold, and why."""
    with store.read() as session:
        events.get(session, event_id)
        records = stored.audit_of(session, event_id)
    return AuditDocuments(items=[_audit_document(record) for record in records])


@router.get("/hold")
def get_hold(event_id: Id, store: Stored) -> HoldDocument:
    """Why the evidence of this event is kept whatever its age; 404 if it is not on hold."""
    with store.read() as session:
        return _hold_document(stored.get_hold(session, event_id))


@router.put("/hold")
def place_hold(event_id: Id, order: HoldOrder, store: Stored, caller: Caller) -> HoldDocument:
    """Keep the evidence of this event, originals included, until the hold is released."""
    with store.write() as session:
        return _hold_document(stored.hold(session, event_id, order.reason, caller))


@router.delete("/hold", status_code=HTTPStatus.NO_CONTENT)
def release_hold(event_id: Id, reason: AskedReason, store: Stored, caller: Caller) -> None:
    """Let the evidence end as its age says."""
    with store.write() as session:
        stored.release(session, event_id, reason, caller)


def shown(
    store: Store, archive: Archive, asking: Asking, event_id: str, kind: str
) -> tuple[Evidence, Path]:
    """What everybody may see of this evidence; a clip is masked now if it is not yet.

    Returns:
        Its row, and where the archive keeps it.

    Raises:
        NotFoundError: There is none.
        ProblemError: It was removed, or cannot be masked now.
    """
    with store.read() as session:
        events.get(session, event_id)
        row = events.evidence(session, event_id, kind)
    if row.removed_at is not None:
        raise _gone(row, row.removed_at)
    if row.sha256 is None:
        row = masked(store, archive, asking, row)
    return row, _file(archive.evidence_dir, row)


def _file(root: Path, row: Evidence) -> Path:
    file = root / row.path
    if not file.resolve().is_relative_to(root.resolve()):
        raise _missing(row)
    return file


def _missing(row: Evidence) -> NotFoundError:
    return NotFoundError(
        f"the {row.kind} of event {row.event_id} is no longer in the evidence folder; "
        "it was removed, or the folder is not mounted"
    )


def _refuse_private(archive: Archive, event_id: str, clip: Path) -> None:
    """A clip is kept as it was recorded: only what is shown of it has its privacy areas black."""
    try:
        with archive.at_hand(sights_file(clip)) as (file,):
            private = read_private(file)
    except (OSError, ValueError) as error:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            f"What is private in the clip of event {event_id} is not known: its list of what was "
            "seen is gone or damaged. Restore it from a backup.",
        ) from error
    if private:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            f"The original clip of event {event_id} shows a privacy area of its camera, which "
            f"nobody may see; GET /api/v1/events/{event_id}/evidence/clip shows the masked one.",
        )


def _gone(row: Evidence, at: datetime) -> ProblemError:
    return ProblemError(
        HTTPStatus.GONE,
        f"The {row.kind} of event {row.event_id} was removed at {at.isoformat()}, as old as it was "
        "to become; its hash is in the event. A hold keeps evidence: PUT …/hold.",
    )


def _hold_document(row: EvidenceHold) -> HoldDocument:
    return HoldDocument(
        event_id=row.event_id,
        reason=row.reason,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
    )


def _audit_document(row: EvidenceAudit) -> AuditDocument:
    return AuditDocument(
        id=row.id,
        action=row.action,
        kind=row.kind,
        sha256=row.sha256,
        reason=row.reason,
        token_id=row.token_id,
        token_name=row.token_name,
        at=row.at,
    )
