import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("helmet_detector")

LANE = {
    "name": "lane",
    "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]],
    "kind": "include",
    "size_m": None,
}


def _deploy(client: TestClient, camera_id: str, **fields: Any) -> Any:
    body = {"scenario": "rider-helmet", "camera_ids": [camera_id], **fields}
    return client.post("/api/v1/deployments", json=body)


def test_a_scenario_is_deployed_on_a_camera(client: TestClient, camera_id: str) -> None:
    answer = _deploy(client, camera_id, zones=[LANE], rule={"votes": 6})

    deployment = answer.json()
    assert answer.status_code == 201
    assert deployment["spec"] == {
        "scenario": "rider-helmet",
        "algorithm": None,
        "camera_ids": [camera_id],
        "zones": [LANE],
        "rule": {"votes": 6},
        "enabled": True,
    }
    assert client.get(f"/api/v1/deployments/{deployment['id']}").json() == deployment
    assert client.get("/api/v1/deployments").json()["items"] == [deployment]


@pytest.mark.parametrize(
    ("fields", "where", "told"),
    [
        ({"scenario": "nothing"}, "body.scenario", "GET /api/v1/scenarios"),
        ({"camera_ids": ["01JNOBODY"]}, "body.camera_ids", "no camera 01JNOBODY"),
        ({"algorithm": "nobody"}, "body.algorithm", "no algorithm 'nobody'"),
        ({"rule": {"votes": 0}}, "body.rule", "votes"),
        ({"rule": {"colour": "red"}}, "body.rule", "colour"),
        ({"rule": {"lacking": "hat"}}, "body.algorithm", "classes hat"),
        ({"zones": [LANE, LANE]}, "body.zones", "used twice: lane"),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(
    client: TestClient, camera_id: str, fields: dict[str, Any], where: str, told: str
) -> None:
    answer = _deploy(client, camera_id, **fields)

    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [error["where"] for error in errors] == [where]
    assert told in errors[0]["message"]


@pytest.mark.parametrize(
    "points", [[[0, 0], [1, 1], [1, 0], [0, 1]], [[0, 0], [1, 1]], [[0, 0], [1, 2], [0, 1]]]
)
def test_a_zone_that_is_no_area_is_refused(
    client: TestClient, camera_id: str, points: list[list[float]]
) -> None:
    answer = _deploy(client, camera_id, zones=[{"name": "lane", "points": points}])

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("body.zones.0")


def test_numbers_that_json_does_not_have_are_refused(client: TestClient, camera_id: str) -> None:
    order = {"scenario": "rider-helmet", "camera_ids": [camera_id], "rule": {"forget_s": "?"}}
    content = json.dumps(order).replace('"?"', "1e999")

    answer = client.post(
        "/api/v1/deployments", content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


def test_a_scenario_without_its_algorithm_is_not_ready(client: TestClient, camera_id: str) -> None:
    answer = _deploy(client, camera_id, scenario="danger-zone")

    assert answer.status_code == 409
    assert "submit" in answer.json()["detail"]


def test_an_algorithm_of_another_name_may_take_the_place_of_the_first(
    client: TestClient, camera_id: str
) -> None:
    answer = _deploy(
        client,
        camera_id,
        scenario="danger-zone",
        algorithm="rider-helmet@0.1.0",
        rule={"classes": ["without_helmet"]},
    )

    assert answer.status_code == 201


def test_a_change_is_checked_like_a_new_one(client: TestClient, camera_id: str) -> None:
    path = f"/api/v1/deployments/{_deploy(client, camera_id).json()['id']}"

    wrong = client.patch(path, json={"rule": {"votes": 0}}, headers={"If-Match": '"1"'})
    right = client.patch(path, json={"rule": {"votes": 9}}, headers={"If-Match": '"1"'})
    late = client.patch(path, json={"enabled": False}, headers={"If-Match": '"1"'})

    assert wrong.status_code == 422
    assert (right.status_code, right.json()["revision"]) == (200, 2)
    assert late.status_code == 412
    assert client.get(path).json()["spec"]["rule"] == {"votes": 9}


def test_a_deleted_deployment_is_gone(client: TestClient, camera_id: str) -> None:
    path = f"/api/v1/deployments/{_deploy(client, camera_id).json()['id']}"

    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
