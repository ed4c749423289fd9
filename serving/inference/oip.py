"""The Open Inference Protocol v2 on the wire: JSON tensors and the binary tensor extension.

Every model has one input, `images`, and one output, `output0`: what its network takes and gives.
What a client sends is counted before it is unpacked, so that no request costs more memory than
the largest honest one.
"""

import json
import math
from itertools import chain
from typing import Annotated, Any, NoReturn, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from algorithms.decoders import DECODERS
from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from serving.inference.wire import BadInputError, InferAnswer, ModelKey

INPUT, OUTPUT = "images", "output0"
PLATFORM = "onnx"
LARGEST_BATCH = 8

JSON_NUMBERS = 2_000_000
"""In a request, and in an answer; larger tensors travel in binary."""

JSON_PARTS = 100_000
"""Brackets, braces and quotes in a request; a 640×640 picture nested to the end has 4,000."""

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
    shape = DECODERS[manifest.output.family].shapes(manifest)[0]
    output = [-1, *(side if isinstance(side, int) else -1 for side in shape)]
    return {
        "name": manifest.name,
        "versions": versions,
        "platform": PLATFORM,
        "inputs": [{"name": INPUT, "datatype": "FP32", "shape": [-1, *_picture_shape(manifest)]}],
        "outputs": [{"name": OUTPUT, "datatype": "FP32", "shape": output}],
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
    if detector.manifest.output.tensors:
        raise BadInputError(
            f"{model.name} gives several tensors ({', '.join(detector.manifest.output.tensors)}), "
            "which this protocol is not offered for; send pictures to its predictions."
        )
    batch = _tensor(request, detector.manifest, binary)
    in_binary = _wants_binary(request)
    return _answer(request, model, detector.engine.run(batch), in_binary)


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
    if given.shape[1:] != picture or not 1 <= given.shape[0] <= LARGEST_BATCH:
        raise BadInputError(
            f"{INPUT}: expected shape [1 to {LARGEST_BATCH}, {', '.join(map(str, picture))}], "
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


def _wants_binary(request: _Request) -> bool:
    wanted = request.parameters.get("binary_data_output", False)
    for output in request.outputs:
        if output.name != OUTPUT:
            raise BadInputError(f"There is no output {output.name!r}; expected {OUTPUT!r}.")
        for key in output.parameters:
            if key != "binary_data":
                raise BadInputError(f"{OUTPUT}: the parameter {key[:64]!r} is not offered.")
        wanted = output.parameters.get("binary_data", wanted)
    if type(wanted) is not bool:
        raise BadInputError(f"{OUTPUT}: expected true or false for binary data.")
    return wanted


def _answer(
    request: _Request, model: ModelKey, tensor: NDArray[np.float32], in_binary: bool
) -> InferAnswer:
    output: dict[str, Any] = {"name": OUTPUT, "datatype": "FP32", "shape": list(tensor.shape)}
    if in_binary:
        output["parameters"] = {"binary_data_size": 4 * tensor.size}
    elif tensor.size > JSON_NUMBERS or not np.isfinite(tensor).all():
        raise BadInputError(
            f"{OUTPUT} has {tensor.size} numbers, too many for JSON or not all finite; ask for "
            "`binary_data`."
        )
    else:
        output["data"] = tensor.ravel().tolist()
    document: dict[str, Any] = {"model_name": model.name, "model_version": model.version}
    if request.id is not None:
        document["id"] = request.id
    text = json.dumps({**document, "outputs": [output]}).encode()
    if not in_binary:
        return InferAnswer(text, None)
    return InferAnswer(text + tensor.astype("<f4", copy=False).tobytes(), len(text))


def _picture_shape(manifest: AlgorithmManifest) -> list[int]:
    height, width = manifest.input.height, manifest.input.width
    return [3, height, width] if manifest.input.layout == "nchw" else [height, width, 3]
