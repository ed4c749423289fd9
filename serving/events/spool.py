"""A folder that holds what the store could not take yet.

An entry is written, then renamed into place: it is there whole or not at all. Entries are taken
in order, and what they do can be repeated, so a crash between storing and deleting does no harm.
"""

import fcntl
import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ulid import ULID


class Spool:
    """Entries of one process, oldest first. The folder is locked while the process lives.

    Args:
        folder: Its own, in the folder of all spools.
    """

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._count = 0
        with _changing_hands(folder.parent):
            folder.mkdir(exist_ok=True)
            self._lock = _lock(folder)

    def put(self, entry: dict[str, Any]) -> None:
        """Keep an entry; it survives a crash once this returns."""
        self._count += 1
        self.folder.mkdir(exist_ok=True)  # once closed, another process may have tidied it away
        path = self.folder / f"{ULID()}-{self._count:08d}.json"
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(entry, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)

    def adopt(self, parent: Path) -> None:
        """Take over the entries of the spools in `parent` whose processes are gone."""
        with _changing_hands(parent):
            for folder in parent.iterdir():
                lock = None if folder == self.folder else _lock(folder)
                if lock is None:
                    continue
                try:
                    for path in folder.glob("*.json"):
                        path.rename(self.folder / path.name)
                    for path in folder.glob("*.part"):
                        path.unlink()  # `put` never returned
                    with suppress(OSError):  # refused entries stay there for people
                        folder.rmdir()
                finally:
                    os.close(lock)

    def entries(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        for path in sorted(self.folder.glob("*.json")):
            try:
                text = path.read_text(encoding="utf-8")
            except FileNotFoundError:
                continue  # taken over by another process
            yield path, json.loads(text)

    def done(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Keep an entry that can never be stored, for people to look at, as `*.refused`."""
        path.rename(path.with_suffix(".refused"))

    def close(self) -> None:
        """Leave what is in it to the next process that adopts."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def waiting(parent: Path) -> set[str]:
    """Names of the entries in all spools in `parent`; an entry keeps its own when adopted."""
    if not parent.exists():
        return set()
    with _changing_hands(parent):
        return {path.name for path in parent.glob("*/*.json")}


@contextmanager
def _changing_hands(parent: Path) -> Generator[None]:
    """Spools are made, adopted and listed one after the other.

    Else a listing misses what moves from a spool it has yet to read into one it has read, and a
    new spool is adopted before it is locked.
    """
    descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lock(folder: Path) -> int | None:
    """A lock on this folder, to be closed; None if its process lives or there is no folder."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
