"""Sinks: how another system is told. One file each: a spec and what sends to it.

A new one is a file with a spec (its `kind` a literal) and a `Sink`, a member of `SinkSpec` and a
case of `open_sink`. What needs a library that is not installed everywhere imports it when it
connects.
"""

from typing import Annotated, Any, Protocol

from pydantic import Field

from serving.events.sinks.errors import AwayError, DeliveryError, GoneError
from serving.events.sinks.frigate import FrigateSink, FrigateSpec
from serving.events.sinks.kafka import KafkaSink, KafkaSpec
from serving.events.sinks.mqtt import MqttSink, MqttSpec
from serving.events.sinks.webhook import WebhookSink, WebhookSpec

__all__ = ["AwayError", "DeliveryError", "GoneError", "Sink", "SinkSpec", "open_sink"]

SinkSpec = Annotated[WebhookSpec | MqttSpec | FrigateSpec | KafkaSpec, Field(discriminator="kind")]
"""What a sink can be."""


class Sink(Protocol):
    """Sends messages to one receiver, one at a time."""

    def send(self, message: dict[str, Any]) -> None:
        """Bring a CloudEvent to the receiver; it may come twice, with the same `id`.

        Raises:
            DeliveryError: It was not taken; says why in one line, without secrets.
            AwayError: Nobody was there, so nothing was sent.
            GoneError: The receiver wants no more, ever.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def open_sink(spec: SinkSpec, secret: str) -> Sink:
    """The sink of a spec; its connection is made by the first message."""
    match spec:
        case WebhookSpec():
            return WebhookSink(spec, secret)
        case MqttSpec():
            return MqttSink(spec, secret)
        case FrigateSpec():
            return FrigateSink(spec, secret)
        case KafkaSpec():
            return KafkaSink(spec, secret)
