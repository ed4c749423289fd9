"""A first `algorithm.yaml` for a model, from what its graph and its exporter say."""

import ast
import re
from collections.abc import Sequence
from typing import Any, cast

import onnx
import yaml

from algorithms import embedded
from algorithms.decoders.yolox import STRIDES
from algorithms.errors import ManifestError
from algorithms.manifest import OPEN, Family

_HEAD = """\
# A draft by `longan algorithm init`. Look through it: what the graph does not say is guessed
# (colour, scale, mean, std, letterbox) or left open (FILL IN). docs/submitting.md explains each.
"""

MOST_ROWS = 300
"""Boxes that networks leave which suppress by themselves; grids of anchors have more."""

_Shape = tuple[int | None, ...]


def draft(proto: onnx.ModelProto, name: str) -> str:
    """The text of a manifest to be looked through; the model's own where it carries one.

    Args:
        proto: The model.
        name: What to call the algorithm.

    Raises:
        ManifestError: Its input is not a picture, or its outputs are of no family.
    """
    carried = embedded.text_in(proto)
    if carried is not None:
        return carried
    notes = {entry.key: entry.value for entry in proto.metadata_props}
    weights = {tensor.name for tensor in proto.graph.initializer}
    inputs = [value for value in proto.graph.input if value.name not in weights]
    picture = _input(inputs)
    outputs = {value.name: _shape(value) for value in proto.graph.output}
    labels = _labels(notes.get("names", ""))
    family, classes, spec = _output(outputs, notes, len(labels), picture)
    labels = labels or [f"class_{number}" for number in range(classes)]
    document: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64] or "model",
        "version": "0.1.0",
        "task": "classify" if family == "classifier" else "detect",
        "title_zh": OPEN,
        "title_en": OPEN,
        "input": picture | _habits(family, notes),
        "output": {"family": family, **spec},
        "thresholds": {"confidence": 0.25, "iou": 0.5},
        "min_target_px": 16,
        "licence": notes.get("license", OPEN)[:128],
        "training_data": OPEN,
        "team": OPEN,
        "contact": OPEN,
        "classes": [{"key": _key(label), "zh": label, "en": label} for label in labels],
    }
    return _HEAD + yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def _input(inputs: Sequence[onnx.ValueInfoProto]) -> dict[str, Any]:
    shapes = [_shape(value) for value in inputs]
    match shapes:
        case [(_, 3, height, width)]:
            return {"width": width or 640, "height": height or 640}
        case [(_, height, width, 3)]:
            return {"width": width or 640, "height": height or 640, "layout": "nhwc"}
        case _:
            raise ManifestError(
                f"input: expected one picture (N, 3, height, width) or (N, height, width, 3), got "
                f"{shapes}; export a network that takes pictures"
            )


def _output(
    outputs: dict[str, _Shape], notes: dict[str, str], named: int, picture: dict[str, Any]
) -> tuple[Family, int, dict[str, Any]]:
    """Family, number of classes, and the rest of `output`."""
    boxes = [name for name, shape in outputs.items() if shape[-1:] == (4,)]
    others = [name for name in outputs if name not in boxes]
    if len(boxes) == 1 and len(others) == 2 and all(len(outputs[n]) < 3 for n in others):
        others.sort(key=lambda name: "score" not in name.lower())
        return "nms", named or 1, {"tensors": [*boxes, *others], "first_label": 0}
    if len(boxes) == 1 and len(others) == 1 and len(outputs[others[0]]) == 3:
        columns = outputs[others[0]][-1] or named
        return "detr", named or columns, _extra(columns, named) | {"tensors": [*boxes, *others]}
    match next(iter(outputs.values()), ()):
        case (_, int(classes)):
            softmax = "none" if notes.get("task") == "classify" else "softmax"
            return "classifier", named or classes, _extra(classes, named) | {"activation": softmax}
        case (_, _, 6) if "RTDETR" in notes.get("head", ""):
            return "rtdetr", named or 1, {}
        case (_, rows, 6) if (rows or 0) <= MOST_ROWS:
            return "yolo26", named or 1, {}
        case (_, _, int(columns)) if notes.get("end2end") == "True":
            return "yolo26", named or 1, _extra(columns, 6)
        case (_, rows, int(columns)) if columns >= 6 and (rows is None or rows > columns):
            width, height = int(picture["width"]), int(picture["height"])
            cells = sum((width // stride) * (height // stride) for stride in STRIDES)
            family: Family = "yolox" if rows == cells else "yolov5"
            return family, named or columns - 5, _extra(columns - 5, named)
        case (_, int(rows), _) if rows >= 5:
            return "yolov8", named or rows - 4, _extra(rows - 4, named)
        case _:
            raise ManifestError(
                f"output: expected one of the families in docs/families.md, got {outputs}; "
                "export the head that one of them describes, or write the manifest by hand"
            )


def _extra(channels: int, read: int) -> dict[str, Any]:
    return {"extra_channels": channels - read} if read and channels > read else {}


def _habits(family: Family, notes: dict[str, str]) -> dict[str, Any]:
    """How the family's own library prepares pictures, where it differs from our defaults."""
    if family == "yolox":
        return {"colour": "bgr", "scale": 1.0, "letterbox": "top-left"}
    if family in ("rtdetr", "rtdetr-scores", "detr", "classifier"):
        return {"letterbox": "stretch"}
    return {}


def _labels(text: str) -> list[str]:
    """Class names as Ultralytics writes them: `{0: 'person', 1: 'bicycle'}`."""
    try:
        names: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    if not isinstance(names, dict):
        return []
    return [str(name) for name in cast("dict[object, object]", names).values()]


def _key(label: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_")[:64] or "class"


def _shape(value: onnx.ValueInfoProto) -> _Shape:
    sides = value.type.tensor_type.shape.dim
    return tuple(side.dim_value if side.HasField("dim_value") else None for side in sides)
