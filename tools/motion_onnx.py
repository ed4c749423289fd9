"""Writes the `motion` algorithm's network: brightness of a picture, smoothed. Nothing is learned.

python -m tools.motion_onnx weights/motion-1.0.0.onnx
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from algorithms.catalog import manifest

LUMA = (0.299, 0.587, 0.114)
"""ITU-R BT.601."""

SMOOTH = np.outer((1, 2, 1), (1, 2, 1)) / 16


def network() -> onnx.ModelProto:
    """`images` (batch, 3, height, width) 0–255 → `brightness` (batch, 1, height, width)."""
    spec = manifest("motion").input
    weight = np.array(LUMA, np.float32)[None, :, None, None] * SMOOTH.astype(np.float32)
    size = [spec.height, spec.width]
    graph = helper.make_graph(
        [
            helper.make_node("Pad", ["images", "pads"], ["padded"], mode="edge"),
            helper.make_node("Conv", ["padded", "weight"], ["brightness"]),
        ],
        "motion",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, *size])],
        [helper.make_tensor_value_info("brightness", TensorProto.FLOAT, ["batch", 1, *size])],
        [
            numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64), "pads"),
            numpy_helper.from_array(weight, "weight"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)  # pyright: ignore[reportUnknownMemberType]
    return model


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(network().SerializeToString(deterministic=True))
