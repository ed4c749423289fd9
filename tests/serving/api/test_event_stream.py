import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from fastapi import FastAPI

from scenarios.storm import Limits
from serving.access import Actor, Grant
from serving.api.event_stream import Tail
from serving.store import (
    Store,
    cameras,
    events,
    messages,
    reviews,
    situations,
    storms,
    tokens,
    work_orders,
)
from serving.store.models import Camera, Event, Evidence
from serving.store.reviews import Said
from serving.store.work_orders import NEXT, Assignment
from tests.serving.store.loop import NOW

MakeEvent = Callable[..., Event]

KINDS = {
    "longan.event.{kind}.v1": {"opened", "updated", "ended"},
    "longan.event.evidence_ready.v1": {""},
    "longan.event.reviewed.v1": {""},
    "longan.incident.updated.v1": {""},
    "longan.work_order.{name}.v1": {*NEXT, "escalated"},
    "longan.situation.{what}.v1": {"activated", "deactivated"},
    "longan.camera.state_changed": {""},
}
"""Every type of message there is, as the code writes it, with what its braces stand for."""


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


def test_the_stream_ends_with_the_token(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.api.event_stream.STILL_EVERY_S", 0.05)
    with store.write() as session:
        new, secret = tokens.make(session, "wall", [Grant("dashboard")], None)
    with httpx.stream("GET", url, headers={"Authorization": f"Bearer {secret}"}) as answer:
        lines = answer.iter_lines()
        begun = next(lines)
        with store.write() as session:
            tokens.delete_token(session, new.id)
        list(lines)  # to the end, which comes

    assert begun == ": following"


async def test_a_client_newer_than_the_last_look_is_not_sent_back(
    store: Store, make_event: MakeEvent
) -> None:
    tail = Tail(store)
    assert await tail.newest() == 0

    _record(store, make_event())

    assert await tail.newest(at_least=1) == 1


def _everything_happens(store: Store, make_event: MakeEvent) -> None:
    """Whatever the outside is ever told of, at least once."""

    def take(order_id: str, *states: str) -> None:
        for state in states:
            reason = "wrong_unit" if state == "returned" else None
            police = Assignment("police", 1) if state == "dispatched" else None
            work_orders.move(
                session, order_id, state, actor="Ben", at=NOW, reason=reason, assignment=police
            )

    first, again = (
        make_event(0, scenario="danger-zone", rule="presence"),
        make_event(60, scenario="danger-zone", rule="presence"),
    )
    with store.write() as session:
        camera = cameras.create(session, Camera(name="gate", url="rtsp://h/1", kind="stream"))
        cameras.observe(session, camera.id, state="offline", reason="timeout")
        for event in (first, again):
            events.record(session, event)
        for second in range(3):
            events.record(session, make_event(second), Limits(camera=1))
        storms.settle(session, NOW + timedelta(days=1))
        for revision, life_cycle in ((2, "open"), (3, "ended")):
            events.record(
                session,
                make_event(
                    scenario="danger-zone",
                    rule="presence",
                    id=first.id,
                    revision=revision,
                    life_cycle=life_cycle,
                ),
            )
        picture = Evidence(
            event_id=first.id,
            kind="crop",
            path="c.jpg",
            media_type="image/jpeg",
            sha256="a" * 64,
            size_bytes=1,
        )
        events.add_evidence(session, picture)
        anna = Actor("01JANNA", "Anna", "token", ())
        confirmed = Said("confirmed")
        reviews.add(session, first.id, confirmed, reviewer=anna, share=0, at=NOW)
        order = work_orders.open_for(session, events.get(session, first.id), actor="Ben", at=NOW)
        take(order.id, "dispatched", "returned", "dispatched")
        work_orders.escalate(session, NOW + timedelta(hours=2))
        take(order.id, "accepted", "in_progress", "resolved", "reopened", "in_progress")
        take(order.id, "resolved", "verified", "closed")
        plan: dict[str, Any] = {"deployments": [], "patrol": [], "wall": None, "notify": []}
        typhoon = situations.create(session, "Typhoon", plan).id
        situations.activate(session, typhoon, reason="drill", actor="Anna", at=NOW)
        situations.deactivate(session, typhoon, actor="Anna", at=NOW)


def test_every_type_of_message_is_a_cloud_event_to_the_official_sdk(
    url: str, token: str, store: Store, make_event: MakeEvent
) -> None:
    _everything_happens(store, make_event)
    with store.read() as session:
        count = messages.newest_seq(session)

    seen = [m["data"] for m in _follow(url, token, count, params={"after": 0})]

    for envelope in seen:
        assert {"specversion", "id", "source", "type", "time"} <= envelope.keys()  # it fills in
        read = JSONFormat().read(CloudEvent, json.dumps(envelope))
        assert (read.get_id(), read.get_data()) == (envelope["id"], envelope["data"])
    assert {envelope["type"] for envelope in seen} == {
        re.sub("{.*}", kind, written) for written, kinds in KINDS.items() for kind in kinds
    }
    assert len({(envelope["source"], envelope["id"]) for envelope in seen}) == count


def test_no_type_of_message_is_missing_above() -> None:
    folder = Path(messages.__file__).parents[1]
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))

    assert set(re.findall(r'"(longan\.[a-z_]+\.[a-z_{][^"]*)"', code)) == KINDS.keys()
