from collections.abc import Iterator
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from pydantic import ValidationError

from serving.events.sinks import AwayError, DeliveryError
from serving.events.sinks.kafka import KafkaSink, KafkaSpec
from tests.processes import free_port
from tests.serving.events.sinks.brokers import Tansu
from tests.serving.events.sinks.test_mqtt import EVENT


@pytest.fixture(scope="module")
def broker() -> Iterator[Tansu]:
    made = Tansu()
    yield made
    made.kill()


def _of(camera: str | None, number: int) -> dict[str, Any]:
    data = {"camera": {"id": camera}} if camera else {"order": number}
    return {**EVENT, "id": f"01J{number}", "subject": "01JORDER", "data": data}


def test_messages_are_cloudevents_and_those_of_a_camera_keep_their_order(broker: Tansu) -> None:
    cameras = ["01JA", "01JB", "01JC", None]
    sink = KafkaSink(KafkaSpec(servers=[broker.server]), "")

    for number in range(12):
        sink.send(_of(cameras[number % 4], number))
    sink.close()

    records = broker.records(12)
    told = [
        from_kafka_event(KafkaMessage(dict(one.headers()), one.key(), one.value()))
        for one in records
    ]
    assert {dict(one.headers())["content-type"] for one in records} == {
        b"application/cloudevents+json; charset=UTF-8"
    }
    assert sorted(event.get_id() for event in told) == sorted(f"01J{n}" for n in range(12))
    for camera in cameras:
        key = (camera or "01JORDER").encode()
        mine = [n for n, record in enumerate(records) if record.key() == key]
        assert len({records[n].partition() for n in mine}) == 1
        numbers = [int(told[n].get_id().removeprefix("01J")) for n in mine]
        assert numbers == sorted(numbers)
        assert len(numbers) == 3


def test_a_broker_that_is_killed_takes_nothing_until_it_is_back() -> None:
    broker = Tansu()
    sink = KafkaSink(KafkaSpec(servers=[broker.server]), "", timeout_s=2)
    sink.send(EVENT)

    broker.kill()
    with pytest.raises(DeliveryError, match=r"not acknowledged: .*timed out"):
        sink.send(EVENT)
    sink.close()
    with pytest.raises(AwayError, match="no connection"):
        sink.send(EVENT)
    broker.start()
    sink.send({**EVENT, "id": "again"})
    sink.close()

    kept = broker.records(1)  # it keeps them in memory: what came before died with it
    broker.kill()
    assert [b'"id":"again"' in record.value() for record in kept] == [True]


def test_what_is_too_large_says_so_and_the_next_goes_on(broker: Tansu) -> None:
    sink = KafkaSink(KafkaSpec(servers=[broker.server]), "")

    with pytest.raises(DeliveryError, match=r"not sent: .*too large"):
        sink.send({**EVENT, "data": {"much": "x" * 1_100_000}})
    sink.send(EVENT)

    sink.close()


def test_a_wrong_password_tells_no_secret() -> None:
    spec = KafkaSpec(servers=[f"127.0.0.1:{free_port()}"], username="longan")
    sink = KafkaSink(spec, "dragonfly", timeout_s=0.5)

    with pytest.raises(AwayError) as error:
        sink.send(EVENT)

    assert "dragonfly" not in str(error.value)


@pytest.mark.parametrize(
    "wrong", [{"servers": []}, {"servers": ["kafka"]}, {"topic": "a/b"}, {"mechanism": "GSSAPI"}]
)
def test_a_wrong_spec_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KafkaSpec.model_validate({"servers": ["kafka:9092"], **wrong})
