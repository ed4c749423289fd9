"""Faces and plates made unrecognisable: what may be shown of people whom nobody asked.

Faces and plates are masked where `PRIVACY` finds them, and where they must be in the boxes of what
was tracked: neither finds all. What no algorithm finds is not masked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.events import Box, EventObject

PRIVACY = "privacy"
"""The algorithm that is asked for faces and plates: its champion."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture to be masked.

    Args:
        box: As fractions; what lies outside of the picture is cut off.
        blocks: It keeps so many colours in a row, and so many rows.
    """

    box: Box
    blocks: int


# Of four colours in a row it can be told whether a head wears a yellow helmet, not whose it is.
HEAD = Region((0, 0, 1, 1), 4)
TOP = Region((0, 0, 1, 0.25), 4)
# Where plates are depends on how high the camera hangs; a block is as large as a plate is high.
FOUR_WHEELS = Region((0.05, 0.35, 0.95, 1), 8)
TWO_WHEELS = Region((0, 0.15, 1, 1), 6)

MASKED: dict[str, Region] = {
    **dict.fromkeys(
        ("head", "face", "with_helmet", "without_helmet", "plate", "person_down"), HEAD
    ),
    **dict.fromkeys(("person", "rider"), TOP),
    **dict.fromkeys(("car", "bus", "truck", "truck_open"), FOUR_WHEELS),
    **dict.fromkeys(("motorcycle", "bicycle", "ebike", "cart"), TWO_WHEELS),
}
"""Class → what of its box is masked, in fractions of the box; other classes show nobody."""

GROWN = 0.1
"""Share of its size by which a region is grown on every side: boxes are never exact."""

BLOCK_PX = 4
"""At least; what is smaller than one block becomes one colour."""


def regions(things: Iterable[EventObject]) -> list[Region]:
    """Where faces and plates must be."""
    return [
        grown(Region(_part(thing.box, part.box), part.blocks), GROWN)
        for thing in things
        if (part := MASKED.get(thing.class_name)) is not None
    ]


def grown(region: Region, share: float) -> Region:
    """The region, larger by a share of its size on every side."""
    x1, y1, x2, y2 = region.box
    wider, higher = share * (x2 - x1), share * (y2 - y1)
    return Region((x1 - wider, y1 - higher, x2 + wider, y2 + higher), region.blocks)


def mask(image: NDArray[np.uint8], hidden: Iterable[Region]) -> NDArray[np.uint8]:
    """The picture with every region in few flat blocks; what was there cannot be computed back.

    Args:
        image: `(H, W, 3)`; is not changed.
        hidden: Regions.
    """
    masked = image.copy()
    for region in hidden:
        left, top, right, bottom = pixels(region.box, image.shape[1], image.shape[0])
        if left < right and top < bottom:
            part = masked[top:bottom, left:right]
            masked[top:bottom, left:right] = _flat(part, region.blocks)
    return masked


def pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the pixels that the box touches, right and bottom excluded."""
    x1, y1, x2, y2 = np.clip(box, 0, 1)
    return (
        int(np.floor(x1 * width)),
        int(np.floor(y1 * height)),
        int(np.ceil(x2 * width)),
        int(np.ceil(y2 * height)),
    )


def _part(box: Box, part: Box) -> Box:
    x1, y1, x2, y2 = box
    width, height = x2 - x1, y2 - y1
    return (
        x1 + part[0] * width,
        y1 + part[1] * height,
        x1 + part[2] * width,
        y1 + part[3] * height,
    )


def _flat(part: NDArray[np.uint8], blocks: int) -> NDArray[np.uint8]:
    height, width = part.shape[:2]
    rows, columns = (max(1, min(blocks, size // BLOCK_PX)) for size in (height, width))
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
