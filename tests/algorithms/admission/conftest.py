"""Tiny networks and their manifest: 64 × 64 pixels, two classes, 84 anchors."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from algorithms.manifest import AlgorithmManifest, Family, OutputSpec

CELLS, CLASSES = 84, 2


@pytest.fixture
def manifest() -> AlgorithmManifest:
    return AlgorithmManifest.model_validate(
        {
            "name": "tiny",
            "version": "1.0.0",
            "title_zh": "小",
            "title_en": "tiny",
            "classes": [{"key": k, "zh": k, "en": k} for k in ("with_helmet", "without_helmet")],
            "input": {"width": 64, "height": 64},
            "output": {"family": "yolov8"},
            "licence": "Apache-2.0",
            "training_data": "none",
            "team": "tests",
            "contact": "tests",
        }
    )


@pytest.fixture
def yolox_manifest(manifest: AlgorithmManifest) -> AlgorithmManifest:
    return manifest.model_copy(update={"output": OutputSpec(family="yolox")})


@pytest.fixture
def make_network() -> Callable[..., onnx.ModelProto]:
    """A network that sees the mean colour only, shaped like a detector.

    `extra` nodes stand between `raw` (all 0 to 1) and `output`; without them the two are one.
    """

    def make(
        family: Family = "yolov8",
        *,
        extra: Sequence[onnx.NodeProto] = (),
        batch: int | str = 1,
        size: int = 64,
        opset: int = 17,
    ) -> onnx.ModelProto:
        rows, columns = (CELLS, 5 + CLASSES) if family == "yolox" else (4 + CLASSES, CELLS)
        weight = np.random.default_rng(0).normal(size=(rows * columns, 3, 1, 1)).astype("float32")
        last = "raw" if extra else "output"
        graph = helper.make_graph(
            [
                helper.make_node("GlobalAveragePool", ["images"], ["mean"]),
                helper.make_node("Conv", ["mean", "weight"], ["values"]),
                helper.make_node("Reshape", ["values", "shape"], ["table"]),
                helper.make_node("Sigmoid", ["table"], [last]),
                *extra,
            ],
            "tiny",
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 3, size, size])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, [batch, rows, columns])],
            [
                numpy_helper.from_array(weight, "weight"),
                numpy_helper.from_array(np.array([0, rows, columns]), "shape"),
            ],
        )
        opsets = [helper.make_opsetid("", opset)]
        return helper.make_model(graph, ir_version=8, opset_imports=opsets)

    return make


@pytest.fixture
def save(tmp_path: Path) -> Callable[[onnx.ModelProto], Path]:
    def write(network: onnx.ModelProto) -> Path:
        path = tmp_path / "model.onnx"
        path.write_bytes(network.SerializeToString())
        return path

    return write
