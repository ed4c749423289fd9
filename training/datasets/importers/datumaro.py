"""Datumaro: a folder with `annotations/<subset>.json` and `images/[<subset>/]`."""

from glob import escape
from pathlib import Path
from typing import Any

from training.datasets.importers.importer import Importer
from training.datasets.importers.rotated import bounds
from training.datasets.labelled import Box, Labelled, Picture, boxed, joined, located, opened
from training.datasets.safety import json_of, text


def _accepts(data: Path) -> bool:
    files = sorted(data.glob("annotations/*.json")) if data.is_dir() else [data]
    # COCO's folder looks the same from outside; Datumaro alone has items.
    return any(f.suffix == ".json" and '"items"' in text(f) for f in files[:1])


def _read(data: Path, pictures: Path | None) -> Labelled:
    files = sorted(data.glob("annotations/*.json")) if data.is_dir() else [data]
    return joined(_read_subset(file, pictures) for file in files)


def _read_subset(file: Path, pictures: Path | None) -> Labelled:
    content = json_of(file)
    names = [str(label["name"]) for label in content["categories"]["label"]["labels"]]
    images = file.parent.parent / "images"
    root = pictures or (images / file.stem if (images / file.stem).is_dir() else images)
    split = None if file.stem == "default" else file.stem
    found: list[Picture] = []
    for item in content["items"]:
        name = located(root, _name(item, root)) if pictures else _name(item, root)
        boxes = [_box(note, names) for note in item["annotations"] if note["type"] == "bbox"]
        found.append(boxed(opened(root, name, split), boxes, _size(item)))
    return Labelled(tuple(names), tuple(found))


def _box(note: Any, names: list[str]) -> Box:
    x, y, width, height = map(float, note["bbox"])
    middle = (x + width / 2, y + height / 2)
    degrees = float(note.get("attributes", {}).get("rotation", 0))
    return Box(names[int(note["label_id"])], *bounds(x, y, width, height, degrees, middle))


def _size(item: Any) -> tuple[int, int] | None:
    """Datumaro writes height and width."""
    size = item.get("image", {}).get("size")
    return (int(size[1]), int(size[0])) if size else None


def _name(item: Any, root: Path) -> str:
    for key in ("image", "media"):
        if item.get(key, {}).get("path"):
            return str(item[key]["path"])
    found = sorted(root.glob(f"{escape(str(item['id']))}.*"))  # exported without the pictures
    return found[0].relative_to(root).as_posix() if found else f"{item['id']}.jpg"


IMPORTER = Importer(_accepts, _read)
