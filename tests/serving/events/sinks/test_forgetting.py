from collections.abc import Callable
from datetime import timedelta

from ulid import ULID

from serving.events.sinks.forgetting import Forgetting
from serving.events.sinks.webhook import WebhookSpec, new_secret
from serving.store import Store, events, messages, sinks
from serving.store.models import Event, now
from serving.store.sink_models import Delivery
from tests.serving.streams.waiting import until

MakeEvent = Callable[..., Event]


def _sink(store: Store) -> str:
    with store.write() as session:
        return sinks.create(
            session,
            name="tickets",
            spec=WebhookSpec(url="http://127.0.0.1:9/").model_dump(),
            secret=new_secret(),
            types=["longan."],
            actor="tests",
        ).id


def _put_down(store: Store, sink_id: str, event: Event, state: str, days_ago: float) -> str:
    """A delivery of the event that was put down so long ago; a delivered one was taken then."""
    at = now() - timedelta(days=days_ago)
    with store.write() as session:
        events.record(session, event)
        delivery = Delivery(
            id=str(ULID.from_datetime(at)),
            sink_id=sink_id,
            seq=messages.newest_seq(session),
            subject=event.id,
            state=state,
            next_attempt_at=at,
            delivered_at=at if state == "delivered" else None,
        )
        session.add(delivery)
        return delivery.id


def _left(store: Store, sink_id: str) -> set[str]:
    with store.read() as session:
        rows = sinks.deliveries(session, sink_id, state=None, before=None, limit=500)
    return {delivery.id for delivery, _ in rows}


def test_what_is_over_is_forgotten_after_its_days_and_what_waits_never(
    store: Store, make_event: MakeEvent
) -> None:
    sink_id = _sink(store)
    old = {
        state: _put_down(store, sink_id, make_event(number), state, 31 + number / 10)
        for number, state in enumerate(("delivered", "failed", "waiting"))
    }
    young = {
        state: _put_down(store, sink_id, make_event(10 + number), state, 29 + number / 10)
        for number, state in enumerate(("delivered", "failed", "waiting"))
    }
    seq_before = _newest_message(store)

    forgetting = Forgetting(store, days=30, every_s=0.01)
    forgetting.start()
    until(lambda: len(_left(store, sink_id)) <= 4)
    forgetting.stop()

    assert _left(store, sink_id) == {old["waiting"], *young.values()}
    assert _newest_message(store) == seq_before


def test_a_sink_that_has_long_been_quiet_still_says_when_it_took_the_last(
    store: Store, make_event: MakeEvent
) -> None:
    quiet, busy = _sink(store), _sink(store)
    _put_down(store, quiet, make_event(1), "delivered", 50)
    last = _put_down(store, quiet, make_event(2), "delivered", 40)
    _put_down(store, busy, make_event(3), "delivered", 0)

    with store.write() as session:
        more = sinks.forget(session, now() - timedelta(days=30))

    assert not more
    assert _left(store, quiet) == {last}
    with store.read() as session:
        taken_at = sinks.counts(session, [quiet])[quiet].last_delivered_at
    assert taken_at is not None
    assert now() - taken_at < timedelta(days=41)


def _newest_message(store: Store) -> int:
    with store.read() as session:
        return messages.newest_seq(session)
