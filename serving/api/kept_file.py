"""A file of evidence as an answer, whole or the part of it that a player seeks to."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from serving.api.problems import ProblemError
from serving.store.archive import Archive

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def kept_file(
    archive: Archive,
    file: Path,
    request: Request,
    media_type: str | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer.

    Args:
        archive: Where the file is.
        file: Which.
        request: Its `Range` and `If-Range` count.
        media_type: Of the file.
        headers: Of the answer.

    Raises:
        FileNotFoundError: It is nowhere.
        ProblemError: It has no such part.
    """
    if not archive.goes_up:
        file.stat()
        return FileResponse(file, media_type=media_type, headers=headers)
    size = archive.size(file)
    part = _part(request, size, (headers or {}).get("ETag"))
    start, end = part or (0, size)
    told = {**(headers or {}), "Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part is not None:
        told["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        archive.read(file, start, end) if part is not None else archive.read(file),
        status_code=HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT,
        media_type=media_type,
        headers=told,
    )


def _part(request: Request, size: int, tag: str | None) -> tuple[int, int] | None:
    """From where to before where; None: all of it. Several parts at once are answered with all."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.group() == "bytes=-":
        return None
    if request.headers.get("If-Range", tag) != tag:
        return None
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
    else:
        start, end = max(size - int(last), 0), size
    if start >= end:
        raise ProblemError(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"Range: the file has {size} bytes, {asked.group()} was asked for",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return start, end
