"""A folder of pictures that nobody has labelled yet; only where `--format pictures` says so."""

from pathlib import Path

from training.datasets.importers.importer import Importer
from training.datasets.labelled import Labelled, opened
from training.datasets.safety import PICTURES


def _read(data: Path, _: Path | None) -> Labelled:
    files = sorted(file for file in data.rglob("*") if file.suffix.lower() in PICTURES)
    found = (opened(data, file.relative_to(data).as_posix()) for file in files)
    return Labelled((), tuple(found))


IMPORTER = Importer(lambda data: False, _read)
