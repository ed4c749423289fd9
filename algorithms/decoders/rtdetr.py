"""RT-DETR as Ultralytics exports it since 8.4: `(queries, 6)`, one row for each thing."""

from collections.abc import Iterator

from algorithms.decoders.candidates import Candidates, corners, in_pixels
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.decoders.rows import rows_above
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence.

    Args:
        outputs: One, `(queries, 6)`: centre x, centre y, width, height in parts of the input,
            score 0–1, class.
        manifest: Gives the input size and the number of classes.
        confidence: Lowest score kept.
    """
    (output,) = outputs
    boxes = in_pixels(corners(output[:, :4]), manifest)
    return rows_above(boxes, output[:, 4], output[:, 5], manifest, confidence)


def _shapes(_manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((None, 6),)


def _faults(outputs: Outputs, _manifest: AlgorithmManifest) -> Iterator[str]:
    return scores_outside(outputs[0][:, 4])


FAMILY = OutputFamily(candidates, _shapes, _faults, suppresses=True)
