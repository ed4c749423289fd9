"""Data sets as ZIP, the way CVAT and Label Studio hand them out."""

import shutil
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from algorithms.errors import DatasetError

MAX_GIB = 200
MAX_FILES = 2_000_000
MAX_RATIO = 200
"""Unpacked to packed size of the whole: labels pack to a tenth, pictures hardly at all."""


@contextmanager
def unpacked(data: Path) -> Generator[Path]:
    """The data itself, or for as long as the context lasts the folder that a ZIP holds.

    Raises:
        DatasetError: Names that lead out, a bomb, or no readable ZIP.
    """
    if data.suffix.lower() != ".zip" or not data.is_file():
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="longan-") as scratch:
        try:
            _unpack(data, Path(scratch))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise DatasetError(f"{data}: cannot be unpacked: {error}") from error
        yield _root(Path(scratch))


def _unpack(data: Path, folder: Path) -> None:
    with zipfile.ZipFile(data) as archive:
        files = [one for one in archive.infolist() if not one.is_dir()]
        size = sum(one.file_size for one in files)
        packed = max(1, data.stat().st_size)
        if len(files) > MAX_FILES or size > MAX_GIB * 2**30 or size / packed > MAX_RATIO:
            raise DatasetError(
                f"{data}: {len(files)} files of {size / 2**30:.1f} GiB refused; expected at most "
                f"{MAX_FILES}, {MAX_GIB} GiB and {MAX_RATIO} times the size of the archive"
            )
        for one in files:
            name = PurePosixPath(one.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                raise DatasetError(f"{data}: file name {one.filename!r} refused: it leads out")
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(one) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target)


def _root(folder: Path) -> Path:
    """The folder itself, or the only one in it, as some tools pack it."""
    inner = list(folder.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else folder
