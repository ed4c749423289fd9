"""Where evidence lies: in its folders, and from there in a bucket, if there is one.

Whoever writes a file writes it to its folder, whole or not at all (`write_whole`). What lies there
is what is not up yet: it survives a crash, and waits for as long as the bucket is away. A file
leaves the folder once the bucket has it, so it is always in one of them.
"""

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from serving.settings import Settings
from serving.store.objects import CHUNK, Bucket, Objects

PART = ".part"
"""Ending of a file that is being written."""


def write_whole(file: Path, write: Callable[[Path], object]) -> None:
    """Have a file written beside its place and put it there when it is done.

    Args:
        file: Where it shall be; its folder is made.
        write: Writes the file it is given.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(PART)
    try:
        write(part)
        part.rename(file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


class Archive:
    """Every file is named by its place in its folder, wherever it lies.

    Args:
        evidence_dir: What everybody may see; the originals lie beside it.
        bucket: Where files go from there; None: nowhere.
    """

    def __init__(self, evidence_dir: Path, bucket: Objects | None = None) -> None:
        self.evidence_dir = evidence_dir.absolute()
        self.originals_dir = self.evidence_dir.with_name("originals")
        self._root = self.evidence_dir.parent
        self._bucket = bucket

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the operator has set it."""
        url = settings.evidence_url
        keys = (settings.s3_access_key_id, settings.s3_secret_access_key)
        return cls(settings.evidence_dir, None if url is None else Bucket(url, *keys))

    @property
    def goes_up(self) -> bool:
        """Whether there is a bucket: then a file may leave its folder at any moment."""
        return self._bucket is not None

    def size(self, file: Path) -> int:
        """In bytes; raises FileNotFoundError."""
        try:
            return file.stat().st_size
        except FileNotFoundError:
            if self._bucket is None:
                raise
            return self._bucket.size(self._key(file))

    def read(self, file: Path, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """What lies between two bytes, the end left out; raises FileNotFoundError at once."""
        try:
            opened = file.open("rb")
        except FileNotFoundError:
            if self._bucket is None:
                raise
            return self._bucket.read(self._key(file), start, end)
        return _pieces(opened, start, end)

    @contextmanager
    def at_hand(self, *files: Path) -> Generator[list[Path]]:
        """Files that stay on the disk meanwhile, for what cannot read from elsewhere.

        Raises:
            FileNotFoundError: One is nowhere.
        """
        if self._bucket is None:
            for file in files:
                file.stat()
            yield list(files)
            return
        with TemporaryDirectory(prefix="longan-evidence-") as folder:
            yield [self._copy(file, Path(folder) / str(n)) for n, file in enumerate(files)]

    def remove(self, files: Collection[Path]) -> None:
        """Forget files, wherever they are; those that are not there are not missed.

        Raises:
            OSError: One could not be removed; the others were.
            ObjectsAwayError: The bucket may still have them.
        """
        failed: OSError | None = None
        for file in files:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                failed = error
        if self._bucket is not None and files:
            self._bucket.remove([self._key(file) for file in files])
        if failed is not None:
            raise failed

    def waiting(self) -> list[Path]:
        """What is to go up, oldest first."""
        found: list[tuple[float, Path]] = []
        for folder in (self.evidence_dir, self.originals_dir):
            for file in folder.rglob("*"):
                with suppress(FileNotFoundError):  # removed meanwhile
                    if file.suffix != PART and file.is_file():
                        found.append((file.stat().st_mtime, file))
        return [file for _, file in sorted(found)]

    def move_up(self, file: Path) -> None:
        """Have a file in the bucket in place of its folder; safe to repeat."""
        if self._bucket is None:
            return
        with suppress(FileNotFoundError):  # removed meanwhile
            self._bucket.put(self._key(file), file)
            file.unlink()

    def up(self, before: datetime | None = None) -> Iterator[Path]:
        """Every file in the bucket, or those that went up before a moment."""
        if self._bucket is not None:
            for folder in (self.evidence_dir, self.originals_dir):
                for key in self._bucket.keys(folder.name, before):
                    yield self._root / key

    def _key(self, file: Path) -> str:
        return file.absolute().relative_to(self._root).as_posix()

    def _copy(self, file: Path, folder: Path) -> Path:
        folder.mkdir()
        with (folder / file.name).open("wb") as copy:
            copy.writelines(self.read(file))
        return folder / file.name


def _pieces(opened: BufferedReader, start: int, end: int | None) -> Iterator[bytes]:
    with opened:
        opened.seek(start)
        left = None if end is None else end - start
        while left is None or left > 0:
            piece = opened.read(CHUNK if left is None else min(CHUNK, left))
            if not piece:
                return
            left = left and left - len(piece)
            yield piece
