"""YOLOv8 and YOLO11 heads: one `(4 + classes, anchors)` map a picture, already sigmoid."""

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders.candidates import Candidates
from algorithms.manifest import AlgorithmManifest


def candidates(
    output: NDArray[np.float32], manifest: AlgorithmManifest, confidence: float
) -> Candidates:
    """Boxes of one picture above the confidence, before suppression.

    Args:
        output: `(4 + classes, anchors)`: centre x, centre y, width, height in input pixels,
            then one score 0–1 per class.
        manifest: Not needed by this family.
        confidence: Lowest score kept.
    """
    per_class = output[4:]
    best = per_class.max(axis=0)
    keep = np.flatnonzero(best >= confidence)
    centre, size = output[0:2, keep].T, output[2:4, keep].T
    return Candidates(
        boxes=np.concatenate([centre - size / 2, centre + size / 2], axis=1, dtype=np.float32),
        scores=best[keep],
        class_ids=per_class[:, keep].argmax(axis=0),
    )
