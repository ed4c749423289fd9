from typing import Any

import pytest
from fastapi.testclient import TestClient

from scenarios.fitness import SizeHistogram
from serving.api.wires import ModelKey, PredictedBox, Prediction
from serving.store import Store, cameras
from tests.serving.api.conftest import FakePreview, SeesNothing

pytestmark = pytest.mark.usefixtures("helmet_detector")


def _observe(store: Store, camera_id: str, height_px: float, count: int = 20) -> None:
    sizes = SizeHistogram()
    for _ in range(count):
        sizes.add("without_helmet", height_px)
    with store.write() as session:
        cameras.observe(
            session,
            camera_id,
            state="online",
            targets=sizes.as_json(),
            width_px=640,
            height_px=360,
            source_fps=25.0,
            analysed_fps=5.0,
            wanted_fps=5.0,
        )


def _check(client: TestClient, camera_id: str, **order: Any) -> Any:
    body = {"scenario": "rider-helmet", **order}
    return client.post(f"/api/v1/cameras/{camera_id}/fitness-checks", json=body)


def _size(document: Any) -> Any:
    return next(each for each in document["findings"] if each["about"] == "size")


def test_what_was_observed_is_told_in_words(
    client: TestClient, store: Store, camera_id: str
) -> None:
    _observe(store, camera_id, 10)

    answer = _check(client, camera_id)

    check = answer.json()
    assert answer.status_code == 200
    assert (check["verdict"], check["basis"]) == ("unfit", "observed")
    assert "without helmet, with helmet) are 10 px high" in _size(check)["en"]
    assert "（未戴头盔、戴头盔）在此仅约 10 像素高" in _size(check)["zh"]


def test_without_pictures_the_size_is_unknown(client: TestClient, camera_id: str) -> None:
    check = _check(client, camera_id).json()

    assert (check["verdict"], check["basis"]) == ("unknown", "nothing")


def test_where_nothing_was_observed_the_newest_pictures_are_looked_at(
    client: TestClient,
    store: Store,
    camera_id: str,
    preview: FakePreview,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _observe(store, camera_id, 10, count=1)
    preview.seqs[camera_id] = 1
    box = PredictedBox("without_helmet", 0.9, 100, 100, 120, 160)

    def predict(_: Any, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        return Prediction(1280, 720, [box], 1.0)

    monkeypatch.setattr(SeesNothing, "predict", predict)

    check = _check(client, camera_id).json()

    assert check["basis"] == "sampled"
    assert _size(check)["verdict"] == "fit"
    assert "are 29 px high here" in _size(check)["en"]  # 60 px of a picture twice as wide


@pytest.mark.parametrize(
    ("order", "where"),
    [({"scenario": "nothing"}, "body.scenario"), ({"rule": {"votes": 0}}, "body.rule")],
)
def test_a_wrong_order_is_refused(
    client: TestClient, camera_id: str, order: dict[str, Any], where: str
) -> None:
    answer = _check(client, camera_id, **order)

    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


def test_a_camera_shows_its_fitness_for_each_deployment(
    client: TestClient, store: Store, camera_id: str
) -> None:
    _observe(store, camera_id, 40)
    body = {"scenario": "rider-helmet", "camera_ids": [camera_id], "fps": 2.0}
    deployment_id = client.post("/api/v1/deployments", json=body).json()["id"]

    [fitness] = client.get(f"/api/v1/cameras/{camera_id}").json()["fitness"]

    assert (fitness["deployment_id"], fitness["verdict"]) == (deployment_id, "doubtful")
    assert _size(fitness)["verdict"] == "fit"
    [rate] = [each for each in fitness["findings"] if each["about"] == "rate"]
    assert "2 pictures a second are analysed; the rule wants 5" in rate["en"]
