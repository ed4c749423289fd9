"""A place for files that lies elsewhere: an S3 bucket, of whichever make."""

from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from algorithms.errors import LonganError
from serving.store.errors import ObjectsAwayError

CHUNK = 256 * 1024
_WORDS = ("endpoint", "region")


class Objects(Protocol):
    """Files under keys such as `originals/2026/11/30/…-clip.mp4`.

    All raise ObjectsAwayError when it cannot be reached.
    """

    def put(self, key: str, file: Path) -> None:
        """Keep a copy of a file, whole or not at all; raises FileNotFoundError if it is gone."""
        ...

    def size(self, key: str) -> int:
        """In bytes; raises FileNotFoundError."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """What lies between two bytes, the end left out; raises FileNotFoundError at once."""
        ...

    def remove(self, keys: Collection[str]) -> None:
        """Forget files; those that are not there are not missed."""
        ...

    def keys(self, prefix: str, before: datetime | None = None) -> Iterator[str]:
        """Of all files in a folder, or of those put there before a moment."""
        ...


class Bucket:
    """A bucket of Amazon S3, MinIO, Ceph, OSS or whatever else speaks its protocol.

    Args:
        url: `s3://bucket/prefix?endpoint=https://minio.city.lan:9000&region=…`; without an
            endpoint it is Amazon's.
        key_id: Who asks; None: as Amazon's own variables or the machine's role say.
        secret: The key to it.

    Raises:
        LonganError: The extra is not installed, or the address is not understood.
    """

    def __init__(self, url: str, key_id: str | None = None, secret: str | None = None) -> None:
        try:
            import obstore
            from obstore import exceptions
            from obstore.store import S3Store
        except ImportError as error:
            raise LonganError(
                "evidence in a bucket needs the extra `s3`: pip install 'longan[s3]'"
            ) from error
        self._obstore, self._error = obstore, exceptions.BaseError
        parts, words = urlsplit(url), _words(url)
        config: dict[str, Any] = {"checksum_algorithm": "SHA256", **words}
        if key_id is not None and secret is not None:
            config |= {"access_key_id": key_id, "secret_access_key": secret}
        self._store = S3Store(
            parts.hostname or "",
            prefix=parts.path.strip("/") or None,
            config=config,  # pyright: ignore[reportArgumentType]  regions are free outside Amazon
            client_options={
                "allow_http": words.get("endpoint", "").startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=10)},
        )

    def put(self, key: str, file: Path) -> None:
        with file.open("rb") as data, self._asking():
            try:
                self._obstore.put(self._store, key, data)
            except FileNotFoundError as error:  # S3's 404: not the file's
                raise ObjectsAwayError("there is no such evidence bucket: make it") from error

    def size(self, key: str) -> int:
        with self._asking():
            return self._obstore.head(self._store, key)["size"]

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self._asking():
            if start == 0 and end is None:
                found = self._obstore.get(self._store, key)
            elif end is None:
                found = self._obstore.get(self._store, key, options={"range": {"offset": start}})
            else:
                found = self._obstore.get(self._store, key, options={"range": (start, end)})
        return self._pieces(found.stream(min_chunk_size=CHUNK))

    def remove(self, keys: Collection[str]) -> None:
        with self._asking():
            self._obstore.delete(self._store, list(keys))

    def keys(self, prefix: str, before: datetime | None = None) -> Iterator[str]:
        with self._asking():
            for found in self._obstore.list(self._store, prefix, chunk_size=1000):
                for meta in found:
                    if before is None or meta["last_modified"] < before:
                        yield meta["path"]

    def _pieces(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        with self._asking():
            for piece in stream:
                yield bytes(piece)

    @contextmanager
    def _asking(self) -> Generator[None]:
        try:
            yield
        except self._error as error:
            first = str(error).strip().partition("\n")[0]
            raise ObjectsAwayError(f"the evidence bucket does not answer: {first}") from error


def _words(url: str) -> dict[str, str]:
    """Endpoint and region of an address."""
    words = parse_qs(urlsplit(url).query, strict_parsing=bool(urlsplit(url).query))
    if unknown := set(words) - set(_WORDS):
        raise LonganError(
            f"evidence_url: expected {' and '.join(_WORDS)} after the question mark, got "
            f"{', '.join(sorted(unknown))}; keys belong into LONGAN_S3_ACCESS_KEY_ID and "
            "LONGAN_S3_SECRET_ACCESS_KEY"
        )
    return {word: values[-1] for word, values in words.items()}
