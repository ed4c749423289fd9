from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, events, sinks
from serving.store.models import Event, now
from tests.serving.events.sinks.receiver import Receiver
from tests.serving.streams.waiting import until

MakeEvent = Callable[..., Event]

SINKS = "/api/v1/sinks"
ORDERS = "/api/v1/work-orders"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def _create(client: TestClient, url: str = "http://127.0.0.1:9/", **more: Any) -> Any:
    order = {"name": "12345", "spec": {"kind": "webhook", "url": url}, **more}
    return client.post(SINKS, json=order)


def test_a_ticket_system_hears_of_an_order_and_answers_with_its_own_number(
    client: TestClient, store: Store, make_event: MakeEvent, receiver: Receiver
) -> None:
    made = _create(client, receiver.url).json()
    event = make_event()
    with store.write() as session:
        events.record(session, event)
    client.post(ORDERS, json={"event_id": event.id, "unit": "police", "deadline_h": 4})
    until(lambda: receiver.received)
    heard = receiver.received[0].verified(made["secret"])

    answer = client.post(
        f"{ORDERS}/{heard['subject']}/transitions", json={"to": "accepted", "reference": "T-7"}
    )

    assert answer.json()["steps"][-1]["reference"] == "T-7"
    found = client.get(ORDERS, params={"reference": "T-7"}).json()["items"]
    assert [order["id"] for order in found] == [heard["subject"]]
    assert client.get(ORDERS, params={"reference": "T-8"}).json()["items"] == []
    path = f"{SINKS}/{made['id']}"
    until(lambda: client.get(path).json()["status"]["last_delivered_at"])
    until(lambda: len(receiver.received) == 2)
    echo = receiver.received[1].verified(made["secret"])
    assert echo["data"]["steps"][-1]["reference"] == "T-7"


def test_the_secret_is_shown_once(client: TestClient) -> None:
    made = _create(client)

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    shown = client.get(made.headers["Location"])
    assert "secret" not in shown.json()
    assert made.json()["secret"] not in client.get(SINKS).text
    assert shown.json()["types"] == ["longan.work_order."]
    assert shown.json()["status"] == {"waiting": 0, "failed": 0, "last_delivered_at": None}


def test_a_failing_delivery_says_why_and_can_be_tried_again(
    client: TestClient, store: Store, make_event: MakeEvent, receiver: Receiver
) -> None:
    receiver.answer = lambda number: 401 if number == 0 else 200
    made = _create(client, receiver.url).json()
    event = make_event()
    with store.write() as session:
        events.record(session, event)
    client.post(ORDERS, json={"event_id": event.id, "unit": "police", "deadline_h": 4})
    path = f"{SINKS}/{made['id']}/deliveries"

    def newest() -> dict[str, Any]:
        items = client.get(path).json()["items"]
        return items[0] if items else {"error": None}

    until(lambda: newest()["error"])
    failed = newest()
    assert (failed["error"], failed["state"]) == ("answered 401", "waiting")
    assert failed["type"] == "longan.work_order.dispatched.v1"
    again = client.post(f"{path}/{failed['id']}/attempts")
    assert again.status_code == 202
    until(lambda: newest()["state"] == "delivered")
    assert client.get(path, params={"state": "waiting"}).json()["items"] == []


def test_a_sink_is_changed_by_who_has_read_it(client: TestClient) -> None:
    made = _create(client)
    path = made.headers["Location"]
    order = {
        "name": "tickets",
        "spec": {"kind": "webhook", "url": "https://tickets.example/in"},
        "types": ["longan."],
        "enabled": False,
    }

    blind = client.put(path, json=order)
    changed = client.put(path, json=order, headers={"If-Match": made.headers["ETag"]})
    stale = client.put(path, json=order, headers={"If-Match": made.headers["ETag"]})

    assert (blind.status_code, changed.status_code, stale.status_code) == (428, 200, 412)
    assert {name: changed.json()[name] for name in order} == order
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"kind": "webhook", "url": "ftp://tickets/"}, "expected http:// or https://"),
        ({"kind": "webhook", "url": "https://me:pw@tickets/"}, "expected no password"),
        ({"kind": "pigeon", "url": "https://tickets/"}, "webhook"),
        ({"kind": "webhook"}, "url"),
        ({"kind": "mqtt", "url": "mqtt://me:pw@broker"}, "expected no user"),
        ({"kind": "kafka", "servers": ["kafka"]}, "servers"),
    ],
)
def test_a_wrong_spec_is_explained(client: TestClient, spec: dict[str, str], told: str) -> None:
    answer = client.post(SINKS, json={"name": "x", "spec": spec})

    assert answer.status_code == 422
    assert told in answer.text
    assert "pw" not in answer.json()["detail"]


def test_what_there_is_not_is_not_found(client: TestClient) -> None:
    made = _create(client).json()["id"]

    assert client.get(f"{SINKS}/none/deliveries").status_code == 404
    assert client.post(f"{SINKS}/{made}/deliveries/none/attempts").status_code == 404


MQTT = {"kind": "mqtt", "url": "mqtt://broker.example", "username": "longan"}


def test_the_password_of_a_broker_is_kept_and_never_shown(client: TestClient, store: Store) -> None:
    made = client.post(SINKS, json={"name": "ha", "spec": MQTT, "secret": "dragonfly"})
    path = made.headers["Location"]

    renamed = client.put(
        path,
        json={"name": "home", "spec": {**MQTT, "topic": "city/{type}"}},
        headers={"If-Match": made.headers["ETag"]},
    )

    assert (made.status_code, made.json()["secret"]) == (201, None)
    assert renamed.status_code == 200
    for answer in (made, renamed, client.get(path), client.get(SINKS)):
        assert "dragonfly" not in answer.text
    with store.read() as session:
        assert sinks.get(session, made.json()["id"]).secret == "dragonfly"


def test_a_password_is_not_shown_to_another_broker(client: TestClient, store: Store) -> None:
    made = client.post(SINKS, json={"name": "ha", "spec": MQTT, "secret": "dragonfly"})
    headers = {"If-Match": made.headers["ETag"]}
    other = {"name": "ha", "spec": {**MQTT, "url": "mqtt://thief.example"}}

    without = client.put(made.headers["Location"], json=other, headers=headers)
    with_one = client.put(
        made.headers["Location"], json={**other, "secret": "of the other"}, headers=headers
    )

    assert without.status_code == 422
    assert "say it once more" in without.json()["detail"]
    assert with_one.status_code == 200
    with store.read() as session:
        assert sinks.get(session, made.json()["id"]).secret == "of the other"


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"spec": {"kind": "mqtt", "url": "mqtt://broker"}, "secret": "x"}, "say `username`"),
        ({"spec": {"kind": "webhook", "url": "http://x/"}, "secret": "x"}, "made here"),
    ],
)
def test_a_secret_that_has_no_use_is_explained(
    client: TestClient, order: dict[str, Any], told: str
) -> None:
    answer = client.post(SINKS, json={"name": "x", **order})

    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert answer.json()["errors"][0]["where"] == "body.secret"


def test_a_sink_keeps_its_kind(client: TestClient) -> None:
    made = _create(client)

    answer = client.put(
        made.headers["Location"],
        json={"name": "x", "spec": MQTT},
        headers={"If-Match": made.headers["ETag"]},
    )

    assert answer.status_code == 422
    assert "A webhook sink stays one" in answer.json()["detail"]


def test_a_kind_whose_library_is_missing_says_what_to_install(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finds_nothing(_: str) -> None:
        return None

    monkeypatch.setattr("serving.api.sinks.find_spec", finds_nothing)

    answer = client.post(SINKS, json={"name": "x", "spec": MQTT})

    assert answer.status_code == 501
    assert "longan[mqtt]" in answer.json()["detail"]
    assert _create(client).status_code == 201


def test_all_that_failed_can_be_sent_again(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    made = _create(client, enabled=False).json()
    for second in (0, 9):
        event = make_event(second)
        with store.write() as session:
            events.record(session, event)
        client.post(ORDERS, json={"event_id": event.id, "unit": "police", "deadline_h": 4})
    with store.write() as session:
        sinks.take_in(session, made["id"], now())
        for delivery, _ in sinks.deliveries(session, made["id"], state=None, before=None, limit=9):
            delivery.state = "failed"
    path = f"{SINKS}/{made['id']}"

    answer = client.post(f"{path}/attempts", json={"state": "failed"})

    assert (answer.status_code, answer.json()) == (202, {"deliveries": 2})
    status = client.get(path).json()["status"]
    assert (status["waiting"], status["failed"]) == (2, 0)
    assert client.post(f"{SINKS}/none/attempts", json={"state": "failed"}).status_code == 404
