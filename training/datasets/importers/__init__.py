"""Labelled pictures in the formats people publish. A new one: a file, and a line in `IMPORTERS`."""

from pathlib import Path

from algorithms.errors import DatasetError
from training.datasets.importers import coco, croissant, cvat, datumaro, voc, yolo
from training.datasets.labelled import Labelled

IMPORTERS = {
    "croissant": croissant.IMPORTER,
    "datumaro": datumaro.IMPORTER,
    "coco": coco.IMPORTER,
    "cvat": cvat.IMPORTER,
    "yolo": yolo.IMPORTER,
    "voc": voc.IMPORTER,
}
"""In the order they are asked whether they know the data."""

_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)


def read(data: Path, kind: str | None = None) -> Labelled:
    """Read labelled pictures, every split of them.

    Args:
        data: A file or folder.
        kind: One of `IMPORTERS`; None takes the first that knows the data.

    Raises:
        DatasetError: Nothing there, an unknown format, malformed or hostile data; says which file
            and why.
    """
    if not data.exists():
        raise DatasetError(f"{data}: not found; expected a file or folder of labelled pictures")
    if kind is None:
        kind = next((name for name, one in IMPORTERS.items() if one.accepts(data)), "")
    if kind not in IMPORTERS:
        raise DatasetError(
            f"{data}: no known format; expected one of {', '.join(IMPORTERS)} (docs/datasets.md)"
        )
    try:
        found = IMPORTERS[kind].read(data)
    except _MALFORMED as error:
        raise DatasetError(f"{data}: not {kind} as expected: {error!r}") from error
    if not found.pictures:
        raise DatasetError(f"{data}: no pictures in it")
    return found
