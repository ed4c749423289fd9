"""The tensors a manifest promises."""

from algorithms.decoders.yolox import STRIDES
from algorithms.manifest import AlgorithmManifest

Shape = tuple[int | str | None, ...]
"""Numbers are fixed; a name or None is free."""


def input_shape(manifest: AlgorithmManifest) -> Shape:
    """`(1, 3, height, width)`: one picture."""
    return (1, 3, manifest.input.height, manifest.input.width)


def output_shape(manifest: AlgorithmManifest) -> Shape:
    """The raw output for one picture, as the family's decoder reads it."""
    classes = len(manifest.classes)
    match manifest.output.family:
        case "yolov8":
            return (1, 4 + classes, None)
        case "yolox":
            width, height = manifest.input.width, manifest.input.height
            cells = sum((width // stride) * (height // stride) for stride in STRIDES)
            return (1, cells, 5 + classes)


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
