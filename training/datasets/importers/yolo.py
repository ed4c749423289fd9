"""YOLO: a `data.yaml`, or a folder with `classes.txt`; only names and folders are read."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from algorithms.dataset import yolo_layout
from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.labelled import Box, Labelled, Picture, joined, opened
from training.datasets.safety import PICTURES, text, yaml_of

_SPLITS = ("train", "val", "test")


def _accepts(data: Path) -> bool:
    if data.is_dir():
        return (data / "data.yaml").is_file() or (data / "classes.txt").is_file()
    return data.suffix in {".yaml", ".yml"}


def _read(data: Path) -> Labelled:
    root = data if data.is_dir() else data.parent
    return joined(_read_split(data, root, split) for split in _splits(data))


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
    pictures = [_labelled(images, labels, file, split, names) for file in files]
    return Labelled(tuple(dict.fromkeys(names)), tuple(pictures))


def _labelled(images: Path, labels: Path, file: Path, split: str, names: list[str]) -> Picture:
    inner = file.relative_to(images)
    picture = opened(images, inner.as_posix(), split)
    lines = labels / inner.with_suffix(".txt")
    if not lines.is_file() or not picture.width:
        return picture
    if not lines.resolve().is_relative_to(labels.resolve()):
        raise DatasetError(f"{lines}: refused: a link that leads out of {labels}")
    boxes = [
        _box(line.split(), names, picture, f"{lines}:{number}")
        for number, line in enumerate(text(lines).splitlines(), 1)
        if line.strip()
    ]
    return replace(picture, boxes=tuple(boxes))


def _box(words: list[str], names: list[str], picture: Picture, where: str) -> Box:
    index, *numbers = words
    if not index.isdigit() or int(index) >= len(names):
        raise DatasetError(f"{where}: expected a class from 0 to {len(names) - 1}, got {index}")
    if len(numbers) > 5:  # a polygon: its bounds
        xs, ys = list(map(float, numbers[::2])), list(map(float, numbers[1::2]))
        x, y, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    elif len(numbers) >= 4:
        centre_x, centre_y, width, height = map(float, numbers[:4])
        x, y = centre_x - width / 2, centre_y - height / 2
    else:
        raise DatasetError(f"{where}: expected a class and four numbers, got {len(numbers)}")
    wide, high = picture.width, picture.height
    return Box(names[int(index)], x * wide, y * high, width * wide, height * high)


IMPORTER = Importer(_accepts, _read)
