"""YOLO26 and YOLOv10 end to end, and Ultralytics with `nms=True`: `(boxes, 6)`, one per thing."""

from collections.abc import Iterator

from algorithms.decoders.candidates import Candidates
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.decoders.rows import rows_above
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence.

    Args:
        outputs: One, `(boxes, 6)`: `x1 y1 x2 y2` in input pixels, score 0–1, class. Rows that are
            not used are zero. Mask coefficients and key points may follow and are not read.
        manifest: Gives the number of classes.
        confidence: Lowest score kept.
    """
    (output,) = outputs
    return rows_above(output[:, :4], output[:, 4], output[:, 5], manifest, confidence)


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((None, 6 + manifest.output.extra_channels),)


def _faults(outputs: Outputs, _manifest: AlgorithmManifest) -> Iterator[str]:
    return scores_outside(outputs[0][:, 4])


FAMILY = OutputFamily(candidates, _shapes, _faults, suppresses=True)
