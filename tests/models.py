"""Tiny networks for tests, made on the spot."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from algorithms.manifest import AlgorithmManifest


def manifest(
    *classes: str, size: int = 64, name: str = "fixed", family: str = "yolov8", group: str = ""
) -> AlgorithmManifest:
    """A manifest for `always_sees`."""
    return AlgorithmManifest.model_validate(
        {
            "name": name,
            "version": "1.0.0",
            "title_zh": "测试",
            "title_en": "Test",
            "classes": [
                {"key": key, "zh": key, "en": key, "group": group or None} for key in classes
            ],
            "input": {"width": size, "height": size},
            "output": {"family": family},
            "licence": "Apache-2.0",
            "training_data": "none",
            "team": "tests",
            "contact": "tests",
        }
    )


def always_sees(
    path: Path,
    boxes: Sequence[tuple[float, float, float, float]],
    scores: Sequence[Sequence[float]],
    size: int = 64,
) -> Path:
    """A YOLOv8-shaped network that finds the same boxes in every picture.

    Args:
        path: Where the file goes.
        boxes: Centre x, centre y, width, height in input pixels, one per anchor.
        scores: One list per anchor, one score per class.
        size: Side of the square input.
    """
    nothing = np.zeros((4 + len(scores[0]), len(boxes)), np.float32)
    return _network(path, boxes, scores, nothing, size)


def sees_light(path: Path, size: int = 64) -> Path:
    """A YOLOv8-shaped network of one class that finds a box in the middle of bright pictures.

    Its score is the picture's brightness.
    """
    middle = (size / 2, size / 2, size / 4, size / 4)
    brightness = np.array([[0], [0], [0], [0], [1]], np.float32)
    return _network(path, [middle], [[0.0]], brightness, size)


def sees_by_name(path: Path, boxes: Sequence[tuple[float, float, float, float]]) -> Path:
    """An SSD-shaped network: `boxes` `(N, 4)`, `scores` `(1, N)` and int32 `labels` `(N,)`.

    All boxes have score 0.5 and label 1, whatever the picture shows. The outputs are in another
    order in the graph, and there is one more.
    """
    count = len(boxes)
    values: dict[str, NDArray[np.generic]] = {
        "labels": np.ones(count, np.int32),
        "spare": np.zeros(1, np.float32),
        "scores": np.full((1, count), 0.5, np.float32),
        "boxes": np.array(boxes, np.float32),
    }
    nodes = [helper.make_node("Identity", [f"{name}_"], [name]) for name in values]
    kinds = {"labels": TensorProto.INT32}
    graph = helper.make_graph(
        nodes,
        "made-for-tests",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])],
        [
            helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), value.shape)
            for name, value in values.items()
        ],
        [numpy_helper.from_array(value, f"{name}_") for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def _network(
    path: Path,
    boxes: Sequence[tuple[float, float, float, float]],
    scores: Sequence[Sequence[float]],
    by_brightness: NDArray[np.float32],
    size: int,
) -> Path:
    """Output = the given boxes and scores + mean brightness × `by_brightness`."""
    fixed = np.concatenate([np.array(boxes, np.float32), np.array(scores, np.float32)], axis=1).T
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Squeeze", ["mean", "last_axis"], ["per_picture"]),
        helper.make_node("Mul", ["per_picture", "by_brightness"], ["varying"]),
        helper.make_node("Add", ["varying", "fixed"], ["output0"]),
    ]
    constants = {
        "last_axis": np.array([3], np.int64),
        "by_brightness": by_brightness[None],
        "fixed": fixed[None],
    }
    graph = helper.make_graph(
        nodes,
        "made-for-tests",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, size, size])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ["batch", *fixed.shape])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path
