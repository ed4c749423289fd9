"""The protocol and the picture endpoint, with models in this process instead of on Ray."""

import json
import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from serving.api import asking
from serving.api.app import create_api
from serving.api.wires import InferAnswer, ModelKey, NotReadyError, Prediction
from serving.inference import oip
from serving.inference.picture import predict
from serving.settings import Settings
from serving.store import Store, algorithms
from tests.models import always_sees, manifest, sees_by_name
from tests.serving.api.conftest import Admitting, FakePreview

SIZE = 64
INFER = "/v2/models/fixed/infer"
PREDICT = "/api/v1/algorithms/fixed/versions/1.0.0/predictions"

Json = dict[str, Any]


class InProcess:
    """One loaded model that answers for all; `why_not` and `busy` are what a test says."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self.why_not: str | None = None
        self.busy = False

    def why_not_ready(self) -> str | None:
        return self.why_not

    def infer(self, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
        if self.busy:
            raise NotReadyError("The models have more to do than they can. Try again.", 7)
        return oip.infer(self.detector, model, body, json_bytes)

    def predict(self, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        return predict(self.detector, picture, confidence)


@pytest.fixture
def known(store: Store) -> AlgorithmManifest:
    """An approved version, and a rejected one."""
    approved = manifest("person", size=SIZE)
    with store.write() as session:
        algorithms.add(session, approved, "a" * 64, origin="submitted")
        retired = approved.model_copy(update={"version": "2.0.0"})
        algorithms.add(session, retired, "b" * 64, origin="submitted").state = "retired"
    return approved


@pytest.fixture
def models(tmp_path: Path, known: AlgorithmManifest) -> InProcess:
    file = always_sees(tmp_path / "model.onnx", [(32, 32, 16, 16)], [[0.75]], SIZE)
    return InProcess(Detector.load(known, file))


@pytest.fixture
def app(
    store: Store, settings: Settings, preview: FakePreview, admit: Admitting, models: InProcess
) -> FastAPI:
    return create_api(store, settings, preview, admit, models)


def request(**changes: Any) -> Json:
    """A right request with a black picture; changes go to its input."""
    black = np.zeros((1, 3, SIZE, SIZE)).tolist()
    given = {"name": "images", "datatype": "FP32", "shape": [1, 3, SIZE, SIZE], "data": black}
    given.update(changes)
    return {"inputs": [{key: value for key, value in given.items() if value is not None}]}


def binary(document: Json, tail: bytes) -> dict[str, Any]:
    text = json.dumps(document).encode()
    return {
        "content": text + tail,
        "headers": {"Inference-Header-Content-Length": str(len(text))},
    }


def jpeg(width: int = 200, height: int = 100) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), 90, np.uint8))[1].tobytes()


def huge_png(width: int, height: int) -> bytes:
    """A small file that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


def test_server_and_model_describe_themselves(client: TestClient) -> None:
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert "binary_tensor_data" in client.get("/v2").json()["extensions"]
    described = client.get("/v2/models/fixed").json()
    assert described == {
        "name": "fixed",
        "versions": ["1.0.0"],
        "platform": "onnx",
        "inputs": [{"name": "images", "datatype": "FP32", "shape": [-1, 3, SIZE, SIZE]}],
        "outputs": [{"name": "output0", "datatype": "FP32", "shape": [-1, 5, -1]}],
    }
    assert client.get("/v2/models/fixed/versions/1.0.0").json() == described
    assert client.get("/v2/models/fixed/versions/1.0.0/ready").is_success
    index = [{"name": "fixed", "version": "1.0.0", "state": "READY"}]
    assert client.post("/v2/repository/index").json() == index


def test_json_tensors_may_be_nested_or_flat(client: TestClient) -> None:
    nested = request()
    flat = request(data=[0.0] * (3 * SIZE * SIZE))

    answers = [client.post(INFER, json={**given, "id": "7"}).json() for given in (nested, flat)]

    assert answers[0] == answers[1]
    assert (answers[0]["model_name"], answers[0]["model_version"]) == ("fixed", "1.0.0")
    assert answers[0]["id"] == "7"
    output = answers[0]["outputs"][0]
    assert (output["name"], output["datatype"], output["shape"]) == ("output0", "FP32", [1, 5, 1])
    assert output["data"] == [32, 32, 16, 16, 0.75]


def test_binary_tensors_travel_both_ways(client: TestClient) -> None:
    tail = np.zeros((2, 3, SIZE, SIZE), np.float32).tobytes()
    document = request(
        shape=[2, 3, SIZE, SIZE], data=None, parameters={"binary_data_size": len(tail)}
    )
    document["outputs"] = [{"name": "output0", "parameters": {"binary_data": True}}]

    answer = client.post(INFER, **binary(document, tail))

    length = int(answer.headers["Inference-Header-Content-Length"])
    output = json.loads(answer.content[:length])["outputs"][0]
    assert output["shape"] == [2, 5, 1]
    assert output["parameters"] == {"binary_data_size": 40}
    numbers = np.frombuffer(answer.content[length:], "<f4")
    assert numbers.tolist() == [32, 32, 16, 16, 0.75] * 2


NUMBERS = 3 * SIZE * SIZE

WRONG_INPUTS: list[tuple[Json, str]] = [
    ({"name": "pixels"}, "expected one input named 'images', got 'pixels'"),
    ({"datatype": "UINT8"}, "expected datatype FP32, got 'UINT8'"),
    ({"shape": [1, 3, 32, 32]}, "expected shape [1 to 8, 3, 64, 64], got [1, 3, 32, 32]"),
    ({"shape": [0, 3, 64, 64]}, "expected shape"),
    ({"shape": [9, 3, 64, 64]}, "expected shape"),
    ({"shape": [2**62, 3, 64, 64]}, "expected shape"),
    ({"shape": [-1, 3, 64, 64]}, "expected shape"),
    ({"shape": []}, "expected shape"),
    ({"shape": [1.0, 3, 64, 64]}, "inputs.0.shape.0"),
    ({"shape": [True, 3, 64, 64]}, "inputs.0.shape.0"),
    ({"shape": [1] * 100}, "inputs.0.shape"),
    ({"data": None}, "expected its numbers as a list"),
    ({"data": "AAAA"}, "inputs.0.data"),
    ({"data": [0.0] * 5}, "`data` has shape [5]"),
    ({"data": [0.0, []]}, "may hold only numbers, got list"),
    ({"data": [[0.0], [0.0, 1.0]]}, "no FP32 tensor"),
    ({"data": [["0"] * NUMBERS]}, "may hold only numbers, got str"),
    ({"data": [True] * NUMBERS}, "may hold only numbers, got bool"),
    ({"data": [None] * NUMBERS}, "may hold only numbers, got NoneType"),
    ({"data": [10**400] * NUMBERS}, "no FP32 tensor"),
    ({"data": [1e39] * NUMBERS}, "NaN or infinity"),
    ({"parameters": {"shared_memory_region": "x"}}, "shared memory is not offered"),
    ({"data": None, "parameters": {"binary_data_size": 8}}, "takes 49152 bytes"),
    ({"parameters": {"binary_data_size": 4 * NUMBERS}}, "both `data` and"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG_INPUTS)
def test_a_wrong_input_is_told_what_was_expected(
    client: TestClient, changes: Json, told: str
) -> None:
    answer = client.post(INFER, json=request(**changes))

    assert answer.status_code == 400
    assert told.lower() in answer.json()["error"].lower()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "body"),
        (b"{}", "inputs"),
        (b'{"inputs": []}', "Expected one input"),
        (b'{"inputs": [NaN]}', "NaN is no number"),
        (b'{"inputs": ' + b"1" * 5000 + b"}", "not JSON"),
        (b"[" * 90_000, "not JSON"),
        (b"[" * 200_000, "brackets"),
        (b"[" + b"1," * 2_000_001 + b"1]", "values"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else value,
)
def test_hostile_json_is_refused(client: TestClient, body: bytes, told: str) -> None:
    answer = client.post(INFER, content=body)

    assert answer.status_code == 400
    assert told in answer.json()["error"]


@pytest.mark.parametrize("length", ["0", "-1", "1e3", "99999999", "²", "nothing", "9" * 40])
def test_a_wrong_length_of_the_json_is_refused(client: TestClient, length: str) -> None:
    headers = {b"Inference-Header-Content-Length": length.encode()}

    answer = client.post(INFER, content=json.dumps(request()), headers=headers)

    assert answer.status_code == 400
    assert "Inference-Header-Content-Length" in answer.json()["error"]


@pytest.mark.parametrize("missing", [4, -4])
def test_too_few_or_too_many_bytes_are_refused(client: TestClient, missing: int) -> None:
    document = request(data=None, parameters={"binary_data_size": 4 * NUMBERS})

    answer = client.post(INFER, **binary(document, bytes(4 * NUMBERS - missing)))

    assert answer.status_code == 400
    assert "takes 49152 bytes" in answer.json()["error"]


def test_nan_in_binary_is_refused(client: TestClient) -> None:
    document = request(data=None, parameters={"binary_data_size": 4 * NUMBERS})
    tail = np.full(NUMBERS, math.nan, np.float32).tobytes()

    answer = client.post(INFER, **binary(document, tail))

    assert answer.status_code == 400
    assert "NaN" in answer.json()["error"]


def test_an_unknown_output_is_refused(client: TestClient) -> None:
    wrong = [
        {"name": "scores"},
        {"name": "output0", "parameters": {"classification": 3}},
        {"name": "output0", "parameters": {"binary_data": "yes"}},
    ]

    for output in wrong:
        answer = client.post(INFER, json={**request(), "outputs": [output]})
        assert answer.status_code == 400, answer.text


def test_compressed_and_endless_bodies_are_refused(client: TestClient) -> None:
    packed = client.post(INFER, content=b"x", headers={"Content-Encoding": "gzip"})
    announced = client.post(INFER, content=bytes(asking.TENSOR_BYTES + 1))
    chunked = client.post(INFER, content=(bytes(2**20) for _ in range(40)))

    assert packed.status_code == 415
    assert "Compressed" in packed.json()["error"]
    assert announced.status_code == chunked.status_code == 413
    assert "32 MiB" in announced.json()["error"]
    assert chunked.json() == announced.json()


def test_only_approved_versions_answer(client: TestClient) -> None:
    for path in ("fixed/versions/2.0.0", "fixed/versions/9.9.9", "nothing", "fixed%00"):
        for answer in (
            client.get(f"/v2/models/{path}"),
            client.get(f"/v2/models/{path}/ready"),
            client.post(f"/v2/models/{path}/infer", json=request()),
        ):
            assert answer.status_code in (404, 422)
            assert set(answer.json()) == {"error"}


def test_a_visitor_learns_only_that_the_server_lives(visitor: TestClient) -> None:
    assert visitor.get("/v2/health/live").is_success
    assert visitor.get("/v2/health/ready").is_success
    for path in ("/v2", "/v2/", "/v2/models/fixed", "/v2/repository/index", "/v2/health/live/x"):
        answer = visitor.get(path)
        assert answer.status_code == 401, path
        assert "Bearer" in answer.json()["error"]
    assert visitor.post(INFER, json=request()).status_code == 401
    assert visitor.post(PREDICT, content=jpeg()).status_code == 401


def test_models_that_start_or_are_busy_say_when_to_ask_again(
    client: TestClient, models: InProcess
) -> None:
    models.why_not = "The models are starting."
    starting = [
        client.get("/v2/health/ready"),
        client.get("/v2/models/fixed/ready"),
        client.post(INFER, json=request()),
    ]
    models.why_not, models.busy = None, True
    busy = client.post(INFER, json=request())

    for answer in starting:
        assert answer.status_code == 503
        assert answer.json() == {"error": "The models are starting."}
        assert answer.headers["Retry-After"] == "2"
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "7"


def test_more_than_can_be_held_is_refused_before_it_is_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 0)

    answer = client.post(INFER, json=request())

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


def test_a_picture_is_answered_with_what_is_in_it(client: TestClient) -> None:
    answer = client.post(PREDICT, content=jpeg(), headers={"Content-Type": "image/jpeg"})

    document = answer.json()
    assert document.pop("took_ms") > 0
    assert document == {
        "algorithm": "fixed",
        "version": "1.0.0",
        "sha256": "a" * 64,
        "width_px": 200,
        "height_px": 100,
        "detections": [
            {
                "class_name": "person",
                "zh": "person",
                "en": "person",
                "confidence": 0.75,
                "box": {"x1": 0.375, "y1": 0.25, "x2": 0.625, "y2": 0.75},
                "box_px": {"x1": 75.0, "y1": 25.0, "x2": 125.0, "y2": 75.0},
            }
        ],
    }


def test_less_sure_things_can_be_left_out(client: TestClient) -> None:
    kind = {"Content-Type": "image/jpeg"}

    found = client.post(PREDICT, content=jpeg(), headers=kind, params={"confidence": 0.8})
    wrong = client.post(PREDICT, content=jpeg(), headers=kind, params={"confidence": "nan"})

    assert found.json()["detections"] == []
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("content", "kind", "status", "told"),
    [
        (b"", "image/jpeg", 400, "JPEG or PNG"),
        (b"GIF89a", "image/png", 400, "JPEG or PNG"),
        (b"\xff\xd8\xff", "image/jpeg", 400, "JPEG or PNG"),
        (jpeg()[:200], "image/jpeg", 400, ""),
        (huge_png(60_000, 60_000), "image/png", 400, "25 megapixels, got 60000×60000"),
        (huge_png(0, 9), "image/png", 400, "0×9"),
        (huge_png(9, 9), "image/png", 400, "broken"),
        (jpeg(), "image/gif", 415, "image/jpeg"),
    ],
    ids=["empty", "gif", "stub", "cut", "bomb", "nothing", "broken", "kind"],
)
def test_what_is_no_picture_is_refused(
    client: TestClient, content: bytes, kind: str, status: int, told: str
) -> None:
    answer = client.post(PREDICT, content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_the_size_of_a_picture_is_known_before_it_is_decoded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode_nothing(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(cv2, "imdecode", decode_nothing)
    bomb = bytearray(jpeg())
    frame = bomb.index(b"\xff\xc0")
    bomb[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)

    answer = client.post(PREDICT, content=bytes(bomb), headers={"Content-Type": "image/jpeg"})

    assert answer.status_code == 400
    assert "65000×65000" in answer.json()["detail"]


def test_answers_are_counted_by_version_and_outcome(
    client: TestClient, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    client.post(INFER, json=request())
    client.post(INFER, json=request(datatype="BOOL"))

    text = client.get("/metrics").text

    for outcome in ("ok", "refused"):
        labels = f'algorithm="fixed",outcome="{outcome}",version="1.0.0"'
        assert f"longan_inference_duration_seconds_count{{{labels}}} 1.0" in text
    assert "longan_inference_requests_open 0.0" in text


NAMED = ("boxes", "scores", "labels")
BOXES = [(8.0, 8.0, 24.0, 24.0), (30.0, 30.0, 60.0, 62.0)]


@pytest.fixture
def named(store: Store, tmp_path: Path) -> Detector:
    """An approved version whose outputs are read by name."""
    one = manifest("person", "head", name="by-name", family="nms")
    spec = one.output.model_copy(update={"tensors": NAMED})
    by_name = one.model_copy(update={"output": spec})
    with store.write() as session:
        algorithms.add(session, by_name, "c" * 64, origin="submitted")
    return Detector.load(by_name, sees_by_name(tmp_path / "by-name.onnx", BOXES))


def test_a_model_of_several_outputs_gives_what_it_says(
    client: TestClient, models: InProcess, named: Detector
) -> None:
    models.detector = named

    described = client.get("/v2/models/by-name").json()
    answer = client.post("/v2/models/by-name/infer", json=request()).json()

    assert described["inputs"] == [
        {"name": "images", "datatype": "FP32", "shape": [1, 3, SIZE, SIZE]}
    ]
    assert described["outputs"] == [
        {"name": "boxes", "datatype": "FP32", "shape": [1, -1, 4]},
        {"name": "scores", "datatype": "FP32", "shape": [1, -1]},
        {"name": "labels", "datatype": "INT64", "shape": [1, -1]},
    ]
    for told, given in zip(described["outputs"], answer["outputs"], strict=True):
        assert (given["name"], given["datatype"]) == (told["name"], told["datatype"])
        assert len(given["shape"]) == len(told["shape"])
        assert all(
            free in (-1, side) for free, side in zip(told["shape"], given["shape"], strict=True)
        )
    assert answer["outputs"][0]["data"] == [side for box in BOXES for side in box]
    assert answer["outputs"][2]["data"] == [1, 1]


def test_single_outputs_may_be_asked_for_each_in_its_own_way(
    client: TestClient, models: InProcess, named: Detector
) -> None:
    models.detector = named
    asked = request() | {
        "outputs": [
            {"name": "labels", "parameters": {"binary_data": True}},
            {"name": "scores"},
            {"name": "boxes", "parameters": {"binary_data": True}},
        ]
    }

    answer = client.post("/v2/models/by-name/infer", json=asked)

    length = int(answer.headers["Inference-Header-Content-Length"])
    labels, scores, boxes = json.loads(answer.content[:length])["outputs"]
    tail = answer.content[length:]
    assert (labels["name"], labels["parameters"]) == ("labels", {"binary_data_size": 16})
    assert np.frombuffer(tail[:16], "<i8").tolist() == [1, 1]
    assert scores["data"] == [0.5, 0.5]
    assert np.frombuffer(tail[16:], "<f4").reshape(boxes["shape"])[0].tolist() == [
        list(box) for box in BOXES
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"outputs": [{"name": "output0"}]}, "'boxes', 'scores', 'labels'"),
        ({"outputs": [{"name": "spare"}]}, "There is no output 'spare'"),
        (request(shape=[2, 3, SIZE, SIZE]), "expected shape [1, 3, 64, 64]"),
    ],
)
def test_what_a_model_of_several_outputs_cannot_do_is_said(
    client: TestClient, models: InProcess, named: Detector, changes: Json, told: str
) -> None:
    models.detector = named

    answer = client.post("/v2/models/by-name/infer", json=request() | changes)

    assert answer.status_code == 400
    assert told in answer.json()["error"]
