"""YOLO in the layouts that are about; only names and folders are read.

| by | layout |
| --- | --- |
| Ultralytics | `data.yaml`; or `classes.txt`, `images/<split>/`, `labels/<split>/` |
| Label Studio | `classes.txt`, `notes.json`, `images/`, `labels/` |
| CVAT (YOLO 1.1) | `obj.names`, `obj_train_data/` with pictures and labels, `train.txt` |
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from algorithms.dataset import yolo_layout
from algorithms.errors import DatasetError
from training.datasets.importers.coco import NOTHING_ON_IT
from training.datasets.importers.importer import Importer
from training.datasets.labelled import (
    Box,
    Labelled,
    Picture,
    bare_names,
    boxed,
    joined,
    located,
    opened,
)
from training.datasets.safety import PICTURES, json_of, text, yaml_of

_SPLITS = ("train", "val", "test")
_MARKS = ("data.yaml", "classes.txt", "obj.names")


def _accepts(data: Path) -> bool:
    if data.is_dir():
        return any((data / mark).is_file() for mark in _MARKS)
    return data.suffix in {".yaml", ".yml"}


def _read(data: Path, pictures: Path | None) -> Labelled:
    if (data / "obj.names").is_file():
        return _read_darknet(data, pictures)
    if (data / "notes.json").is_file():
        return _read_label_studio(data, pictures)
    root = data if data.is_dir() else data.parent
    return joined(_read_split(data, root, split) for split in _splits(data))


def _read_darknet(data: Path, pictures: Path | None) -> Labelled:
    """CVAT's YOLO 1.1: the lists name the pictures, also those that are not in the archive."""
    names = _lines(data / "obj.names")
    found: list[Picture] = []
    for listed in ("train.txt", "valid.txt"):
        split = None if listed == "train.txt" else "val"  # CVAT puts all it has into train
        for line in _lines(data / listed) if (data / listed).is_file() else []:
            name = line.removeprefix("data/")
            picture = opened(pictures, located(pictures, name)) if pictures else opened(data, name)
            labels = (data / name).with_suffix(".txt")
            found.append(_with_labels(picture, labels, data, dict(enumerate(names)), split))
    return Labelled(tuple(dict.fromkeys(names)), tuple(found))


def _read_label_studio(data: Path, pictures: Path | None) -> Labelled:
    """A box has the id of `notes.json`; the line in `classes.txt` may be another one."""
    ids = {int(one["id"]): str(one["name"]) for one in json_of(data / "notes.json")["categories"]}
    root = pictures or data / "images"
    files = sorted(file for file in root.rglob("*") if file.suffix.lower() in PICTURES)
    by_stem = {file.stem: file.relative_to(root).as_posix() for file in files}
    found: list[Picture] = []
    without = 0
    for labels in sorted((data / "labels").glob("*.txt")):
        if not text(labels).strip():
            without += 1
            continue
        name = next((by_stem[one] for one in bare_names(labels.stem) if one in by_stem), None)
        if name is None:
            raise DatasetError(f"{labels}: no picture of this name in {root}; give --pictures")
        found.append(_with_labels(opened(root, name), labels, data, ids, None))
    notes = (NOTHING_ON_IT.format(without),) if without else ()
    return Labelled(tuple(ids.values()), tuple(found), notes)


def _lines(file: Path) -> list[str]:
    return [line.strip() for line in text(file).splitlines() if line.strip()]


def _splits(data: Path) -> list[str]:
    file = data if data.is_file() else data / "data.yaml"
    if data.is_file() or not (data / "classes.txt").is_file():
        content: Any = yaml_of(file)
        if not isinstance(content, Mapping):
            raise DatasetError(f"{file}: expected a mapping with `names`")
        settings = cast("Mapping[str, Any]", content)
        return [split for split in _SPLITS if settings.get(split)]
    return sorted(folder.name for folder in (data / "images").iterdir() if folder.is_dir())


def _read_split(data: Path, root: Path, split: str) -> Labelled:
    names, images, labels = yolo_layout(data, split)
    if not images.resolve().is_relative_to(root.resolve()):
        raise DatasetError(f"{data}: split {split} refused: {images} leads out of {root}")
    files = sorted(file for file in images.rglob("*") if file.suffix.lower() in PICTURES)
    ids = dict(enumerate(names))
    pictures: list[Picture] = []
    for file in files:
        inner = file.relative_to(images)
        picture = opened(images, inner.as_posix())
        pictures.append(
            _with_labels(picture, labels / inner.with_suffix(".txt"), labels, ids, split)
        )
    return Labelled(tuple(dict.fromkeys(names)), tuple(pictures))


def _with_labels(
    picture: Picture, lines: Path, root: Path, ids: Mapping[int, str], split: str | None
) -> Picture:
    picture = replace(picture, split=split)
    if not lines.is_file() or not picture.width:
        return picture
    if not lines.resolve().is_relative_to(root.resolve()):
        raise DatasetError(f"{lines}: refused: a link that leads out of {root}")
    boxes = [
        _box(line.split(), ids, picture, f"{lines}:{number}")
        for number, line in enumerate(text(lines).splitlines(), 1)
        if line.strip()
    ]
    return boxed(picture, boxes)


def _box(words: list[str], ids: Mapping[int, str], picture: Picture, where: str) -> Box:
    index, *numbers = words
    if not index.isdigit() or int(index) not in ids:
        expected = ", ".join(map(str, sorted(ids)))
        raise DatasetError(f"{where}: expected a class of {expected}, got {index}")
    if len(numbers) > 5:  # a polygon: its bounds
        xs, ys = list(map(float, numbers[::2])), list(map(float, numbers[1::2]))
        x, y, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    elif len(numbers) >= 4:
        centre_x, centre_y, width, height = map(float, numbers[:4])
        x, y = centre_x - width / 2, centre_y - height / 2
    else:
        raise DatasetError(f"{where}: expected a class and four numbers, got {len(numbers)}")
    wide, high = picture.width, picture.height
    return Box(ids[int(index)], x * wide, y * high, width * wide, height * high)


IMPORTER = Importer(_accepts, _read)
