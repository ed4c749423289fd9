"""YOLOv8 and YOLO11 heads: one `(4 + classes, anchors)` map a picture, already sigmoid.

Mask coefficients and key points of such heads come after the scores and are not read.
"""

from collections.abc import Iterator

import numpy as np

from algorithms.decoders.candidates import Candidates, corners
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence, before suppression.

    Args:
        outputs: One, `(4 + classes, anchors)`: centre x, centre y, width, height in input pixels,
            then one score 0–1 per class.
        manifest: Gives the number of classes.
        confidence: Lowest score kept.
    """
    (output,) = outputs
    per_class = output[4 : 4 + len(manifest.classes)]
    best = per_class.max(axis=0)
    keep = np.flatnonzero(best >= confidence)
    return Candidates(
        boxes=corners(output[:4, keep].T),
        scores=best[keep],
        class_ids=per_class[:, keep].argmax(axis=0),
    )


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((4 + len(manifest.classes) + manifest.output.extra_channels, None),)


def _faults(outputs: Outputs, manifest: AlgorithmManifest) -> Iterator[str]:
    return scores_outside(outputs[0][4 : 4 + len(manifest.classes)])


FAMILY = OutputFamily(candidates, _shapes, _faults)
