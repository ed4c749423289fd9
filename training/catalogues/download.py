"""One file from an address to the disk: resumed where it broke off, unchanged files left alone.

While it comes, a file lies in `<file>.part`, with the host's validators beside it in
`<file>.part.json`; a later call goes on there.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx

from training.catalogues.addresses import shown
from training.catalogues.http import TRIES, Http, as_headers
from training.catalogues.records import FetchedFile
from training.errors import CatalogueError

_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came; `changed` is False where the file on disk is still the newest."""

    changed: bool
    media_type: str | None
    etag: str | None
    last_modified: str | None


def download(
    http: Http,
    url: str,
    file: Path,
    known: FetchedFile | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
) -> Arrived:
    """Bring a file.

    Args:
        http: The door.
        url: Where it is.
        file: Where it goes; its folder exists.
        known: What `file` is already, if it is; only asked for again if it changed.
        headers: To send besides, such as a key.
        params: The same for the query.

    Raises:
        OfflineError: The host cannot be reached.
        CatalogueError: It refused, is too large, or breaks off again and again.
    """
    part = file.with_name(file.name + ".part")
    last = 0
    for _ in http.waits():
        resumed = _Resumed.read(part, url)
        asked = dict(headers or {}) | {"Accept-Encoding": "identity"}
        if resumed.size and resumed.validator:
            asked |= {"Range": f"bytes={resumed.size}-", "If-Range": resumed.validator}
        elif known:
            asked |= as_headers(If_None_Match=known.etag, If_Modified_Since=known.last_modified)
        with http.stream("GET", url, headers=asked, params=params) as response:
            if response.status_code == 304 and known:
                return Arrived(False, known.media_type, known.etag, known.last_modified)
            if response.status_code not in (200, 206):
                _drop(part)
                continue
            try:
                last = _write(http, response, part, resumed)
            except httpx.HTTPError:
                continue
            except CatalogueError:
                _drop(part)
                raise
            part.replace(file)
            _drop(part)
            return Arrived(
                True,
                (response.headers.get("Content-Type") or "").partition(";")[0].strip() or None,
                response.headers.get("ETag"),
                response.headers.get("Last-Modified"),
            )
    raise CatalogueError(
        f"{shown(httpx.URL(url))}: broke off {TRIES} times, the last time after {last} bytes; "
        "call again to go on there"
    )


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Resumed:
    """What an earlier try left of an address: so many bytes of the version `validator` names."""

    url: str

    size: int
    validator: str | None

    @staticmethod
    def read(part: Path, url: str) -> "_Resumed":
        try:
            beside: object = json.loads(_beside(part).read_text(encoding="utf-8"))
            size = part.stat().st_size
        except (OSError, ValueError):
            return _Resumed(url, 0, None)
        said = cast("dict[str, object]", beside) if isinstance(beside, dict) else {}
        validator = said.get("validator") if said.get("url") == url else None
        return _Resumed(url, size, validator if isinstance(validator, str) else None)


def _write(http: Http, response: httpx.Response, part: Path, resumed: _Resumed) -> int:
    """Append to `part`, or write it anew if the whole file came; bytes it has then."""
    size = _continues(response, resumed)
    validator = _validator(response) or (resumed.validator if size else None)
    beside = {"url": resumed.url, "validator": validator}
    _beside(part).write_text(json.dumps(beside), encoding="utf-8")
    with part.open("ab" if size else "wb") as stream:
        for chunk in response.iter_bytes():
            size += len(chunk)
            http.limit(response, size, http.settings.catalogue_file_mib)
            stream.write(chunk)
    return size


def _continues(response: httpx.Response, resumed: _Resumed) -> int:
    if response.status_code != 206:
        return 0
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if match is None or int(match[1]) != resumed.size:
        raise CatalogueError(
            f"{shown(response.request.url)}: expected the rest from byte {resumed.size}, got "
            f"Content-Range {response.headers.get('Content-Range')!r}"
        )
    return resumed.size


def _validator(response: httpx.Response) -> str | None:
    """What If-Range takes: a strong ETag, or else the date."""
    if "Content-Encoding" in response.headers:
        return None  # the bytes on disk are not the bytes a range counts
    etag = response.headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")


def _beside(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _drop(part: Path) -> None:
    part.unlink(missing_ok=True)
    _beside(part).unlink(missing_ok=True)
