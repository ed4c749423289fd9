"""Fitting a picture of any size into a model's fixed input, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from algorithms.frame import Pixels
from algorithms.manifest import InputSpec


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture lies inside the padded input.

    Input pixel = source pixel × `scale` + (`left`, `top`).
    """

    source_width: int
    source_height: int
    scale: float
    left: int
    top: int

    @classmethod
    def fit(cls, image_shape: tuple[int, ...], spec: InputSpec) -> "Letterbox":
        """The largest placement that keeps the aspect ratio.

        >>> Letterbox.fit((720, 1280, 3), InputSpec(width=640, height=640))
        Letterbox(source_width=1280, source_height=720, scale=0.5, left=0, top=140)
        """
        height, width = image_shape[:2]
        scale = min(spec.width / width, spec.height / height)
        if spec.letterbox == "top-left":
            return cls(width, height, scale, 0, 0)
        left = (spec.width - round(width * scale)) // 2
        top = (spec.height - round(height * scale)) // 2
        return cls(width, height, scale, left, top)

    def to_source(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes of the input as boxes of the source picture.

        Args:
            boxes: `(N, 4)` `x1 y1 x2 y2` in input pixels.

        Returns:
            `(N, 4)` in source pixels, clipped to the picture.
        """
        shift = np.array([self.left, self.top, self.left, self.top], np.float32)
        limit = np.array([self.source_width, self.source_height] * 2, np.float32)
        return np.clip((boxes - shift) / np.float32(self.scale), 0, limit)


def fill(pixels: Pixels, spec: InputSpec, out: NDArray[np.float32]) -> Letterbox:
    """Write one picture into its place in a batch.

    Args:
        pixels: The picture, of any size.
        spec: Size, colour order, scale and padding the model wants.
        out: `(3, spec.height, spec.width)` float32, overwritten.

    Returns:
        The geometry to map results back with.
    """
    box = Letterbox.fit((pixels.height_px, pixels.width_px), spec)
    width, height = round(box.source_width * box.scale), round(box.source_height * box.scale)
    planes = pixels.planes(width, height)
    if spec.colour == "bgr":
        planes = planes[::-1]
    out[:, : box.top] = out[:, box.top + height :] = spec.pad_value * spec.scale
    rows = slice(box.top, box.top + height)
    out[:, rows, : box.left] = out[:, rows, box.left + width :] = spec.pad_value * spec.scale
    target = out[:, rows, box.left : box.left + width]
    np.multiply(planes, np.float32(spec.scale), out=target)
    return box
