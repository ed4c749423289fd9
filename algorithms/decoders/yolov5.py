"""YOLOv5 and YOLOv7 heads: one `(anchors, 5 + classes)` table a picture, decoded and sigmoid."""

from collections.abc import Iterator

import numpy as np

from algorithms.decoders.candidates import Candidates, corners
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence, before suppression.

    Args:
        outputs: One, `(anchors, 5 + classes)`: centre x, centre y, width, height in input pixels,
            objectness 0–1, then one score 0–1 per class.
        manifest: Gives the number of classes.
        confidence: Lowest objectness × class score kept.
    """
    (output,) = outputs
    per_class = output[:, 5 : 5 + len(manifest.classes)]
    best = per_class.max(axis=1) * output[:, 4]
    keep = np.flatnonzero(best >= confidence)
    return Candidates(
        boxes=corners(output[keep, :4]),
        scores=best[keep],
        class_ids=per_class[keep].argmax(axis=1),
    )


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((None, 5 + len(manifest.classes) + manifest.output.extra_channels),)


def _faults(outputs: Outputs, manifest: AlgorithmManifest) -> Iterator[str]:
    return scores_outside(outputs[0][:, 4 : 5 + len(manifest.classes)])


FAMILY = OutputFamily(candidates, _shapes, _faults)
