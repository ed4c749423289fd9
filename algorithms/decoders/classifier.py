"""Plain classifiers: one score per class, of the whole picture."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders.candidates import Candidates, sigmoid
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.manifest import AlgorithmManifest


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """The best class as one box that covers the picture, if it is sure enough.

    Args:
        outputs: One, `(classes,)`.
        manifest: Gives the input size and what makes scores of the output.
        confidence: Lowest score kept.
    """
    scores = _scores(outputs, manifest)
    best = int(scores.argmax())
    keep = slice(0, int(scores[best] >= confidence))
    whole = np.array([[0, 0, manifest.input.width, manifest.input.height]], np.float32)
    return Candidates(whole[keep], scores[best : best + 1][keep], np.array([best])[keep])


def _scores(outputs: Outputs, manifest: AlgorithmManifest) -> NDArray[np.float32]:
    (output,) = outputs
    match manifest.output.activation:
        case "none":
            scores = output
        case "sigmoid":
            scores = sigmoid(output)
        case "softmax":
            powers = np.exp(output - output.max())
            scores = powers / powers.sum()
    return np.asarray(scores[: len(manifest.classes)], np.float32)


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((len(manifest.classes) + manifest.output.extra_channels,),)


def _faults(outputs: Outputs, manifest: AlgorithmManifest) -> Iterator[str]:
    return scores_outside(_scores(outputs, manifest))


FAMILY = OutputFamily(candidates, _shapes, _faults, suppresses=True)
