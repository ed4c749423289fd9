"""Datumaro: a folder with `annotations/<subset>.json` and `images/[<subset>/]`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from training.datasets.importers.importer import Importer
from training.datasets.labelled import Box, Labelled, joined, opened
from training.datasets.safety import json_of, text


def _accepts(data: Path) -> bool:
    files = sorted(data.glob("annotations/*.json")) if data.is_dir() else [data]
    # COCO's folder looks the same from outside; Datumaro alone has items.
    return any(f.suffix == ".json" and '"items"' in text(f) for f in files[:1])


def _read(data: Path) -> Labelled:
    files = sorted(data.glob("annotations/*.json")) if data.is_dir() else [data]
    return joined(_read_subset(file) for file in files)


def _read_subset(file: Path) -> Labelled:
    content = json_of(file)
    names = [str(label["name"]) for label in content["categories"]["label"]["labels"]]
    images = file.parent.parent / "images"
    root = images / file.stem if (images / file.stem).is_dir() else images
    split = None if file.stem == "default" else file.stem
    pictures = [
        replace(
            opened(root, _path(item), split),
            boxes=tuple(
                Box(names[int(note["label_id"])], *map(float, note["bbox"]))
                for note in item["annotations"]
                if note["type"] == "bbox"
            ),
        )
        for item in content["items"]
    ]
    return Labelled(tuple(names), tuple(pictures))


def _path(item: Any) -> str:
    for key in ("image", "media"):
        if key in item and item[key].get("path"):
            return str(item[key]["path"])
    return f"{item['id']}.jpg"


IMPORTER = Importer(_accepts, _read)
