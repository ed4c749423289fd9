from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from scenarios.statistics import Share, wilson
from serving.store import Store, events, kpis, reviews, work_orders
from serving.store.loop_models import WorkOrder
from serving.store.models import Event
from serving.store.reviews import Said
from serving.store.work_orders import Assignment
from tests.serving.store.loop import ANNA, BEN, NOW, after

MakeEvent = Callable[..., Event]

OLD = {"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}
NEW = {"name": "rider-helmet", "version": "0.2.0", "sha256": "b" * 64}
HELPER = {"name": "street-objects", "version": "1.0.0", "sha256": "c" * 64}

DAY = kpis.Scope(NOW - timedelta(days=1), NOW + timedelta(days=1))


def _judge(session: Session, event: Event, *verdicts: str) -> None:
    events.record(session, event)
    for verdict, who in zip(verdicts, (ANNA, BEN), strict=False):
        reason = "look_alike" if verdict == "false_alarm" else None
        reviews.add(session, event.id, Said(verdict, reason), reviewer=who, share=1, at=NOW)


def _order(session: Session, event: Event, *way: tuple[str, float], unit: str = "a") -> WorkOrder:
    """An order dispatched at noon plus an hour with a day's deadline, and its way."""
    events.record(session, event)
    order = work_orders.open_for(
        session, event, actor="Anna", at=NOW, assignment=Assignment(unit, 24)
    )
    for to, hours in way:
        state, _, reason = to.partition(":")
        work_orders.move(
            session,
            order.id,
            state,
            actor="Ben",
            at=after(hours),
            reason=reason or None,
            assignment=Assignment("b", 24) if state == "dispatched" else None,
        )
    return order


def test_each_version_answers_for_the_verdicts_that_stand(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        _judge(session, make_event(0, algorithms=[OLD, HELPER]), "confirmed")
        _judge(session, make_event(1, algorithms=[OLD, HELPER]), "confirmed", "false_alarm")
        _judge(session, make_event(2, algorithms=[OLD, HELPER]), "unsure")
        _judge(session, make_event(3, algorithms=[NEW]), "confirmed")
        _judge(session, make_event(4, algorithms=[NEW]))
        _judge(session, make_event(5, algorithms=[NEW], division="Buji"), "confirmed")
        _judge(session, make_event(-90_000, algorithms=[OLD]), "confirmed")

        old, new, helper = kpis.precision(session, DAY)
        judged = kpis.judged(session, DAY)
        [buji] = kpis.precision(
            session, kpis.Scope(DAY.since, DAY.until, "rider-helmet", "01JCAMERA", "Buji")
        )

    assert (old.version, old.sha256) == ("0.1.0", "a" * 64)
    assert (old.events, old.confirmed, old.false_alarms, old.unsure) == (3, 1, 1, 1)
    assert (old.precision, old.false_alarm_rate) == (0.5, 0.5)
    assert (old.low, old.high) == pytest.approx(wilson(1, 2))
    assert (new.confirmed, new.unreviewed, new.precision) == (2, 1, 1.0)
    assert (helper.algorithm, helper.events) == ("street-objects", 3)
    assert (buji.version, buji.events) == ("0.2.0", 1)
    assert judged == Share(3, 4)


def test_times_run_from_what_happened_to_the_resolution_that_held(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        _order(
            session,
            make_event(0),
            ("accepted", 1),
            ("in_progress", 2),
            ("resolved", 3),
            ("reopened", 4),
            ("in_progress", 5),
            ("resolved", 6),
        )

        [row] = kpis.timeliness(session, DAY, group_by=None, now=after(7))

    assert (row.group, row.orders) == ("all", 1)
    assert row.dispatch_median_s == 3600
    assert row.accept_median_s == 3600
    assert row.resolve_median_s == row.resolve_p90_s == 6 * 3600
    assert (row.in_time, row.late, row.in_time_rate) == (1, 0, 1.0)


def test_an_order_that_was_given_on_is_timed_by_its_new_unit(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        way = ("returned:wrong_unit", 2), ("dispatched", 5), ("accepted", 6)
        _order(session, make_event(0), *way)

        [row] = kpis.timeliness(session, DAY, group_by="unit", now=after(7))

    assert (row.group, row.accept_median_s, row.resolve_n) == ("b", 3600, 0)


def test_what_is_not_due_yet_is_neither_in_time_nor_late(
    store: Store, make_event: MakeEvent
) -> None:
    resolved = ("accepted", 1), ("in_progress", 2)
    with store.write() as session:
        _order(session, make_event(0))
        _order(session, make_event(1), *resolved, ("resolved", 23))
        _order(session, make_event(2), *resolved, ("resolved", 25))

        [early] = kpis.timeliness(session, DAY, group_by=None, now=after(23))
        [late] = kpis.timeliness(session, DAY, group_by=None, now=after(25))

    assert (early.in_time, early.late) == (1, 1)
    assert (late.in_time, late.late) == (1, 2)


def test_accuracy_counts_the_dispatches_that_were_answered(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        _order(session, make_event(0), ("returned:wrong_unit", 1), ("dispatched", 2))
        _order(session, make_event(1), ("accepted", 1))
        _order(session, make_event(2), ("returned:nothing_there", 1))

        [row] = kpis.dispatch_accuracy(session, DAY, group_by=None)
        by_unit = {r.group: r for r in kpis.dispatch_accuracy(session, DAY, group_by="unit")}

    assert (row.dispatched, row.answered, row.wrong_unit) == (4, 3, 1)
    assert row.accuracy == pytest.approx(2 / 3)
    counts: dict[str, Any] = {u: (r.dispatched, r.answered) for u, r in by_unit.items()}
    assert counts == {"a": (3, 3), "b": (1, 0)}
    assert by_unit["b"].accuracy is None


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        (None, {"all": (4, 1, 1, 1)}),
        ("hour_of_day", {"17": (3, 1, 1, 1), "18": (1, 0, 0, 0)}),
        ("day", {"2026-11-24": (4, 1, 1, 1)}),
        ("scenario", {"illegal-parking": (1, 0, 0, 1), "rider-helmet": (3, 1, 1, 0)}),
        ("camera", {"01JCAMERA": (3, 1, 1, 1), "01JOTHER": (1, 0, 0, 0)}),
        ("division", {"": (1, 0, 0, 0), "Longcheng": (3, 1, 1, 1)}),
    ],
)
def test_events_are_counted_by_what_they_have_in_common(
    store: Store,
    make_event: MakeEvent,
    group_by: kpis.EventGroup | None,
    expected: dict[str, tuple[int, int, int, int]],
) -> None:
    with store.write() as session:
        _judge(session, make_event(0), "confirmed", "false_alarm")
        _judge(session, make_event(60), "confirmed")
        _judge(session, make_event(120, scenario="illegal-parking"))
        # 17:45 at noon in Nepal: a quarter of an hour later it is 18:00 there.
        _judge(session, make_event(900, camera_id="01JOTHER", division=None), "unsure")
        _judge(session, make_event(-90_000))
        rows = kpis.events(session, DAY, group_by=group_by, zone=ZoneInfo("Asia/Kathmandu"))

    found = {r.group: (r.events, r.confirmed, r.false_alarms, r.unreviewed) for r in rows}
    assert found == expected


def test_a_period_without_events_has_no_rows(store: Store) -> None:
    with store.read() as session:
        assert kpis.events(session, DAY, group_by=None, zone=ZoneInfo("Asia/Shanghai")) == []
