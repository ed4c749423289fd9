"""The pictures that show what happened."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.events import Box, Event

JPEG_QUALITY = 88
CROP_MARGIN = 1.5
"""Share of the box added on every side of a crop, so that the rider is seen with the head."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A written file."""

    kind: str
    path: str
    """Relative to the evidence folder."""
    sha256: str
    size_bytes: int


def write_pictures(folder: Path, event: Event, image: NDArray[np.uint8]) -> list[Picture]:
    """Write the whole picture and the crop of what the event is about.

    Args:
        folder: The evidence folder; a folder a day is made below it.
        event: Just opened: its objects are in this picture.
        image: `(H, W, 3)` uint8 RGB.
    """
    day = f"{event.opened_at:%Y/%m/%d}"
    (folder / day).mkdir(parents=True, exist_ok=True)
    pictures: list[Picture] = []
    for kind, pixels in (("snapshot", image), ("crop", _crop(image, _around(event)))):
        data = encode_jpeg(pixels)
        path = f"{day}/{event.id}-{kind}.jpg"
        (folder / path).write_bytes(data)
        pictures.append(Picture(kind, path, hashlib.sha256(data).hexdigest(), len(data)))
    return pictures


def encode_jpeg(image: NDArray[np.uint8], quality: int = JPEG_QUALITY) -> bytes:
    """An RGB picture as JPEG."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def _around(event: Event) -> Box:
    """The smallest box around everything that took part."""
    boxes = np.array([o.box for o in event.objects])
    x1, y1 = boxes[:, :2].min(axis=0)
    x2, y2 = boxes[:, 2:].max(axis=0)
    return (float(x1), float(y1), float(x2), float(y2))


def _crop(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    x1, y1, x2, y2 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    margin = CROP_MARGIN * min(x2 - x1, y2 - y1)
    left, top = max(0, int(x1 - margin)), max(0, int(y1 - margin))
    right, bottom = min(width, int(x2 + margin) + 1), min(height, int(y2 + margin) + 1)
    return np.ascontiguousarray(image[top:bottom, left:right])
