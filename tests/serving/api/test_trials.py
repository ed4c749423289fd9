import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.events.evidence import replay_picture
from serving.settings import Settings
from serving.store import Store, events, replays
from serving.store.models import Event, Evidence, Replay, now
from tests.serving.api.conftest import FakeReplays
from tests.serving.api.test_replays import EVENT, MP4

pytestmark = pytest.mark.usefixtures("helmet_detector")

PERIOD = {"since": "2026-11-24T12:00:00Z", "until": "2026-11-24T13:00:00Z"}


@pytest.fixture
def recorded(store: Store, camera_id: str, make_event: Callable[..., Event]) -> list[Event]:
    """Events of the camera 0, 4 and 30 s into the period, each with a clip of 10 s."""
    found = [make_event(second, camera_id=camera_id) for second in (0, 4, 30)]
    with store.write() as session:
        for event in found:
            events.record(session, event)
            clip = Evidence(
                event_id=event.id,
                kind="clip",
                path="c",
                media_type="video/mp4",
                original_sha256="a" * 64,
                opened_s=5.0,
            )
            events.add_evidence(session, clip)
    return found


def _try(client: TestClient, camera_id: str, **fields: Any) -> Any:
    order = {"scenario": "rider-helmet", "camera_ids": [camera_id], **PERIOD, **fields}
    return client.post("/api/v1/trials", json=order)


def _ended(client: TestClient, trial_id: str) -> Any:
    for _ in range(500):
        trial = client.get(f"/api/v1/trials/{trial_id}").json()
        if trial["state"] in ("done", "failed"):
            return trial
        time.sleep(0.01)
    raise AssertionError("the trial never ended")


def test_a_trial_runs_over_what_was_recorded_and_shows_no_moment_twice(
    client: TestClient, camera_id: str, recorded: list[Event], replay_runner: FakeReplays
) -> None:
    found = {**EVENT, "id": "01KEVENT", "has_picture": True, "clip_id": recorded[2].id}
    replay_runner.result = {"events": [found], "against_events": None, "difference": None}

    answer = _try(client, camera_id, rule={"votes": 5})

    trial = _ended(client, answer.json()["id"])
    assert answer.status_code == 202
    assert trial["event_ids"] == [recorded[0].id, recorded[2].id]
    assert trial["raised_event_ids"] == [event.id for event in reversed(recorded)]
    [event] = trial["events"]
    assert event["camera_id"] == camera_id
    opened_at = recorded[2].opened_at
    assert datetime.fromisoformat(event["at"]) == opened_at + timedelta(seconds=2.0 - 5.0)
    assert event["picture_url"] == f"/api/v1/replays/{trial['id']}/pictures/01KEVENT"
    audit = client.get(f"/api/v1/events/{recorded[0].id}/audit-records").json()["items"]
    assert [record["action"] for record in audit] == ["replayed"]
    assert client.get("/api/v1/deployments").json()["items"] == []


def test_a_picture_is_shown_while_it_is_kept(
    client: TestClient,
    camera_id: str,
    recorded: list[Event],
    replay_runner: FakeReplays,
    settings: Settings,
) -> None:
    found = {**EVENT, "id": "01KEVENT", "has_picture": True, "clip_id": recorded[0].id}
    replay_runner.result = {"events": [found], "against_events": None, "difference": None}
    trial = _ended(client, _try(client, camera_id).json()["id"])
    [event] = trial["events"]

    assert client.get(event["picture_url"]).status_code == 404
    file = replay_picture(settings.evidence_dir, "01KEVENT")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"picture")
    assert client.get(event["picture_url"]).content == b"picture"
    assert client.get(event["picture_url"] + "X").status_code == 404


def test_where_nothing_was_recorded_a_clip_is_asked_for(client: TestClient, camera_id: str) -> None:
    answer = _try(client, camera_id)

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:longan:problem:nothing-recorded")
    assert "Upload a clip" in problem["detail"]


def test_an_uploaded_clip_takes_the_place_of_what_was_recorded(
    client: TestClient, camera_id: str, replay_runner: FakeReplays
) -> None:
    upload = {"clip": ("a.mp4", MP4)}
    clip = client.post("/api/v1/clips", files=upload, data={"camera_id": camera_id}).json()
    found = {**EVENT, "id": "01KEVENT", "has_picture": False, "clip_id": clip["id"]}
    replay_runner.result = {"events": [found], "against_events": None, "difference": None}

    trial = _ended(client, _try(client, camera_id, clip_ids=[clip["id"]]).json()["id"])

    [event] = trial["events"]
    assert (trial["event_ids"], trial["clip_ids"]) == ([], [clip["id"]])
    assert (event["camera_id"], event["at"], event["picture_url"]) == (camera_id, None, None)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"rule": {"votes": 0}}, "body.rule"),
        ({"clip_ids": ["01JNOBODY"]}, "body.clip_ids.0"),
        ({"since": PERIOD["until"]}, "body.since"),
        ({"camera_ids": ["01JNOBODY"]}, "body.camera_ids"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_the_field(
    client: TestClient, camera_id: str, fields: dict[str, Any], where: str
) -> None:
    answer = _try(client, camera_id, **fields)

    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


def test_a_trial_and_a_replay_are_not_taken_for_each_other(
    client: TestClient, camera_id: str, recorded: list[Event], replay_runner: FakeReplays
) -> None:
    replay_runner.why = "the clip is broken"
    trial = _ended(client, _try(client, camera_id).json()["id"])

    assert (trial["state"], trial["message"]) == ("failed", "the clip is broken")
    assert client.get(f"/api/v1/replays/{trial['id']}").status_code == 404
    assert client.get("/api/v1/trials/01JNOBODY").status_code == 404


def test_a_newer_trial_takes_the_place_of_one_that_waits(
    client: TestClient, camera_id: str, recorded: list[Event], store: Store
) -> None:
    with store.write() as session:
        draft = {"scenario": "rider-helmet", "camera_ids": [camera_id]}
        period = {"since": now(), "until": now()}
        waiting = Replay(draft=draft, clip_ids=[], created_by="tests", **period)
        waiting_id = replays.add(session, waiting).id

    newer = _try(client, camera_id).json()["id"]

    older = client.get(f"/api/v1/trials/{waiting_id}").json()
    assert (older["state"], older["message"]) == ("failed", "a newer trial took its place")
    _ended(client, newer)
