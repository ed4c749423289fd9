"""CVAT for images 1.1: an `annotations.xml`, the pictures beside it or in `images/`."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from training.datasets.importers.importer import Importer
from training.datasets.labelled import Box, Labelled, Picture, opened
from training.datasets.safety import xml_of


def _accepts(data: Path) -> bool:
    return data.suffix == ".xml" or (data / "annotations.xml").is_file()


def _read(data: Path) -> Labelled:
    file = data if data.is_file() else data / "annotations.xml"
    tree = xml_of(file)
    root = file.parent / "images" if (file.parent / "images").is_dir() else file.parent
    pictures = [_picture(image, root) for image in tree.iter("image")]
    names = {name.text.strip() for name in tree.iterfind(".//label/name") if name.text}
    names |= {box.class_name for picture in pictures for box in picture.boxes}
    return Labelled(tuple(sorted(names)), tuple(pictures))


def _picture(image: Element, root: Path) -> Picture:
    subset = image.get("subset")
    picture = opened(root, image.attrib["name"], subset.lower() if subset else None)
    return replace(picture, boxes=tuple(map(_box, image.iter("box"))))


def _box(box: Element) -> Box:
    x1, y1, x2, y2 = (float(box.attrib[side]) for side in ("xtl", "ytl", "xbr", "ybr"))
    return Box(box.attrib["label"], x1, y1, x2 - x1, y2 - y1)


IMPORTER = Importer(_accepts, _read)
