"""The one live wire from streams to the API: the newest picture of a camera, with its boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PreviewBox:
    """A detection on a preview; `x y w h` as fractions 0–1 of the picture."""

    x: float
    y: float
    w: float
    h: float
    class_name: str
    confidence: float
    track_id: int


@dataclass(frozen=True, slots=True)
class PreviewFrame:
    camera_id: str
    seq: int
    captured_at: datetime
    width_px: int
    jpeg: bytes
    boxes: tuple[PreviewBox, ...]


@dataclass(frozen=True, slots=True)
class PreviewWant:
    """A picture of `camera_id`, about `width_px` wide, newer than `after_seq`."""

    camera_id: str
    width_px: int
    after_seq: int


class Preview(Protocol):
    """Where the API gets live pictures from."""

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        """Wait until one of the cameras has something newer; empty at the time-out."""
        ...
