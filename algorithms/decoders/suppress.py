"""From many scored boxes to one per thing."""

from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_CANDIDATES = 300
"""Boxes kept before suppression, best first: a badly trained or hostile model that fires
everywhere would otherwise cost 170 ms a frame (FACTS.md)."""


def best_per_thing(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    kinds: NDArray[np.int64],
    iou: float,
) -> NDArray[np.int64]:
    """Per-kind non-maximum suppression of at most `MOST_CANDIDATES` boxes.

    Args:
        boxes: `(N, 4)` `x1 y1 x2 y2`.
        scores: `(N,)`.
        kinds: `(N,)`.
        iou: Boxes of one kind that overlap more are one thing.

    Returns:
        Indices of the boxes to keep, best first.
    """
    if not len(boxes):
        return np.empty(0, np.int64)
    order = np.argsort(-scores, kind="stable")[:MOST_CANDIDATES]
    # OpenCV keeps kinds apart by moving them, which works for positive coordinates only.
    corners = boxes[order] - boxes.min()
    kept = cv2.dnn.NMSBoxesBatched(
        # OpenCV's stubs ask for lists; arrays are taken as well and are faster.
        cast("Any", np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)),
        cast("Any", scores[order]),
        cast("Any", kinds[order].astype(np.int32)),
        0.0,
        iou,
    )
    return order[np.sort(np.asarray(kept, np.int64))]
