"""A look at an address before it becomes a camera, with a stand-in that looks."""

from base64 import b64decode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.api.wires import BusyError, Probed
from serving.store import Store, cameras
from tests.serving.api.conftest import JPEG, FakeProbe

URL = "rtsp://admin:s3cret@10.0.0.7:554/Streaming/101?token=t0ps3cret"


def test_what_is_there_is_said_with_a_picture(client: TestClient, probe: FakeProbe) -> None:
    probe.found = Probed(codec="h264", width_px=1920, height_px=1080, fps=25.0, jpeg=JPEG)

    answer = client.post("/api/v1/camera-probes", json={"url": URL})

    found = answer.json()
    assert answer.status_code == 200
    assert probe.asked == [(URL, "stream")]
    assert b64decode(found.pop("picture")) == JPEG
    assert found == {
        "kind": "stream",
        "reason": None,
        "message": None,
        "codec": "h264",
        "width_px": 1920,
        "height_px": 1080,
        "fps": 25.0,
    }


def test_an_address_without_a_picture_is_an_answer_with_its_reason(
    client: TestClient, probe: FakeProbe
) -> None:
    probe.found = Probed("auth_failed", "The camera refused the user name or password.")

    found = client.post("/api/v1/camera-probes", json={"url": "http://h/a.jpg"}).json()

    assert probe.asked == [("http://h/a.jpg", "snapshot")]
    assert (found["reason"], found["picture"]) == ("auth_failed", None)
    assert "refused" in found["message"]


def test_nothing_is_stored_and_no_password_comes_back(
    client: TestClient, store: Store, probe: FakeProbe
) -> None:
    probe.found = Probed("unreachable", "The host cannot be reached.")
    answers = [
        client.post("/api/v1/camera-probes", json={"url": URL}),
        client.post("/api/v1/camera-probes", json={"url": "rtsp://a:s3cret/@h"}),
        client.post("/api/v1/camera-probes", json={"url": URL, "kind": "?"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert not [answer.text for answer in answers if "s3cret" in answer.text]
    with store.read() as session:
        assert cameras.all_of(session) == []


@pytest.mark.parametrize(
    "url", ["10.0.0.7", "concat:/etc/passwd", "pipe:0", "ftp://h/a", "rtsp://a:***@10.0.0.7/1"]
)
def test_an_address_that_a_camera_may_not_have_is_not_opened(
    client: TestClient, probe: FakeProbe, url: str
) -> None:
    answer = client.post("/api/v1/camera-probes", json={"url": url})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.url"
    assert probe.asked == []


def test_too_many_at_once_are_sent_away_with_when_to_come_back(
    client: TestClient, probe: FakeProbe
) -> None:
    probe.found = BusyError("as many addresses as may be are looked at now; try again")

    answer = client.post("/api/v1/camera-probes", json={"url": URL})

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_where_nobody_looks_that_is_said(app: FastAPI, client: TestClient) -> None:
    app.state.probing = None

    answer = client.post("/api/v1/camera-probes", json={"url": URL})

    assert answer.status_code == 503
    assert "opens no cameras" in answer.json()["detail"]
