"""Labelled pictures in the formats people publish. A new one: a file, and a line in `IMPORTERS`."""

from dataclasses import replace
from pathlib import Path

from algorithms.errors import DatasetError
from training.datasets.importers import (
    coco,
    croissant,
    cvat,
    datumaro,
    label_studio,
    pictures,
    voc,
    yolo,
)
from training.datasets.labelled import Labelled

IMPORTERS = {
    "croissant": croissant.IMPORTER,
    "datumaro": datumaro.IMPORTER,
    "label-studio": label_studio.IMPORTER,
    "coco": coco.IMPORTER,
    "cvat": cvat.IMPORTER,
    "yolo": yolo.IMPORTER,
    "voc": voc.IMPORTER,
    "pictures": pictures.IMPORTER,
}
"""In the order they are asked whether they know the data."""

_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)


def read(data: Path, kind: str | None = None, pictures: Path | None = None) -> Labelled:
    """Read labelled pictures, every split of them.

    Args:
        data: A file or folder.
        kind: One of `IMPORTERS`; None takes the first that knows the data.
        pictures: The folder of the pictures, where they don't lie with the labels.

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
        found = IMPORTERS[kind].read(data, pictures)
    except _MALFORMED as error:
        raise DatasetError(f"{data}: not {kind} as expected: {error!r}") from error
    if not found.pictures:
        raise DatasetError(f"{data}: no pictures in it")
    turned = sum(picture.orientation != 1 for picture in found.pictures)
    if turned:
        note = f"{turned} pictures are shown turned (EXIF): an import keeps them upright"
        found = replace(found, notes=(*found.notes, note))
    return found
