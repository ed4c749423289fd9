"""One picture of one camera."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded picture and when it was taken.

    Args:
        image: `(H, W, 3)` uint8 RGB.
        camera_id: Whose picture it is.
        index: Position in the stream, counted from 0 at each (re)connection.
        captured_at: Aware UTC; by our clock for live streams, stream start plus media time
            for files.
    """

    image: NDArray[np.uint8]
    camera_id: str
    index: int
    captured_at: datetime

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(
                f"image: expected (H, W, 3) uint8, got {self.image.shape} {self.image.dtype}"
            )
        if self.captured_at.tzinfo is None:
            raise ValueError("captured_at: expected an aware UTC datetime, got a naive one")

    @property
    def height_px(self) -> int:
        return int(self.image.shape[0])

    @property
    def width_px(self) -> int:
        return int(self.image.shape[1])
