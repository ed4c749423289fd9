from collections.abc import Callable

import pytest
from sqlalchemy import event as listening
from sqlalchemy.orm import Session

from serving.access import Actor
from serving.store import Store, events, reviews, tokens, work_orders
from serving.store.loop_models import WorkOrder
from serving.store.models import Event, now
from serving.store.reviews import Said
from serving.store.standing import Standing, standing_of
from serving.store.work_orders import Assignment
from tests.serving.conftest import NOON

MakeEvent = Callable[..., Event]

BANNER = {"scenario": "illegal-banners", "rule": "presence"}


@pytest.fixture
def anna(store: Store) -> Actor:
    with store.write() as session:
        found = tokens.find(session, tokens.create(session, "Anna"))
    assert found is not None
    return tokens.actor(found)


def _record(store: Store, *happened: Event) -> None:
    with store.write() as session:
        for event in happened:
            events.record(session, event)


def _order(session: Session, event: Event) -> WorkOrder:
    return work_orders.open_for(
        session, event, actor="a", at=NOON, assignment=Assignment("streets", 4)
    )


def _standing(store: Store, event: Event) -> Standing:
    with store.read() as session:
        return standing_of(session, [events.get(session, event.id)])[event.id]


def test_an_event_stands_as_the_last_review_and_its_order_say(
    store: Store, make_event: MakeEvent, anna: Actor
) -> None:
    event = make_event()
    _record(store, event)
    fresh = _standing(store, event)
    with store.write() as session:
        for said in (Said("unsure"), Said("confirmed")):
            reviews.add(session, event.id, said, reviewer=anna, share=0, at=now())
        order = _order(session, session.get_one(Event, event.id))
        work_orders.move(session, order.id, "accepted", actor="a", at=now())

    stands = _standing(store, event)

    assert fresh == Standing("unreviewed", None)
    assert stands.verdict == "confirmed"
    assert stands.order is not None
    assert (stands.order.id, stands.order.state) == (order.id, "accepted")


def test_events_of_a_matter_share_its_order_until_that_is_over(
    store: Store, make_event: MakeEvent
) -> None:
    first, second = make_event(0, **BANNER), make_event(60, **BANNER)
    _record(store, first, second)
    with store.write() as session:
        order = _order(session, session.get_one(Event, first.id))
        order.state, order.updated_at = "closed", NOON.replace(hour=13)
    later = make_event(2 * 3600, **BANNER)
    _record(store, later)

    assert first.incident_id == second.incident_id == later.incident_id
    ordered = [_standing(store, event).order for event in (first, second, later)]
    assert [order and order.id for order in ordered] == [order.id, order.id, None]


def test_those_who_pass_share_no_order(store: Store, make_event: MakeEvent) -> None:
    first, second = make_event(0), make_event(10)
    _record(store, first, second)
    with store.write() as session:
        _order(session, session.get_one(Event, first.id))

    assert first.incident_id == second.incident_id
    assert _standing(store, second).order is None


def test_many_events_are_asked_for_at_once(store: Store, make_event: MakeEvent) -> None:
    happened = [make_event(second) for second in range(20)]
    _record(store, *happened)
    asked: list[str] = []

    with store.read() as session:
        rows = [events.get(session, event.id) for event in happened]

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        listening.listen(session.get_bind(), "before_cursor_execute", note)
        found = standing_of(session, rows)
        listening.remove(session.get_bind(), "before_cursor_execute", note)

    assert len(found) == 20
    assert len(asked) == 2
