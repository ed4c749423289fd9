"""A folder that holds what the store could not take yet.

An entry is written, then renamed into place: it is there whole or not at all. Entries are taken
in order, and what they do can be repeated, so a crash between storing and deleting does no harm.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ulid import ULID


class Spool:
    """Entries of one node, oldest first."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._count = 0

    def put(self, entry: dict[str, Any]) -> None:
        """Keep an entry; it survives a crash once this returns."""
        self._count += 1
        path = self._folder / f"{ULID()}-{self._count:08d}.json"
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(entry, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)

    def entries(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        for path in sorted(self._folder.glob("*.json")):
            yield path, json.loads(path.read_text(encoding="utf-8"))

    def done(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Keep an entry that can never be stored, for people to look at, as `*.refused`."""
        path.rename(path.with_suffix(".refused"))
