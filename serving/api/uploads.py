"""Handing in a large file over a line that breaks: the tus protocol, version 1.0.0.

Core with the extensions creation, expiration and termination (https://tus.io/protocols). An
upload is two files: `<id>.json`, what was announced, and `<id>.part`, whose size is the offset.
Whoever asks last has the upload: a `PATCH` that a dead connection left behind writes nothing more
once the client has come back and asked for the offset.
"""

import asyncio
import base64
import binascii
import json
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, cast

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from serving.api.body_limit import MIB
from serving.api.context import Caller, Id
from serving.api.documents import Document
from serving.api.problems import MEDIA_TYPE, ProblemError
from serving.store.errors import NotFoundError
from serving.store.models import new_id

log = structlog.get_logger()

VERSION = "1.0.0"
OFFSET_BYTES = "application/offset+octet-stream"

KEPT_FOR = timedelta(hours=24)
"""From the announcement on; then an upload is removed, finished or not."""

UNFINISHED = 4
"""Uploads that one token may have at a time; together they may have as much as two largest ones."""

DISK_RESERVE = 1024 * MIB
"""Stays free, besides all that is announced and has not come yet."""

SILENCE_S = 60.0
"""A connection that sends nothing for so long is closed; what came is kept."""

_RESUMABLE = {"Tus-Resumable": VERSION}


class Announced(BaseModel):
    """What the first request said of an upload."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token_id: str
    length: int
    metadata: str
    """As it came: `filename d29ya2Vy,sha256 …`."""

    created_at: datetime

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT_FOR

    @property
    def sha256(self) -> str | None:
        """What the whole file must have, if the client said it."""
        pairs = (pair.split(" ", 1) for pair in self.metadata.split(","))
        value = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}.get("sha256")
        return None if value is None else base64.b64decode(value).decode()


class Uploads:
    """The uploads on disk.

    Args:
        folder: Where they lie; made at the start.
        largest: Bytes of one upload.
        sweep_s: Seconds from one look for expired ones to the next.
        free: Tells the free bytes of the disk that a folder is on.
    """

    def __init__(
        self,
        folder: Path,
        largest: int,
        sweep_s: float = 300.0,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self.largest = largest
        self._folder = folder
        self._sweep_s = sweep_s
        self._free = free
        self._turn = threading.Lock()
        self._writer: dict[str, object] = {}
        self._taken: set[str] = set()
        self._stopping = threading.Event()
        self._sweeper: threading.Thread | None = None

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stopping.clear()
        self._sweeper = threading.Thread(target=self._run, name="uploads", daemon=True)
        self._sweeper.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._sweeper is not None:
            self._sweeper.join()
            self._sweeper = None

    def announce(self, token_id: str, length: int, metadata: str, now: datetime) -> str:
        """Begin an upload; returns its id.

        Raises:
            ProblemError: It is too large, the token has too many, or the disk too little room.
        """
        if length > self.largest:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"Upload-Length: expected at most {self.largest} bytes, got {length}.",
            )
        with self._turn:
            self._sweep(now)
            there = self._all()
            mine = [each.length for _, each in there if each.token_id == token_id]
            if len(mine) >= UNFINISHED or sum(mine) + length > 2 * self.largest:
                raise ProblemError(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"You have {len(mine)} uploads of {sum(mine)} bytes that are not handed in; at "
                    f"most {UNFINISHED} and {2 * self.largest} bytes are kept. Go on with them "
                    "(GET /api/v1/uploads), or DELETE what is not needed.",
                    headers=_RESUMABLE,
                )
            to_come = sum(each.length - self._offset(id_) for id_, each in there)
            if self._free(self._folder) - to_come - length < DISK_RESERVE:
                raise _disk_full()
            upload_id = new_id()
            announced = Announced(
                token_id=token_id, length=length, metadata=metadata, created_at=now
            )
            self._part(upload_id).touch(mode=0o600)
            self._note(upload_id).write_text(announced.model_dump_json(), encoding="utf-8")
        log.info("upload begun", upload_id=upload_id, length=length)
        return upload_id

    def of(self, token_id: str) -> list[tuple[str, Announced, int]]:
        """A token's uploads with their offsets, oldest first."""
        with self._turn:
            there = [each for each in self._all() if each[1].token_id == token_id]
            return [(upload_id, each, self._offset(upload_id)) for upload_id, each in there]

    def take_over(self, upload_id: str, token_id: str, writer: object) -> tuple[Announced, int]:
        """Announcement and offset; whoever wrote until now writes nothing more.

        Raises:
            NotFoundError: There is none of this id and token, or it has expired.
        """
        with self._turn:
            announced = self._get(upload_id, token_id)
            self._writer[upload_id] = writer
            return announced, self._offset(upload_id)

    def append(self, upload_id: str, writer: object, offset: int, content: bytes) -> None:
        """Write on at the end.

        Raises:
            ProblemError: Another request has taken over, or the disk is full.
        """
        with self._turn:
            part = self._part(upload_id)
            if self._writer.get(upload_id) is not writer or not part.exists():
                raise _conflict("Another request goes on with this upload, or it is gone.")
            if self._free(self._folder) - len(content) < DISK_RESERVE:
                raise _disk_full()
            try:
                with part.open("r+b") as file:
                    file.seek(offset)
                    file.write(content)
            except OSError as error:
                raise _disk_full() from error

    def let_go(self, upload_id: str, writer: object) -> None:
        """A request has ended."""
        with self._turn:
            if self._writer.get(upload_id) is writer:
                del self._writer[upload_id]

    def remove(self, upload_id: str, token_id: str) -> None:
        """Give an upload up.

        Raises:
            NotFoundError: There is none of this id and token.
        """
        with self._turn:
            self._get(upload_id, token_id)
            self._forget(upload_id)

    def take(self, upload_id: str, token_id: str, target: Path) -> str:
        """Move a finished upload away, to hand it in; returns its sha256.

        Raises:
            NotFoundError: There is none of this id and token, or it was handed in already.
            ProblemError: It is not finished, or not the file that was announced; the latter is
                removed.
        """
        with self._turn:
            announced = self._get(upload_id, token_id)
            offset = self._offset(upload_id)
            if offset < announced.length:
                raise _conflict(
                    f"upload {upload_id}: {offset} of {announced.length} bytes are there; go on "
                    "with PATCH and hand it in once it is whole."
                )
            with self._part(upload_id).open("rb") as file:
                digest = sha256()
                while chunk := file.read(MIB):
                    digest.update(chunk)
            if announced.sha256 not in (None, digest.hexdigest()):
                self._forget(upload_id)
                raise ProblemError(
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    f"upload {upload_id}: expected sha256 {announced.sha256} as announced, got "
                    f"{digest.hexdigest()}; it was removed, send the file again.",
                )
            self._part(upload_id).replace(target)
            self._taken.add(upload_id)
            return digest.hexdigest()

    def give_back(self, upload_id: str, target: Path) -> None:
        """What was taken could not be handed in; it may be tried again."""
        with self._turn:
            target.replace(self._part(upload_id))
            self._taken.discard(upload_id)

    def forget(self, upload_id: str) -> None:
        """What was taken is handed in."""
        with self._turn:
            self._forget(upload_id)

    def _get(self, upload_id: str, token_id: str) -> Announced:
        announced = self._read(upload_id)
        if announced is None or announced.token_id != token_id:
            raise NotFoundError(
                f"there is no upload {upload_id!r}: it was handed in, given up, or is older than "
                f"{KEPT_FOR.total_seconds() / 3600:g} h; begin a new one with POST /api/v1/uploads"
            )
        return announced

    def _read(self, upload_id: str) -> Announced | None:
        if not self._part(upload_id).exists():
            return None
        try:
            return Announced.model_validate_json(self._note(upload_id).read_bytes())
        except (OSError, ValueError):  # a crash came between the two files
            return None

    def _all(self) -> list[tuple[str, Announced]]:
        ids = sorted(note.stem for note in self._folder.glob("*.json"))
        there = ((upload_id, self._read(upload_id)) for upload_id in ids)
        return [(upload_id, each) for upload_id, each in there if each is not None]

    def _offset(self, upload_id: str) -> int:
        return self._part(upload_id).stat().st_size

    def _part(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.part"

    def _note(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.json"

    def _forget(self, upload_id: str) -> None:
        self._taken.discard(upload_id)
        self._part(upload_id).unlink(missing_ok=True)
        self._note(upload_id).unlink(missing_ok=True)
        self._writer.pop(upload_id, None)

    def _run(self) -> None:
        while True:
            try:
                with self._turn:
                    self._sweep(datetime.now(UTC))
            except Exception:  # the disk may be away; the next look finds them too
                log.exception("expired uploads not looked for")
            if self._stopping.wait(self._sweep_s):
                return

    def _sweep(self, now: datetime) -> None:
        for upload_id in {file.stem for file in self._folder.iterdir()} - self._taken:
            announced = self._read(upload_id)
            if announced is None or announced.expires_at <= now:
                self._forget(upload_id)
                log.info("upload removed", upload_id=upload_id)


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
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_RESUMABLE | told)


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
    return Response(status_code=HTTPStatus.CREATED, headers=_RESUMABLE | headers)


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
            raise _conflict(
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
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_RESUMABLE)


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
                headers=_RESUMABLE,
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
            headers=_RESUMABLE,
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
                headers=_RESUMABLE,
            )


def _at(
    announced: Announced, offset: int, status: HTTPStatus, more: dict[str, Any] | None = None
) -> Response:
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Expires": _http_date(announced.expires_at),
        "Cache-Control": "no-store",
    }
    return Response(status_code=status, headers=_RESUMABLE | headers | (more or {}))


def _http_date(time: datetime) -> str:
    return format_datetime(time, usegmt=True)


def _conflict(told: str) -> ProblemError:
    return ProblemError(HTTPStatus.CONFLICT, told, headers=_RESUMABLE)


def _disk_full() -> ProblemError:
    return ProblemError(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "The platform's disk has no room for this. Try again later; an operator must make room.",
        headers=_RESUMABLE,
    )
