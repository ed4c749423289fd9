from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from scenarios.storm import Limits
from serving.store import Store, events, messages, reviews, storms, work_orders
from serving.store.models import Event, Evidence, Message, new_id
from serving.store.reviews import QueueFilter
from tests.serving.conftest import NOON
from tests.serving.store.loop import NOW, in_force, row

MakeEvent = Callable[..., Event]

LIMITS = Limits(camera=6, deployment=12)
"""A camera's storm is over when the last ten minutes brought none, a deployment's at one."""


def record(store: Store, *recorded: Event, limits: Limits = LIMITS) -> list[str | None]:
    """Stores events; returns what speaks for each."""
    for event in recorded:
        with store.write() as session:
            events.record(session, event, limits)
    with store.read() as session:
        return [events.get(session, event.id).suppressed_by for event in recorded]


def summaries(store: Store) -> list[Event]:
    with store.read() as session:
        query = select(Event).where(Event.rule == storms.RULE).order_by(Event.opened_at)
        return list(session.scalars(query))


def told(store: Store, kind: str) -> list[Message]:
    with store.read() as session:
        seen = messages.after(session, 0, limit=10_000)
    return [m for m in seen if m.type == f"longan.event.{kind}.v1"]


def settle(store: Store, after_s: float) -> int:
    with store.write() as session:
        return storms.settle(session, NOON + timedelta(seconds=after_s))


def test_beyond_the_limit_events_are_kept_and_one_summary_is_told(
    store: Store, make_event: MakeEvent
) -> None:
    burst = [make_event(second) for second in range(10)]

    answers = record(store, *burst)

    (summary,) = summaries(store)
    assert answers == [None] * 6 + [summary.id] * 4
    assert [m.subject for m in told(store, "opened")] == [e.id for e in burst[:6]] + [summary.id]
    assert (summary.camera_id, summary.scenario, summary.incident_id) == (
        "01JCAMERA",
        "rider-helmet",
        None,
    )


def test_the_summary_counts_and_is_told_once_a_minute_and_at_its_end(
    store: Store, make_event: MakeEvent
) -> None:
    record(store, *[make_event(second) for second in range(0, 130, 10)])

    (summary,) = summaries(store)
    assert [m.data["occurrences"] for m in told(store, "updated")] == [7]
    assert settle(store, 150) == 0
    assert told(store, "updated")[-1].data["occurrences"] == 7
    assert settle(store, 180) == 0
    assert [m.data["occurrences"] for m in told(store, "updated")] == [7]
    assert settle(store, 721) == 1
    (end,) = told(store, "ended")
    assert (end.subject, end.data["occurrences"]) == (summary.id, 7)
    assert end.data["last_seen_at"] == messages.rfc3339(NOON + timedelta(seconds=120))
    assert settle(store, 722) == 0


def test_what_a_summary_did_not_tell_yet_is_told_by_and_by(
    store: Store, make_event: MakeEvent
) -> None:
    record(store, *[make_event(second) for second in range(10)])

    assert settle(store, 30) == 0
    assert told(store, "updated") == []
    assert settle(store, 90) == 0
    assert [m.data["occurrences"] for m in told(store, "updated")] == [4]


def test_an_event_after_calm_is_told_and_ends_the_storm(
    store: Store, make_event: MakeEvent
) -> None:
    record(store, *[make_event(second) for second in range(10)])

    assert record(store, make_event(700)) == [None]

    assert [m.subject for m in told(store, "ended")] == [summaries(store)[0].id]
    assert record(store, *[make_event(701 + n) for n in range(6)])[-2:] == [
        None,
        summaries(store)[-1].id,
    ]


def test_what_becomes_of_a_held_back_event_is_kept_and_not_told(
    store: Store, make_event: MakeEvent
) -> None:
    burst = [make_event(second) for second in range(7)]
    record(store, *burst)
    held = burst[-1]
    before = len(told(store, "ended")) + len(told(store, "evidence_ready"))

    record(store, make_event(6, id=held.id, revision=2, life_cycle="ended", ended_at=NOON))
    with store.write() as session:
        picture = Evidence(
            event_id=held.id,
            kind="crop",
            path="c.jpg",
            media_type="image/jpeg",
            sha256="a" * 64,
            size_bytes=1,
        )
        assert events.add_evidence(session, picture)

    with store.read() as session:
        kept = events.get(session, held.id)
        assert (kept.revision, kept.life_cycle) == (2, "ended")
        assert kept.suppressed_by == summaries(store)[0].id
        assert len(events.evidence_of(session, [held.id])) == 1
    assert len(told(store, "ended")) + len(told(store, "evidence_ready")) == before


def test_a_storm_is_neither_dispatched_nor_queued_nor_taken_up_by_a_pipeline(
    store: Store, make_event: MakeEvent
) -> None:
    burst = [make_event(second) for second in range(9)]
    record(store, *burst)
    with store.write() as session:
        in_force(session, row("police"))

        assert work_orders.open_if_sure(session, burst[0].id, 0.5, NOW) is not None
        assert work_orders.open_if_sure(session, burst[-1].id, 0.5, NOW) is None
        queue = reviews.queue(session, QueueFilter(), reviewer_id="a", share=0, limit=99)
        known = events.recent(session, "01JDEPLOYMENT", "01JCAMERA", NOON)

    assert {event.id for event, _ in queue} == {event.id for event in burst[:6]}
    assert {event.id for event in known} == {event.id for event in burst}


def test_one_loud_camera_does_not_silence_the_others_of_its_deployment(
    store: Store, make_event: MakeEvent
) -> None:
    record(store, *[make_event(second) for second in range(40)])

    assert record(store, make_event(41, camera_id="01JOTHER")) == [None]


def test_many_cameras_together_are_a_storm_of_the_deployment(
    store: Store, make_event: MakeEvent
) -> None:
    answers = record(store, *[make_event(n, camera_id=f"01J{n % 4}") for n in range(16)])

    (summary,) = summaries(store)
    assert answers == [None] * 12 + [summary.id] * 4
    assert summary.dedup_key.startswith("storm:01JDEPLOYMENT:*")
    other = make_event(20, deployment_id="01JOTHER")
    assert record(store, other) == [None]


def test_events_that_come_late_are_judged_by_when_they_happened(
    store: Store, make_event: MakeEvent
) -> None:
    hours_ago = [make_event(-3600 * 2 * n) for n in range(20)]

    assert record(store, *hours_ago) == [None] * 20


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15
)
@given(
    seen=st.lists(
        st.tuples(st.integers(0, 4000), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=40
    ),
)
def test_no_event_is_lost_told_and_held_back_are_all(
    store: Store, make_event: MakeEvent, seen: list[tuple[int, str]]
) -> None:
    deployment = new_id()  # of this example alone: the store is shared by all of them
    recorded = [
        make_event(second, camera_id=camera + deployment[1:], deployment_id=deployment)
        for second, camera in seen
    ]

    answers = record(store, *recorded)
    settle(store, 10_000)

    spoken_for = Counter(answer for answer in answers if answer is not None)
    mine = {s.id: s.occurrences for s in summaries(store) if s.deployment_id == deployment}
    assert mine == spoken_for
    ids = [m.subject for m in told(store, "opened")]
    for event, answer in zip(recorded, answers, strict=True):
        assert (event.id in ids) == (answer is None)


@pytest.mark.parametrize("limits", [None, Limits(camera=100, deployment=1000)])
def test_below_the_limits_there_are_no_storms(
    store: Store, make_event: MakeEvent, limits: Limits | None
) -> None:
    for n in range(20):
        with store.write() as session:
            events.record(session, make_event(n), limits)

    assert summaries(store) == []


def test_no_storm_holds_a_critical_event_back_and_none_counts_for_one(
    store: Store, make_event: MakeEvent
) -> None:
    fires = [make_event(second / 10, severity="critical") for second in range(20)]
    burst = [make_event(10 + second) for second in range(10)]
    in_the_storm = make_event(25, severity="critical")

    assert record(store, *fires) == [None] * 20
    assert record(store, *burst).count(None) == LIMITS.camera
    assert record(store, in_the_storm) == [None]

    opened = {message.subject for message in told(store, "opened")}
    assert opened >= {event.id for event in [*fires, in_the_storm]}
