from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from serving.settings import Settings
from serving.store import Store, cameras
from serving.streams.planning import plan_cameras

GATE = {"name": "Gate 3", "url": "rtsp://admin:s3cret@10.0.0.7:554/Streaming/101?token=t0ps3cret"}


def _add(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/cameras", json={**GATE, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_camera_is_registered_with_the_usual_values(client: TestClient) -> None:
    answer = client.post("/api/v1/cameras", json=GATE)

    camera = answer.json()
    assert answer.headers["location"] == f"/api/v1/cameras/{camera['id']}"
    assert answer.headers["etag"] == '"1"'
    assert camera["name"] == "Gate 3"
    assert camera["spec"] == {
        "url": "rtsp://admin:***@10.0.0.7:554/Streaming/101?token=***",
        "sub_url": None,
        "kind": "stream",
        "poll_s": 10.0,
        "loop": False,
        "analysed_fps": 5.0,
        "division": None,
        "tags": [],
        "lon": None,
        "lat": None,
        "privacy_areas": [],
        "heading_deg": None,
        "pitch_deg": None,
        "fov_deg": None,
        "range_m": None,
        "height_m": None,
        "enabled": True,
    }
    assert camera["status"]["state"] == "registered"


def test_no_answer_carries_a_password(client: TestClient) -> None:
    camera_id = _add(client)["id"]
    path = f"/api/v1/cameras/{camera_id}"
    answers = [
        client.get("/api/v1/cameras"),
        client.get(path),
        client.patch(path, json={"name": "x"}, headers={"If-Match": "*"}),
        client.patch(path, json={"url": GATE["url"], "kind": "?"}, headers={"If-Match": "*"}),
        client.post("/api/v1/cameras", json={**GATE, "lon": 999}),
        client.post("/api/v1/cameras", json={**GATE, "url": "rtsp://a:s3cret/@h"}),
        client.post("/api/v1/cameras", json={"url": {"rtsp://admin:s3cret@h": 1}}),
        client.get("/metrics"),
    ]

    assert not [answer.text for answer in answers if "s3cret" in answer.text]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("rtsp://10.0.0.7/1", "stream"),
        ("https://example.org/live.m3u8", "stream"),
        ("https://example.org/traffic.JPG?x=1", "snapshot"),
        ("file:///srv/clips/a.mp4", "file"),
        ("/srv/clips/a.mp4", "file"),
        ("C:\\clips\\a.mp4", "file"),
    ],
)
def test_the_address_tells_how_it_is_read(client: TestClient, url: str, kind: str) -> None:
    assert _add(client, url=url)["spec"]["kind"] == kind


@pytest.mark.parametrize(
    "url",
    [
        "10.0.0.7",
        "concat:/etc/passwd|/etc/shadow",
        "pipe:0",
        "rtsp://",
        "rtsp://[::1",
        "rtsp://admin:pa/ss@10.0.0.7",
        "rtsp://h/\n1",
        "ftp://h/a.mp4",
    ],
)
def test_an_address_that_cannot_be_read_is_refused(client: TestClient, url: str) -> None:
    answer = client.post("/api/v1/cameras", json={"name": "x", "url": url})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.url"


def test_a_change_needs_the_revision_it_was_made_from(client: TestClient) -> None:
    path = f"/api/v1/cameras/{_add(client)['id']}"

    without = client.patch(path, json={"name": "x"})
    first = client.patch(path, json={"name": "first"}, headers={"If-Match": '"1"'})
    late = client.patch(path, json={"name": "late"}, headers={"If-Match": '"1"'})
    nonsense = client.patch(path, json={"name": "late"}, headers={"If-Match": "abc"})

    assert without.status_code == 428
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert late.status_code == nonsense.status_code == 412
    assert client.get(path).json()["name"] == "first"


def test_a_change_touches_only_what_it_names(client: TestClient) -> None:
    camera = _add(client, division="Longcheng", lon=114.25)

    changed = client.patch(
        f"/api/v1/cameras/{camera['id']}",
        json={"enabled": False, "division": None},
        headers={"If-Match": "*"},
    ).json()

    assert changed["spec"] == {**camera["spec"], "enabled": False, "division": None}


WINDOW = {"name": "Window", "points": [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]}


def test_privacy_areas_are_kept_with_the_camera_and_can_be_taken_away(client: TestClient) -> None:
    path = f"/api/v1/cameras/{_add(client, privacy_areas=[WINDOW])['id']}"
    drawn = client.get(path).json()["spec"]["privacy_areas"]

    cleared = client.patch(path, json={"privacy_areas": []}, headers={"If-Match": "*"})

    assert drawn == [WINDOW]
    assert cleared.json()["spec"]["privacy_areas"] == []


@pytest.mark.parametrize(
    "points", [[[0, 0], [1, 1]], [[0, 0], [1, 1], [1, 0], [0, 1]], [[0, 0], [1, 0], [1, 1.2]]]
)
def test_a_privacy_area_that_is_none_is_refused(client: TestClient, points: list[Any]) -> None:
    area = {"name": "Window", "points": points}

    answer = client.post("/api/v1/cameras", json={**GATE, "privacy_areas": [area]})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("body.privacy_areas")


VIEW = {"heading_deg": 270.0, "pitch_deg": -12.5, "fov_deg": 84, "range_m": 60, "height_m": 6.5}


def test_where_a_camera_looks_is_kept_changed_and_taken_back(client: TestClient) -> None:
    camera = _add(client, lon=114.25, lat=22.72, **VIEW)
    path = f"/api/v1/cameras/{camera['id']}"

    client.patch(path, json={"heading_deg": 0, "range_m": None}, headers={"If-Match": "*"})

    assert {**camera["spec"], **VIEW} == camera["spec"]
    assert client.get(path).json()["spec"] == {**camera["spec"], "heading_deg": 0, "range_m": None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("heading_deg", 360),
        ("heading_deg", -1),
        ("pitch_deg", -91),
        ("fov_deg", 0),
        ("fov_deg", 361),
        ("range_m", 0),
        ("height_m", -1),
        ("height_m", "6"),
    ],
)
def test_a_view_that_no_camera_has_is_refused(
    client: TestClient, field: str, value: object
) -> None:
    answer = client.post("/api/v1/cameras", json={**GATE, field: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == f"body.{field}"


def test_sending_the_shown_address_back_keeps_the_password(
    client: TestClient, store: Store
) -> None:
    camera = _add(client)
    path = f"/api/v1/cameras/{camera['id']}"

    kept = client.patch(path, json={"url": camera["spec"]["url"]}, headers={"If-Match": "*"})
    moved = client.patch(
        path, json={"url": "rtsp://admin:***@10.0.0.8/1"}, headers={"If-Match": "*"}
    )

    assert kept.status_code == 200
    assert moved.status_code == 422
    assert "real password" in moved.json()["detail"]
    with store.read() as session:
        assert cameras.get(session, camera["id"]).url == GATE["url"]


SUB = "rtsp://admin:s3cret@10.0.0.7:554/Streaming/102"


def test_a_sub_stream_is_shown_without_its_password_and_keeps_it(
    client: TestClient, store: Store
) -> None:
    camera = _add(client, sub_url=SUB)
    shown = "rtsp://admin:***@10.0.0.7:554/Streaming/102"
    assert camera["spec"]["sub_url"] == shown
    path = f"/api/v1/cameras/{camera['id']}"

    back = client.patch(path, json={"sub_url": shown}, headers={"If-Match": "*"})
    other = client.patch(
        path, json={"sub_url": "rtsp://admin:***@10.0.0.8/2"}, headers={"If-Match": "*"}
    )

    assert back.status_code == 200, back.text
    assert other.status_code == 422
    assert "s3cret" not in back.text + other.text
    with store.read() as session:
        assert cameras.get(session, camera["id"]).sub_url == SUB
    gone = client.patch(path, json={"sub_url": None}, headers={"If-Match": "*"})
    assert gone.json()["spec"]["sub_url"] is None


@pytest.mark.parametrize(
    "order",
    [
        {"sub_url": "/videos/small.mp4"},
        {"sub_url": "http://10.0.0.7/now.jpg"},
        {"sub_url": "ftp://10.0.0.7/1"},
        {"sub_url": SUB, "url": "/videos/gate.mp4"},
        {"sub_url": SUB, "kind": "snapshot"},
    ],
)
def test_only_a_stream_has_a_sub_stream(client: TestClient, order: dict[str, str]) -> None:
    answer = client.post("/api/v1/cameras", json={**GATE, **order})

    assert answer.status_code == 422
    assert "s3cret" not in answer.text


def test_null_is_no_value_for_what_a_camera_must_have(client: TestClient) -> None:
    path = f"/api/v1/cameras/{_add(client)['id']}"

    answer = client.patch(path, json={"name": None}, headers={"If-Match": "*"})

    assert answer.status_code == 422


def test_cameras_come_in_pages(client: TestClient) -> None:
    ids = [_add(client, name=f"camera {n}")["id"] for n in range(5)]

    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = client.get("/api/v1/cameras", params=query).json()
        seen += [camera["id"] for camera in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == ids
    assert client.get("/api/v1/cameras", params={"cursor": "!"}).status_code == 422


def test_sending_a_post_again_with_its_key_makes_nothing_twice(client: TestClient) -> None:
    key = {"Idempotency-Key": "k-1"}

    first = client.post("/api/v1/cameras", json=GATE, headers=key)
    again = client.post("/api/v1/cameras", json=GATE, headers=key)
    other = client.post("/api/v1/cameras", json={**GATE, "name": "other"}, headers=key)

    assert again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert other.status_code == 422
    assert len(client.get("/api/v1/cameras").json()["items"]) == 1


def test_a_deleted_camera_is_gone(client: TestClient) -> None:
    path = f"/api/v1/cameras/{_add(client)['id']}"

    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_the_snapshot_is_the_newest_picture(
    client: TestClient, camera_id: str, preview: Any
) -> None:
    before = client.get(f"/api/v1/cameras/{camera_id}/snapshot")
    preview.seqs[camera_id] = 0
    after = client.get(f"/api/v1/cameras/{camera_id}/snapshot")

    assert before.status_code == 404
    assert "no picture of gate yet" in before.json()["detail"]
    assert after.headers["content-type"] == "image/jpeg"
    assert after.content.startswith(b"\xff\xd8")
    assert after.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "how", ["url || 'A'", "substr(url, 1, 30)", "replace(url, 'd', 'D')", "'x'"]
)
def test_an_altered_address_is_named_and_can_be_set_anew(
    client: TestClient, store: Store, camera_id: str, how: str
) -> None:
    with store.write() as session:
        session.execute(text(f"UPDATE camera SET url = {how}"))
    where = f"/api/v1/cameras/{camera_id}"

    listed = client.get("/api/v1/cameras").json()["items"]
    exported = client.get("/api/v1/camera-exports")
    with store.read() as session:
        planned = plan_cameras(session, Settings())
    new = {"url": "rtsp://10.0.0.8/1"}
    mended = client.patch(where, json=new, headers={"If-Match": "*"})

    assert [camera["spec"]["url"] for camera in listed] == ["***"]
    assert exported.status_code == 500
    assert camera_id in exported.json()["detail"]
    assert planned == []
    assert mended.json()["spec"]["url"] == new["url"]
    assert client.get("/api/v1/camera-exports").status_code == 200
