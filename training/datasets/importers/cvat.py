"""CVAT for images 1.1 and CVAT for video 1.1: an `annotations.xml`, pictures in `images/`.

Read are boxes, also turned ones and those of tracks. Attributes (`occluded` too) have no place
in a data set of boxes.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.importers.rotated import bounds
from training.datasets.labelled import Box, Labelled, Picture, boxed, located, opened
from training.datasets.safety import PICTURES, xml_of

PRE_LABELS = "longan"
"""An element in the `meta` of our own export, for as long as no person has seen its boxes."""

_OTHER_SHAPES = {"polygon", "polyline", "points", "cuboid", "ellipse", "mask", "skeleton"}
_FRAME = re.compile(r"frame_(\d+)")


def _accepts(data: Path) -> bool:
    return data.suffix == ".xml" or (data / "annotations.xml").is_file()


def _read(data: Path, pictures: Path | None) -> Labelled:
    file = data if data.is_file() else data / "annotations.xml"
    tree = xml_of(file)
    if tree.find(f"meta/{PRE_LABELS}") is not None:
        raise DatasetError(
            f"{file}: holds pre-labels that no person has seen; open them in CVAT (docs/labelling"
            ".md) and import what CVAT exports"
        )
    beside = file.parent / "images" if (file.parent / "images").is_dir() else file.parent
    root = pictures or beside
    found = [_picture(image, root, elsewhere=pictures is not None) for image in tree.iter("image")]
    tracks = list(tree.iter("track"))
    if len({track.get("task_id") for track in tracks}) > 1:
        raise DatasetError(f"{file}: tracks of several tasks; export the tasks one by one")
    notes = list(_left_out(tree))
    if tracks:
        frames, lost = _frames(tracks, root)
        found += frames
        notes += [f"{lost} boxes are on frames that no picture shows"] if lost else []
    names = [name.text.strip() for name in tree.iterfind(".//label/name") if name.text]
    names += [box.class_name for picture in found for box in picture.boxes]
    return Labelled(tuple(dict.fromkeys(names)), tuple(found), tuple(notes))


def _picture(image: Element, root: Path, *, elsewhere: bool) -> Picture:
    name, subset = image.attrib["name"], image.get("subset")
    if subset and (root / subset / name).is_file():
        name = f"{subset}/{name}"
    elif elsewhere:
        name = located(root, name)
    split = None if subset in {None, "", "default"} else str(subset).lower()
    stated = (int(image.get("width", 0)), int(image.get("height", 0)))
    boxes = (_box(box, box.attrib["label"]) for box in image.iter("box"))
    return boxed(opened(root, name, split), boxes, stated)


def _box(box: Element, label: str) -> Box:
    x1, y1, x2, y2 = (float(box.attrib[side]) for side in ("xtl", "ytl", "xbr", "ybr"))
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)
    degrees = float(box.get("rotation", 0))
    return Box(label, *bounds(x1, y1, x2 - x1, y2 - y1, degrees, middle))


def _frames(tracks: Sequence[Element], root: Path) -> tuple[list[Picture], int]:
    """Every picture of a video's frames, and how many boxes have none."""
    files = [file for file in sorted(root.rglob("*")) if file.suffix.lower() in PICTURES]
    numbers = [_FRAME.fullmatch(file.stem) for file in files]
    if not all(numbers) or not files:
        raise DatasetError(
            f"{root}: tracks go by the number of a frame; expected pictures named frame_000000 "
            "and so on, as CVAT names them for a video; a task made of pictures is exported as "
            "CVAT for images 1.1"
        )
    shown = {int(n[1]): file for n, file in zip(numbers, files, strict=True) if n}
    frames = sorted(shown)
    boxes: dict[int, list[Box]] = {}
    for track in tracks:
        for frame, box in _along(track, frames):
            boxes.setdefault(frame, []).append(box)
    pictures = [
        boxed(opened(root, shown[frame].relative_to(root).as_posix()), boxes.get(frame, ()))
        for frame in frames
    ]
    return pictures, sum(len(boxes[frame]) for frame in boxes.keys() - shown.keys())


def _along(track: Element, frames: Sequence[int]) -> Iterator[tuple[int, Box]]:
    """A track's boxes by frame: those listed, and those of `frames` that lie between two.

    CVAT lists every frame; other tools write only the key frames.
    """
    label = track.attrib["label"]
    listed = sorted(track.iterfind("box"), key=lambda box: int(box.attrib["frame"]))
    there = [(int(b.attrib["frame"]), _box(b, label), b.get("outside") == "1") for b in listed]
    yield from ((frame, box) for frame, box, outside in there if not outside)
    for (first, one, outside), (last, other, _) in pairwise(there):
        between = frames[bisect_right(frames, first) : bisect_left(frames, last)]
        for frame in () if outside else between:
            yield frame, _between(one, other, (frame - first) / (last - first))


def _between(one: Box, other: Box, share: float) -> Box:
    sides = zip(
        (one.x, one.y, one.width, one.height),
        (other.x, other.y, other.width, other.height),
        strict=True,
    )
    return Box(one.class_name, *(a + (b - a) * share for a, b in sides))


def _left_out(tree: Element) -> Iterator[str]:
    shapes = Counter(shape.tag for shape in tree.iter() if shape.tag in _OTHER_SHAPES)
    if shapes:
        counts = ", ".join(f"{count} {shape}" for shape, count in sorted(shapes.items()))
        yield f"left out what is no box: {counts}"


IMPORTER = Importer(_accepts, _read)
