"""Recorded video that replays run over."""

from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response, UploadFile

from serving.api.body_limit import MIB
from serving.api.context import Caller, Configured, Id, Stored
from serving.api.documents import Document, Text, Word
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import cameras, clips
from serving.store.models import Clip, new_id

router = APIRouter(prefix="/clips", tags=["deployments"])

HEAD_BYTES = 377
"""Enough for three sync bytes of a transport stream."""


class ClipDocument(Document):
    """A recorded video."""

    id: str
    name: str
    camera_id: str | None
    """Whose view it shows: in a replay, what is drawn for this camera holds."""

    sha256: str
    size_bytes: int
    created_by: str
    created_at: datetime


@router.post("", status_code=HTTPStatus.CREATED)
def create_clip(
    clip: UploadFile,
    store: Stored,
    settings: Configured,
    caller: Caller,
    response: Response,
    name: Annotated[Text | None, Form()] = None,
    camera_id: Annotated[Word | None, Form()] = None,
) -> ClipDocument:
    """Upload a video: MP4, MOV, MKV, WebM, AVI or MPEG-TS."""
    if not _is_video(clip.file.read(HEAD_BYTES)):
        told = "expected a video (MP4, MOV, MKV, WebM, AVI or MPEG-TS), got something else"
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            told,
            errors=[FieldError(where="body.clip", message=told)],
        )
    clip.file.seek(0)
    settings.clips_dir.mkdir(parents=True, exist_ok=True)
    coming = settings.clips_dir / f"{new_id()}.part"
    try:
        digest = sha256()
        with coming.open("wb") as file:
            while chunk := clip.file.read(MIB):
                digest.update(chunk)
                file.write(chunk)
        row = Clip(
            name=name or _name(clip.filename),
            camera_id=camera_id,
            sha256=digest.hexdigest(),
            size_bytes=coming.stat().st_size,
            created_by=caller.name,
        )
        with store.write() as session:
            if camera_id is not None:
                cameras.get(session, camera_id)
            # Before the row: a clip that can be seen always has its file.
            coming.replace(settings.clips_dir / row.sha256)
            document = _document(clips.add(session, row))
    finally:
        coming.unlink(missing_ok=True)
    response.headers["Location"] = f"/api/v1/clips/{document.id}"
    return document


@router.get("")
def list_clips(store: Stored, cursor: Cursor = None, limit: Limit = 100) -> Page[ClipDocument]:
    """All clips, oldest first."""
    with store.read() as session:
        rows = clips.page(session, after=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{clip_id}")
def get_clip(clip_id: Id, store: Stored) -> ClipDocument:
    """One clip."""
    with store.read() as session:
        return _document(clips.get(session, clip_id))


@router.delete("/{clip_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_clip(clip_id: Id, store: Stored, settings: Configured) -> None:
    """Delete a clip and its file; what replays found in it stays."""
    with store.write() as session:
        unused = clips.delete(session, clip_id)
        if unused is not None:  # inside, so that nobody uploads the same meanwhile
            (settings.clips_dir / unused).unlink(missing_ok=True)


def _is_video(head: bytes) -> bool:
    """By the signature of the container; whether it can be decoded shows when it is."""
    return (
        head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free")
        or head.startswith(b"\x1a\x45\xdf\xa3")
        or (head.startswith(b"RIFF") and head[8:12] == b"AVI ")
        or (len(head) >= HEAD_BYTES and head[0:377:188] == b"GGG")
    )


def _name(filename: str | None) -> str:
    """What the file was called, as far as a name may be."""
    return "".join(c for c in filename or "" if c.isprintable())[:128] or "clip"


def _document(clip: Clip) -> ClipDocument:
    fields: dict[str, Any] = {name: getattr(clip, name) for name in ClipDocument.model_fields}
    return ClipDocument(**fields)
