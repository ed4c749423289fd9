from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, model_status, nodes

pytestmark = pytest.mark.usefixtures("helmet_detector")

HELMET = "a" * 64


@pytest.fixture
def camera_ids(client: TestClient) -> list[str]:
    """Four cameras of 5 pictures a second: 0.04 cores each for decoding."""
    order = {"name": "gate", "url": "rtsp://10.0.0.7/1", "analysed_fps": 5}
    return [client.post("/api/v1/cameras", json=order).json()["id"] for _ in range(4)]


@pytest.fixture
def small_node(store: Store) -> None:
    """Two lanes of 100 ms a picture: 1.6 cores, and a watched camera takes 0.5 on top of 0.04."""
    with store.write() as session:
        nodes.observe(session, "n1", name="rack", lanes=2)
        model_status.record(session, "n1", HELMET, "onnxruntime CPU fp32", 100.0, {})


def _deploy(client: TestClient, camera_ids: list[str], query: str = "", **fields: Any) -> Any:
    body = {"scenario": "rider-helmet", "camera_ids": camera_ids, **fields}
    return client.post(f"/api/v1/deployments{query}", json=body)


def _change(client: TestClient, deployment: Any, query: str = "", **fields: Any) -> Any:
    path = f"/api/v1/deployments/{deployment.json()['id']}{query}"
    return client.patch(path, json=fields, headers={"If-Match": "*"})


@pytest.mark.usefixtures("small_node")
def test_more_than_the_nodes_can_carry_is_refused_with_what_is_missing(
    client: TestClient, camera_ids: list[str]
) -> None:
    answer = _deploy(client, camera_ids)

    problem = answer.json()
    assert answer.status_code == 409
    assert problem["type"] == "urn:longan:problem:no-capacity"
    assert problem["missing"] == {
        "needed_cores": 2.0,
        "free_cores": 1.44,
        "usable_cores": 1.6,
        "missing_cores": 0.56,
        "fits_analysed_fps": 3.6,
        "fewer_cameras": 2,
    }
    assert "lower analysed_fps to 3.6" in problem["detail"]
    assert client.get("/api/v1/deployments").json()["items"] == []


@pytest.mark.usefixtures("small_node")
def test_what_fits_or_is_forced_is_accepted(client: TestClient, camera_ids: list[str]) -> None:
    assert _deploy(client, camera_ids[:2]).status_code == 201
    assert _deploy(client, camera_ids[2:]).status_code == 409
    assert _deploy(client, camera_ids[2:], "?force=true").status_code == 201


@pytest.mark.usefixtures("small_node")
def test_a_second_scenario_on_the_same_model_asks_for_nothing_more(
    client: TestClient, camera_ids: list[str]
) -> None:
    _deploy(client, camera_ids, "?force=true")

    assert _deploy(client, camera_ids).status_code == 201


@pytest.mark.usefixtures("small_node")
def test_a_change_that_asks_for_more_is_refused_too(
    client: TestClient, camera_ids: list[str]
) -> None:
    running = _deploy(client, camera_ids[:2])
    waiting = _deploy(client, camera_ids[2:], enabled=False)
    assert waiting.status_code == 201

    assert _change(client, running, camera_ids=camera_ids).status_code == 409
    assert _change(client, waiting, enabled=True).status_code == 409
    assert _change(client, waiting, "?force=true", enabled=True).status_code == 200


@pytest.mark.usefixtures("small_node")
def test_an_overloaded_platform_still_takes_changes_that_ask_for_no_more(
    client: TestClient, camera_ids: list[str]
) -> None:
    forced = _deploy(client, camera_ids, "?force=true")

    assert _change(client, forced, rule={"votes": 9}).status_code == 200
    assert _change(client, forced, camera_ids=camera_ids[:3]).status_code == 200
    assert _change(client, forced, enabled=False).status_code == 200


@pytest.mark.usefixtures("small_node")
def test_a_slow_snapshot_camera_asks_for_its_pictures_only(client: TestClient) -> None:
    order = {"name": "sky", "url": "http://10.0.0.7/1.jpg", "kind": "snapshot", "poll_s": 10}
    cameras = [client.post("/api/v1/cameras", json=order).json()["id"] for _ in range(20)]

    assert _deploy(client, cameras).status_code == 201  # 20 × 0.1 pictures a second


def test_nothing_is_refused_while_nodes_or_costs_are_unknown(
    client: TestClient, store: Store, camera_ids: list[str]
) -> None:
    without_nodes = _deploy(client, camera_ids)
    with store.write() as session:
        nodes.observe(session, "n1", name="rack", lanes=1)
    without_costs = _deploy(client, camera_ids)

    assert (without_nodes.status_code, without_costs.status_code) == (201, 201)


@pytest.mark.usefixtures("small_node")
def test_after_a_restart_the_old_measurement_counts(
    client: TestClient, store: Store, camera_ids: list[str]
) -> None:
    with store.write() as session:
        nodes.observe(session, "n1", state="gone")
        nodes.observe(session, "n2", name="rack", lanes=2)

    assert _deploy(client, camera_ids).status_code == 409


@pytest.mark.usefixtures("small_node")
def test_a_drained_node_carries_nothing(client: TestClient, camera_ids: list[str]) -> None:
    client.patch("/api/v1/nodes/n1", json={"drained": True})

    refused = _deploy(client, camera_ids[:1])

    assert refused.status_code == 409
    assert "undrain" in refused.json()["detail"]
