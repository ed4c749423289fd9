# pyright: basic
"""A decoded picture, scaled and converted by FFmpeg in one step."""

import threading
from typing import Any, cast

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from serving.streams.errors import SourceError

SCALER = "AREA"
"""Averages what falls into one pixel: small heads survive, and it is the fastest that does."""


class VideoPixels:
    """`Pixels` of a decoded picture, upright. Safe to share between threads.

    Every method raises SourceError (`unsupported`) where the pixel format cannot be converted.
    """

    def __init__(self, picture: av.VideoFrame) -> None:
        self._picture = picture
        self._quarter_turns = round(picture.rotation / 90) % 4
        self._lock = threading.Lock()

    @property
    def width_px(self) -> int:
        return self._picture.height if self._quarter_turns % 2 else self._picture.width

    @property
    def height_px(self) -> int:
        return self._picture.width if self._quarter_turns % 2 else self._picture.height

    def rgb(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        scaled = self._scaled("rgb24", width_px, height_px)
        lines = _plane(scaled, 0, 3 * scaled.width)
        return self._turned(lines.reshape(scaled.height, scaled.width, 3), (0, 1))

    def planes(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        scaled = self._scaled("gbrp", width_px, height_px)
        green, blue, red = (_plane(scaled, index, scaled.width) for index in range(3))
        return self._turned(np.stack([red, green, blue]), (1, 2))

    def luma(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        scaled = self._scaled("gray", width_px, height_px)
        return self._turned(_plane(scaled, 0, scaled.width), (0, 1))

    def _scaled(self, pixel_format: str, width_px: int, height_px: int) -> av.VideoFrame:
        if self._quarter_turns % 2:
            width_px, height_px = height_px, width_px
        try:
            with self._lock:
                # threads=1: otherwise swscale starts a thread per core for every picture.
                return self._picture.reformat(
                    width_px, height_px, pixel_format, interpolation=SCALER, threads=1
                )
        except (av.error.FFmpegError, ValueError):
            name = self._picture.format.name
            raise SourceError(
                "unsupported", f"Pictures in the pixel format {name} cannot be converted."
            ) from None

    def _turned(self, image: NDArray[np.uint8], axes: tuple[int, int]) -> NDArray[np.uint8]:
        turned = np.rot90(image, self._quarter_turns, axes) if self._quarter_turns else image
        return np.ascontiguousarray(turned)


def _plane(picture: av.VideoFrame, index: int, width_bytes: int) -> NDArray[np.uint8]:
    """`(height, width_bytes)` view of a plane without its padding."""
    plane = picture.planes[index]
    return np.frombuffer(cast("Any", plane), np.uint8).reshape(plane.height, plane.line_size)[
        :, :width_bytes
    ]
