import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.settings import Settings
from serving.store import Store, events, replays
from serving.store.models import Event, Evidence, Replay, now
from tests.serving.api.conftest import FakeReplays

pytestmark = pytest.mark.usefixtures("helmet_detector")

MP4 = b"\x00\x00\x00\x18ftypisom and pictures"
EVENT = {
    "clip_id": "01JCLIP",
    "scenario": "rider-helmet",
    "rule": "association",
    "zone": None,
    "confidence": 0.8,
    "first_seen_s": 1.0,
    "opened_s": 2.0,
    "last_seen_s": 3.0,
    "occurrences": 1,
    "objects": [{"track_id": 1, "class_name": "x", "confidence": 0.8, "box": [0.1, 0.1, 0.2, 0.2]}],
}
RESULT = {
    "events": [EVENT],
    "against_events": [],
    "difference": {"same": [], "only_in_revision": [0], "only_in_against": []},
}


def _upload(client: TestClient, content: bytes = MP4, **fields: str) -> Any:
    return client.post("/api/v1/clips", files={"clip": ("a.mp4", content)}, data=fields)


@pytest.fixture
def deployment(client: TestClient, camera_id: str) -> str:
    """Path of one with two revisions."""
    body = {"scenario": "rider-helmet", "camera_ids": [camera_id]}
    path = f"/api/v1/deployments/{client.post('/api/v1/deployments', json=body).json()['id']}"
    client.patch(path, json={"rule": {"votes": 9}}, headers={"If-Match": "*"})
    return path


def _ended(client: TestClient, replay_id: str) -> Any:
    for _ in range(500):
        replay = client.get(f"/api/v1/replays/{replay_id}").json()
        if replay["state"] in ("done", "failed"):
            return replay
        time.sleep(0.01)
    raise AssertionError("the replay never ended")


def test_a_clip_is_kept_under_its_hash_and_listed(
    client: TestClient, settings: Settings, camera_id: str
) -> None:
    answer = _upload(client, name="morning", camera_id=camera_id)

    clip = answer.json()
    assert answer.status_code == 201
    assert (clip["name"], clip["camera_id"], clip["size_bytes"]) == ("morning", camera_id, len(MP4))
    assert (settings.clips_dir / clip["sha256"]).read_bytes() == MP4
    assert client.get("/api/v1/clips").json()["items"] == [clip]
    assert client.get(f"/api/v1/clips/{clip['id']}").json() == clip


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html>ftyp", b"G" * 10])
def test_what_is_no_video_is_refused_and_not_kept(
    client: TestClient, settings: Settings, content: bytes
) -> None:
    assert _upload(client, content).status_code == 422
    assert not settings.clips_dir.exists() or list(settings.clips_dir.iterdir()) == []


def test_a_clip_of_an_unknown_camera_is_not_kept(client: TestClient, settings: Settings) -> None:
    assert _upload(client, camera_id="01JNOBODY").status_code == 404
    assert list(settings.clips_dir.iterdir()) == []


def test_a_clip_that_is_too_large_is_refused(client: TestClient) -> None:
    assert _upload(client, MP4 + bytes(3 * 1024 * 1024)).status_code == 413


def test_the_file_goes_with_the_last_clip_that_has_it(
    client: TestClient, settings: Settings
) -> None:
    one, other = _upload(client).json(), _upload(client).json()
    file = settings.clips_dir / one["sha256"]

    assert client.delete(f"/api/v1/clips/{one['id']}").status_code == 204
    assert file.exists()
    assert client.delete(f"/api/v1/clips/{other['id']}").status_code == 204
    assert not file.exists()
    assert client.get(f"/api/v1/clips/{one['id']}").status_code == 404


def test_a_replay_says_what_came_out(
    client: TestClient, deployment: str, replay_runner: FakeReplays
) -> None:
    clip_id = _upload(client).json()["id"]
    replay_runner.result = RESULT

    order = {"clip_ids": [clip_id], "against_revision": 1}
    answer = client.post(f"{deployment}/replays", json=order)

    replay = _ended(client, answer.json()["id"])
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert answer.headers["location"] == f"/api/v1/replays/{replay['id']}"
    assert (replay["revision"], replay["against_revision"]) == (2, 1)
    told = {**EVENT, "id": None, "picture_url": None}  # this one is of before they had pictures
    assert (replay["state"], replay["progress"]) == ("done", 1.0)
    assert replay["result"] == {**RESULT, "events": [told]}
    assert client.get(f"{deployment}/replays").json()["items"] == [replay]


def test_a_replay_that_fails_says_why(
    client: TestClient, deployment: str, replay_runner: FakeReplays
) -> None:
    replay_runner.why = "the clip is broken"

    order = {"clip_ids": [_upload(client).json()["id"]]}
    replay = _ended(client, client.post(f"{deployment}/replays", json=order).json()["id"])

    assert (replay["state"], replay["message"]) == ("failed", "the clip is broken")


def test_a_replay_of_nothing_is_refused_with_all_that_is_missing(
    client: TestClient, deployment: str
) -> None:
    order = {"clip_ids": ["01JNOBODY"], "revision": 3, "against_revision": 4}
    answer = client.post(f"{deployment}/replays", json=order)

    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [
        "body.revision",
        "body.against_revision",
        "body.clip_ids.0",
    ]


def test_an_order_sent_twice_runs_once(
    client: TestClient, deployment: str, replay_runner: FakeReplays
) -> None:
    order = {"clip_ids": [_upload(client).json()["id"]]}
    headers = {"Idempotency-Key": "monday"}

    first, again = (
        client.post(f"{deployment}/replays", json=order, headers=headers) for _ in range(2)
    )

    assert first.json()["id"] == again.json()["id"]
    _ended(client, first.json()["id"])
    assert replay_runner.ran == [first.json()["id"]]


def test_a_clip_in_use_stays(client: TestClient, deployment: str, store: Store) -> None:
    clip_id = _upload(client).json()["id"]
    with store.write() as session:
        replays.add(session, _replay(clip_id, "running"))

    assert client.delete(f"/api/v1/clips/{clip_id}").status_code == 409


def test_after_a_restart_what_waited_runs_and_what_ran_has_failed(
    app: Any, token: str, store: Store, replay_runner: FakeReplays
) -> None:
    with store.write() as session:
        ran = replays.add(session, _replay("01JCLIP", "running")).id
        waited = replays.add(session, _replay("01JCLIP", "queued")).id
    replay_runner.result = RESULT

    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        interrupted, done = _ended(client, ran), _ended(client, waited)

    assert interrupted["state"] == "failed"
    assert "restarted" in interrupted["message"]
    assert done["state"] == "done"
    assert replay_runner.ran == [waited]


def _replay(clip_id: str, state: str) -> Replay:
    return Replay(
        deployment_id="01JD", revision=1, clip_ids=[clip_id], state=state, created_by="tests"
    )


@pytest.fixture
def recorded(store: Store, make_event: Callable[..., Event]) -> list[str]:
    """Events with clips: unmasked, masked, and no longer kept; and one without."""
    found = [make_event(second) for second in range(4)]
    kept: list[dict[str, Any]] = [
        {"original_sha256": "a" * 64},
        {"original_sha256": "a" * 64, "original_removed_at": now(), "sha256": "b" * 64},
        {"original_sha256": "a" * 64, "original_removed_at": now()},
    ]
    with store.write() as session:
        for event in found:
            events.record(session, event)
        for event, fields in zip(found, kept, strict=False):
            clip = Evidence(
                event_id=event.id, kind="clip", path="c", media_type="video/mp4", **fields
            )
            events.add_evidence(session, clip)
    return [event.id for event in found]


def test_a_replay_runs_over_the_clips_of_a_period_and_the_audit_says_so(
    client: TestClient, deployment: str, replay_runner: FakeReplays, recorded: list[str]
) -> None:
    period = {
        "camera_id": "01JCAMERA",
        "since": "2026-11-24T12:00:00Z",
        "until": "2026-11-24T12:01:00Z",
    }
    answer = client.post(f"{deployment}/replays", json={"recorded": period})

    replay = answer.json()
    assert (answer.status_code, replay["clip_ids"]) == (202, [])
    assert replay["event_ids"] == recorded[:2]
    records = [
        client.get(f"/api/v1/events/{event_id}/audit-records").json()["items"]
        for event_id in recorded[:2]
    ]
    assert [[record["action"] for record in each] for each in records] == [["replayed"], []]
    assert replay["id"] in records[0][0]["reason"]
    _ended(client, replay["id"])


def test_events_without_a_clip_cannot_be_replayed(
    client: TestClient, deployment: str, recorded: list[str]
) -> None:
    answer = client.post(f"{deployment}/replays", json={"event_ids": recorded})
    later = {
        "camera_id": "01JCAMERA",
        "since": "2026-11-25T12:00:00Z",
        "until": "2026-11-26T12:00:00Z",
    }
    nothing = client.post(f"{deployment}/replays", json={"recorded": later})
    empty = client.post(f"{deployment}/replays", json={})

    assert answer.status_code == nothing.status_code == empty.status_code == 422
    told = {error["where"]: error["message"] for error in answer.json()["errors"]}
    assert list(told) == ["body.event_ids.2", "body.event_ids.3"]
    assert "no longer kept" in told["body.event_ids.2"]
    assert "no clip" in told["body.event_ids.3"]
    assert "no clip of camera 01JCAMERA is kept" in nothing.json()["detail"]
    assert "expected clip_ids, event_ids or recorded" in empty.text
