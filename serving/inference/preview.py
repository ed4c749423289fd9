"""The one live wire from streams to the API: the newest picture of a camera, with its boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

NOTHING_SEEN = -1
"""An `after_seq` that any picture is newer than."""


@dataclass(frozen=True, slots=True)
class PreviewWant:
    """A camera somebody looks at.

    Args:
        camera_id: Whose picture.
        width_px: How wide it is wanted; the height follows.
        after_seq: Number of the picture already seen; `NOTHING_SEEN` before the first.
    """

    camera_id: str
    width_px: int
    after_seq: int


@dataclass(frozen=True, slots=True)
class PreviewBox:
    """A detection in a picture; `x y` is the upper left corner, all four fractions 0–1."""

    x: float
    y: float
    w: float
    h: float
    class_name: str
    confidence: float
    track_id: int


@dataclass(frozen=True, slots=True)
class PreviewFrame:
    """A camera's newest picture and what was found in this very picture.

    Args:
        camera_id: Whose picture.
        seq: Rises with every picture of the camera.
        captured_at: Aware UTC.
        width_px: The width it was wanted in; the picture itself is never blown up to it.
        jpeg: The picture.
        boxes: Of the detections in it.
    """

    camera_id: str
    seq: int
    captured_at: datetime
    width_px: int
    jpeg: bytes
    boxes: Sequence[PreviewBox]


class Preview(Protocol):
    """The newest pictures, encoded only while somebody looks."""

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        """Wait until at least one wanted camera has something newer.

        Returns:
            At most one picture a want; empty when the time ran out.
        """
        ...
