"""COCO: one `.json`, or a folder with `annotations/*.json` (one a split) and the pictures."""

import re
from pathlib import Path

from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.labelled import Labelled, from_coco, joined
from training.datasets.safety import json_of

_SPLIT = re.compile(r"(train|val|valid|test)", re.IGNORECASE)


def _accepts(data: Path) -> bool:
    if data.is_dir():
        return any(data.glob("annotations/*.json"))
    return data.suffix == ".json"


def _read(data: Path) -> Labelled:
    files = sorted(data.glob("annotations/*.json")) if data.is_dir() else [data]
    return joined(_read_file(file) for file in files)


def _read_file(file: Path) -> Labelled:
    content = json_of(file)
    named = _SPLIT.search(file.stem)
    split = named[1].lower() if named else None
    split = "val" if split == "valid" else split
    first = str(content["images"][0]["file_name"]) if content["images"] else ""
    for base in (file.parent, file.parent.parent):
        for part in (".", "images", split or ".", f"images/{split}", "train2017", "val2017"):
            if (base / part / first).is_file():
                return from_coco(content, base / part, split)
    raise DatasetError(
        f"{file}: picture {first!r} not found; looked beside the file, in images/ and {split}/"
    )


IMPORTER = Importer(_accepts, _read)
