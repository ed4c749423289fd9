from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from serving.store import Store, events, messages, reports, responsibility, work_orders
from serving.store.errors import ConflictError, NotFoundError, StaleError
from serving.store.loop_models import Report, WorkOrder
from serving.store.models import Camera, Event
from serving.store.work_orders import NEXT, Assignment, OrderFilter, Photo
from tests.serving.store.loop import NOW, after, draft, in_force, row

MakeEvent = Callable[..., Event]

PHOTO = Photo("work-orders/1.jpg", "image/jpeg", "a" * 64, 7)


def _open(session: Session, event: Event, assignment: Assignment | None = None) -> WorkOrder:
    events.record(session, event)
    return work_orders.open_for(session, event, actor="Anna", at=NOW, assignment=assignment)


def _move(session: Session, order: WorkOrder, to: str, hours: float = 0, **how: object) -> None:
    reason = "wrong_unit" if to == "returned" else None
    work_orders.move(
        session,
        order.id,
        to,
        actor="Ben",
        at=after(hours),
        reason=reason,
        **how,  # type: ignore[arg-type]  passed on as they come
    )


def _steps(session: Session, order: WorkOrder) -> list[str]:
    return [step.step for step in work_orders.steps_of(session, [order.id])]


def test_an_order_goes_to_the_unit_of_the_list_with_its_deadlines(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        in_force(
            session,
            row("office", 2),
            row(
                "police", 3, scenario="traffic", deadline_h=2, escalate_to="HQ", escalate_after_h=1
            ),
        )
        order = _open(session, make_event())

    assert (order.state, order.unit, order.list_version, order.rule_line) == (
        "dispatched",
        "police",
        1,
        3,
    )
    assert order.due_at == NOW + timedelta(hours=2)
    assert (order.escalate_at, order.escalate_to) == (NOW + timedelta(hours=1), "HQ")


def test_what_the_list_does_not_cover_waits_for_a_person(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        in_force(session, row("builders", scenario="construction"))
        order = _open(session, make_event())
        waiting = work_orders.page(session, OrderFilter(state="none"), before=None, limit=9)
        elsewhere = OrderFilter(division="nowhere")
        assert work_orders.page(session, elsewhere, before=None, limit=9) == []
        with pytest.raises(ConflictError, match="name a unit"):
            _move(session, order, "dispatched")

        _move(session, order, "dispatched", 1, assignment=Assignment("police", 8))

        assert [waited.id for waited in waiting] == [order.id]
        assert (order.state, order.unit, order.due_at) == ("dispatched", "police", after(9))
        assert _steps(session, order) == ["none", "dispatched"]


def test_every_step_is_kept_and_told_with_who_when_and_why(
    store: Store, make_event: MakeEvent
) -> None:
    way = ["accepted", "in_progress", "resolved", "reopened", "in_progress"]
    way += ["resolved", "verified", "closed"]
    with store.write() as session:
        in_force(session, row("police"))
        order = _open(session, make_event())
        for hours, state in enumerate(way, 1):
            photo = PHOTO if state == "resolved" else None
            _move(session, order, state, hours, note=f"to {state}", photo=photo)

        steps = work_orders.steps_of(session, [order.id])
        told = [m for m in messages.after(session, 0) if m.subject == order.id]

    assert [step.step for step in steps] == ["dispatched", *way]
    assert [(s.actor, s.at, s.note) for s in steps[1:3]] == [
        ("Ben", after(1), "to accepted"),
        ("Ben", after(2), "to in_progress"),
    ]
    assert [step.photo_sha256 for step in steps if step.step == "resolved"] == ["a" * 64] * 2
    assert [m.type for m in told] == [f"longan.work_order.{s}.v1" for s in ["dispatched", *way]]
    assert told[-1].data["state"] == "closed"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wishes=st.lists(st.sampled_from(sorted(NEXT)), max_size=12))
def test_an_order_goes_only_where_its_state_allows(
    store: Store, make_event: MakeEvent, wishes: list[str]
) -> None:
    with store.write() as session:
        order = _open(session, make_event(), Assignment("police", 24))
        for wish in wishes:
            before, steps = order.state, _steps(session, order)
            if wish in NEXT[before]:
                _move(session, order, wish, assignment=Assignment("police", 24))
                assert wish in _steps(session, order)[len(steps) :]
            else:
                with pytest.raises(ConflictError, match=f"is {before}: from there it goes to"):
                    _move(session, order, wish)
                assert (order.state, _steps(session, order)) == (before, steps)


def test_a_returned_order_waits_unless_another_row_is_named(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        version = in_force(session, row("police", 2), row("streets", 3, division="elsewhere"))
        waits, goes_on = _open(session, make_event(0)), _open(session, make_event(1))

        _move(session, waits, "returned")
        other = Assignment.by(version, responsibility.rule_at(version, 3))
        _move(session, goes_on, "returned", assignment=other)

        assert (waits.state, waits.unit) == ("returned", "police")
        assert (goes_on.state, goes_on.unit, goes_on.rule_line) == ("dispatched", "streets", 3)
        assert [(s.step, s.unit) for s in work_orders.steps_of(session, [goes_on.id])] == [
            ("dispatched", "police"),
            ("returned", "police"),
            ("dispatched", "streets"),
        ]


def test_late_orders_are_told_of_once_and_again_after_a_new_dispatch(
    store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        in_force(session, row("police", deadline_h=4, escalate_to="HQ", escalate_after_h=2))
        late, done = _open(session, make_event(0)), _open(session, make_event(1))
        for state in ("accepted", "in_progress", "resolved"):
            _move(session, done, state, 1)

        counts = [work_orders.escalate(session, after(h)) for h in (1.9, 2, 3)]
        _move(session, late, "returned", 3)
        counts.append(work_orders.escalate(session, after(9)))
        _move(session, late, "dispatched", 10)
        counts += [work_orders.escalate(session, after(h)) for h in (11, 12)]

        assert counts == [0, 1, 0, 0, 0, 1]
        assert (late.escalated, late.state, done.escalated) == (True, "dispatched", False)
        told = [s for s in work_orders.steps_of(session, [late.id]) if s.step == "escalated"]
        assert [(s.unit, s.actor) for s in told] == [("HQ", "longan"), ("HQ", "longan")]


def test_an_event_has_one_order(store: Store, make_event: MakeEvent) -> None:
    event = make_event()
    with store.write() as session:
        in_force(session, row("police"))
        order = _open(session, event)

        with pytest.raises(ConflictError, match=order.id):
            work_orders.open_for(session, event, actor="Ben", at=NOW)
        again = work_orders.open_for_event(session, event, actor="Ben", at=NOW, note="again")
        assert again is None


def test_only_sure_events_are_dispatched_unseen(store: Store, make_event: MakeEvent) -> None:
    sure, unsure = make_event(0, confidence=0.9), make_event(1, confidence=0.89)
    with store.write() as session:
        events.record(session, sure)
        events.record(session, unsure)
        without_list = work_orders.open_if_sure(session, sure.id, 0.9, NOW)
        in_force(session, row("police"))

        assert without_list is None
        assert work_orders.open_if_sure(session, sure.id, None, NOW) is None
        assert work_orders.open_if_sure(session, unsure.id, 0.9, NOW) is None
        assert work_orders.open_if_sure(session, sure.id, 0.9, NOW) is not None
        assert work_orders.open_if_sure(session, sure.id, 0.9, NOW) is None


def test_one_version_is_in_force_and_nobody_replaces_one_unseen(store: Store) -> None:
    with store.write() as session:
        first, second = draft(session, row("a")), draft(session, row("b"))
        responsibility.make_current(session, first.id, 0, NOW)

        with pytest.raises(StaleError, match="version 1 is in force"):
            responsibility.make_current(session, second.id, 0, NOW)
        responsibility.make_current(session, second.id, 1, after(1))

        assert (first.version, first.state) == (1, "superseded")
        assert (second.version, second.state) == (2, "current")
        assert responsibility.current(session) is second

        responsibility.make_current(session, first.id, None, after(2))
        assert responsibility.current(session) is first


def test_rules_are_read_back_as_they_were(store: Store) -> None:
    window = {"days": [6, 7], "start": "22:00", "end": "06:00", "first_day": "2026-01-01"}
    rules = (row("a", 2), row("b", 3, division="LG", window=window))
    with store.write() as session:
        list_id = draft(session, *rules).id
    with store.read() as session:
        stored = responsibility.get(session, list_id)

        assert responsibility.rules(stored) == rules
        assert responsibility.rule_at(stored, 3) == rules[1]
        with pytest.raises(NotFoundError, match="line 4"):
            responsibility.rule_at(stored, 4)


def _report(**fields: object) -> Report:
    usual = {
        "channel": "hotline",
        "external_id": "12345-1",
        "scenario": "traffic",
        "text": "riders on the pavement",
        "occurred_at": NOW,
        "created_by": "Anna",
    }
    return Report(**{**usual, **fields})


def test_a_report_that_comes_again_is_the_same_one(store: Store) -> None:
    with store.write() as session:
        first, new = reports.add(session, _report(division="LG"))
        again, new_again = reports.add(session, _report(division="LG"))
        _, other_channel = reports.add(session, _report(division="LG", channel="patrol"))

        assert (new, new_again, other_channel) == (True, False, True)
        assert again is first
        with pytest.raises(ConflictError, match="another text"):
            reports.add(session, _report(division="LG", text="something else"))


def test_a_report_from_a_place_takes_the_division_of_the_nearest_camera(store: Store) -> None:
    with store.write() as session:
        for name, lon in (("Buji", 114.12), ("Longcheng", 114.25), (None, 114.2401)):
            session.add(
                Camera(name="c", url="rtsp://h/1", kind="stream", division=name, lon=lon, lat=22.72)
            )
        session.flush()

        assert reports.division_at(session, 114.24, 22.72) == "Longcheng"
        assert reports.division_at(session, 114.19, 22.72) is None


def test_a_report_is_dispatched_by_the_same_list(store: Store) -> None:
    with store.write() as session:
        in_force(session, row("police", division="LG"))
        report, _ = reports.add(session, _report(division="LG/Buji"))
        order = work_orders.open_for(session, report, actor="Anna", at=NOW)

        assert (order.report_id, order.event_id, order.unit) == (report.id, None, "police")
