"""The Open Inference Protocol v2 on the wire: JSON tensors and the binary tensor extension.

Every model has one input, `images`. What its network gives is one output, `output0`, or, where the
manifest reads outputs by name (`output.tensors`), all of those under their own names and in the
manifest's order; such a network takes one picture at a time. What a client sends is counted before
it is unpacked, so that no request costs more memory than the largest honest one.
"""

import json
import math
from itertools import chain
from typing import Annotated, Any, NoReturn, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from algorithms.decoders import DECODERS
from algorithms.detector import Detector, named
from algorithms.manifest import AlgorithmManifest
from serving.inference.wire import BadInputError, InferAnswer, ModelKey

INPUT, OUTPUT = "images", "output0"
PLATFORM = "onnx"
LARGEST_BATCH = 8

JSON_NUMBERS = 2_000_000
"""In a request, and in an answer; larger tensors travel in binary."""

JSON_PARTS = 100_000
"""Brackets, braces and quotes in a request; a 640×640 picture nested to the end has 4,000."""

_DTYPES = {"FP32": "<f4", "INT64": "<i8"}

_Name = Annotated[str, Field(max_length=256)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)  # other keys belong to other extensions


class _Input(_Part):
    name: _Name
    datatype: _Name
    shape: Annotated[list[int], Field(max_length=8)]
    parameters: dict[str, Any] = {}
    data: list[Any] | None = None


class _Output(_Part):
    name: _Name
    parameters: dict[str, Any] = {}


class _Request(_Part):
    id: _Name | None = None
    inputs: Annotated[list[_Input], Field(max_length=8)]
    outputs: Annotated[list[_Output], Field(max_length=8)] = []
    parameters: dict[str, Any] = {}


def metadata(manifest: AlgorithmManifest, versions: list[str]) -> dict[str, Any]:
    """What a client must know to ask the model; -1 is a free dimension."""
    pictures = -1 if _largest_batch(manifest) > 1 else 1
    shapes = DECODERS[manifest.output.family].shapes(manifest)
    return {
        "name": manifest.name,
        "versions": versions,
        "platform": PLATFORM,
        "inputs": [
            {"name": INPUT, "datatype": "FP32", "shape": [pictures, *_picture_shape(manifest)]}
        ],
        "outputs": [
            {
                "name": name,
                "datatype": datatype,
                "shape": [pictures, *(side if isinstance(side, int) else -1 for side in shape)],
            }
            for (name, datatype), shape in zip(_outputs(manifest).items(), shapes, strict=True)
        ],
    }


def infer(detector: Detector, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
    """Answer one request; see `Inference.infer`.

    Raises:
        BadInputError: The request is wrong.
        ModelError: The network failed.
    """
    if json_bytes is not None and not 0 < json_bytes <= len(body):
        raise BadInputError(
            f"Inference-Header-Content-Length says {json_bytes}, but the body has {len(body)} "
            "bytes; it must be the length of the JSON at its beginning."
        )
    request = _read(body[:json_bytes])
    binary = memoryview(body)[len(body) if json_bytes is None else json_bytes :]
    batch = _tensor(request, detector.manifest, binary)
    wanted = _wanted(request, detector.manifest)
    return _answer(request, model, _run(detector, batch), wanted)


def _largest_batch(manifest: AlgorithmManifest) -> int:
    return 1 if manifest.output.tensors else LARGEST_BATCH


def _outputs(manifest: AlgorithmManifest) -> dict[str, str]:
    """Datatype of each output, in order. What may be whole numbers always travels as INT64."""
    integers = DECODERS[manifest.output.family].integers
    return {
        name: "INT64" if position in integers else "FP32"
        for position, name in enumerate(manifest.output.tensors or (OUTPUT,))
    }


def _run(detector: Detector, batch: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Every output with a batch axis and as its datatype says; networks may leave out the axis."""
    manifest = detector.manifest
    if not manifest.output.tensors:
        return {OUTPUT: detector.engine.run(batch)}
    outputs = _outputs(manifest)
    shapes = DECODERS[manifest.output.family].shapes(manifest)
    found = named(detector.engine.run_all(batch), manifest.output.tensors, shapes)
    return {
        name: tensor[None].astype(_DTYPES[datatype], copy=False)
        for (name, datatype), tensor in zip(outputs.items(), found, strict=True)
    }


def _read(text: bytes) -> _Request:
    if text.count(b",") > JSON_NUMBERS or sum(map(text.count, (b"[", b"{", b'"'))) > JSON_PARTS:
        raise BadInputError(
            f"The JSON has more than {JSON_NUMBERS:,} values or {JSON_PARTS:,} brackets and quotes;"
            " send the tensor in binary (Inference-Header-Content-Length)."
        )
    try:
        return _Request.model_validate(json.loads(text, parse_constant=_no_number))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise BadInputError(f"{where}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"The request is not JSON: {error}") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _tensor(
    request: _Request, manifest: AlgorithmManifest, binary: memoryview
) -> NDArray[np.float32]:
    """The one input as `(N, 3, H, W)`."""
    if [given.name for given in request.inputs] != [INPUT]:
        names = ", ".join(repr(given.name) for given in request.inputs) or "none"
        raise BadInputError(f"Expected one input named {INPUT!r}, got {names}.")
    given = request.inputs[0]
    if given.datatype != "FP32":
        raise BadInputError(f"{INPUT}: expected datatype FP32, got {given.datatype!r}; convert it.")
    picture = _picture_shape(manifest)
    largest = _largest_batch(manifest)
    if given.shape[1:] != picture or not 1 <= given.shape[0] <= largest:
        pictures = "1" if largest == 1 else f"1 to {largest}"
        raise BadInputError(
            f"{INPUT}: expected shape [{pictures}, {', '.join(map(str, picture))}], "
            f"got {given.shape}."
        )
    unusable = [key for key in given.parameters if key.startswith("shared_memory")]
    if unusable:
        raise BadInputError(f"{INPUT}: shared memory is not offered; send the tensor itself.")
    size = given.parameters.get("binary_data_size")
    if size is None:
        if binary:
            raise BadInputError(
                f"{len(binary)} bytes follow the JSON, but no input has `binary_data_size`."
            )
        batch = _from_json(given)
    else:
        batch = _from_binary(given, size, binary)
    if not np.isfinite(batch).all():
        raise BadInputError(f"{INPUT}: expected finite numbers, got NaN or infinity.")
    return batch


def _from_binary(given: _Input, size: object, binary: memoryview) -> NDArray[np.float32]:
    expected = 4 * math.prod(given.shape)
    if given.data is not None:
        raise BadInputError(f"{INPUT}: has both `data` and `binary_data_size`; send one of them.")
    if type(size) is not int or size != expected or len(binary) != expected:
        raise BadInputError(
            f"{INPUT}: shape {given.shape} of FP32 takes {expected} bytes; `binary_data_size` is "
            f"{str(size)[:32]} and {len(binary)} bytes follow the JSON."
        )
    numbers = np.frombuffer(binary, "<f4").astype(np.float32)  # a copy: the JSON misaligns it
    return numbers.reshape(given.shape)


def _from_json(given: _Input) -> NDArray[np.float32]:
    """From nested lists, or one flat list in row-major order."""
    if given.data is None:
        raise BadInputError(f"{INPUT}: expected its numbers as a list in `data`.")
    data = flat = given.data
    for _ in given.shape[1:]:
        if not flat or type(flat[0]) is not list:
            break
        if any(type(part) is not list for part in flat):
            raise BadInputError(f"{INPUT}: `data` mixes numbers and lists.")
        flat = list(chain.from_iterable(cast("list[list[Any]]", flat)))
    others = set(map(type, flat)) - {int, float}
    if others:
        found = ", ".join(sorted(kind.__name__ for kind in others))
        raise BadInputError(f"{INPUT}: `data` may hold only numbers, got {found}.")
    try:
        with np.errstate(over="ignore"):  # what is too large becomes infinite and is refused
            tensor = np.array(data, np.float32)
    except (ValueError, OverflowError) as error:
        raise BadInputError(f"{INPUT}: `data` is no FP32 tensor: {error}") from None
    if list(tensor.shape) not in (given.shape, [math.prod(given.shape)]):
        raise BadInputError(
            f"{INPUT}: `data` has shape {list(tensor.shape)}, but `shape` says {given.shape}."
        )
    return tensor.reshape(given.shape)


def _wanted(request: _Request, manifest: AlgorithmManifest) -> dict[str, bool]:
    """The outputs that are asked for, all where none is named, and whether each in binary."""
    there = _outputs(manifest)
    binary = request.parameters.get("binary_data_output", False)
    wanted: dict[str, Any] = dict.fromkeys(
        [output.name for output in request.outputs] or there, binary
    )
    for output in request.outputs:
        if output.name not in there:
            names = ", ".join(map(repr, there))
            raise BadInputError(f"There is no output {output.name!r}; expected {names}.")
        for key in output.parameters:
            if key != "binary_data":
                raise BadInputError(f"{output.name}: the parameter {key[:64]!r} is not offered.")
        wanted[output.name] = output.parameters.get("binary_data", binary)
    for name, in_binary in wanted.items():
        if type(in_binary) is not bool:
            raise BadInputError(f"{name}: expected true or false for binary data.")
    return wanted


def _answer(
    request: _Request,
    model: ModelKey,
    tensors: dict[str, NDArray[Any]],
    wanted: dict[str, bool],
) -> InferAnswer:
    outputs: list[dict[str, Any]] = []
    binary: list[bytes] = []
    for name, in_binary in wanted.items():
        tensor = tensors[name]
        datatype = "INT64" if tensor.dtype == np.int64 else "FP32"
        output: dict[str, Any] = {"name": name, "datatype": datatype, "shape": list(tensor.shape)}
        if in_binary:
            binary.append(tensor.astype(_DTYPES[datatype], copy=False).tobytes())
            output["parameters"] = {"binary_data_size": len(binary[-1])}
        elif tensor.size > JSON_NUMBERS or not np.isfinite(tensor).all():
            raise BadInputError(
                f"{name} has {tensor.size} numbers, too many for JSON or not all finite; ask for "
                "`binary_data`."
            )
        else:
            output["data"] = tensor.ravel().tolist()
        outputs.append(output)
    document: dict[str, Any] = {"model_name": model.name, "model_version": model.version}
    if request.id is not None:
        document["id"] = request.id
    text = json.dumps({**document, "outputs": outputs}).encode()
    if not any(wanted.values()):
        return InferAnswer(text, None)
    return InferAnswer(b"".join([text, *binary]), len(text))


def _picture_shape(manifest: AlgorithmManifest) -> list[int]:
    height, width = manifest.input.height, manifest.input.width
    return [3, height, width] if manifest.input.layout == "nchw" else [height, width, 3]
