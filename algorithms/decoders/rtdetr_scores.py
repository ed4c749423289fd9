"""RT-DETR as Ultralytics exported it before 8.4: `(queries, 4 + classes)`, already sigmoid."""

from collections.abc import Iterator

import numpy as np

from algorithms.decoders.candidates import Candidates, corners, in_pixels
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence.

    Args:
        outputs: One, `(queries, 4 + classes)`: centre x, centre y, width, height in parts of the
            input, then one score 0–1 per class.
        manifest: Gives the input size.
        confidence: Lowest score kept.
    """
    (output,) = outputs
    best = output[:, 4:].max(axis=1)
    keep = np.flatnonzero(best >= confidence)
    return Candidates(
        boxes=in_pixels(corners(output[keep, :4]), manifest),
        scores=best[keep],
        class_ids=output[keep, 4:].argmax(axis=1),
    )


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((None, 4 + len(manifest.classes)),)


def _faults(outputs: Outputs, _manifest: AlgorithmManifest) -> Iterator[str]:
    return scores_outside(outputs[0][:, 4:])


FAMILY = OutputFamily(candidates, _shapes, _faults, suppresses=True)
