import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from serving.events.sinks import AwayError, DeliveryError
from serving.events.sinks.mqtt import MqttBroker, MqttSink, MqttSpec, Publisher, topic_of
from tests.serving.events.sinks.brokers import Mosquitto, Subscriber, certify
from tests.serving.streams.waiting import until

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "01JEVENT.1",
    "source": "longan",
    "type": "longan.event.opened.v1",
    "subject": "01JEVENT",
    "time": "2026-11-24T12:00:00.000000Z",
    "datacontenttype": "application/json",
    "sequence": "7",
    "data": {"scenario": "rider-helmet", "camera": {"id": "01JCAMERA", "division": "龙城"}},
}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path)
    yield made
    made.kill()


def test_a_message_arrives_as_a_cloudevent_and_is_acknowledged(broker: Mosquitto) -> None:
    subscriber = Subscriber(broker)
    sink = MqttSink(MqttSpec(url=broker.url, topic="city/{division}/{camera}/{type}"), "")

    sink.send(EVENT)
    sink.send({**EVENT, "id": "01JEVENT.2"})
    until(lambda: len(subscriber.received) == 2)
    sink.close()
    subscriber.close()

    message = subscriber.received[0]
    assert message.topic == "city/龙城/01JCAMERA/longan.event.opened.v1"
    assert (message.qos, message.retain) == (1, False)
    assert message.properties is not None
    told = cast("dict[str, Any]", message.properties.json())
    assert told["ContentType"] == "application/cloudevents+json; charset=utf-8"
    assert told["PayloadFormatIndicator"] == 1
    event = JSONFormat().read(CloudEvent, bytes(message.payload))
    assert (event.get_id(), event.get_data()) == ("01JEVENT.1", EVENT["data"])


# After a failed handshake paho leaves the socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_tls_and_the_password_are_checked(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, password="dragon", tls=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    stranger = certify(elsewhere)
    known = MqttSpec(url=broker.url, username="longan", ca=broker.ca)

    try:
        subscriber = Subscriber(broker, password="dragon")
        sink = MqttSink(known, "dragon")
        sink.send(EVENT)
        until(lambda: subscriber.received)
        with pytest.raises(AwayError, match="refused the connection: Not authorized"):
            MqttSink(known, "dragonfly").send(EVENT)
        with pytest.raises(AwayError, match=r"no connection \(SSLCertVerificationError\)"):
            MqttSink(known.model_copy(update={"ca": stranger}), "dragon").send(EVENT)
        sink.close()
        subscriber.close()
    finally:
        broker.kill()


def test_what_the_broker_refuses_was_not_taken(tmp_path: Path) -> None:
    (tmp_path / "rights").write_text("topic read secret/#\ntopic readwrite open/#\n")
    broker = Mosquitto(tmp_path, settings=(f"acl_file {tmp_path / 'rights'}",))
    try:
        MqttSink(MqttSpec(url=broker.url, topic="open/{type}"), "").send(EVENT)
        with pytest.raises(DeliveryError, match="the broker answered: Not authorized"):
            MqttSink(MqttSpec(url=broker.url, topic="secret/{type}"), "").send(EVENT)
    finally:
        broker.kill()


def test_a_broker_that_is_killed_is_away_and_found_again(broker: Mosquitto) -> None:
    sink = MqttSink(MqttSpec(url=broker.url), "")
    sink.send(EVENT)

    broker.kill()
    with pytest.raises(DeliveryError):
        sink.send(EVENT)
    with pytest.raises(AwayError, match="ConnectionRefusedError"):
        sink.send(EVENT)
    broker.start()
    sink.send(EVENT)

    sink.close()


def test_a_broker_that_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"mqtt://127.0.0.1:{server.getsockname()[1]}"

        with pytest.raises(AwayError, match="no answer in time"):
            Publisher(MqttBroker(url=url), "", timeout_s=0.2).publish("a", b"b", "text/plain")


def test_names_cannot_make_levels_or_wildcards_of_a_topic() -> None:
    message = {**EVENT, "data": {"division": "a/b+#\x00"}}

    assert topic_of("t/{division}/{camera}", message) == "t/a_b___/_"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "http://broker"}, "expected mqtt://"),
        ({"url": "mqtt://me:pw@broker"}, "expected no user"),
        ({"url": "mqtt://broker/topic"}, "topics have a place of their own"),
        ({"topic": "a/{place}"}, "{place} is not known"),
        ({"topic": "a/{camera.__class__}"}, "is not known"),
        ({"topic": "a/{type"}, "braces do not match"),
        ({"topic": "a/#"}, "for subscribers"),
        ({"topic": "$SYS/a"}, r"no $ or /"),
        ({"ca": "trust me"}, "expected certificates in PEM"),
    ],
)
def test_a_wrong_spec_is_explained(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError) as error:
        MqttSpec.model_validate({"url": "mqtt://broker", **wrong})

    assert told in str(error.value)
