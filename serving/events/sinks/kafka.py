"""Kafka: messages are produced to a topic, which all its in-sync replicas acknowledge."""

import json
import logging
import ssl
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from serving.events.sinks.errors import AwayError, DeliveryError
from serving.events.sinks.mqtt import Certificates
from serving.events.sinks.reach import check_reach

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Producer

TIMEOUT_S = 10.0
"""For connecting, and for an acknowledgement. Together shorter than `sinks.LEASE`."""

CLOUD_EVENT = "application/cloudevents+json; charset=UTF-8"

_log = logging.getLogger(__name__)

Server = Annotated[
    str,
    StringConstraints(max_length=300, pattern=r"^([0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$"),
]


class KafkaSpec(BaseModel):
    """Messages are produced to a Kafka topic, those of a camera in their order."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    kind: Literal["kafka"] = "kafka"

    servers: Annotated[list[Server], Field(min_length=1, max_length=16)]
    """Some brokers of the cluster (bootstrap servers), such as `kafka-1.city.example:9092`."""

    topic: Annotated[str, StringConstraints(max_length=249, pattern=r"^[0-9A-Za-z._-]+$")] = (
        "longan"
    )
    """It must exist, unless the cluster makes topics by itself."""

    tls: bool = False

    ca: Certificates | None = None
    """Who may have signed the brokers' certificates; none: whom this machine trusts."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = None
    """For SASL; its password is the sink's `secret`."""

    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """Of SASL."""

    @property
    def account(self) -> tuple[object, ...]:
        """To whom a password is shown."""
        return (self.servers, self.tls, self.ca, self.username, self.mechanism)


class KafkaSink:
    """Produces CloudEvents in JSON (structured mode of the CloudEvents binding for Kafka).

    The key is the camera's id, so that a camera's messages lie in one partition in their order;
    for what is not about one camera it is the subject.

    Args:
        spec: Where to.
        password: Of its user; empty: none.
        timeout_s: For connecting, and for each acknowledgement.
    """

    def __init__(self, spec: KafkaSpec, password: str, timeout_s: float = TIMEOUT_S) -> None:
        self._spec = spec
        self._password = password
        self._timeout_s = timeout_s
        self._producer: Producer | None = None

    def send(self, message: dict[str, Any]) -> None:
        """See `Sink`."""
        from confluent_kafka import KafkaException

        if self._producer is None:
            self._producer = self._connect()
        outcome: list[KafkaError | None] = []
        try:
            self._producer.produce(
                self._spec.topic,
                key=message["data"].get("camera", {}).get("id") or message["subject"],
                value=json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(),
                headers=[("content-type", CLOUD_EVENT.encode())],
                on_delivery=lambda error, _: outcome.append(error),
            )
        except KafkaException as error:  # such as too large for the client
            raise DeliveryError(f"not sent: {error.args[0].str()}") from error
        self._producer.flush(self._timeout_s + 1)  # the message itself is given up before
        if not outcome:
            raise DeliveryError("no answer in time")
        if outcome[0] is not None:
            raise DeliveryError(f"not acknowledged: {outcome[0].str()}")

    def close(self) -> None:
        if self._producer is not None:
            self._producer.purge()
            self._producer.close()
            self._producer = None

    def _connect(self) -> "Producer":
        """A producer that has seen the topic."""
        try:
            from confluent_kafka import KafkaException, Producer
        except ImportError as error:
            raise AwayError("Kafka is not installed here: pip install 'longan[kafka]'") from error
        for server in self._spec.servers:  # those that they name in turn are the cluster's own
            host, _, port = server.rpartition(":")
            check_reach(host.strip("[]"), int(port))
        try:
            producer = Producer(self._settings(), logger=_log)
            seen = producer.list_topics(self._spec.topic, timeout=self._timeout_s)
        except KafkaException as error:
            raise AwayError(f"no connection ({error.args[0].str()})") from error
        why_not = seen.topics[self._spec.topic].error
        if why_not is not None:
            producer.close()
            raise AwayError(f"no topic {self._spec.topic!r}: {why_not.str()}")
        return producer

    def _settings(self) -> dict[str, Any]:
        """Of librdkafka."""
        spec = self._spec
        settings: dict[str, Any] = {
            "bootstrap.servers": ",".join(spec.servers),
            "client.id": "longan",
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 0,  # one is sent at a time: there is nothing to wait for
            "message.timeout.ms": int(self._timeout_s * 1000),
            "security.protocol": f"{'SASL_' * (spec.username is not None)}"
            + ("SSL" if spec.tls else "PLAINTEXT"),
        }
        if spec.tls:
            settings["ssl.ca.pem"] = spec.ca or _trusted_here()
        if spec.username is not None:
            settings["sasl.mechanism"] = spec.mechanism
            settings["sasl.username"] = spec.username
            settings["sasl.password"] = self._password
        return settings


def _trusted_here() -> str:
    """The certificates that Python trusts: librdkafka's wheel has none and looks elsewhere."""
    trusted = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(ssl.DER_cert_to_PEM_cert(der) for der in trusted)
