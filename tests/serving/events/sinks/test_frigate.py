import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from serving.events.sinks.frigate import FrigateSink, FrigateSpec, frigate_event
from serving.store import Store, events, messages
from serving.store.models import Event, Evidence
from tests.serving.conftest import NOON
from tests.serving.events.sinks.brokers import Mosquitto, Subscriber
from tests.serving.streams.waiting import until

MakeEvent = Callable[..., Event]

FIELDS = {
    *("id", "camera", "frame_time", "snapshot", "label", "sub_label", "top_score"),
    *("false_positive", "start_time", "end_time", "score", "box", "area", "ratio", "region"),
    *("active", "stationary", "motionless_count", "position_changes", "current_zones"),
    *("entered_zones", "has_clip", "has_snapshot", "attributes", "current_attributes"),
    *("pending_loitering", "max_severity", "current_estimated_speed"),
    *("average_estimated_speed", "velocity_angle", "path_data"),
}
"""Of `before` and `after` in Frigate 0.16."""


def _told(store: Store) -> list[dict[str, Any]]:
    with store.read() as session:
        return [messages.cloud_event(message) for message in messages.after(session, 0)]


def _life(store: Store, make_event: MakeEvent) -> str:
    """An event opens, gets its snapshot, goes on, ends, and gets its clip."""
    opened = make_event(zone="zebra crossing")
    path = [[NOON.isoformat(), 0.5, 0.25, 0.75, 0.5]]

    def evidence(kind: str) -> Evidence:
        return Evidence(
            event_id=opened.id,
            kind=kind,
            path=f"{opened.id}/{kind}",
            media_type="image/jpeg",
            sha256="b" * 64,
            size_bytes=1,
            masked=True,
        )

    with store.write() as session:
        events.record(session, opened)
        events.add_evidence(session, evidence("snapshot"))
        same = {"id": opened.id, "zone": "zebra crossing", "path": path}
        events.record(session, make_event(revision=2, **same))
        over = {"life_cycle": "ended", "ended_at": NOON}
        events.record(session, make_event(revision=3, **same, **over))
        events.add_evidence(session, evidence("clip"))
    return opened.id


def test_the_life_of_an_event_in_frigates_words(store: Store, make_event: MakeEvent) -> None:
    event_id = _life(store, make_event)

    told = [frigate_event(message) for message in _told(store)]
    new, shown, gone_on, end = [one for one in told if one is not None]

    assert [one["type"] for one in (new, shown, gone_on, end)] == ["new", "update", "update", "end"]
    assert {frozenset(one[side]) for one in (new, end) for side in ("before", "after")} == {
        frozenset(FIELDS)
    }
    after = new["after"]
    assert (after["id"], after["camera"]) == (event_id, "Longxiang Avenue, north")
    assert (after["label"], after["sub_label"]) == ("without_helmet", "rider-helmet")
    assert (after["box"], after["area"], after["ratio"]) == ([128, 144, 384, 288], 36864, 1.78)
    assert (after["start_time"], after["end_time"]) == (NOON.timestamp() - 1, None)
    assert (after["current_zones"], after["max_severity"]) == (["zebra crossing"], "alert")
    assert (new["before"]["false_positive"], after["false_positive"]) == (True, False)
    assert (after["has_snapshot"], shown["after"]["has_snapshot"]) == (False, True)
    assert gone_on["after"]["box"] == [640, 180, 960, 360]
    assert gone_on["after"]["path_data"] == [[[0.625, 0.5], NOON.timestamp()]]
    assert (end["before"]["end_time"], end["after"]["end_time"]) == (None, NOON.timestamp())
    assert (end["after"]["current_zones"], end["after"]["entered_zones"]) == (
        [],
        ["zebra crossing"],
    )


def test_an_event_about_a_place_has_the_scenario_as_label(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        events.record(session, make_event(objects=[]))

    told = frigate_event(_told(store)[0])

    assert told is not None
    assert (told["after"]["label"], told["after"]["box"]) == ("rider-helmet", [0, 0, 1280, 720])


def test_only_what_frigate_has_a_word_for_is_published(
    store: Store, make_event: MakeEvent, tmp_path: Path
) -> None:
    _life(store, make_event)
    order: dict[str, Any] = {
        "type": "longan.work_order.dispatched.v1",
        "subject": "01JORDER",
        "data": {},
    }
    broker = Mosquitto(tmp_path)
    try:
        subscriber = Subscriber(broker)
        sink = FrigateSink(FrigateSpec(url=broker.url), "")

        for message in [order, *_told(store)]:
            sink.send(message)
        until(lambda: len(subscriber.received) == 4)
        sink.close()
        subscriber.close()
    finally:
        broker.kill()

    assert {message.topic for message in subscriber.received} == {"frigate/events"}
    types = [json.loads(message.payload)["type"] for message in subscriber.received]
    assert types == ["new", "update", "update", "end"]


def test_a_prefix_with_a_wildcard_is_refused() -> None:
    with pytest.raises(ValueError, match="topic_prefix"):
        FrigateSpec(url="mqtt://broker", topic_prefix="frigate/#")
