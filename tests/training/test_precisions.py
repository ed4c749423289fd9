# pyright: basic
"""Networks with smaller numbers."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.precisions import tail, to_float16, to_int8

SIZE = 16


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A wide convolution, then what a head ends with: a narrow one and its scores."""
    random = np.random.default_rng(0)
    weights = {
        "wide": random.normal(size=(8, 3, 3, 3)),
        "narrow": random.normal(size=(5, 8, 1, 1)),
    }
    nodes = [
        helper.make_node(
            "Conv", ["images", "wide"], ["a"], "first", kernel_shape=[3, 3], pads=[1] * 4
        ),
        helper.make_node("Relu", ["a"], ["b"], "activation"),
        helper.make_node("Conv", ["b", "narrow"], ["c"], "last", kernel_shape=[1, 1]),
        helper.make_node("Sigmoid", ["c"], ["output0"], "scores"),
    ]

    def value(name: str, channels: int) -> onnx.ValueInfoProto:
        shape = ["batch", channels, SIZE, SIZE]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes,
        "small",
        [value("images", 3)],
        [value("output0", 5)],
        [numpy_helper.from_array(w.astype(np.float32), name) for name, w in weights.items()],
    )
    file = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), file)
    return file


def test_the_tail_is_what_follows_the_last_wide_convolution(network: Path) -> None:
    assert tail(onnx.load(network).graph) == ["activation", "last", "scores"]


def test_float16_halves_the_wide_weights_and_keeps_the_edges(network: Path, tmp_path: Path) -> None:
    to_float16(network, tmp_path / "half.onnx")

    kinds = kinds_of_weights(tmp_path / "half.onnx")
    assert kinds["wide"] == TensorProto.FLOAT16
    assert kinds["narrow"] == TensorProto.FLOAT
    assert apart(network, tmp_path / "half.onnx") < 0.01


def test_nothing_is_rounded_where_float32_is_kept(network: Path, tmp_path: Path) -> None:
    proto = onnx.load(network)
    del proto.graph.node[0].attribute[:]  # as narrow as its weights are made now
    proto.graph.initializer[0].CopyFrom(
        numpy_helper.from_array(np.random.default_rng(0).random((8, 3, 1, 1), np.float32), "wide")
    )
    onnx.save(proto, network)

    to_float16(network, tmp_path / "half.onnx")

    assert apart(network, tmp_path / "half.onnx") == 0


def test_int8_quantises_the_wide_weights_and_keeps_the_edges(network: Path, tmp_path: Path) -> None:
    to_int8(network, tmp_path / "whole.onnx", (picture(seed) for seed in range(8)))

    kinds = kinds_of_weights(tmp_path / "whole.onnx")
    assert kinds["wide_quantized"] == TensorProto.INT8
    assert kinds["narrow"] == TensorProto.FLOAT
    assert {node.domain for node in onnx.load(tmp_path / "whole.onnx").graph.node} <= {""}
    assert 0 < apart(network, tmp_path / "whole.onnx") < 0.1


def picture(seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((1, 3, SIZE, SIZE), np.float32)


def kinds_of_weights(model: Path) -> dict[str, int]:
    return {tensor.name: tensor.data_type for tensor in onnx.load(model).graph.initializer}


def apart(one: Path, other: Path) -> float:
    """How far two networks differ on a picture of which neither was told; both take float32."""
    answers = [
        np.asarray(ort.InferenceSession(model).run(None, {"images": picture(100)})[0])
        for model in (one, other)
    ]
    assert all(answer.dtype == np.float32 for answer in answers)
    return float(np.abs(answers[0] - answers[1]).max())
