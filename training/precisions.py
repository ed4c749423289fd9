# pyright: basic
"""A network with smaller numbers: float16, or int8 with scales that real pictures gave.

The tail of the network, all that follows its last convolution wider than one pixel, keeps float32:
there scores and coordinates are made, and rounding them moves boxes.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray


def tail(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes from which no convolution wider than one pixel follows.

    Of a detector these are the last layers of its head; of a transformer also its decoder.
    """
    maker = {name: node for node in graph.node for name in node.output}
    waiting = [node for node in graph.node if _is_wide(node)]
    before: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.name not in before:
            before.add(node.name)
            waiting += [maker[name] for name in node.input if name in maker]
    return [node.name for node in graph.node if node.name not in before]


def to_float16(model: Path, out: Path) -> None:
    """Half the size; input and outputs stay float32."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    proto = onnx.load(model)
    kept = tail(proto.graph)
    half = convert_float_to_float16(proto, keep_io_types=True, node_block_list=kept)
    _keep_between(half.graph, {*kept})
    onnx.save(half, out)


def to_int8(model: Path, out: Path, inputs: Iterable[NDArray[np.float32]]) -> None:
    """A quarter of the size; input and outputs stay float32.

    Args:
        model: The float32 network.
        out: Where to write the other.
        inputs: What the network sees of the calibration pictures, each `(1, 3, height, width)`.
    """
    from onnxruntime.quantization import (
        CalibrationDataReader,
        QuantFormat,
        QuantType,
        quantize_static,
    )

    proto = onnx.load(model)
    name = proto.graph.input[0].name

    class Pictures(CalibrationDataReader):
        def __init__(self) -> None:
            self.rest: Iterator[NDArray[np.float32]] = iter(inputs)

        def get_next(self) -> Any:
            picture = next(self.rest, None)
            return None if picture is None else {name: picture}

    quantize_static(
        proto,
        out,
        Pictures(),
        quant_format=QuantFormat.QDQ,  # standard operators only
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        reduce_range=True,  # else sums overflow on processors without VNNI
        nodes_to_exclude=tail(proto.graph),
    )


def _keep_between(graph: onnx.GraphProto, kept: set[str]) -> None:
    """Hand float32 on between nodes that keep it, where the converter rounds there and back."""
    maker = {name: node for node in graph.node for name in node.output}
    given = {value.name for value in graph.input}
    for node in graph.node:
        down = maker.get(node.input[0]) if node.op_type == "Cast" else None
        if down is None or down.op_type != "Cast" or down.name in kept:
            continue
        source = down.input[0]
        if source in given or (source in maker and maker[source].name in kept):
            node.op_type = "Identity"
            node.ClearField("attribute")
            node.input[0] = source
    read = {name for node in graph.node for name in node.input}
    read |= {value.name for value in graph.output}
    for node in [one for one in graph.node if one.op_type == "Cast" and one.output[0] not in read]:
        graph.node.remove(node)


def _is_wide(node: onnx.NodeProto) -> bool:
    kernel = next((a.ints for a in node.attribute if a.name == "kernel_shape"), ())
    return node.op_type in ("Conv", "ConvTranspose") and any(side > 1 for side in kernel)
