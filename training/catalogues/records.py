"""What a catalogue tells, and what is kept beside every file that came from one."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Licence(_Record):
    """Under what terms data may be used, as its publisher says."""

    text: str
    """The publisher's own words, or an address of the terms."""

    url: str | None = None
    spdx: str | None = None
    """Its SPDX identifier; None: none fits, or the publisher does not say which version."""


class RemoteFile(_Record):
    """A file that a data set offers."""

    id: str
    """Unique in its data set."""

    name: str
    url: str
    """Without any key of ours."""

    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    """What the publisher promises; a file that differs is refused."""

    md5: str | None = None
    """As `sha256`, where that is all the publisher gives."""

    updated_at: datetime | None = None


class SnapshotCamera(_Record):
    """A public camera whose newest picture lies at one address."""

    name: str
    url: str
    poll_s: float
    """Seconds between two pictures: no more than its owner asks for."""

    lon: float | None
    lat: float | None
    tags: tuple[str, ...]

    def order(self) -> dict[str, Any]:
        """The body of `POST /api/v1/cameras`."""
        return {"kind": "snapshot", **self.model_dump(mode="json")}


class Dataset(_Record):
    """One entry of a catalogue."""

    catalogue: str
    id: str
    title: str
    description: str | None = None
    publisher: str | None = None
    licence: Licence | None = None
    updated_at: datetime | None = None
    page_url: str | None = None
    """Where people read about it."""

    files: tuple[RemoteFile, ...] = ()
    camera: SnapshotCamera | None = None
    """Set by camera networks, whose data sets are cameras; None where the camera has no address
    that stays."""


class Results(_Record):
    """One page of a search."""

    items: tuple[Dataset, ...]
    total: int | None
    """How many there are in all; None where the catalogue does not say."""

    next_cursor: str | None
    """Give it to `search` for the next page; None at the end."""


class FetchedFile(_Record):
    """A file on disk and where it came from: `<file>.source.json` beside it."""

    file: str
    """Its name, in the folder of the record."""

    catalogue: str
    dataset: str
    title: str
    publisher: str | None
    licence: Licence | None
    updated_at: datetime | None
    """When its publisher last changed it."""

    source_url: str
    page_url: str | None
    media_type: str | None
    size_bytes: int
    sha256: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
