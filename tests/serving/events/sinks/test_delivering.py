import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from serving.events.sinks import AwayError, DeliveryError, Sink, SinkSpec, open_sink
from serving.events.sinks.delivering import Delivering
from serving.events.sinks.mqtt import MqttSpec
from serving.events.sinks.webhook import WebhookSink, WebhookSpec, new_secret
from serving.store import Store, events, messages, sinks, work_orders
from serving.store.models import Event, now
from serving.store.sink_models import Delivery
from serving.store.work_orders import Assignment
from tests.serving.events.sinks.brokers import Mosquitto, Subscriber
from tests.serving.events.sinks.receiver import Receiver
from tests.serving.streams.waiting import until

MakeEvent = Callable[..., Event]

AT_ONCE = (timedelta(0),) * 50


@pytest.fixture
def receiver() -> Generator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@contextmanager
def _delivering(
    store: Store,
    retry_after: tuple[timedelta, ...] = AT_ONCE,
    open_: Callable[[Any, str], Sink] = open_sink,
) -> Generator[None]:
    made = Delivering(store, every_s=0.01, retry_after=retry_after, open_=open_)
    made.start()
    try:
        yield
    finally:
        made.stop()


def _sink(store: Store, url: str, *types: str) -> tuple[str, str]:
    secret = new_secret()
    with store.write() as session:
        sink = sinks.create(
            session,
            name="tickets",
            spec=WebhookSpec(url=url).model_dump(),
            secret=secret,
            types=list(types) or ["longan.work_order."],
            actor="tests",
        )
    return sink.id, secret


def _order(store: Store, event: Event) -> str:
    with store.write() as session:
        events.record(session, event)
        return work_orders.open_for(
            session, event, actor="a", at=now(), assignment=Assignment("police", 4)
        ).id


def _move(store: Store, order_id: str, *states: str) -> None:
    with store.write() as session:
        for state in states:
            work_orders.move(session, order_id, state, actor="a", at=now())


def _deliveries(store: Store, sink_id: str, state: str | None = None) -> list[Delivery]:
    with store.read() as session:
        rows = sinks.deliveries(session, sink_id, state=state, before=None, limit=500)
    return [row[0] for row in rows]


def test_every_step_of_an_order_is_told_signed_and_in_order(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, secret = _sink(store, receiver.url)
    with _delivering(store):
        order = _order(store, make_event())
        _move(store, order, "accepted", "in_progress")
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 3)

    told = [received.verified(secret) for received in receiver.received]
    assert [one["type"] for one in told] == [
        f"longan.work_order.{step}.v1" for step in ("dispatched", "accepted", "in_progress")
    ]
    assert {one["subject"] for one in told} == {order}
    assert [one["data"]["state"] for one in told] == ["dispatched", "accepted", "in_progress"]
    headers = {name.lower(): value for name, value in receiver.received[0].headers.items()}
    assert headers["webhook-id"] == told[0]["id"]
    assert headers["content-type"].startswith("application/cloudevents+json")


def test_what_was_not_taken_comes_again_with_the_same_id_and_before_what_follows(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, secret = _sink(store, receiver.url)
    receiver.answer = lambda number: 500 if number < 3 else 200
    order = _order(store, make_event())
    _move(store, order, "accepted")

    with _delivering(store):
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 2)

    states = [one.verified(secret)["data"]["state"] for one in receiver.received]
    assert states == ["dispatched"] * 4 + ["accepted"]
    assert len({one.verified(secret)["id"] for one in receiver.received[:4]}) == 1
    assert [one.attempts for one in _deliveries(store, sink_id)] == [1, 4]
    assert {one.error for one in _deliveries(store, sink_id)} == {None}


def test_one_that_fails_holds_no_other_order_back(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, secret = _sink(store, receiver.url)
    receiver.answer = lambda number: 422 if number == 0 else 200
    first, second = _order(store, make_event()), _order(store, make_event(9))

    with _delivering(store, retry_after=(timedelta(hours=1),)):
        until(lambda: _deliveries(store, sink_id, "delivered"))

    subjects = [one.verified(secret)["subject"] for one in receiver.received]
    assert subjects == [first, second]
    waiting = _deliveries(store, sink_id, "waiting")[0]
    assert (waiting.subject, waiting.error) == (first, "answered 422")
    assert waiting.next_attempt_at > now() + timedelta(minutes=50)


def test_after_the_last_attempt_it_has_failed_and_can_be_asked_for_again(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, _ = _sink(store, receiver.url)
    receiver.answer = lambda number: 503 if number < 3 else 200
    _order(store, make_event())

    with _delivering(store, retry_after=AT_ONCE[:2]):
        until(lambda: _deliveries(store, sink_id, "failed"))
        failed = _deliveries(store, sink_id)[0]
        with store.write() as session:
            sinks.try_again(session, sink_id, failed.id, now())
        until(lambda: _deliveries(store, sink_id, "delivered"))

    assert (failed.attempts, failed.error, len(receiver.received)) == (3, "answered 503", 4)


def test_a_receiver_that_is_restarted_misses_nothing(store: Store, make_event: MakeEvent) -> None:
    before = Receiver()
    sink_id, secret = _sink(store, before.url)
    with _delivering(store):
        order = _order(store, make_event())
        until(lambda: _deliveries(store, sink_id, "delivered"))
        before.close()
        _move(store, order, "accepted", "in_progress")
        until(lambda: any(one.error for one in _deliveries(store, sink_id)))
        told = [one.error for one in _deliveries(store, sink_id) if one.error]
        after = Receiver(before.port)
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 3)
        after.close()

    states = [one.verified(secret)["data"]["state"] for one in after.received]
    assert states == ["accepted", "in_progress"]
    assert all(one.startswith("no connection") for one in told)


def test_what_a_killed_platform_had_claimed_is_sent_by_the_next(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, _ = _sink(store, receiver.url)
    _order(store, make_event())
    with store.write() as session:
        sinks.take_in(session, sink_id, now())
        assert sinks.claim(session, sink_id, now()) is not None  # and is killed here

    with store.write() as session:
        assert sinks.claim(session, sink_id, now()) is None, "it is another's while the lease lasts"
        assert sinks.claim(session, sink_id, now() + sinks.LEASE) is not None


def test_a_slow_receiver_is_given_up_and_holds_no_other_sink_back(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    slow, awake = Receiver(), threading.Event()
    slow.answer = lambda _: 200 if awake.wait(30) else 504
    slow_id, _ = _sink(store, slow.url)
    quick_id, _ = _sink(store, receiver.url)

    def open_quickly(spec: WebhookSpec, secret: str) -> WebhookSink:
        return WebhookSink(spec, secret, timeout_s=0.2)

    with _delivering(store, open_=open_quickly):
        order = _order(store, make_event())
        _move(store, order, "accepted")
        until(lambda: len(_deliveries(store, quick_id, "delivered")) == 2)
        until(lambda: any(one.error for one in _deliveries(store, slow_id)))
        error = next(one.error for one in _deliveries(store, slow_id) if one.error)
        awake.set()
        until(lambda: len(_deliveries(store, slow_id, "delivered")) == 2)
    slow.close()

    assert error == "no answer in time"


def test_gone_ends_a_sink(store: Store, receiver: Receiver, make_event: MakeEvent) -> None:
    sink_id, _ = _sink(store, receiver.url)
    receiver.answer = lambda _: 410

    def is_enabled() -> bool:
        with store.read() as session:
            return sinks.get(session, sink_id).enabled

    with _delivering(store):
        _order(store, make_event())
        until(lambda: not is_enabled())

    assert len(receiver.received) == 1
    assert len(_deliveries(store, sink_id, "waiting")) == 1


def test_a_change_that_was_rolled_back_is_not_told(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, secret = _sink(store, receiver.url)
    order = _order(store, make_event())

    def cut_short() -> None:
        with store.write() as session:
            work_orders.move(session, order, "accepted", actor="a", at=now())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        cut_short()
    _move(store, order, "returned")
    with _delivering(store):
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 2)

    states = [one.verified(secret)["data"]["state"] for one in receiver.received]
    assert states == ["dispatched", "returned"]


def test_only_wanted_types_and_only_what_comes_are_put_down(
    store: Store, make_event: MakeEvent
) -> None:
    _order(store, make_event())
    sink_id, _ = _sink(store, "http://127.0.0.1:9/", "longan.event.opened")
    event = make_event(9)
    _order(store, event)

    with store.write() as session:
        while sinks.take_in(session, sink_id, now()):
            pass
        assert sinks.get(session, sink_id).position == messages.newest_seq(session)

    assert [one.subject for one in _deliveries(store, sink_id)] == [event.id]


class Choosy:
    """Takes what `answer` lets through, by the message's number (0, 1, …)."""

    def __init__(self, answer: Callable[[int], None] = lambda _: None) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.closed = 0

    def __call__(self, spec: SinkSpec, secret: str) -> "Choosy":
        return self

    def send(self, message: dict[str, Any]) -> None:
        self.asked.append(message["subject"])
        self.answer(len(self.asked) - 1)

    def close(self) -> None:
        self.closed += 1


def _events(store: Store, *made: Event) -> None:
    with store.write() as session:
        for event in made:
            events.record(session, event)


def test_the_events_of_a_camera_wait_for_each_other_and_other_cameras_go_on(
    store: Store, make_event: MakeEvent
) -> None:
    sink_id, _ = _sink(store, "http://127.0.0.1:9/", "longan.event.")
    first, second = make_event(0), make_event(9)
    elsewhere = make_event(0, camera_id="01JOTHER")

    def once_not(number: int) -> None:
        if number == 0:
            raise DeliveryError("busy")

    choosy = Choosy(once_not)
    _events(store, first, second, elsewhere)
    with _delivering(store, (timedelta(seconds=0.5),), choosy):
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 3)

    assert choosy.asked == [first.id, elsewhere.id, first.id, second.id]


def test_an_event_that_nobody_wants_does_not_silence_its_camera(
    store: Store, make_event: MakeEvent
) -> None:
    sink_id, _ = _sink(store, "http://127.0.0.1:9/", "longan.event.")
    unwanted, next_one = make_event(0), make_event(9)
    choosy = Choosy()

    def never(number: int) -> None:
        if choosy.asked[number] == unwanted.id:
            raise DeliveryError("answered 422")

    choosy.answer = never
    _events(store, unwanted, next_one)
    with _delivering(store, (timedelta(0),) * 3 + (timedelta(hours=1),) * 9, choosy):
        until(lambda: _deliveries(store, sink_id, "delivered"))

    assert choosy.asked == [unwanted.id] * 4 + [next_one.id]
    assert _deliveries(store, sink_id, "waiting")[0].error == "answered 422"


def test_while_the_receiver_is_away_nothing_is_tried_and_nothing_changes_place(
    store: Store, make_event: MakeEvent
) -> None:
    sink_id, _ = _sink(store, "http://127.0.0.1:9/", "longan.event.")
    first, second = make_event(0), make_event(0, camera_id="01JOTHER")
    back = threading.Event()

    def away(_: int) -> None:
        if not back.is_set():
            raise AwayError("no connection")

    choosy = Choosy(away)
    _events(store, first, second)
    with _delivering(store, (), choosy):  # one attempt that counts would be the last
        until(lambda: any(one.error for one in _deliveries(store, sink_id)))
        before = _deliveries(store, sink_id)
        back.set()
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 2)

    assert [(one.attempts, one.error) for one in before] == [(0, None), (0, "no connection")]
    assert choosy.asked == [first.id, first.id, second.id]
    assert choosy.closed == 2


def test_a_connection_is_kept_until_its_sink_changes(store: Store, make_event: MakeEvent) -> None:
    sink_id, _ = _sink(store, "http://127.0.0.1:9/", "longan.event.")
    choosy = Choosy()

    with _delivering(store, open_=choosy):
        _events(store, make_event(0))
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 1)
        _events(store, make_event(9))
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 2)
        assert choosy.closed == 0
        with store.write() as session:
            sinks.replace(session, sink_id, None, {"enabled": False})
        until(lambda: choosy.closed)


def test_all_that_failed_is_sent_again_at_once(
    store: Store, receiver: Receiver, make_event: MakeEvent
) -> None:
    sink_id, _ = _sink(store, receiver.url)
    receiver.answer = lambda number: 503 if number < 2 else 200
    _order(store, make_event())
    _order(store, make_event(9))

    with _delivering(store, retry_after=()):
        until(lambda: len(_deliveries(store, sink_id, "failed")) == 2)
        with store.write() as session:
            assert sinks.try_all_again(session, sink_id, "failed", now()) == 2
        until(lambda: len(_deliveries(store, sink_id, "delivered")) == 2)


def test_a_broker_that_is_killed_misses_nothing(
    store: Store, make_event: MakeEvent, tmp_path: Path
) -> None:
    broker = Mosquitto(tmp_path)
    subscriber = Subscriber(broker, "longan/#")
    with store.write() as session:
        spec = MqttSpec(url=broker.url).model_dump()
        sink_id = sinks.create(
            session, name="mqtt", spec=spec, secret="", types=["longan.event."], actor="tests"
        ).id

    try:
        with _delivering(store):
            _events(store, make_event(0))
            until(lambda: len(_deliveries(store, sink_id, "delivered")) == 1)
            broker.kill()
            late = [make_event(second) for second in range(1, 6)]
            _events(store, *late)
            until(lambda: any(one.error for one in _deliveries(store, sink_id)))
            broker.start()
            until(lambda: len(_deliveries(store, sink_id, "delivered")) == 6, 20)
    finally:
        subscriber.close()
        broker.kill()

    assert {one.error for one in _deliveries(store, sink_id)} == {None}


def test_a_redirect_is_no_delivery(receiver: Receiver) -> None:
    receiver.answer = lambda _: 307
    sink = WebhookSink(WebhookSpec(url=receiver.url), new_secret())

    with pytest.raises(DeliveryError, match="answered 307"):
        sink.send({"id": "01J"})

    sink.close()


def test_a_receiver_that_drips_its_answer_is_given_up_in_time() -> None:
    given_up = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not given_up.wait(0.02):
                connection.sendall(b"z")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        sink = WebhookSink(WebhookSpec(url=url), new_secret(), timeout_s=0.3)
        limit = threading.Timer(20, given_up.set)  # lets a send without a deadline end
        limit.start()
        try:
            with pytest.raises(DeliveryError, match="no answer in time"):
                sink.send({"id": "01J"})
        finally:
            limit.cancel()
            given_up.set()
            thread.join()
            sink.close()


def test_a_sink_takes_one_message_after_the_other(receiver: Receiver) -> None:
    sink = WebhookSink(WebhookSpec(url=receiver.url), new_secret())

    for number in range(3):
        sink.send({"id": f"01J{number}"})
    sink.close()

    assert len(receiver.received) == 3
