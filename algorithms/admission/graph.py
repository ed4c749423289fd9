"""Rules about an ONNX graph that are decided without running it.

`onnx.checker` accepts endless loops, foreign domains and external data, so we do not lean on
it. Parsing alone can crash on a hostile file: call this inside the sandbox.
"""

import math
from collections.abc import Iterator, Sequence

import onnx
from google.protobuf.message import DecodeError, Message

from algorithms import embedded
from algorithms.admission.class_order import check_class_order
from algorithms.admission.files import LARGEST_MIB
from algorithms.admission.layout import agree, input_shape, output_shapes
from algorithms.admission.wording import shown, shown_shape
from algorithms.decoders import DECODERS
from algorithms.decoders.family import Shape
from algorithms.manifest import AlgorithmManifest

DOMAINS = ("", "ai.onnx")
"""Operators of the ONNX standard only; contributed and custom ones run unreviewed code paths."""

OLDEST_OPSET, NEWEST_OPSET = 11, 28

MOST_NODES = 20_000
"""Operators; the largest exports of today's families (D-FINE, RT-DETR) have about 4,000."""


def check(model: bytes, manifest: AlgorithmManifest) -> list[str]:
    """Look at a model's graph; external data is never loaded.

    Returns:
        Why it is refused; empty if no rule is broken.
    """
    try:
        proto = onnx.ModelProto.FromString(model)
    except DecodeError as error:
        return [
            "the model: expected an ONNX file, got bytes that do not parse "
            f"({shown(str(error), 150)}); export it again and check that the upload is complete"
        ]
    if not proto.graph.node:
        return [
            "the model: expected an ONNX file with a graph, got one without any operator; "
            "export it again and check that the upload is complete"
        ]
    # What is far too large is refused before anything walks through it.
    if reasons := list(_size(proto)) or list(_text(proto)):
        return reasons
    return [
        *_self_contained(proto),
        *_operators(proto),
        *_opset(proto),
        *_input(proto.graph, manifest),
        *_output(proto.graph, manifest),
        *check_class_order(proto, manifest),
        *embedded.disagreements(proto, manifest),
    ]


def _size(proto: onnx.ModelProto) -> Iterator[str]:
    if proto.functions:
        yield (
            f"functions: expected none, got {len(proto.functions)} model-local functions "
            f"('{shown(proto.functions[0].name)}'); export with functions inlined"
        )
        return
    nodes = 0
    for graph in _graphs(proto):
        nodes += len(graph.node)
        if nodes > MOST_NODES:
            yield (
                f"operators: expected at most {MOST_NODES}, got {nodes} or more; "
                "export a smaller network"
            )
            return
    for tensor in _tensors(proto):
        elements = math.prod(max(side, 0) for side in tensor.dims)
        if elements > LARGEST_MIB * 2**20:
            yield (
                f"weights: expected tensors that fit into the file, got {elements} numbers in "
                f"'{shown(tensor.name)}' by its shape; export the network again"
            )
            return


def _text(proto: onnx.ModelProto) -> Iterator[str]:
    """Names that are no text would fail whoever reads them later, ONNX Runtime's callers first."""
    # In place of text that is not UTF-8 protobuf gives the bytes.
    wrong = next((text for text in _texts(proto) if not isinstance(text, str)), None)
    if wrong is not None:
        yield (
            f"names: expected text in UTF-8, got other bytes ('{shown(wrong)}'); the file is "
            "damaged: export it again and check that the upload is complete"
        )


def _texts(message: Message) -> Iterator[str | bytes]:
    for field, value in message.ListFields():
        values = value if field.is_repeated else (value,)
        if field.type == field.TYPE_STRING:
            yield from values
        elif field.type == field.TYPE_MESSAGE:
            for inner in values:
                yield from _texts(inner)


def _self_contained(proto: onnx.ModelProto) -> Iterator[str]:
    outside = [t for t in _tensors(proto) if t.data_location == t.EXTERNAL or t.external_data]
    if outside:
        yield (
            f"weights: expected all inside the file, got {len(outside)} tensors with external data "
            f"('{shown(outside[0].name)}'); save the model as one file"
        )
    if proto.training_info:
        yield "training_info: expected none, got a training graph; export for inference"


def _operators(proto: onnx.ModelProto) -> Iterator[str]:
    nodes = [node for graph in _graphs(proto) for node in graph.node]
    foreign = {f"{node.domain}::{node.op_type}" for node in nodes if node.domain not in DOMAINS}
    if foreign:
        yield (
            "operators: expected only those of the ONNX standard, got "
            f"{shown(', '.join(sorted(foreign)), 200)}; export without custom operators and "
            "without an optimiser that adds its own"
        )
    nested = {node.op_type for node in nodes if node.op_type in ("If", "Loop", "Scan")}
    nested |= {node.op_type for node in nodes if any(True for _ in _bodies(node))}
    if nested:
        yield (
            "operators: expected a plain sequence of operators, got "
            f"{shown(', '.join(sorted(nested)), 200)}, which can run without end; "
            "export with a fixed input size and without control flow (docs/families.md)"
        )


def _opset(proto: onnx.ModelProto) -> Iterator[str]:
    versions = [opset.version for opset in proto.opset_import if opset.domain in DOMAINS]
    if len(versions) != 1 or not OLDEST_OPSET <= versions[0] <= NEWEST_OPSET:
        came = ", ".join(map(str, versions[:5])) or "none"
        yield (
            f"opset: expected one between {OLDEST_OPSET} and {NEWEST_OPSET}, got {came}; "
            "export with an opset in this range"
        )


def _input(graph: onnx.GraphProto, manifest: AlgorithmManifest) -> Iterator[str]:
    # Up to IR version 3 weights are listed among the inputs.
    weights = {t.name for t in graph.initializer} | {
        t.values.name for t in graph.sparse_initializer
    }
    inputs = [value for value in graph.input if value.name not in weights]
    promised = shown_shape(input_shape(manifest))
    if len(inputs) != 1:
        yield (
            f"input: expected one, the pictures, got {len(inputs)}"
            f"{_names(inputs)}; export a network that takes one tensor {promised}"
        )
        return
    if not _is_float(inputs[0]):
        yield (
            f"input '{shown(inputs[0].name)}': expected a float32 tensor, got "
            f"{_type_name(inputs[0])}; export in float32"
        )
        return
    shape = _shape(inputs[0])
    if shape is None or not agree(shape, input_shape(manifest)):
        yield (
            f"input '{shown(inputs[0].name)}': expected {promised} as input.width and input.height "
            f"of the manifest say, with a batch of 1 or a free one, got "
            f"{'no shape' if shape is None else shown_shape(shape)} in the graph; "
            "correct the manifest or export with this size"
        )


def _output(graph: onnx.GraphProto, manifest: AlgorithmManifest) -> Iterator[str]:
    spec, promised = manifest.output, output_shapes(manifest)
    there = {value.name: value for value in graph.output}
    names = spec.tensors or tuple(there)[:1]
    missing = [name for name in names if name not in there]
    if len(names) != len(promised) or missing:
        yield (
            f"output: expected {len(promised)} as family {spec.family} reads them, "
            f"{' '.join(map(shown_shape, promised))}, got {shown(', '.join(names), 200) or 'none'} "
            f"in output.tensors and {len(there)}{_names(graph.output)} in the graph; "
            "name the right ones in output.tensors, in this order"
        )
        return
    family = DECODERS[spec.family]
    for position, (name, shape) in enumerate(zip(names, promised, strict=True)):
        yield from _one_output(
            there[name], shape, manifest, whole_numbers=position in family.integers
        )


def _one_output(
    output: onnx.ValueInfoProto,
    promised: Shape,
    manifest: AlgorithmManifest,
    *,
    whole_numbers: bool,
) -> Iterator[str]:
    family, classes = manifest.output.family, len(manifest.classes)
    if not _is_float(output) and not (whole_numbers and _is_integer(output)):
        yield (
            f"output '{shown(output.name)}': expected a float32 tensor, got "
            f"{_type_name(output)}; export in float32"
        )
        return
    shape = _shape(output)
    # What is read by name may come without a batch axis.
    fits = shape is None or agree(shape, promised)
    if shape is not None and not fits and manifest.output.tensors:
        fits = agree(shape, promised[1:])
    if shape is not None and not fits:
        yield (
            f"output '{shown(output.name)}': expected {shown_shape(promised)} as family {family} "
            f"with {classes} classes makes it, got {shown_shape(shape)} in the graph; correct "
            "output.family, output.extra_channels, classes or input of the manifest, or export "
            "the head that the family describes (docs/families.md)"
        )


def _graphs(proto: onnx.ModelProto) -> Iterator[onnx.GraphProto]:
    """Every graph in the file: the main one, of functions and training, and all inside them."""
    waiting = [proto.graph]
    loose = [node for function in proto.functions for node in function.node]
    for info in proto.training_info:
        waiting += [info.initialization, info.algorithm]
    for node in loose:
        waiting += _bodies(node)
    while waiting:
        graph = waiting.pop()
        yield graph
        for node in graph.node:
            waiting += _bodies(node)


def _bodies(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def _tensors(proto: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Every tensor in the file, in weights and in attributes."""
    nodes = [node for function in proto.functions for node in function.node]
    for graph in _graphs(proto):
        nodes += graph.node
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield from (sparse.values, sparse.indices)
    for attribute in (a for node in nodes for a in node.attribute):
        yield attribute.t
        yield from attribute.tensors
        for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
            yield from (sparse.values, sparse.indices)


def _shape(value: onnx.ValueInfoProto) -> Shape | None:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(
        d.dim_value if d.HasField("dim_value") else d.dim_param or None for d in tensor.shape.dim
    )


def _is_float(value: onnx.ValueInfoProto) -> bool:
    return value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT


def _is_integer(value: onnx.ValueInfoProto) -> bool:
    whole = (onnx.TensorProto.INT64, onnx.TensorProto.INT32)
    return value.type.tensor_type.elem_type in whole


def _type_name(value: onnx.ValueInfoProto) -> str:
    kind = value.type.WhichOneof("value")
    if kind != "tensor_type":
        return shown(kind or "no type")
    number = value.type.tensor_type.elem_type
    known = number in onnx.TensorProto.DataType.values()
    return onnx.TensorProto.DataType.Name(number).lower() if known else f"type {number}"


def _names(values: Sequence[onnx.ValueInfoProto]) -> str:
    names = ", ".join(value.name for value in values[:8])
    return f" ({shown(names, 200)})" if values else ""
