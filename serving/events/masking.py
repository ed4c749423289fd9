"""Faces and plates made unrecognisable: what may be shown of people whom nobody asked.

Until an algorithm finds faces and plates themselves, they are masked where they must be in the
boxes of what was tracked. What no algorithm of the camera finds is not masked.
"""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.events import Box, EventObject

WHOLE: Box = (0, 0, 1, 1)
TOP: Box = (0, 0, 1, 0.25)
PLATE: Box = (0.25, 2 / 3, 0.75, 1)

MASKED: dict[str, Box] = {
    **dict.fromkeys(("head", "face", "with_helmet", "without_helmet", "plate"), WHOLE),
    **dict.fromkeys(("person", "rider"), TOP),
    "person_down": WHOLE,
    **dict.fromkeys(
        ("car", "bus", "truck", "truck_open", "motorcycle", "bicycle", "ebike", "cart"), PLATE
    ),
}
"""Class → what of its box is masked, in fractions of the box; other classes show nobody."""

GROWN = 0.1
"""Share of its size by which a region is grown on every side: boxes are never exact."""

BLOCKS = 4
"""A region keeps so many colours in a row and so many rows: whether a head wears a yellow helmet
can be told, whose head it is cannot."""

BLOCK_PX = 4
"""At least; what is smaller than one block becomes one colour."""


def regions(things: Iterable[EventObject]) -> list[Box]:
    """Where faces and plates must be, as fractions of the picture."""
    return [
        grown(_part(thing.box, MASKED[thing.class_name]), GROWN)
        for thing in things
        if thing.class_name in MASKED
    ]


def grown(box: Box, share: float) -> Box:
    """The box, larger by a share of its size on every side."""
    x1, y1, x2, y2 = box
    wider, higher = share * (x2 - x1), share * (y2 - y1)
    return (x1 - wider, y1 - higher, x2 + wider, y2 + higher)


def mask(image: NDArray[np.uint8], boxes: Iterable[Box]) -> NDArray[np.uint8]:
    """The picture with every region in few flat blocks; what was there cannot be computed back.

    Args:
        image: `(H, W, 3)`; is not changed.
        boxes: Fractions of the picture; what lies outside of it is cut off.
    """
    masked = image.copy()
    for box in boxes:
        left, top, right, bottom = pixels(box, image.shape[1], image.shape[0])
        if left < right and top < bottom:
            part = masked[top:bottom, left:right]
            masked[top:bottom, left:right] = _blocks(part)
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


def _blocks(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = part.shape[:2]
    rows, columns = (max(1, min(BLOCKS, size // BLOCK_PX)) for size in (height, width))
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
