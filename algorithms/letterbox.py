"""Fitting a picture of any size into a model's fixed input, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from algorithms.frame import Pixels
from algorithms.manifest import InputSpec


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture lies inside the padded input.

    Input pixel = source pixel × (`scale_x`, `scale_y`) + (`left`, `top`).
    """

    source_width: int
    source_height: int
    scale_x: float
    scale_y: float
    left: int
    top: int

    @classmethod
    def fit(cls, image_shape: tuple[int, ...], spec: InputSpec) -> "Letterbox":
        """The largest placement that keeps the aspect ratio; all of the input where stretched.

        >>> Letterbox.fit((720, 1280, 3), InputSpec(width=640, height=640))
        Letterbox(source_width=1280, source_height=720, scale_x=0.5, scale_y=0.5, left=0, top=140)
        """
        height, width = image_shape[:2]
        if spec.letterbox == "stretch":
            return cls(width, height, spec.width / width, spec.height / height, 0, 0)
        scale = min(spec.width / width, spec.height / height)
        if spec.letterbox == "top-left":
            return cls(width, height, scale, scale, 0, 0)
        left = (spec.width - round(width * scale)) // 2
        top = (spec.height - round(height * scale)) // 2
        return cls(width, height, scale, scale, left, top)

    def to_source(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes of the input as boxes of the source picture.

        Args:
            boxes: `(N, 4)` `x1 y1 x2 y2` in input pixels.

        Returns:
            `(N, 4)` in source pixels, clipped to the picture.
        """
        shift = np.array([self.left, self.top, self.left, self.top], np.float32)
        limit = np.array([self.source_width, self.source_height] * 2, np.float32)
        scale = np.array([self.scale_x, self.scale_y] * 2, np.float32)
        return np.clip((boxes - shift) / scale, 0, limit)


def fill(pixels: Pixels, spec: InputSpec, out: NDArray[np.float32]) -> Letterbox:
    """Write one picture into its place in a batch.

    Args:
        pixels: The picture, of any size.
        spec: Size, colour order, scale and padding the model wants.
        out: `(3, spec.height, spec.width)` float32, overwritten; any strides.

    Returns:
        The geometry to map results back with.
    """
    box = Letterbox.fit((pixels.height_px, pixels.width_px), spec)
    width, height = round(box.source_width * box.scale_x), round(box.source_height * box.scale_y)
    planes = pixels.planes(width, height)
    if spec.colour == "bgr":
        planes = planes[::-1]
    factor, shift = _linear(spec)
    rows, columns = slice(box.top, box.top + height), slice(box.left, box.left + width)
    padding = spec.pad_value * factor + shift
    out[:, : box.top] = out[:, box.top + height :] = padding
    out[:, rows, : box.left] = out[:, rows, box.left + width :] = padding
    target = out[:, rows, columns]
    np.multiply(planes, factor, out=target)
    if shift.any():
        target += shift
    return box


def _linear(spec: InputSpec) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`(value × scale - mean) / std` as `value × factor + shift`, each `(3, 1, 1)`."""
    factor = np.float32(spec.scale) / np.array(spec.std, np.float32)
    shift = -np.array(spec.mean, np.float32) / np.array(spec.std, np.float32)
    return factor.reshape(3, 1, 1), shift.reshape(3, 1, 1)
