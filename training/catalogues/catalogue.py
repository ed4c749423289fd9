"""What every catalogue can do, and how a fetched file is kept."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import httpx
from pydantic import ValidationError

from training.catalogues.addresses import shown
from training.catalogues.download import Arrived, download, sha256_of
from training.catalogues.http import Http
from training.catalogues.records import Dataset, FetchedFile, RemoteFile, Results
from training.catalogues.shape import web_address
from training.errors import CatalogueError

RECORD = ".source.json"


class Catalogue(ABC):
    """One catalogue of open data.

    Args:
        http: The door to it.
        address: Where it is; None: where this kind of catalogue always is.
    """

    name: ClassVar[str]
    """What people type."""

    default_address: ClassVar[str | None] = None
    """Set where there is only one of its kind. Its key is then set under `name` or its host; all
    others' under their host."""

    pause_s: ClassVar[float] = 0.0
    """Seconds between two requests that its owner asks for."""

    def __init__(self, http: Http, address: str | None = None) -> None:
        try:
            url = httpx.URL(web_address(address or self.default_address) or "")
        except httpx.InvalidURL:
            url = httpx.URL()
        if not url.host:
            raise CatalogueError(
                f"{self.name}: expected the catalogue's address behind a plus, such as "
                f"{self.name}+https://data.example.org"
            )
        self.http = http
        self.address = str(url).rstrip("/")
        self.shown = shown(url).rstrip("/")
        host = url.host
        home = self.address == self.default_address
        self.key = http.key(host) or (http.key(self.name) if home else None)
        http.pause(host, self.pause_s)

    @abstractmethod
    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        """Data sets that match; an empty query matches all.

        Args:
            query: Words.
            cursor: `next_cursor` of the page before.
            limit: Data sets at most, 1 to 100.

        Raises:
            OfflineError: The catalogue cannot be reached.
            CatalogueError: It refused, or answers otherwise than documented.
        """

    @abstractmethod
    def describe(self, dataset_id: str) -> Dataset:
        """One data set with its files.

        Raises:
            OfflineError: The catalogue cannot be reached.
            CatalogueError: As `search`, or there is no such data set.
        """

    def fetch(self, dataset: Dataset, file: RemoteFile, folder: Path) -> FetchedFile:
        """Bring a file and keep its record beside it; one that has not changed is left alone.

        Args:
            dataset: What `describe` gave.
            file: One of its files.
            folder: Where it goes; made if missing.

        Returns:
            The record, which also lies in `<file>.source.json`.

        Raises:
            OfflineError: The host cannot be reached.
            CatalogueError: Refused, too large, not what its publisher promised, or broken off.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file.name
        known = kept(path)
        if known and known.source_url != file.url:
            short = hashlib.sha256(file.url.encode()).hexdigest()[:8]
            path = path.with_stem(f"{path.stem}-{short}")
            known = kept(path)
        if known and sha256_of(path) != known.sha256:
            known = None
        arrived = self.bring(file, path, known)
        return known if known and not arrived.changed else self.keep(dataset, file, path, arrived)

    def bring(self, file: RemoteFile, path: Path, known: FetchedFile | None) -> Arrived:
        """Write a file to `path`; a catalogue whose data come in pages does it in its own way."""
        return download(self.http, file.url, path, known)

    def keep(self, dataset: Dataset, file: RemoteFile, path: Path, arrived: Arrived) -> FetchedFile:
        """Check a file that came against what was promised, and write its record.

        Raises:
            CatalogueError: It is another; it is removed.
        """
        sha256 = sha256_of(path)
        _check(path, "SHA-256", file.sha256, lambda: sha256)
        _check(path, "MD5", file.md5, lambda: _md5_of(path))
        record = FetchedFile(
            file=path.name,
            catalogue=f"{self.name}+{self.shown}",
            dataset=dataset.id,
            title=dataset.title,
            publisher=dataset.publisher,
            licence=dataset.licence,
            updated_at=file.updated_at or dataset.updated_at,
            source_url=file.url,
            page_url=dataset.page_url,
            media_type=arrived.media_type or file.media_type,
            size_bytes=path.stat().st_size,
            sha256=sha256,
            fetched_at=datetime.now(UTC),
            etag=arrived.etag,
            last_modified=arrived.last_modified,
        )
        beside, new = path.with_name(path.name + RECORD), path.with_name(path.name + ".new")
        new.write_text(self.http.hide(record.model_dump_json(indent=2)) + "\n", encoding="utf-8")
        new.replace(beside)
        return record


def kept(path: Path) -> FetchedFile | None:
    """The record beside a file; None where file or record are missing or unreadable."""
    try:
        beside = path.with_name(path.name + RECORD).read_text(encoding="utf-8")
        return FetchedFile.model_validate_json(beside) if path.is_file() else None
    except (OSError, ValidationError, UnicodeDecodeError):
        return None


def find_file(dataset: Dataset, file_id: str) -> RemoteFile:
    """A data set's file by its id or name.

    Raises:
        CatalogueError: There is none.
    """
    for file in dataset.files:
        if file_id in (file.id, file.name):
            return file
    names = ", ".join(f.id for f in dataset.files[:20]) or "no files"
    raise CatalogueError(f"{dataset.id}: no file {file_id!r}; it has {names}")


def start_of(cursor: str | None) -> int:
    """The offset a cursor stands for.

    Raises:
        CatalogueError: It is none of ours.
    """
    if cursor is None:
        return 0
    if not cursor.isdecimal():
        raise CatalogueError(f"cursor {cursor!r}: expected the next_cursor of the page before")
    return int(cursor)


def matches(dataset: Dataset, query: str, more: Iterable[str] = ()) -> bool:
    """Whether all words of a query are in a data set's id, title, description or `more`."""
    said = (dataset.id, dataset.title, dataset.description or "", dataset.publisher or "", *more)
    every = " ".join(said).casefold()
    return all(word in every for word in query.casefold().split())


def page_of(found: Sequence[Dataset], cursor: str | None, limit: int) -> Results:
    """One page of data sets that are all here, for catalogues that come in one piece."""
    start = start_of(cursor)
    end = start + limit
    return Results(
        items=tuple(found[start:end]),
        total=len(found),
        next_cursor=str(end) if end < len(found) else None,
    )


def one_of(datasets: Iterable[Dataset], dataset_id: str, where: str) -> Dataset:
    """The data set with an id.

    Raises:
        CatalogueError: There is none.
    """
    for dataset in datasets:
        if dataset.id == dataset_id:
            return dataset
    raise CatalogueError(f"{where}: no data set {dataset_id!r}; search shows the ids there are")


def _check(path: Path, kind: str, promised: str | None, came: Callable[[], str]) -> None:
    if promised and promised != (got := came()):
        path.unlink()
        raise CatalogueError(
            f"{path.name}: its publisher promises {kind} {promised}, got {got}; removed. Fetch it "
            "again, and tell the publisher if that does not help"
        )


def _md5_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()
