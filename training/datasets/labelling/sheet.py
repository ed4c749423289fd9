"""What every labelling tool gets: pictures under names that come back, and colours.

Beside them lies `longan.json`, which is never shown to the tool: COCO without boxes, for what is
known of the pictures, so that it is known again after the labels have come back.
"""

import json
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from algorithms.errors import DatasetError
from training.datasets.labelled import Labelled, Picture, coco, from_coco
from training.datasets.orientation import upright
from training.datasets.prelabels import ToLabel
from training.datasets.safety import json_of
from training.datasets.store import link_or_copy

COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#42d4f4", "#f032e6", "#9a6324")
_KNOWN = "longan.json"


def place(work: ToLabel, folder: Path) -> list[str]:
    """Link the pictures into `images/`; their file names, in order."""
    names = [_name(number, picture) for number, picture in enumerate(work.data.pictures)]
    (folder / "images").mkdir(parents=True)
    for picture, name in zip(work.data.pictures, names, strict=True):
        with upright(picture.file, picture.orientation) as file:
            link_or_copy(file, folder / "images" / name)
    by_picture = {id(p): name for p, name in zip(work.data.pictures, names, strict=True)}
    known = coco(work.data, lambda picture: f"images/{by_picture[id(picture)]}")
    known["annotations"] = []
    text = json.dumps(known, ensure_ascii=False, indent=1)
    (folder / _KNOWN).write_text(text, encoding="utf-8")
    return names


def known_again(data: Labelled, exported: Path) -> Labelled:
    """The labels that came back, with what was known of the pictures when they were exported.

    Raises:
        DatasetError: `exported` is no folder that was exported for labelling.
    """
    file = exported / _KNOWN
    if not file.is_file():
        raise DatasetError(f"{file}: not found; expected the folder that `dataset export` wrote")
    then = from_coco(json_of(file), exported)
    by_name = {picture.file.name: picture for picture in then.pictures}

    def change(picture: Picture) -> Picture:
        before = by_name.get(picture.file.name)
        return replace(before, boxes=picture.boxes) if before else picture

    return data.with_pictures(change)


def colour(index: int) -> str:
    """Of the class at this place, as `#rrggbb`."""
    return COLOURS[index % len(COLOURS)]


def _name(number: int, picture: Picture) -> str:
    path = PurePosixPath(picture.name)
    stem = re.sub(r"[^\w-]+", "_", path.stem)[:80]
    return f"{number:06}-{stem}{path.suffix.lower() or '.jpg'}"
