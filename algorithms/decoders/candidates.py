"""What every decoder gives: boxes that may be things."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from algorithms.manifest import AlgorithmManifest


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes of one picture above a confidence, in no order, before suppression.

    Args:
        boxes: `(N, 4)` float32 `x1 y1 x2 y2` in input pixels.
        scores: `(N,)` float32, 0–1.
        class_ids: `(N,)` int64, positions in the manifest's classes.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int64]


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores 0–1 of numbers of any size."""
    with np.errstate(over="ignore"):  # far below zero the exponential is infinite, the score 0
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def corners(centred: NDArray[np.float32]) -> NDArray[np.float32]:
    """`(N, 4)` centre x, centre y, width, height as `x1 y1 x2 y2`."""
    centre, half = centred[:, :2], centred[:, 2:4] / 2
    return np.concatenate([centre - half, centre + half], axis=1, dtype=np.float32)


def in_pixels(fractions: NDArray[np.float32], manifest: AlgorithmManifest) -> NDArray[np.float32]:
    """`(N, 4)` parts of the input's width and height as input pixels."""
    return fractions * np.array([manifest.input.width, manifest.input.height] * 2, np.float32)
