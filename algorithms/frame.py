"""One picture of one camera."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray


class Pixels(Protocol):
    """A picture that can be had at any size: most are only ever needed small.

    A decoder gives its own, which scales and converts in one step.
    """

    @property
    def width_px(self) -> int: ...

    @property
    def height_px(self) -> int: ...

    def rgb(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        """`(height, width, 3)` RGB, contiguous."""
        ...

    def planes(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        """`(3, height, width)` red, green, blue: the order a network wants."""
        ...

    def luma(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        """`(height, width)` brightness."""
        ...


class ImagePixels:
    """An RGB image in memory as `Pixels`.

    Args:
        image: `(H, W, 3)` uint8 RGB.

    Raises:
        ValueError: It is not.
    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(f"image: expected (H, W, 3) uint8, got {image.shape} {image.dtype}")
        self._image = image

    @property
    def width_px(self) -> int:
        return int(self._image.shape[1])

    @property
    def height_px(self) -> int:
        return int(self._image.shape[0])

    def rgb(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        if (width_px, height_px) == (self.width_px, self.height_px):
            return self._image
        size = (width_px, height_px)
        return np.asarray(cv2.resize(self._image, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    def planes(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        return self.rgb(width_px, height_px).transpose(2, 0, 1)

    def luma(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        gray = cv2.cvtColor(self._image, cv2.COLOR_RGB2GRAY)
        size = (width_px, height_px)
        return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded picture and when it was taken.

    Args:
        pixels: What is to be seen.
        camera_id: Whose picture it is.
        index: Position in the stream, counted from 0 at each (re)connection.
        captured_at: Aware UTC; by our clock for live streams, stream start plus media time
            for files.
    """

    pixels: Pixels
    camera_id: str
    index: int
    captured_at: datetime

    def __post_init__(self) -> None:
        if self.captured_at.tzinfo is None:
            raise ValueError("captured_at: expected an aware UTC datetime, got a naive one")

    @property
    def height_px(self) -> int:
        return self.pixels.height_px

    @property
    def width_px(self) -> int:
        return self.pixels.width_px

    @property
    def image(self) -> NDArray[np.uint8]:
        """`(H, W, 3)` RGB at full size, made anew at every call."""
        return self.pixels.rgb(self.width_px, self.height_px)
