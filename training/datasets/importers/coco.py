"""COCO: one `.json`, or a folder with `annotations/*.json` (one a split) and the pictures.

CVAT calls its file `annotations/instances_default.json`, Label Studio `result.json`.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.importers.label_studio import path_of
from training.datasets.importers.rotated import bounds
from training.datasets.labelled import Labelled, from_coco, joined, located
from training.datasets.safety import json_of

NOTHING_ON_IT = (
    "left out: {} pictures without boxes: Label Studio's COCO and YOLO don't say whether anybody "
    "looked at them; its JSON does"
)

_SPLIT = re.compile(r"(train|val|valid|test)", re.IGNORECASE)


def _accepts(data: Path) -> bool:
    if data.is_dir():
        return any(_files(data))
    return data.suffix == ".json"


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("annotations/*.json")) or sorted(folder.glob("result.json"))


def _read(data: Path, pictures: Path | None) -> Labelled:
    files = _files(data) if data.is_dir() else [data]
    return joined(_read_file(file, pictures) for file in files)


def _read_file(file: Path, pictures: Path | None) -> Labelled:
    content = json_of(file)
    notes: tuple[str, ...] = ()
    if content.get("info", {}).get("contributor") == "Label Studio":
        notes = _keep_labelled(content)
    for note in content.get("annotations", []):  # CVAT's turned boxes
        attributes = cast("dict[str, Any]", note.get("attributes") or {})
        if degrees := float(attributes.get("rotation") or 0):
            x, y, width, height = map(float, note["bbox"])
            middle = (x + width / 2, y + height / 2)
            note["bbox"] = bounds(x, y, width, height, degrees, middle)
    named = _SPLIT.search(file.stem)
    split = named[1].lower() if named else None
    split = "val" if split == "valid" else split
    if pictures:
        for image in content["images"]:
            image["file_name"] = located(pictures, str(image["file_name"]))
        return replace(from_coco(content, pictures, split), notes=notes)
    first = str(content["images"][0]["file_name"]) if content["images"] else ""
    for base in (file.parent, file.parent.parent):
        for part in (".", "images", split or ".", f"images/{split}", "train2017", "val2017"):
            if (base / part / first).is_file():
                return replace(from_coco(content, base / part, split), notes=notes)
    raise DatasetError(
        f"{file}: picture {first!r} not found; looked beside the file, in images/ and {split}/"
    )


def _keep_labelled(content: Any) -> tuple[str, ...]:
    """Leave out what Label Studio lists without saying that anybody submitted it.

    A picture is listed for each of its annotations, the newest first, and with the size of its
    stored pixels, whatever its boxes refer to.
    """
    drawn = {int(note["image_id"]) for note in content["annotations"]}
    first: dict[str, Any] = {}
    for image in content["images"]:
        image["width"] = image["height"] = None
        image["file_name"] = path_of(str(image["file_name"]))
        if int(image["id"]) in drawn:
            first.setdefault(str(image["file_name"]), image)
    names = {str(image["file_name"]) for image in content["images"]}
    content["images"] = list(first.values())
    left = len(names - first.keys())
    return (NOTHING_ON_IT.format(left),) if left else ()


IMPORTER = Importer(_accepts, _read)
