"""Networks that give box, score and class of each thing row by row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders.candidates import Candidates
from algorithms.manifest import AlgorithmManifest


def rows_above(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    labels: NDArray[Any],
    manifest: AlgorithmManifest,
    confidence: float,
) -> Candidates:
    """The rows above a confidence whose class is one of the manifest's.

    Args:
        boxes: `(N, 4)` `x1 y1 x2 y2` in input pixels.
        scores: `(N,)`.
        labels: `(N,)` class positions, whole numbers of any type.
        manifest: Gives the number of classes.
        confidence: Lowest score kept.
    """
    known = (labels >= 0) & (labels < len(manifest.classes))
    keep = np.flatnonzero((scores >= confidence) & known)
    return Candidates(
        boxes=np.asarray(boxes[keep], np.float32),
        scores=np.asarray(scores[keep], np.float32),
        class_ids=labels[keep].astype(np.int64),
    )
