import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("helmet_detector")

PATH = "/api/v1/deployment-checks"


def test_a_sound_draft_is_told_its_cameras_and_nothing_is_kept(
    client: TestClient, camera_id: str
) -> None:
    order = {"scenario": "rider-helmet", "camera_ids": [camera_id]}

    answer = client.post(PATH, json=order)

    assert (answer.status_code, answer.json()) == (200, {"camera_ids": [camera_id]})
    assert client.get("/api/v1/deployments").json()["items"] == []


def test_a_draft_is_refused_as_the_deployment_would_be(client: TestClient, camera_id: str) -> None:
    wrong = {"scenario": "rider-helmet", "camera_ids": [camera_id], "rule": {"votes": 0}}
    open_challenge = {"scenario": "danger-zone", "camera_ids": [camera_id]}

    for order in (wrong, open_challenge):
        checked = client.post(PATH, json=order)
        made = client.post("/api/v1/deployments", json=order)
        assert (checked.status_code, checked.json()) == (made.status_code, made.json())


def test_a_change_is_checked_in_place_of_what_is_there(client: TestClient, camera_id: str) -> None:
    order = {"scenario": "rider-helmet", "camera_ids": [camera_id]}
    there = client.post("/api/v1/deployments", json=order).json()

    answer = client.post(PATH, json=order, params={"instead_of": there["id"]})

    assert answer.status_code == 200
    assert client.get(f"/api/v1/deployments/{there['id']}").json() == there
    missing = client.post(PATH, json=order, params={"instead_of": "01JNOBODY"})
    assert missing.status_code == 404
