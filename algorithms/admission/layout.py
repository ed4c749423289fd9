"""The tensors a manifest promises."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders import DECODERS
from algorithms.decoders.family import Shape
from algorithms.manifest import AlgorithmManifest


def input_shape(manifest: AlgorithmManifest) -> Shape:
    """Of one picture: `(1, 3, height, width)`, or `(1, height, width, 3)`."""
    height, width = manifest.input.height, manifest.input.width
    return (1, 3, height, width) if manifest.input.layout == "nchw" else (1, height, width, 3)


def prepared(pictures: NDArray[Any], manifest: AlgorithmManifest) -> NDArray[np.float32]:
    """Pictures of the input's own size as the model takes them.

    Args:
        pictures: `(N, height, width, 3)` RGB, 0–255.
        manifest: Its colour order, scale, mean, std and layout.
    """
    spec = manifest.input
    ordered = pictures if spec.colour == "rgb" else pictures[..., ::-1]
    mean, std = np.array(spec.mean, np.float32), np.array(spec.std, np.float32)
    values = (ordered.astype(np.float32) * np.float32(spec.scale) - mean) / std
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2) if spec.layout == "nchw" else values)


def output_shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    """Of the raw outputs for one picture, as the family's decoder reads them."""
    return tuple((1, *shape) for shape in DECODERS[manifest.output.family].shapes(manifest))


def agree(declared: Shape, promised: Shape) -> bool:
    """Whether two shapes can be the same.

    >>> agree(("batch", 84, 8400), (1, 84, None))
    True
    >>> agree((1, 8400, 84), (1, 84, None))
    False
    """
    return len(declared) == len(promised) and all(
        a == b or not isinstance(a, int) or not isinstance(b, int)
        for a, b in zip(declared, promised, strict=True)
    )
