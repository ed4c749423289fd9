import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from algorithms.manifest import AlgorithmManifest
from serving.store import Store, algorithms

pytestmark = pytest.mark.usefixtures("helmet_detector")

LANE = {
    "name": "lane",
    "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]],
    "kind": "include",
    "size_m": None,
}


LINE = {"name": "stop line", "points": [[0.1, 0.5], [0.9, 0.5]], "kind": "line"}
NIGHTS = {
    "time_zone": "Asia/Shanghai",
    "windows": [{"days": ["fri", "sat"], "begin": "22:00:00", "end": "06:00:00"}],
    "holidays": [{"name": "National Day", "dates": ["2026-10-01"], "applies": True}],
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
        "selector": None,
        "zones": [LANE],
        "zones_by_camera": {},
        "schedule": None,
        "rule": {"votes": 6},
        "fps": None,
        "enabled": True,
    }
    assert deployment["camera_ids"] == [camera_id]
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

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:longan:problem:open-challenge")
    assert "Open challenge: nobody has brought the algorithm street-objects" in problem["detail"]


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


def test_everything_that_is_wrong_is_said_at_once(client: TestClient, camera_id: str) -> None:
    answer = _deploy(
        client,
        camera_id,
        camera_ids=[camera_id, "01JNOBODY"],
        rule={"lacking": "hat"},
        zones=[LANE, LANE],
        zones_by_camera={"01JSOMEBODY": [LANE]},
    )

    errors = {error["where"]: error["message"] for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert "no camera 01JNOBODY" in errors["body.camera_ids"]
    assert "classes hat" in errors["body.algorithm"]
    assert "used twice: lane" in errors["body.zones"]
    assert "01JSOMEBODY" in errors["body.zones_by_camera"]


@pytest.fixture
def street_objects(store: Store, make_manifest: Callable[..., AlgorithmManifest]) -> None:
    classes = [
        {"key": key, "zh": key, "en": key}
        for key in ("person", "car", "bus", "truck", "motorcycle", "bicycle")
    ]
    with store.write() as session:
        manifest = make_manifest("street-objects", classes=classes)
        algorithms.register_shipped(session, manifest, "b" * 64)


@pytest.mark.usefixtures("street_objects")
def test_a_crossing_rule_needs_a_line_on_every_camera(client: TestClient, camera_id: str) -> None:
    nowhere = _deploy(client, camera_id, scenario="wrong-way")
    elsewhere = _deploy(
        client, camera_id, scenario="wrong-way", zones=[LINE], zones_by_camera={camera_id: [LANE]}
    )
    there = _deploy(client, camera_id, scenario="wrong-way", zones_by_camera={camera_id: [LINE]})

    [missing] = nowhere.json()["errors"]
    assert (nowhere.status_code, missing["where"]) == (422, "body.zones")
    assert "expected a line to be crossed" in missing["message"]
    [wrong] = elsewhere.json()["errors"]
    assert wrong["where"] == f"body.zones_by_camera.{camera_id}"
    assert there.status_code == 201
    assert there.json()["spec"]["zones_by_camera"] == {camera_id: [LINE]}


def test_a_schedule_comes_back_as_it_was_sent(client: TestClient, camera_id: str) -> None:
    answer = _deploy(client, camera_id, schedule=NIGHTS)

    assert answer.status_code == 201
    assert answer.json()["spec"]["schedule"] == NIGHTS


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ({"time_zone": "Mars/Olympus"}, "IANA time zone"),
        ({"time_zone": "UTC", "windows": [{"days": ["sunday"]}]}, "'mon', 'tue'"),
        ({"time_zone": "UTC", "windows": [{"begin": "25:00"}]}, "hour"),
    ],
)
def test_a_schedule_that_is_none_is_refused(
    client: TestClient, camera_id: str, schedule: dict[str, Any], told: str
) -> None:
    answer = _deploy(client, camera_id, schedule=schedule)

    assert answer.status_code == 422
    assert told in answer.json()["errors"][0]["message"]


def _add_camera(client: TestClient, **fields: Any) -> str:
    body = {"name": "c", "url": "rtsp://10.0.0.8/1", **fields}
    return client.post("/api/v1/cameras", json=body).json()["id"]


def test_cameras_join_and_leave_a_selector_by_what_they_are(client: TestClient) -> None:
    mine = _add_camera(client, division="Longgang/Longcheng", tags=["crossroads", "bridge"])
    _add_camera(client, division="Longgang/Longcheng", tags=["school"])
    _add_camera(client, division="Futian", tags=["crossroads"])
    selector = {"division": "Longgang", "tags": ["crossroads"]}
    body = {"scenario": "rider-helmet", "selector": selector}
    deployed = client.post("/api/v1/deployments", json=body).json()

    later = _add_camera(client, division="Longgang/Buji", tags=["crossroads"])
    path = f"/api/v1/deployments/{deployed['id']}"
    joined = client.get(path).json()["camera_ids"]
    client.patch(f"/api/v1/cameras/{mine}", json={"tags": []}, headers={"If-Match": "*"})
    left = client.get(path).json()["camera_ids"]

    assert deployed["camera_ids"] == [mine]
    assert joined == [mine, later]
    assert left == [later]
    assert client.get(path).json()["revision"] == 1


@pytest.mark.parametrize(
    "fields", [{}, {"camera_ids": ["a"], "selector": {"tags": ["b"]}}, {"selector": {}}]
)
def test_cameras_are_named_or_selected(client: TestClient, fields: dict[str, Any]) -> None:
    body = {"scenario": "rider-helmet", **fields}

    assert client.post("/api/v1/deployments", json=body).status_code == 422


def test_a_selector_takes_the_place_of_named_cameras_and_back(
    client: TestClient, camera_id: str
) -> None:
    path = f"/api/v1/deployments/{_deploy(client, camera_id).json()['id']}"
    anyway = {"If-Match": "*"}

    selected = client.patch(path, json={"selector": {"tags": ["none"]}}, headers=anyway).json()
    named = client.patch(path, json={"camera_ids": [camera_id]}, headers=anyway).json()

    assert (selected["spec"]["camera_ids"], selected["camera_ids"]) == ([], [])
    assert (named["spec"]["selector"], named["camera_ids"]) == (None, [camera_id])


def test_every_revision_is_kept(client: TestClient, camera_id: str) -> None:
    path = f"/api/v1/deployments/{_deploy(client, camera_id).json()['id']}"
    client.patch(path, json={"rule": {"votes": 9}}, headers={"If-Match": '"1"'})
    client.patch(path, json={"rule": {"votes": 0}}, headers={"If-Match": '"2"'})  # refused
    client.delete(f"/api/v1/cameras/{camera_id}")
    client.delete(path)

    revisions = client.get(f"{path}/revisions").json()

    assert [(r["revision"], r["created_by"]) for r in revisions] == [
        (3, "platform"),
        (2, "tests"),
        (1, "tests"),
    ]
    assert [r["spec"]["rule"] for r in revisions] == [{"votes": 9}, {"votes": 9}, {}]
    assert [r["spec"]["camera_ids"] for r in revisions] == [[], [camera_id], [camera_id]]
    assert client.get("/api/v1/deployments/01JNOBODY/revisions").status_code == 404
