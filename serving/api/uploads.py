"""Handing in a large file over a line that breaks: the tus protocol, version 1.0.0.

Core with the extensions creation, expiration and termination (https://tus.io/protocols).
"""

import asyncio
import base64
import binascii
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated, Any, cast

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from serving.api.context import Caller, Id
from serving.api.documents import Document
from serving.api.problems import MEDIA_TYPE, ProblemError
from serving.api.receiving import KEPT_FOR, RESUMABLE, VERSION, Announced, Uploads, conflict

OFFSET_BYTES = "application/offset+octet-stream"

SILENCE_S = 60.0
"""A connection that sends nothing for so long is closed; what came is kept."""


async def _uploads(request: Request) -> Uploads:
    return cast("Uploads", request.app.state.uploads)


async def _speaks_tus(tus_resumable: Annotated[str | None, Header()] = None) -> None:
    if tus_resumable != VERSION:
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED,
            f"Tus-Resumable: expected {VERSION}, got {tus_resumable or 'nothing'}.",
            headers={"Tus-Version": VERSION},
        )


Uploading = Annotated[Uploads, Depends(_uploads)]
_TUS = [Depends(_speaks_tus)]
_NO_ROOM: dict[int | str, dict[str, Any]] = {
    507: {
        "description": "The disk has no room for this",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
_BYTES = {
    "requestBody": {
        "required": True,
        "content": {OFFSET_BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = APIRouter(prefix="/uploads", tags=["algorithms"])


class UploadDocument(Document):
    """A file on its way."""

    id: str
    offset: int
    """Bytes that are there."""

    length: int
    sha256: str | None
    """Of the whole file, as the client announced it."""

    created_at: datetime
    expires_at: datetime


@router.options("", status_code=HTTPStatus.NO_CONTENT)
async def describe_uploads(uploads: Uploading) -> Response:
    """What this server can do (tus)."""
    told = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,expiration,termination",
        "Tus-Max-Size": str(uploads.largest),
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=RESUMABLE | told)


@router.get("")
def list_uploads(uploads: Uploading, caller: Caller) -> list[UploadDocument]:
    """Your uploads that are not handed in yet, oldest first."""
    return [
        UploadDocument(
            id=upload_id,
            offset=offset,
            length=announced.length,
            sha256=announced.sha256,
            created_at=announced.created_at,
            expires_at=announced.expires_at,
        )
        for upload_id, announced, offset in uploads.of(caller.id)
    ]


@router.post("", status_code=HTTPStatus.CREATED, dependencies=_TUS, responses=_NO_ROOM)
def create_upload(
    uploads: Uploading,
    caller: Caller,
    upload_length: Annotated[int, Header(ge=1, le=2**53)],
    upload_metadata: Annotated[str, Header(max_length=2048)] = "",
) -> Response:
    """Announce a file (tus creation); `Location` is where its bytes go."""
    _check_metadata(upload_metadata)
    now = datetime.now(UTC)
    upload_id = uploads.announce(caller.id, upload_length, upload_metadata, now)
    headers = {
        "Location": f"/api/v1/uploads/{upload_id}",
        "Upload-Offset": "0",
        "Upload-Expires": _http_date(now + KEPT_FOR),
    }
    return Response(status_code=HTTPStatus.CREATED, headers=RESUMABLE | headers)


@router.head("/{upload_id}", dependencies=_TUS)
def ask_offset(upload_id: Id, uploads: Uploading, caller: Caller) -> Response:
    """How far an upload is (tus); a connection that still sends to it is cut off."""
    announced, offset = uploads.take_over(upload_id, caller.id, None)
    headers = {"Upload-Length": str(announced.length)}
    if announced.metadata:
        headers["Upload-Metadata"] = announced.metadata
    return _at(announced, offset, HTTPStatus.OK, headers)


@router.patch(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=_TUS,
    responses=_NO_ROOM,
    openapi_extra=_BYTES,
)
async def append_to_upload(
    upload_id: Id,
    request: Request,
    uploads: Uploading,
    caller: Caller,
    upload_offset: Annotated[int, Header(ge=0, le=2**53)],
) -> Response:
    """Send bytes from an offset on (tus); what came before a broken connection is kept."""
    if request.headers.get("content-type") != OFFSET_BYTES:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type: expected {OFFSET_BYTES}."
        )
    me = object()
    announced, offset = await run_sync(uploads.take_over, upload_id, caller.id, me)
    try:
        if upload_offset != offset:
            raise conflict(
                f"Upload-Offset: expected {offset}, where this upload is, got {upload_offset}; ask "
                "with HEAD and go on from there."
            )
        length = request.headers.get("content-length", "")
        _refuse_too_much(announced, offset, int(length) if length.isdecimal() else 0)
        offset = await _receive(request, uploads, upload_id, me, announced, offset)
    finally:
        await run_sync(uploads.let_go, upload_id, me)
    return _at(announced, offset, HTTPStatus.NO_CONTENT)


@router.delete("/{upload_id}", status_code=HTTPStatus.NO_CONTENT, dependencies=_TUS)
def delete_upload(upload_id: Id, uploads: Uploading, caller: Caller) -> Response:
    """Give an upload up (tus termination)."""
    uploads.remove(upload_id, caller.id)
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=RESUMABLE)


async def _receive(
    request: Request,
    uploads: Uploads,
    upload_id: str,
    writer: object,
    announced: Announced,
    offset: int,
) -> int:
    """Write what comes, as it comes; returns the new offset."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                content = await anext(stream, None)
        except (ClientDisconnect, TimeoutError):
            raise ProblemError(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The connection broke or was silent for {SILENCE_S:g} s; {offset} bytes are kept. "
                "Ask with HEAD and go on from there.",
                headers=RESUMABLE,
            ) from None
        if content is None:
            return offset
        if content:
            _refuse_too_much(announced, offset, len(content))
            await run_sync(uploads.append, upload_id, writer, offset, content)
            offset += len(content)


def _refuse_too_much(announced: Announced, offset: int, more: int) -> None:
    if offset + more > announced.length:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"{announced.length} bytes were announced and {offset} are there; {more} more came.",
            headers=RESUMABLE,
        )


def _check_metadata(metadata: str) -> None:
    """Keys and base64 values; our own clients say the `sha256` of the whole file."""
    for pair in filter(None, metadata.split(",")):
        key, _, value = pair.partition(" ")
        try:
            plain = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            key, plain = "", b""
        wrong_digest = key == "sha256" and (len(plain) != 64 or not plain.isalnum())
        if not key or wrong_digest:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST,
                "Upload-Metadata: expected `key base64,…`, and in `sha256` 64 hexadecimal digits; "
                f"got {json.dumps(pair[:80])}.",
                headers=RESUMABLE,
            )


def _at(
    announced: Announced, offset: int, status: HTTPStatus, more: dict[str, Any] | None = None
) -> Response:
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Expires": _http_date(announced.expires_at),
        "Cache-Control": "no-store",
    }
    return Response(status_code=status, headers=RESUMABLE | headers | (more or {}))


def _http_date(time: datetime) -> str:
    return format_datetime(time, usegmt=True)
