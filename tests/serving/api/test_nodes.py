from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, model_status, nodes, placements


@pytest.fixture(autouse=True)
def rack(store: Store) -> None:
    """A node that is busy."""
    load = {"cameras": 2, "analysed_fps": 9.8, "decode_cores": 0.1}
    with store.write() as session:
        nodes.observe(
            session, "n1", name="rack", labels={"zone": "north"}, lanes=2, busy=0.5, load=load
        )


def _rack(client: TestClient) -> Any:
    return client.get("/api/v1/nodes/n1").json()


def test_a_node_shows_what_it_is_and_how_it_is(client: TestClient) -> None:
    node = _rack(client)

    assert node["status"].pop("heartbeat_at")
    assert node.pop("created_at")
    assert node == {
        "id": "n1",
        "name": "rack",
        "labels": {"zone": "north"},
        "spec": {"drained": False},
        "status": {
            "state": "alive",
            "lanes": 2,
            "gpus": 0.0,
            "busy": 0.5,
            "shed": None,
            "load": {"cameras": 2, "analysed_fps": 9.8, "decode_cores": 0.1},
            "cameras": 0,
            "planned_cores": 0.0,
            "usable_cores": 1.6,
        },
    }


@pytest.mark.usefixtures("helmet_detector")
def test_what_is_planned_on_a_node_is_priced_as_it_measured_itself(
    client: TestClient, store: Store, camera_id: str
) -> None:
    order = {"scenario": "rider-helmet", "camera_ids": [camera_id]}
    client.post("/api/v1/deployments", json=order)
    with store.write() as session:
        placements.move(session, camera_id, "n1")
        nodes.observe(session, "n2", name="slow", lanes=2)
        for node_id, cpu_ms in (("n1", 20.0), ("n2", 90.0)):
            model_status.record(session, node_id, "a" * 64, "engine", cpu_ms, {})

    status = _rack(client)["status"]

    assert status["cameras"] == 1
    assert status["planned_cores"] == pytest.approx(5 * 0.020 + 0.1 / 2)
    assert [node["name"] for node in client.get("/api/v1/nodes").json()] == ["rack", "slow"]


def test_a_node_is_drained_and_used_again(client: TestClient) -> None:
    drained = client.patch("/api/v1/nodes/n1", json={"drained": True})
    shown = _rack(client)["spec"]
    again = client.patch("/api/v1/nodes/n1", json={"drained": False})

    assert drained.json()["spec"] == shown == {"drained": True}
    assert again.json()["spec"] == {"drained": False}


def test_what_a_node_cannot_be_told_is_refused(client: TestClient) -> None:
    assert client.patch("/api/v1/nodes/n1", json={"lanes": 8}).status_code == 422
    assert client.patch("/api/v1/nodes/n9", json={"drained": True}).status_code == 404
    assert client.get("/api/v1/nodes/n9").status_code == 404
