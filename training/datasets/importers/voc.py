"""Pascal VOC: `Annotations/*.xml`, `JPEGImages/`, splits in `ImageSets/Main/*.txt`."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.labelled import Box, Labelled, Picture, opened
from training.datasets.safety import text, xml_of


def _accepts(data: Path) -> bool:
    return data.is_dir() and any((data / "Annotations").glob("*.xml"))


def _read(data: Path) -> Labelled:
    splits = {
        line.split()[0]: file.stem
        for file in sorted((data / "ImageSets" / "Main").glob("*.txt"))
        for line in text(file).splitlines()
        if line.strip() and file.stem in {"train", "val", "test"}
    }
    pictures = [
        _picture(data, file, splits.get(file.stem))
        for file in sorted((data / "Annotations").glob("*.xml"))
    ]
    classes = {box.class_name for picture in pictures for box in picture.boxes}
    return Labelled(tuple(sorted(classes)), tuple(pictures))


def _picture(data: Path, file: Path, split: str | None) -> Picture:
    tree = xml_of(file)
    folder = "JPEGImages" if (data / "JPEGImages").is_dir() else "images"
    picture = opened(data / folder, _text(tree, "filename", file), split)
    boxes = [_box(thing, file) for thing in tree.iter("object")]
    return replace(picture, boxes=tuple(boxes))


def _box(thing: Element, file: Path) -> Box:
    x1, y1, x2, y2 = (
        float(_text(thing, f"bndbox/{side}", file)) for side in ("xmin", "ymin", "xmax", "ymax")
    )
    return Box(_text(thing, "name", file), x1, y1, x2 - x1, y2 - y1)


def _text(tree: Element, path: str, file: Path) -> str:
    found = tree.findtext(path)
    if found is None:
        raise DatasetError(f"{file}: expected an element {path}")
    return found.strip()


IMPORTER = Importer(_accepts, _read)
