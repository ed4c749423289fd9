from collections.abc import Callable
from datetime import timedelta

import pytest

from serving.store import Store, events, messages, reviews
from serving.store.errors import NotFoundError
from serving.store.events import EventFilter
from serving.store.models import Event, Evidence
from serving.store.reviews import Said
from tests.serving.store.loop import ANNA, NOW

MakeEvent = Callable[..., Event]


def _types(store: Store) -> list[str]:
    with store.read() as session:
        return [message.type for message in messages.after(session, 0)]


def _snapshot(event_id: str) -> Evidence:
    return Evidence(
        event_id=event_id,
        kind="snapshot",
        path="a/b.jpg",
        media_type="image/jpeg",
        sha256="b" * 64,
        size_bytes=1234,
    )


def test_recording_an_event_twice_stores_and_tells_it_once(
    store: Store, make_event: MakeEvent
) -> None:
    event_id = make_event().id

    with store.write() as session:
        first = events.record(session, make_event(id=event_id))
    with store.write() as session:
        second = events.record(session, make_event(id=event_id))

    assert (first, second) == (True, False)
    assert _types(store) == ["longan.event.opened.v1"]


def test_a_newer_revision_replaces_the_event_and_an_older_one_does_not(
    store: Store, make_event: MakeEvent
) -> None:
    event_id = make_event().id
    with store.write() as session:
        events.record(session, make_event(id=event_id))

    with store.write() as session:
        newer = events.record(session, make_event(id=event_id, revision=3, occurrences=2))
    with store.write() as session:
        older = events.record(session, make_event(id=event_id, revision=2, occurrences=9))

    with store.read() as session:
        stored = events.get(session, event_id)
    assert (newer, older) == (True, False)
    assert (stored.revision, stored.occurrences) == (3, 2)


def test_the_outside_hears_of_opening_updating_evidence_and_ending_in_that_order(
    store: Store, make_event: MakeEvent
) -> None:
    opened = make_event()
    changes = [
        make_event(id=opened.id, revision=2),
        make_event(id=opened.id, revision=3, life_cycle="ended", ended_at=opened.opened_at),
    ]

    with store.write() as session:
        events.record(session, opened)
    with store.write() as session:
        events.record(session, changes[0])
        events.add_evidence(session, _snapshot(opened.id))
    with store.write() as session:
        events.record(session, changes[1])

    with store.read() as session:
        told = messages.after(session, 0)
    assert [m.type.removeprefix("longan.event.") for m in told] == [
        "opened.v1",
        "updated.v1",
        "evidence_ready.v1",
        "ended.v1",
    ]
    assert [m.seq for m in told] == sorted(m.seq for m in told)
    assert told[0].id == f"{opened.id}.1"
    assert [e["kind"] for e in told[2].data["evidence"]] == ["snapshot"]


def test_an_event_that_opens_and_ends_at_once_is_told_as_ended(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        events.record(session, make_event(life_cycle="ended"))

    assert _types(store) == ["longan.event.ended.v1"]


def test_neither_event_nor_message_survive_a_failed_transaction(
    store: Store, make_event: MakeEvent
) -> None:
    def cut_short() -> None:
        with store.write() as session:
            events.record(session, make_event())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        cut_short()

    with store.read() as session:
        assert events.page(session, EventFilter(), after=None, limit=9) == []
    assert _types(store) == []


def test_evidence_attached_twice_is_told_once(store: Store, make_event: MakeEvent) -> None:
    event = make_event()
    with store.write() as session:
        events.record(session, event)
        first = events.add_evidence(session, _snapshot(event.id))
        second = events.add_evidence(session, _snapshot(event.id))

    assert (first, second) == (True, False)
    assert _types(store).count("longan.event.evidence_ready.v1") == 1


def test_evidence_of_an_unknown_event_is_refused(store: Store) -> None:
    with store.write() as session, pytest.raises(NotFoundError, match="no event"):
        events.add_evidence(session, _snapshot("01JNOBODY"))


def test_recent_events_are_those_seen_lately_or_still_open(
    store: Store, make_event: MakeEvent
) -> None:
    long_ago = make_event(-600, life_cycle="ended")
    open_since = make_event(-500)
    just_now = make_event(0, life_cycle="ended")
    elsewhere = make_event(0, camera_id="01JOTHER")
    with store.write() as session:
        for event in (long_ago, open_since, just_now, elsewhere):
            events.record(session, event)

    with store.read() as session:
        found = events.recent(
            session, "01JDEPLOYMENT", "01JCAMERA", just_now.opened_at - timedelta(seconds=60)
        )

    assert [event.id for event in found] == [open_since.id, just_now.id]


def test_pages_go_on_where_they_stopped_even_at_equal_times(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        for opened_s in (0, 0, 0, 5, 9):
            events.record(session, make_event(opened_s))

    seen: list[Event] = []
    with store.read() as session:
        while True:
            after = (seen[-1].opened_at, seen[-1].id) if seen else None
            page = events.page(session, EventFilter(), after=after, limit=2)
            if not page:
                break
            seen += page

    assert len({event.id for event in seen}) == 5
    assert [e.opened_at for e in seen] == sorted((e.opened_at for e in seen), reverse=True)


def test_filters_narrow_what_is_found(store: Store, make_event: MakeEvent) -> None:
    old, new = make_event(0, life_cycle="ended"), make_event(60, camera_id="01JOTHER")
    with store.write() as session:
        events.record(session, old)
        events.record(session, new)

    def found(**which: object) -> list[str]:
        with store.read() as session:
            page = events.page(session, EventFilter(**which), after=None, limit=9)  # pyright: ignore[reportArgumentType]
        return [event.id for event in page]

    assert found() == [new.id, old.id]
    assert found(camera_id="01JOTHER") == [new.id]
    assert found(scenario="danger-zone") == []
    assert found(life_cycle="ended") == [old.id]
    assert found(since=new.opened_at) == [new.id]
    assert found(until=new.opened_at) == [old.id]


@pytest.mark.parametrize("few", [1, 2000])
def test_events_are_searched_by_verdict_place_severity_and_text(
    store: Store, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(events, "FEW", few)
    north = make_event(0, division="龙岗区/龙城街道", camera_name="黄阁北路口", severity="major")
    south = make_event(
        60, division="龙岗区/龙城街道南", camera_name="吉祥路 100%", severity="notice"
    )
    with store.write() as session:
        for event in (north, south):
            events.record(session, event)
        for verdict in (Said("confirmed"), Said("unsure")):
            reviews.add(session, north.id, verdict, reviewer=ANNA, share=0, at=NOW)

    def found(**which: str) -> list[str]:
        with store.read() as session:
            page = events.page(session, EventFilter(**which), after=None, limit=9)  # pyright: ignore[reportArgumentType]
        return [event.id for event in page]

    assert found(verdict="unsure") == [north.id]
    assert found(verdict="confirmed") == []
    assert found(verdict="unreviewed") == [south.id]
    assert found(division="龙岗区") == [south.id, north.id]
    assert found(division="龙岗区/龙城街道") == [north.id]
    assert found(severity="notice") == [south.id]
    assert found(text="黄阁") == [north.id]
    assert found(text="0%") == [south.id]
    assert found(text="%北") == []
