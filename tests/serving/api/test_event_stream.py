import json
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from serving.api.event_stream import Tail
from serving.store import Store, cameras, events
from serving.store.models import Camera, Event

MakeEvent = Callable[..., Event]


class _Server(uvicorn.Server):
    """A real server in a thread, on a port of its own."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
        super().__init__(config)

    def wait_until_ready(self, thread: Thread) -> str:
        while not self.started and thread.is_alive():
            thread.join(0.01)
        port = self.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/api/v1/events/stream"


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    server = _Server(app)
    thread = Thread(target=server.run)
    thread.start()
    yield server.wait_until_ready(thread)
    server.should_exit = True
    thread.join()


def _follow(url: str, token: str, count: int, **options: Any) -> list[dict[str, Any]]:
    """The next messages; hangs up after the last."""
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    found: list[dict[str, Any]] = []
    message: dict[str, Any] = {}
    with httpx.stream("GET", url, headers=headers, timeout=10, **options) as answer:
        assert answer.status_code == 200, answer.read()
        for line in answer.iter_lines():
            field, _, value = line.partition(": ")
            if field in ("event", "id", "data"):
                message[field] = value
            elif line == "" and "data" in message:
                found.append({**message, "data": json.loads(message["data"])})
                message = {}
            if len(found) == count:
                break
    return found


def _record(store: Store, event: Event) -> None:
    with store.write() as session:
        events.record(session, event)


def test_messages_are_cloud_events_under_their_number(
    url: str, token: str, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)

    message = _follow(url, token, 1, params={"after": 0})[0]

    assert (message["event"], message["id"]) == ("longan.event.opened.v1", "1")
    assert message["data"]["specversion"] == "1.0"
    assert message["data"]["data"]["id"] == event.id


def test_a_client_that_comes_back_again_and_again_misses_nothing(
    url: str, token: str, store: Store, make_event: MakeEvent
) -> None:
    recorded = [make_event(n) for n in range(40)]

    def write() -> None:
        for event in recorded:
            _record(store, event)

    writer = Thread(target=write)
    writer.start()
    seen: list[dict[str, Any]] = _follow(url, token, 7, params={"after": 0})
    while len(seen) < len(recorded):
        count = min(7, len(recorded) - len(seen))
        seen += _follow(url, token, count, headers={"Last-Event-ID": seen[-1]["id"]})
    writer.join()

    assert [message["data"]["subject"] for message in seen] == [event.id for event in recorded]


def test_the_header_of_a_reconnection_counts_more_than_the_address(
    url: str, token: str, store: Store, make_event: MakeEvent
) -> None:
    for n in range(3):
        _record(store, make_event(n))

    seen = _follow(url, token, 1, params={"after": 0}, headers={"Last-Event-ID": "2"})

    assert [message["id"] for message in seen] == ["3"]


def test_without_a_number_it_begins_now_and_says_where_that_is(
    url: str, token: str, store: Store, make_event: MakeEvent
) -> None:
    _record(store, make_event())
    headers = {"Authorization": f"Bearer {token}"}

    with httpx.stream("GET", url, headers=headers, timeout=10) as answer:
        lines = answer.iter_lines()
        first = [next(lines), next(lines)]
        _record(store, make_event(5))
        told = next(line for line in lines if line.startswith("event"))

    assert first == [": following", "id: 1"]
    assert told == "event: longan.event.opened.v1"


def test_a_number_from_before_the_store_was_replaced_does_not_wait_for_ever(
    url: str, token: str, store: Store
) -> None:
    with httpx.stream(
        "GET", url, headers={"Authorization": f"Bearer {token}", "Last-Event-ID": "999"}
    ) as answer:
        lines = answer.iter_lines()

        assert [next(lines), next(lines)] == [": following", "id: 0"]


def test_cameras_are_followed_too(url: str, token: str, store: Store) -> None:
    with store.write() as session:
        camera = cameras.create(session, Camera(name="gate", url="rtsp://a:b@h/1", kind="stream"))
        cameras.observe(session, camera.id, state="offline", reason="timeout")

    message = _follow(url, token, 1, params={"after": 0})[0]

    assert message["event"] == "longan.camera.state_changed"
    assert message["data"]["data"]["state"] == "offline"
    assert "rtsp" not in json.dumps(message)


def test_an_unusable_number_is_refused_before_the_stream_begins(url: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    assert httpx.get(url, headers={**headers, "Last-Event-ID": "x"}).status_code == 422
    assert httpx.get(url, headers=headers, params={"after": -1}).status_code == 422
    assert httpx.get(url).status_code == 401


async def test_a_client_newer_than_the_last_look_is_not_sent_back(
    store: Store, make_event: MakeEvent
) -> None:
    tail = Tail(store)
    assert await tail.newest() == 0

    _record(store, make_event())

    assert await tail.newest(at_least=1) == 1
