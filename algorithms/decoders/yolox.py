"""YOLOX heads: one `(anchors, 5 + classes)` grid a picture, still relative to its cells."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders.candidates import Candidates
from algorithms.decoders.family import OutputFamily, Outputs, Shape, scores_outside
from algorithms.manifest import AlgorithmManifest

STRIDES = (8, 16, 32)


def candidates(outputs: Outputs, manifest: AlgorithmManifest, confidence: float) -> Candidates:
    """Boxes of one picture above the confidence, before suppression.

    Args:
        outputs: One, `(anchors, 5 + classes)`: centre offset x, y in cells, log width, log height
            in cells, objectness 0–1, then one score 0–1 per class.
        manifest: Gives the input size, from which the grid follows.
        confidence: Lowest objectness × class score kept.
    """
    (output,) = outputs
    best = output[:, 5:].max(axis=1) * output[:, 4]
    keep = np.flatnonzero(best >= confidence)
    cells, strides = _grid(manifest.input.width, manifest.input.height)
    centre = (output[keep, 0:2] + cells[keep]) * strides[keep]
    size = np.exp(np.minimum(output[keep, 2:4], 20)) * strides[keep]
    return Candidates(
        boxes=np.concatenate([centre - size / 2, centre + size / 2], axis=1, dtype=np.float32),
        scores=best[keep],
        class_ids=output[keep, 5:].argmax(axis=1),
    )


@lru_cache(maxsize=16)
def _grid(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cell corner `(anchors, 2)` and stride `(anchors, 1)` of every anchor, row by row."""
    cells: list[NDArray[np.float32]] = []
    strides: list[NDArray[np.float32]] = []
    for stride in STRIDES:
        y, x = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32))
        strides.append(np.full((x.size, 1), stride, np.float32))
    return np.concatenate(cells), np.concatenate(strides)


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    width, height = manifest.input.width, manifest.input.height
    cells = sum((width // stride) * (height // stride) for stride in STRIDES)
    return ((cells, 5 + len(manifest.classes)),)


def _faults(outputs: Outputs, manifest: AlgorithmManifest) -> Iterator[str]:
    (output,) = outputs
    yield from scores_outside(output[:, 4:])
    if output[:, 0].max() > manifest.input.width / 2:
        yield (
            "boxes: expected offsets from the grid's cells as family yolox has them, got "
            f"coordinates up to {output[:, 0].max():.0f} px; export with "
            "decode_in_inference=False"
        )


FAMILY = OutputFamily(candidates, _shapes, _faults)
