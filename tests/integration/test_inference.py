# pyright: basic
"""The inference API on a real platform, asked by a stock client of the protocol."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from algorithms.catalog import shipped
from algorithms.detector import Detector
from serving.settings import Settings
from tests.clips import bikes_clip
from tests.platform import Platform, running_platform, until

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

NAME = "street-objects"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("inference") / "data") as platform:
        until(
            lambda: httpx.get(f"{platform.url}/v2/health/ready").is_success, 60, "models are ready"
        )
        yield platform


@pytest.fixture
def client(platform: Platform) -> Iterator["Client"]:
    client = Client(platform)
    yield client
    client.stock.close()


@pytest.fixture(scope="module")
def detector() -> Detector:
    manifest = next(each for each in shipped() if each.name == NAME)
    return Detector.load(manifest, Settings().weights_dir / f"{NAME}-{manifest.version}.onnx")


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """`(H, W, 3)` RGB from the clip."""
    clip = cv2.VideoCapture(str(bikes_clip()))
    clip.set(cv2.CAP_PROP_POS_FRAMES, 60)
    picture = clip.read()[1]
    clip.release()
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


class Client:
    """Triton's own client, signed in."""

    def __init__(self, platform: Platform) -> None:
        self.stock = triton.InferenceServerClient(platform.url.removeprefix("http://"))
        self.headers = {"Authorization": f"Bearer {platform.token}"}

    def infer(self, tensor: np.ndarray, *, name: str = "images", datatype: str = "FP32", **how):
        """As the client's examples do it; `binary` and `version` are what a test chooses."""
        binary = how.get("binary", True)
        given = triton.InferInput(name, list(tensor.shape), datatype)
        given.set_data_from_numpy(tensor, binary_data=binary)
        wanted = [triton.InferRequestedOutput("output0", binary_data=binary)]
        return self.stock.infer(
            NAME,
            [given],
            model_version=how.get("version", ""),
            outputs=wanted,
            headers=dict(self.headers),  # the client writes into it
        )


def test_a_stock_client_finds_server_and_models(client: Client, detector: Detector) -> None:
    stock, headers = client.stock, client.headers
    version = detector.manifest.version

    assert stock.is_server_live()
    assert stock.is_server_ready()
    assert stock.is_model_ready(NAME, headers=headers)
    assert stock.is_model_ready(NAME, version, headers=headers)
    assert not stock.is_model_ready("nothing", headers=headers)
    assert stock.get_server_metadata(headers=headers)["name"] == "longan"
    metadata = stock.get_model_metadata(NAME, version, headers=headers)
    assert metadata["inputs"][0]["datatype"] == "FP32"
    index = stock.get_model_repository_index(headers=headers)
    assert {"name": NAME, "version": version, "state": "READY"} in index


def test_a_stock_client_gets_what_the_engine_says(client: Client, detector: Detector) -> None:
    shape = client.stock.get_model_metadata(NAME, headers=client.headers)["inputs"][0]["shape"]
    tensor = np.random.default_rng(7).random((1, *shape[1:]), np.float32)
    expected = detector.engine.run(tensor)

    in_binary = client.infer(tensor).as_numpy("output0")
    by_version = client.infer(tensor, version=detector.manifest.version).as_numpy("output0")
    in_json = client.infer(tensor, binary=False).as_numpy("output0")

    for found in (in_binary, by_version, in_json):
        assert found is not None
        np.testing.assert_allclose(found.astype(float), expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    ("tensor", "changes", "told"),
    [
        (np.zeros((1, 3, 32, 32), np.float32), {}, "expected shape"),
        (np.zeros((1, 3, 32, 32), np.uint8), {"datatype": "UINT8"}, "expected datatype FP32"),
        (np.zeros((1, 3, 32, 32), np.float32), {"name": "pixels"}, "named 'images'"),
        (np.zeros((1, 3, 32, 32), np.float32), {"version": "9.9.9"}, "no approved version"),
    ],
)
def test_a_stock_client_is_told_what_is_wrong(
    client: Client, tensor: np.ndarray, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(InferenceServerException, match=re.escape(told)):
        client.infer(tensor, **changes)


def test_a_stock_client_without_a_token_is_told_to_sign_in(client: Client) -> None:
    with pytest.raises(InferenceServerException, match="Authorization: Bearer"):
        client.stock.get_model_metadata(NAME)


def test_a_picture_is_seen_as_the_detector_sees_it(
    platform: Platform, detector: Detector, image: np.ndarray
) -> None:
    encoded = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()
    expected = detector.detect([image], 0.1)[0]

    answer = platform.call(
        "POST",
        f"/algorithms/{NAME}/versions/{detector.manifest.version}/predictions",
        params={"confidence": 0.1},
        content=encoded,
        headers={"Content-Type": "image/png"},
    )

    assert len(expected) > 0
    found = [list(each["box_px"].values()) for each in answer["detections"]]
    assert [each["class_name"] for each in answer["detections"]] == list(
        expected.data["class_name"]
    )
    np.testing.assert_allclose(found, expected.xyxy, atol=0.5)


def test_more_than_it_can_do_is_refused_and_never_fails(
    platform: Platform, detector: Detector, image: np.ndarray
) -> None:
    encoded = cv2.imencode(".jpg", image)[1].tobytes()
    path = f"/algorithms/{NAME}/versions/{detector.manifest.version}/predictions"

    def ask(_: int) -> httpx.Response:
        headers = {"Content-Type": "image/jpeg"}
        return platform.http.post(path, content=encoded, headers=headers)

    with ThreadPoolExecutor(40) as many:
        answers = list(many.map(ask, range(120)))

    assert {answer.status_code for answer in answers} == {200, 503}
    for answer in answers:
        assert answer.status_code == 200 or int(answer.headers["Retry-After"]) > 0
