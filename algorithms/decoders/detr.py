"""D-FINE, RF-DETR, RT-DETR and their kin: boxes and logits of each query, two outputs.

Hugging Face names them `pred_boxes` and `logits`, RF-DETR `dets` and `labels`.
"""

import numpy as np

from algorithms.decoders.candidates import Candidates, corners, in_pixels, sigmoid
from algorithms.decoders.family import OutputFamily, Outputs, Shape
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence; a query may be several classes at once.

    Args:
        outputs: `(queries, 4)` centre x, centre y, width, height in parts of the input, and
            `(queries, classes)` scores before the sigmoid.
        manifest: Gives the input size and the number of classes.
        confidence: Lowest score kept.
    """
    boxes, logits = outputs
    scores = sigmoid(logits[:, : len(manifest.classes)])
    queries, class_ids = np.nonzero(scores >= confidence)
    return Candidates(
        boxes=in_pixels(corners(boxes[queries]), manifest),
        scores=scores[queries, class_ids],
        class_ids=class_ids,
    )


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    classes = len(manifest.classes) + manifest.output.extra_channels
    return (None, 4), (None, classes)


FAMILY = OutputFamily(candidates, _shapes, suppresses=True)
