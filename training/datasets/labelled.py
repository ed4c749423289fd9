"""Labelled pictures as values: what every importer gives and every exporter takes.

The canonical form on disk is COCO; `coco` and `from_coco` go there and back. What COCO has no
word for (split, source, camera, licence, sha256) is in each image's `longan` object.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Any, cast

from algorithms.errors import DatasetError
from training.datasets.orientation import shown
from training.datasets.safety import header, inside

UNKNOWN = "unknown"
"""The licence of what nobody has stated one for."""


@dataclass(frozen=True)
class Box:
    """One labelled thing, as a person wrote it down: not clipped, not repaired."""

    class_name: str
    x: float
    y: float
    width: float
    height: float
    """Left, top and size in pixels of the picture, as in COCO."""

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.x, self.y, self.width, self.height))):
            raise ValueError(f"a box of {self.class_name} has sides that are no finite numbers")


@dataclass(frozen=True)
class Picture:
    """One picture and what is labelled in it."""

    file: Path
    name: str
    """What its source called it, with forward slashes."""
    width: int
    height: int
    """Pixels of the picture as shown; both 0 where the file is none that can be decoded."""
    boxes: tuple[Box, ...] = ()
    split: str | None = None
    source: str | None = None
    """The data set or publication it came from."""
    camera: str | None = None
    captured_at: str | None = None
    """ISO 8601."""
    licence: str = UNKNOWN
    record: str | None = None
    """Its record in a catalogue."""
    orientation: int = 1
    """How the file is turned before it is shown, as in EXIF; the store keeps it upright."""

    def __post_init__(self) -> None:
        if self.split is not None and not re.fullmatch(r"[\w-]{1,64}", self.split):
            raise ValueError(
                f"{self.name}: split {self.split!r}: expected letters, digits, - and _"
            )


@dataclass(frozen=True)
class Labelled:
    """A data set in memory. `classes` are names; their order carries no meaning."""

    classes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    notes: tuple[str, ...] = ()
    """What its reader decided and a person should know, such as pictures left out."""

    def with_pictures(self, change: Callable[[Picture], Picture]) -> "Labelled":
        """The same data with every picture changed."""
        return replace(self, pictures=tuple(map(change, self.pictures)))


def opened(root: Path, name: str, split: str | None = None) -> Picture:
    """A picture below `root` as it lies there, without labels.

    Raises:
        DatasetError: The name leads out of `root`, there is no such file, or it is a
            decompression bomb.
    """
    file = inside(root, name)
    width, height, turn = header(file)
    return Picture(
        file, PurePosixPath(name).as_posix(), width, height, split=split, orientation=turn
    )


def located(root: Path, name: str) -> str:
    """The name below `root` of a picture that a tool calls `name`.

    Tools put folders before a name, and more (see `bare_names`). Where nothing fits it is `name`.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    names = ["/".join(parts[start:]) for start in range(len(parts))]
    names += bare_names(parts[-1]) if parts else []
    safe = (one for one in names if not one.startswith("/") and ".." not in one.split("/"))
    return next((one for one in safe if (root / one).is_file()), name)


def bare_names(name: str) -> list[str]:
    """The name, and without what Label Studio puts before one when it takes it and hands it out.

    >>> bare_names("9d2b4c1a__0a1b2c3d-street.jpg")
    ['9d2b4c1a__0a1b2c3d-street.jpg', '0a1b2c3d-street.jpg', 'street.jpg']
    """
    names = [name]
    while (bare := re.sub(r"^[0-9a-f]{8}(?:__|-)", "", names[-1])) != names[-1]:
        names.append(bare)
    return names


def boxed(picture: Picture, boxes: Iterable[Box], stated: tuple[int, int] | None = None) -> Picture:
    """The picture with these labels.

    Args:
        picture: As it was opened.
        boxes: Of the picture as shown, or of its stored pixels.
        stated: Width and height that the labels give. They tell the two apart; where they don't
            (a square, a half turn), the labels are of the picture as shown.
    """
    size = (picture.width, picture.height)
    if stated == size or stated != size[::-1] or picture.orientation <= 4:
        return replace(picture, boxes=tuple(boxes))
    turned = (
        Box(b.class_name, *shown(b.x, b.y, b.width, b.height, size, picture.orientation))
        for b in boxes
    )
    return replace(picture, boxes=tuple(turned))


def joined(parts: Iterable[Labelled]) -> Labelled:
    """Several data sets as one; classes of the same name become one class."""
    parts = list(parts)
    classes = sorted({name for part in parts for name in part.classes})
    pictures = tuple(picture for part in parts for picture in part.pictures)
    return Labelled(tuple(classes), pictures, tuple(note for part in parts for note in part.notes))


def renamed(data: Labelled, class_map: Mapping[str, str | None]) -> Labelled:
    """Give classes other names, or drop their boxes.

    Args:
        data: What to rename in.
        class_map: Name in the data → name wanted; None drops the boxes. Every class of the data
            must be there.

    Raises:
        DatasetError: A class is not in the map, or the map names one the data doesn't have.
    """
    missing = sorted({*data.classes} - {*class_map})
    surplus = sorted({*class_map} - {*data.classes})
    if missing or surplus:
        raise DatasetError(
            f"class map: expected exactly {', '.join(sorted(data.classes))}; missing: "
            f"{', '.join(missing) or 'none'}, not in the data: {', '.join(surplus) or 'none'}; "
            "map a class to nothing (`name:`) to drop its boxes"
        )

    def change(picture: Picture) -> Picture:
        boxes = (
            replace(box, class_name=new)
            for box in picture.boxes
            if (new := class_map[box.class_name]) is not None
        )
        return replace(picture, boxes=tuple(boxes))

    kept = tuple(sorted({name for name in class_map.values() if name is not None}))
    return replace(data.with_pictures(change), classes=kept)


def coco(data: Labelled, file_name: Callable[[Picture], str]) -> dict[str, Any]:
    """The data as COCO; ids count from 1, categories in the order of their names."""
    ids = {name: number for number, name in enumerate(sorted(data.classes), 1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, picture in enumerate(data.pictures, 1):
        ours = {
            "name": picture.name,
            "split": picture.split,
            "source": picture.source,
            "camera": picture.camera,
            "captured_at": picture.captured_at,
            "licence": picture.licence,
            "record": picture.record,
        }
        images.append(
            {
                "id": number,
                "file_name": file_name(picture),
                "width": picture.width,
                "height": picture.height,
                "longan": {key: value for key, value in ours.items() if value is not None},
            }
        )
        annotations += [
            {
                "id": len(annotations) + index,
                "image_id": number,
                "category_id": ids[box.class_name],
                "bbox": [box.x, box.y, box.width, box.height],
                "area": box.width * box.height,
                "iscrowd": 0,
            }
            for index, box in enumerate(picture.boxes, 1)
        ]
    return {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for name, number in ids.items()],
    }


def from_coco(content: Mapping[str, Any], root: Path, split: str | None = None) -> Labelled:
    """COCO content whose file names are relative to `root`.

    Raises:
        DatasetError: A picture cannot be opened (see `opened`).
        KeyError, TypeError, ValueError: It is not COCO.
    """
    names = {int(c["id"]): str(c["name"]) for c in content["categories"]}
    boxes: dict[int, list[Box]] = {}
    for note in content.get("annotations", []):
        x, y, width, height = map(float, note["bbox"])
        box = Box(names[int(note["category_id"])], x, y, width, height)
        boxes.setdefault(int(note["image_id"]), []).append(box)
    licences = {
        one.get("id"): str(one.get("name") or one.get("url") or UNKNOWN)
        for one in content.get("licenses", [])
    }
    pictures: list[Picture] = []
    for image in content["images"]:
        ours = cast("dict[str, Any]", image.get("longan", {}))
        picture = opened(root, str(image["file_name"]), split)
        known = {
            key: str(ours[key])
            for key in ("name", "split", "source", "camera", "captured_at", "licence", "record")
            if ours.get(key) is not None
        }
        known.setdefault("licence", licences.get(image.get("license"), UNKNOWN))
        stated = (int(image.get("width") or 0), int(image.get("height") or 0))
        picture = boxed(picture, boxes.get(int(image["id"]), ()), stated)
        pictures.append(replace(picture, **cast("Any", known)))
    return Labelled(tuple(sorted(set(names.values()))), tuple(pictures))
