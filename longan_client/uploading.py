"""A file in pieces, by the tus protocol (docs/submitting.md)."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from longan_client.errors import PlatformError, RefusedError

if TYPE_CHECKING:
    from longan_client.client import Client

TUS = {"Tus-Resumable": "1.0.0"}
PIECE_BYTES = 4 * 1024 * 1024
"""Of one request: what a proxy that keeps requests back may lose."""

CONFLICT = 409


def upload(client: Client, file: Path, on_progress: Callable[[int, int], None]) -> str:
    """See `Client.upload`."""
    length = file.stat().st_size
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        upload_id, offset = client.patiently(lambda: _begun_or_begin(client, digest, length))
        pauses = client.pauses()
        while offset < length:
            on_progress(offset, length)
            content.seek(offset)
            try:
                offset = _send(client, upload_id, offset, content.read(PIECE_BYTES))
                pauses = client.pauses()
            except PlatformError as error:
                conflict = isinstance(error, RefusedError) and error.status == CONFLICT
                pause_s = next(pauses, None)
                if pause_s is None or not (conflict or error.passes):
                    raise
                time.sleep(pause_s)
                reached = client.patiently(lambda: _offset(client, upload_id))
                pauses = client.pauses() if reached > offset else pauses
                offset = reached
    on_progress(length, length)
    return upload_id


def _begun_or_begin(client: Client, digest: str, length: int) -> tuple[str, int]:
    """Id and offset of the upload of this very file that was broken off, or of a new one."""
    for begun in client.call("GET", "/uploads"):
        if (begun["sha256"], begun["length"]) == (digest, length):
            return begun["id"], _offset(client, begun["id"])
    announced = {
        "Upload-Length": str(length),
        "Upload-Metadata": f"sha256 {b64encode(digest.encode()).decode()}",
    }
    answer = client.request("POST", "/uploads", headers=TUS | announced)
    return answer.headers["Location"].rpartition("/")[2], 0


def _offset(client: Client, upload_id: str) -> int:
    answer = client.request("HEAD", f"/uploads/{upload_id}", headers=TUS)
    return int(answer.headers["Upload-Offset"])


def _send(client: Client, upload_id: str, offset: int, piece: bytes) -> int:
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    answer = client.request("PATCH", f"/uploads/{upload_id}", headers=TUS | headers, content=piece)
    return int(answer.headers["Upload-Offset"])
