from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from serving.store import Store, events, incidents, messages, work_orders
from serving.store.errors import ConflictError, NotFoundError
from serving.store.incidents import IncidentFilter
from serving.store.loop_models import Incident
from serving.store.models import Event
from tests.serving.conftest import NOON
from tests.serving.store.loop import NOW, in_force, row

MakeEvent = Callable[..., Event]

HOUR_S = 3600.0


@pytest.fixture
def make_rubbish(make_event: MakeEvent) -> MakeEvent:
    """Rubbish that was seen and is gone, seconds after noon."""

    def make(opened_s: float = 0, **fields: object) -> Event:
        usual = {"scenario": "exposed-rubbish", "rule": "dwell", "life_cycle": "ended"}
        return make_event(opened_s, **{**usual, **fields})

    return make


def record(store: Store, *recorded: Event) -> list[str]:
    """Stores events; returns the incident of each."""
    for event in recorded:
        with store.write() as session:
            events.record(session, event)
    with store.read() as session:
        return [events.get(session, event.id).incident_id or "none" for event in recorded]


def the_incident(store: Store) -> Incident:
    with store.read() as session:
        (found,) = incidents.page(session, IncidentFilter(), at=NOON, after=None, limit=9)
    return found


def told(store: Store) -> list[str]:
    with store.read() as session:
        return [m.type for m in messages.after(session, 0) if "incident" in m.type]


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def test_what_several_cameras_see_in_hours_is_one_incident(
    store: Store, make_rubbish: MakeEvent
) -> None:
    again = make_rubbish(5 * HOUR_S)
    beside = make_rubbish(9 * HOUR_S, camera_id="01JBESIDE", lat=22.7203, severity="critical")

    assert len(set(record(store, make_rubbish(), again, beside))) == 1

    incident = the_incident(store)
    assert (incident.kind, incident.events, incident.reopenings) == ("matter", 3, 0)
    assert (incident.severity, incident.camera_ids) == ("critical", ["01JCAMERA", "01JBESIDE"])
    assert (incident.opened_at, incident.quiet_at) == (hours(0), hours(15))


@pytest.mark.parametrize(
    "other",
    [
        {"scenario": "piled-materials"},
        {"camera_id": "01JFAR", "lat": 22.7206},
        {"camera_id": "01JBLIND", "lon": None, "lat": None},
    ],
)
def test_another_scenario_or_place_is_another_incident(
    store: Store, make_rubbish: MakeEvent, other: dict[str, object]
) -> None:
    assert len(set(record(store, make_rubbish(), make_rubbish(60, **other)))) == 2
    assert told(store) == []


def test_a_quiet_one_reopens_and_after_long_another_begins(
    store: Store, make_rubbish: MakeEvent
) -> None:
    first, again, much_later = record(
        store,
        make_rubbish(),
        make_rubbish(7 * HOUR_S),
        make_rubbish((7 + 36) * HOUR_S + 1),
    )

    with store.read() as session:
        reopened = incidents.get(session, first)
    assert (again, reopened.reopenings) == (first, 1)
    assert much_later != first


def test_it_is_open_while_one_of_its_events_is(store: Store, make_rubbish: MakeEvent) -> None:
    event = make_rubbish(life_cycle="open")
    record(store, event)

    def state(at: datetime) -> str:
        with store.read() as session:
            states = [
                wanted
                for wanted in ("open", "quiet")
                if incidents.page(session, IncidentFilter(state=wanted), at=at, after=None, limit=9)
            ]
        assert states == [incidents.incident_data(the_incident(store), at)["state"]]
        return states[0]

    assert state(hours(50)) == "open"
    assert record(store, make_rubbish(50 * HOUR_S)) == [the_incident(store).id]
    record(store, make_rubbish(id=event.id, revision=2, last_seen_at=hours(40)))

    incident = the_incident(store)
    assert (incident.open_events, incident.last_seen_at) == (0, hours(50))
    assert [state(hours(55)), state(hours(57))] == ["open", "quiet"]


def test_storing_an_event_again_changes_nothing(store: Store, make_rubbish: MakeEvent) -> None:
    record(store, make_rubbish())
    event = make_rubbish(60)
    record(store, event)

    record(store, make_rubbish(60, id=event.id))

    assert (the_incident(store).events, the_incident(store).revision) == (2, 2)
    assert told(store) == ["longan.incident.updated.v1"]


def test_the_first_event_speaks_for_its_incident_and_each_later_one_is_told_with_it(
    store: Store, make_rubbish: MakeEvent
) -> None:
    record(store, make_rubbish(), make_rubbish(60), make_rubbish(7 * HOUR_S))

    with store.read() as session:
        seen = messages.after(session, 0)
    assert [m.type.split(".")[1] for m in seen] == [
        "event",
        *["event", "incident"] * 2,
    ]
    assert seen[0].data["incident_id"] == seen[2].subject == the_incident(store).id
    assert [m.data["events"] for m in seen if m.subject == the_incident(store).id] == [2, 3]


def test_riders_are_summed_up_by_camera_and_told_one_by_one(
    store: Store, make_event: MakeEvent
) -> None:
    gone = [make_event(second, life_cycle="ended") for second in (0, 60, 600)]
    beside = make_event(120, camera_id="01JBESIDE", life_cycle="ended")
    ids = record(store, *gone, beside)

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert told(store) == []


def test_a_matter_has_one_open_order_whoever_saw_it(store: Store, make_rubbish: MakeEvent) -> None:
    first, second, third = make_rubbish(), make_rubbish(60), make_rubbish(HOUR_S)
    record(store, first, second, third)
    with store.write() as session:
        in_force(session, row("cleaners"))
        order = work_orders.open_if_sure(session, first.id, 0.5, NOW)
        assert order is not None

        assert work_orders.open_if_sure(session, second.id, 0.5, NOW) is None
        with pytest.raises(ConflictError, match=f"has work order {order.id}"):
            work_orders.open_for(session, events.get(session, third.id), actor="Anna", at=NOW)
        assert work_orders.order_of(session, events.get(session, second.id)) == order
        order.state = "verified"
        session.flush()
        another = work_orders.open_if_sure(session, third.id, 0.5, NOW)

    assert another is not None
    assert another.incident_id == order.incident_id == the_incident(store).id


def test_riders_have_an_order_each(store: Store, make_event: MakeEvent) -> None:
    first, second = make_event(0), make_event(1)
    assert len(set(record(store, first, second))) == 1
    with store.write() as session:
        in_force(session, row("police"))

        assert work_orders.open_if_sure(session, first.id, 0.5, NOW) is not None
        assert work_orders.open_if_sure(session, second.id, 0.5, NOW) is not None


def test_an_incident_that_is_not_there_is_said_so(store: Store) -> None:
    with store.read() as session, pytest.raises(NotFoundError, match="no incident '01JNONE'"):
        incidents.get(session, "01JNONE")
