from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect

from algorithms.manifest import AlgorithmManifest
from serving.api.rolling import Rolling
from serving.events.evidence import encode_jpeg
from serving.settings import Settings
from serving.store import Store, algorithms, events, rollouts, shadow_events
from serving.store.models import Event, now
from serving.store.rollout_models import ShadowEvent
from tests.serving.streams.waiting import until

pytestmark = pytest.mark.usefixtures("helmet_detector")

NEW = "rider-helmet@0.2.0"
ANY = {"If-Match": "*"}


@pytest.fixture
def deployment(
    client: TestClient,
    camera_id: str,
    store: Store,
    make_manifest: Callable[..., AlgorithmManifest],
) -> str:
    with store.write() as session:
        algorithms.add(session, make_manifest(version="0.2.0"), "b" * 64, origin="submitted")
        # The same file under another version.
        algorithms.add(session, make_manifest(version="0.3.0"), "a" * 64, origin="submitted")
        other = make_manifest("blind", classes=[{"key": "dog", "zh": "狗", "en": "Dog"}])
        algorithms.add(session, other, "c" * 64, origin="submitted")
    body = {"scenario": "rider-helmet", "camera_ids": [camera_id]}
    return client.post("/api/v1/deployments", json=body).json()["id"]


@pytest.fixture
def rollout(client: TestClient, deployment: str) -> dict[str, Any]:
    answer = _begin(client, deployment)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _begin(client: TestClient, deployment: str, **fields: Any) -> Any:
    body = {"algorithm": NEW, "reason": "finds more", **fields}
    return client.post(f"/api/v1/deployments/{deployment}/rollouts", json=body)


def _path(rollout: dict[str, Any]) -> str:
    return f"/api/v1/deployments/{rollout['deployment_id']}/rollouts/{rollout['id']}"


def test_a_rollout_begins_in_shadow_and_says_what_comes_next(
    client: TestClient, rollout: dict[str, Any]
) -> None:
    assert (rollout["champion"], rollout["candidate"]) == ("rider-helmet@0.1.0", NEW)
    assert (rollout["state"], rollout["percent"]) == ("shadow", 0)
    assert rollout["next"] == {"state": "canary", "percent": 10}
    assert [(s["state"], s["actor"], s["reason"]) for s in rollout["history"]] == [
        ("shadow", "tests", "finds more")
    ]
    assert rollout["figures"]["precision"] is None
    assert client.get(_path(rollout)).json() == rollout
    listed = client.get(f"/api/v1/deployments/{rollout['deployment_id']}/rollouts").json()
    assert listed == {"items": [rollout], "next_cursor": None}
    versions = "/api/v1/algorithms/rider-helmet/versions"
    assert client.get(f"{versions}/0.2.0/rollouts").json() == listed
    assert client.get(f"{versions}/0.1.0/rollouts").json()["items"] == []
    assert client.get(f"{versions}/9.9.9/rollouts").status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"algorithm": "nothing"}, 422, "no algorithm 'nothing'"),
        ({"algorithm": "rider-helmet@9.9.9"}, 422, "no version '9.9.9'"),
        ({"algorithm": "blind"}, 422, "does not see"),
        ({"algorithm": "rider-helmet"}, 422, "another model file"),
        ({"algorithm": "rider-helmet@0.3.0"}, 422, "another model file"),
        ({"canary": [50, 10]}, 422, "rising"),
        ({"gates": {"precision": 1.5}}, 422, "less than or equal to 1"),
        ({"gates": {"accuracy": 0.9}}, 422, "accuracy"),
        ({"reason": ""}, 422, "reason"),
    ],
)
def test_what_cannot_take_the_champions_place_is_refused(
    client: TestClient, deployment: str, fields: dict[str, Any], status: int, told: str
) -> None:
    answer = _begin(client, deployment, **fields)

    assert answer.status_code == status
    assert told in answer.text


def test_a_second_rollout_waits_until_the_first_is_over(
    client: TestClient, rollout: dict[str, Any]
) -> None:
    path = f"/api/v1/deployments/{rollout['deployment_id']}"

    again = _begin(client, rollout["deployment_id"])
    changed = client.patch(path, json={"algorithm": NEW}, headers=ANY)
    renamed = client.patch(path, json={"fps": 2.0}, headers=ANY)

    assert (again.status_code, changed.status_code, renamed.status_code) == (409, 409, 200)
    assert rollout["id"] in again.json()["detail"]


def test_steps_are_taken_by_who_read_the_rollout_and_are_in_the_history(
    client: TestClient, rollout: dict[str, Any]
) -> None:
    path, read = _path(rollout), client.get(_path(rollout)).headers["ETag"]
    canary = {"state": "canary", "percent": 30, "reason": "agrees"}

    unread = client.patch(path, json=canary)
    done = client.patch(path, json=canary, headers={"If-Match": read})
    late = client.patch(path, json=canary, headers={"If-Match": read})
    live = client.patch(path, json={"state": "live", "reason": "good"}, headers=ANY)
    back = client.patch(path, json={"state": "rolled_back", "reason": "bad"}, headers=ANY)

    assert (unread.status_code, done.status_code, late.status_code) == (428, 200, 412)
    assert (done.json()["state"], done.json()["percent"]) == ("canary", 30)
    assert done.json()["next"] == {"state": "canary", "percent": 50}
    assert live.json()["next"] is None
    assert back.json()["state"] == "rolling_back"
    steps = [(s["state"], s["percent"], s["reason"]) for s in back.json()["history"]]
    assert steps[1:] == [
        ("canary", 30, "agrees"),
        ("live", 100, "good"),
        ("rolling_back", 0, "bad"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "canary", "reason": "r"},
        {"state": "live", "percent": 5, "reason": "r"},
        {"state": "canary", "percent": 100, "reason": "r"},
        {"state": "shadow", "reason": "r"},
        {"state": "live"},
    ],
)
def test_a_step_that_makes_no_sense_is_refused(
    client: TestClient, rollout: dict[str, Any], change: dict[str, Any]
) -> None:
    assert client.patch(_path(rollout), json=change, headers=ANY).status_code == 422


def test_another_deployments_rollout_is_not_found(
    client: TestClient, rollout: dict[str, Any]
) -> None:
    path = f"/api/v1/deployments/01JANOTHER/rollouts/{rollout['id']}"

    for tail in ("", "/agreement", "/shadow-events"):
        assert client.get(path + tail).status_code == 404


def _in_shadow(event: Event) -> dict[str, Any]:
    names = set(inspect(ShadowEvent).columns.keys()) - {"rollout_id", "snapshot"}
    return {name: getattr(event, name) for name in names}


def test_agreement_and_shadow_events_are_shown_and_are_in_no_other_list(
    client: TestClient,
    rollout: dict[str, Any],
    store: Store,
    make_event: Callable[..., Event],
) -> None:
    when = now()
    path = [[when.isoformat(), 0.1, 0.2, 0.3, 0.4]]
    times = {"first_seen_at": when, "opened_at": when, "last_seen_at": when}
    for_it = {"deployment_id": rollout["deployment_id"], "path": path, **times}
    mine, theirs, alone = (make_event(**for_it) for _ in range(3))
    alone.camera_id = "01JANOTHER"
    with store.write() as session:
        events.record(session, mine)
        for event in (theirs, alone):
            shadow_events.record(session, rollout["id"], _in_shadow(event))

    found = client.get(f"{_path(rollout)}/agreement").json()
    shadow = client.get(f"{_path(rollout)}/shadow-events?limit=1").json()
    following = client.get(f"{_path(rollout)}/shadow-events?cursor={shadow['next_cursor']}").json()

    assert (found["both"], found["champion_only"], found["shadow_only"]) == (1, 0, 1)
    [pair] = found["both_examples"]
    assert (pair["champion"]["id"], pair["shadow"]["id"]) == (mine.id, theirs.id)
    assert [e["id"] for e in found["shadow_only_examples"]] == [alone.id]
    assert {e["id"] for e in shadow["items"] + following["items"]} == {theirs.id, alone.id}
    assert [e["id"] for e in client.get("/api/v1/events").json()["items"]] == [mine.id]
    assert pair["champion"]["snapshot"] is None


def test_the_picture_of_an_event_in_shadow_is_shown_and_others_have_none(
    client: TestClient,
    settings: Settings,
    rollout: dict[str, Any],
    store: Store,
    make_event: Callable[..., Event],
) -> None:
    event, without, gone = (make_event() for _ in range(3))
    file = settings.evidence_dir / "2026/11/24" / f"{event.id}-snapshot.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(encode_jpeg(np.full((90, 160, 3), 99, np.uint8)))
    with store.write() as session:
        for one, there in ((event, event), (without, None), (gone, gone)):
            path = there and f"2026/11/24/{there.id}-snapshot.jpg"
            shadow_events.record(session, rollout["id"], _in_shadow(one), path)

    listed = client.get(f"{_path(rollout)}/shadow-events").json()["items"]
    address = {row["id"]: row["snapshot"] for row in listed}
    plain = client.get(address[event.id])
    drawn = client.get(address[event.id], params={"overlay": True})

    assert plain.content == file.read_bytes()
    assert plain.headers["content-type"] == drawn.headers["content-type"] == "image/jpeg"
    assert drawn.content != plain.content
    assert address[without.id] is None
    assert client.get(address[gone.id]).status_code == 404
    assert client.get(address[event.id].replace(event.id, "01JNOTHING")).status_code == 404


def test_rollouts_are_looked_at_beside_the_api(rollout: dict[str, Any], store: Store) -> None:
    with store.write() as session:
        algorithms.get(session, "rider-helmet", "0.2.0").state = "revoked"

    def is_over() -> bool:
        with store.read() as session:
            row = rollouts.get(session, rollout["id"])
            return row.ended_at is not None and row.ended_at - row.created_at < timedelta(hours=1)

    rolling = Rolling(store, every_s=0.01)
    rolling.start()
    try:
        until(is_over)
    finally:
        rolling.stop()
