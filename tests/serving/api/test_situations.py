from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, deployments
from serving.store.models import Deployment


@pytest.fixture
def deployment_id(store: Store, camera_id: str) -> str:
    with store.write() as session:
        made = Deployment(scenario="danger-zone", camera_ids=[camera_id], rule={"stay_s": 5.0})
        return deployments.create(session, made).id


@pytest.fixture
def typhoon(deployment_id: str, camera_id: str) -> dict[str, Any]:
    return {
        "name": "台风红色预警",
        "plan": {
            "deployments": [{"deployment_id": deployment_id, "rule": {"stay_s": 1}}],
            "patrol": [{"camera_id": camera_id, "seconds": 20}],
            "wall": {"layout": "3x3", "camera_ids": [camera_id]},
            "notify": ["三防办"],
        },
    }


def rule(client: TestClient, deployment_id: str) -> Any:
    return client.get(f"/api/v1/deployments/{deployment_id}").json()["spec"]["rule"]


def test_one_call_switches_it_on_and_one_call_off(
    client: TestClient, typhoon: dict[str, Any], deployment_id: str
) -> None:
    made = client.post("/api/v1/situations", json=typhoon)
    where = made.headers["Location"]
    assert (made.status_code, made.json()["activation"]) == (201, None)

    on = client.put(f"{where}/activation", json={"reason": "红色预警"})

    assert (on.status_code, rule(client, deployment_id)) == (201, {"stay_s": 1})
    assert client.get(where).json()["activation"] == on.json()
    assert client.put(f"{where}/activation", json={"reason": "again"}).status_code == 200
    off = client.delete(f"{where}/activation")
    assert (off.status_code, rule(client, deployment_id)) == (200, {"stay_s": 5.0})
    assert client.delete(f"{where}/activation").status_code == 404
    assert client.get(f"{where}/activations").json()["items"] == [off.json()]
    assert (off.json()["state"], off.json()["activated_by"]) == ("ended", "tests")
    assert [c["outcome"] for c in off.json()["changes"]] == ["returned"]


def test_its_plan_is_replaced_with_the_revision_that_was_read(
    client: TestClient, typhoon: dict[str, Any]
) -> None:
    made = client.post("/api/v1/situations", json=typhoon)
    where, tag = made.headers["Location"], made.headers["ETag"]
    calmer = {**typhoon, "plan": {"notify": ["三防办", "street office"]}}

    assert client.put(where, json=calmer).status_code == 428
    changed = client.put(where, json=calmer, headers={"If-Match": tag})

    assert changed.status_code == 200
    assert changed.json()["plan"]["deployments"] == []
    assert client.put(where, json=typhoon, headers={"If-Match": tag}).status_code in (409, 412)
    assert [item["id"] for item in client.get("/api/v1/situations").json()["items"]] == [
        made.json()["id"]
    ]


def test_everything_wrong_with_a_plan_is_said_at_once(
    client: TestClient, typhoon: dict[str, Any]
) -> None:
    plan = typhoon["plan"]
    plan["deployments"][0]["rule"] = {"stay_s": -1}
    plan["deployments"].append({"deployment_id": "01JNONE", "enabled": False})
    plan["patrol"][0]["camera_id"] = "01JNOCAMERA"
    plan["wall"]["camera_ids"] = ["01JNOCAMERA"]

    answer = client.post("/api/v1/situations", json=typhoon)

    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [
        "body.plan.deployments.0.rule",
        "body.plan.deployments.1.deployment_id",
        "body.plan.patrol",
        "body.plan.wall.camera_ids",
    ]


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ([{"deployment_id": "a"}], "expected enabled, or values of the rule"),
        ([{"deployment_id": "a", "enabled": True}] * 2, "expected each deployment once"),
    ],
)
def test_a_plan_that_means_nothing_is_refused(
    client: TestClient, targets: list[dict[str, Any]], told: str
) -> None:
    answer = client.post(
        "/api/v1/situations", json={"name": "drill", "plan": {"deployments": targets}}
    )

    assert (answer.status_code, told in answer.text) == (422, True)


def test_an_active_situation_is_not_deleted_and_its_record_stays(
    client: TestClient, typhoon: dict[str, Any]
) -> None:
    where = client.post("/api/v1/situations", json=typhoon).headers["Location"]
    client.put(f"{where}/activation", json={"reason": "drill"})

    assert client.delete(where).status_code == 409
    client.delete(f"{where}/activation")
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert len(client.get(f"{where}/activations").json()["items"]) == 1
    assert client.get("/api/v1/situations/01JNONE/activations").status_code == 404
