"""Pascal VOC: `Annotations/*.xml`, `JPEGImages/`, splits in `ImageSets/Main/*.txt`.

VOC counts pixels from 1, and a box contains both of its ends: `xmin` 1 is the left edge of the
picture, `xmax` 500 the right edge of one that is 500 wide. Label Studio, CVAT and Datumaro write
the same elements counted from 0: their name, a 0 or a fraction anywhere gives them away.
"""

from dataclasses import dataclass
from glob import escape
from pathlib import Path
from xml.etree.ElementTree import Element

from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.labelled import Box, Labelled, Picture, boxed, located, opened
from training.datasets.safety import text, xml_of

_SIDES = ("xmin", "ymin", "xmax", "ymax")


def _accepts(data: Path) -> bool:
    return data.is_dir() and any((data / "Annotations").glob("*.xml"))


@dataclass(frozen=True)
class _Sheet:
    """What one XML says."""

    name: str
    size: tuple[int, int] | None
    things: list[tuple[str, list[str]]]
    """Class and sides as they are written."""
    by_label_studio: bool


def _read(data: Path, pictures: Path | None) -> Labelled:
    splits = {
        line.split()[0]: file.stem
        for file in sorted((data / "ImageSets" / "Main").glob("*.txt"))
        for line in text(file).splitlines()
        if line.strip() and file.stem in {"train", "val", "test"}
    }
    sheets = {file: _sheet(file) for file in sorted((data / "Annotations").glob("*.xml"))}
    sides = [side for sheet in sheets.values() for _, four in sheet.things for side in four]
    from_zero = any("." in side or float(side) % 1 or float(side) == 0 for side in sides)
    first = 0 if from_zero or any(sheet.by_label_studio for sheet in sheets.values()) else 1
    root = pictures or data / ("JPEGImages" if (data / "JPEGImages").is_dir() else "images")
    found = [_picture(root, sheet, splits.get(file.stem), first) for file, sheet in sheets.items()]
    classes = {box.class_name for picture in found for box in picture.boxes}
    note = f"pixels were counted from {first}"
    return Labelled(tuple(sorted(classes)), tuple(found), (note,))


def _sheet(file: Path) -> _Sheet:
    tree = xml_of(file)
    wide, high = tree.findtext("size/width"), tree.findtext("size/height")
    things = [
        (_text(thing, "name", file), [_text(thing, f"bndbox/{side}", file) for side in _SIDES])
        for thing in tree.iter("object")
    ]
    size = (int(wide), int(high)) if wide and high else None
    tool = (tree.findtext("owner/name") or "").strip()
    return _Sheet(_text(tree, "filename", file), size, things, tool == "Label Studio")


def _picture(root: Path, sheet: _Sheet, split: str | None, first: int) -> Picture:
    name = located(root, sheet.name)
    if not Path(name).suffix:  # Label Studio leaves it out
        name = next((one.name for one in sorted(root.glob(f"{escape(name)}.*"))), name)
    boxes = [_box(label, list(map(float, sides)), first) for label, sides in sheet.things]
    return boxed(opened(root, name, split), boxes, sheet.size)


def _box(label: str, sides: list[float], first: int) -> Box:
    x1, y1, x2, y2 = sides
    return Box(label, x1 - first, y1 - first, x2 - x1 + first, y2 - y1 + first)


def _text(tree: Element, path: str, file: Path) -> str:
    found = tree.findtext(path)
    if found is None:
        raise DatasetError(f"{file}: expected an element {path}")
    return found.strip()


IMPORTER = Importer(_accepts, _read)
