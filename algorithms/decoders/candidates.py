"""What every decoder gives: boxes that may be things."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes of one picture above a confidence, in no order, before suppression.

    Args:
        boxes: `(N, 4)` float32 `x1 y1 x2 y2` in input pixels.
        scores: `(N,)` float32, 0–1.
        class_ids: `(N,)` int64, positions in the manifest's classes.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int64]
