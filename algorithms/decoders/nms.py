"""SSD and others with the NonMaxSuppression operator in the graph: boxes, scores and labels."""

from collections.abc import Iterator

from algorithms.decoders.candidates import Candidates, in_pixels
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.decoders.rows import rows_above
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence.

    Args:
        outputs: `(N, 4)` `x1 y1 x2 y2`, `(N,)` scores 0–1 and `(N,)` labels; N differs from
            picture to picture.
        manifest: Gives the boxes' unit and the first class's label.
        confidence: Lowest score kept.
    """
    boxes, scores, labels = outputs
    if manifest.output.unit == "fractions":
        boxes = in_pixels(boxes, manifest)
    return rows_above(boxes, scores, labels - manifest.output.first_label, manifest, confidence)


def _shapes(_manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return (None, 4), (None,), (None,)


def _faults(outputs: Outputs, _manifest: AlgorithmManifest) -> Iterator[str]:
    boxes, scores, labels = outputs
    if not len(boxes) == len(scores) == len(labels):
        yield (
            f"output: expected as many boxes as scores and labels, got {len(boxes)}, "
            f"{len(scores)} and {len(labels)}; check the order in output.tensors"
        )
    yield from scores_outside(scores)


FAMILY = OutputFamily(candidates, _shapes, _faults, suppresses=True, integers=(2,))
