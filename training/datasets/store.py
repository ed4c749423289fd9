"""Pictures by what is in them: each lies once in `objects/`, under its sha256."""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from algorithms.errors import DatasetError


def sha256_of(file: Path) -> str:
    """A file's sha256, as hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class ContentStore:
    """Files by their sha256, as hard links where the file system allows.

    A hard link shares the bytes with its source: replace source files, don't edit them in place.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, file: Path) -> str:
        """Keep a file; what is there already is not touched. Returns its sha256."""
        digest = sha256_of(file)
        target = self.path(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(file.resolve(), target)
        return digest

    def path(self, digest: str) -> Path:
        """Where the file of this sha256 lies."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise DatasetError(f"{digest!r}: expected a sha256 of 64 hexadecimal digits")
        return self.folder / "objects" / digest[:2] / digest

    def checked(self, digest: str) -> Path:
        """The same, after a look at whether its content is still what its name says.

        Raises:
            DatasetError: It is missing or was changed.
        """
        file = self.path(digest)
        if not file.is_file() or sha256_of(file) != digest:
            raise DatasetError(f"{file}: missing or changed; import its data set again")
        return file


def link_or_copy(file: Path, target: Path) -> None:
    """A hard link, or a copy where the two lie on different file systems."""
    with suppress(OSError):
        os.link(file, target)
        return
    handle, scratch = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    shutil.copyfile(file, scratch)
    Path(scratch).replace(target)
