"""Tiny networks for tests, made on the spot."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
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
    fixed = np.concatenate([np.array(boxes, np.float32), np.array(scores, np.float32)], axis=1)
    output = fixed.T[None]
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Squeeze", ["nothing", "last_axis"], ["per_picture"]),
        helper.make_node("Add", ["per_picture", "fixed"], ["output0"]),
    ]
    constants = {
        "zero": np.zeros(1, np.float32),
        "last_axis": np.array([3], np.int64),
        "fixed": output,
    }
    graph = helper.make_graph(
        nodes,
        "fixed",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, size, size])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ["batch", *output.shape[1:]])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path
