"""What nobody may see of a camera's view: its privacy areas, black wherever its pictures go."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.frame import Frame, Pixels

Outline = tuple[tuple[float, float], ...]
"""Corners of an area, in order around it, as fractions 0–1 of the picture."""

EDGE_PX = 2
"""The outline itself is black too, so that an area whose edge lies inside a pixel shows none."""


def blacken(image: NDArray[np.uint8], areas: Sequence[Outline]) -> None:
    """Make the areas black in the picture itself.

    Args:
        image: `(H, W)` or `(H, W, 3)`, contiguous and writable.
        areas: What nobody may see.
    """
    size = np.array([image.shape[1], image.shape[0]])
    for area in areas:
        corners = np.rint(np.array(area) * size).astype(np.int32)
        cv2.fillPoly(image, [corners], (0, 0, 0))
        cv2.polylines(image, [corners], True, (0, 0, 0), EDGE_PX)


def hide(frame: Frame, areas: Sequence[Outline]) -> Frame:
    """The frame as everybody may see it, networks included."""
    if not areas:
        return frame
    pixels = HiddenPixels(frame.pixels, areas)
    return Frame(pixels, frame.camera_id, frame.index, frame.captured_at)


class HiddenPixels:
    """`Pixels` of a picture in which the privacy areas are black at every size.

    Args:
        pixels: As the camera sent them.
        areas: What nobody may see.
    """

    def __init__(self, pixels: Pixels, areas: Sequence[Outline]) -> None:
        self._pixels = pixels
        self._areas = areas

    @property
    def width_px(self) -> int:
        return self._pixels.width_px

    @property
    def height_px(self) -> int:
        return self._pixels.height_px

    def rgb(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        return self._hidden(self._pixels.rgb(width_px, height_px))

    def planes(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        planes = self._pixels.planes(width_px, height_px)
        return np.stack([self._hidden(plane) for plane in planes])

    def luma(self, width_px: int, height_px: int) -> NDArray[np.uint8]:
        return self._hidden(self._pixels.luma(width_px, height_px))

    def _hidden(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        shown = np.array(image, order="C")  # others may look at the picture as well
        blacken(shown, self._areas)
        return shown
