import json
import struct
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from serving.api import live_states
from serving.api.live_viewer import Viewer
from serving.store import Store, cameras

PICTURE, STATE = 1, 3


def _sub(camera: str, **fields: Any) -> dict[str, Any]:
    tile = {"slot": 4, "camera": camera, "w": 320, "h": 180, "fps": 30}
    return {"type": "sub", "rev": 1, "credit": 8, "tiles": [tile]} | fields


def _head(message: bytes) -> dict[str, Any]:
    names = ("version", "kind", "slot", "rev", "boxes", "seq", "reserved", "at_ms")
    return dict(zip(names, struct.unpack(">BBHHHIId", message[:24]), strict=True))


def _next(socket: WebSocketTestSession, kind: int) -> tuple[dict[str, Any], bytes]:
    while True:
        message = socket.receive_bytes()
        head = _head(message)
        if head["kind"] == kind:
            return head, message[24:]


@contextmanager
def _watching(client: TestClient, message: dict[str, Any]) -> Generator[WebSocketTestSession]:
    with client.websocket_connect("/api/v1/live") as socket:
        socket.send_json(message)
        yield socket


@pytest.mark.usefixtures("helmet_detector")
def test_a_picture_travels_with_its_boxes_and_the_names_of_their_classes(
    client: TestClient, camera_id: str, preview: Any
) -> None:
    preview.seqs[camera_id] = 41

    with _watching(client, _sub(camera_id)) as socket:
        _, before = _next(socket, STATE)
        _, named = _next(socket, STATE)
        head, body = _next(socket, PICTURE)

    assert json.loads(before) == {
        "camera": camera_id,
        "state": "registered",
        "reason": None,
        "message": None,
        "classes": [],
    }
    classes = json.loads(named)["classes"]
    assert classes == [{"key": "without_helmet", "zh": "未戴头盔", "en": "Without helmet"}]
    assert (head["slot"], head["rev"], head["boxes"], head["seq"]) == (4, 1, 1, 41)
    assert head["at_ms"] == 1795521600000
    x, y, w, h, which, score, track = struct.unpack(">HHHHHHI", body[:16])
    assert [round(v / 65535, 3) for v in (x, y, w, h, score)] == [0.25, 0.5, 0.125, 0.25, 0.9]
    assert (which, track) == (0, 7)
    assert body[16:].startswith(b"\xff\xd8")


def test_without_credit_nothing_comes_until_the_browser_answers(
    client: TestClient, camera_id: str, preview: Any
) -> None:
    preview.seqs[camera_id] = 1

    with _watching(client, _sub(camera_id, credit=1)) as socket:
        first, _ = _next(socket, PICTURE)
        preview.seqs[camera_id] = 2
        preview.seqs[camera_id] = 3
        socket.send_json({"type": "ack", "n": 1})
        second, _ = _next(socket, PICTURE)

    assert (first["seq"], second["seq"]) == (1, 3)


def test_a_change_of_state_is_told(client: TestClient, store: Store, camera_id: str) -> None:
    with _watching(client, _sub(camera_id)) as socket:
        _next(socket, STATE)
        with store.write() as session:
            cameras.observe(session, camera_id, state="offline", reason="timeout", message="lost")
        _, body = _next(socket, STATE)

    told = json.loads(body)
    assert (told["state"], told["reason"], told["message"]) == ("offline", "timeout", "lost")


def test_a_camera_that_is_not_there_has_no_state(client: TestClient) -> None:
    with _watching(client, _sub("01JNOBODY")) as socket:
        _, body = _next(socket, STATE)

    assert json.loads(body)["state"] is None


def test_a_new_subscription_amid_the_answer_to_the_old_one_gets_the_names_anew(
    client: TestClient, camera_id: str, preview: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview.seqs[camera_id] = 1
    reads: list[Store] = []
    amid, heard = Event(), Event()
    read, hear = live_states.read_class_titles, Viewer.hear

    def read_slowly(store: Store) -> live_states.ClassTitles:
        reads.append(store)
        if len(reads) == 2:  # the first was for the states, this one is for the first picture
            amid.set()
            assert heard.wait(10)
        return read(store)

    def hear_aloud(viewer: Viewer, message: Any, at: float) -> None:
        hear(viewer, message, at)
        if getattr(message, "rev", None) == 2:
            heard.set()

    monkeypatch.setattr(live_states, "read_class_titles", read_slowly)
    monkeypatch.setattr(Viewer, "hear", hear_aloud)
    classes: list[Any] = []
    with _watching(client, _sub(camera_id)) as socket:
        assert amid.wait(10)
        socket.send_json(_sub(camera_id, rev=2))
        while True:
            message = socket.receive_bytes()
            head = _head(message)
            if head["rev"] == 2 and head["kind"] == PICTURE:
                break
            if head["rev"] == 2:
                classes = json.loads(message[24:])["classes"]

    assert [each["key"] for each in classes] == ["without_helmet"]


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "dance"}', '{"type": "ack", "n": -1}'])
def test_nonsense_ends_the_connection(client: TestClient, text: str) -> None:
    with client.websocket_connect("/api/v1/live") as socket:
        socket.send_text(text)

        with pytest.raises(WebSocketDisconnect) as left:
            socket.receive_bytes()

    assert left.value.code == 4400


def test_a_preview_that_breaks_does_not_end_the_connection(
    client: TestClient, camera_id: str, preview: Any
) -> None:
    del preview.seqs  # every look at it now raises

    with _watching(client, _sub(camera_id)) as socket:
        _next(socket, STATE)
        preview.seqs = {camera_id: 5}
        head, _ = _next(socket, PICTURE)

    assert head["seq"] == 5


@pytest.mark.parametrize("origin", ["", "http://evil.example"])
def test_a_stranger_and_a_foreign_page_are_refused(
    visitor: TestClient, token: str, origin: str
) -> None:
    if origin:
        visitor.post("/api/v1/session", json={"token": token})

    with (
        pytest.raises(WebSocketDisconnect),
        visitor.websocket_connect("/api/v1/live", headers={"Origin": origin}),
    ):
        pass


def test_our_own_page_is_let_in_by_its_cookie(visitor: TestClient, token: str) -> None:
    visitor.post("/api/v1/session", json={"token": token})

    with visitor.websocket_connect("/api/v1/live", headers={"Origin": "http://testserver"}) as it:
        it.send_json({"type": "pause"})
