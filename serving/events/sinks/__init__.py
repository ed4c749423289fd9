"""Sinks: how another system is told. One file each: a spec and what sends to it.

A new one is a file with a spec (its `kind` a literal) and a `Sink`, a member of `SinkSpec` and a
case of `open_sink`.
"""

from typing import Any, Protocol

from serving.events.sinks.errors import DeliveryError, GoneError
from serving.events.sinks.webhook import WebhookSink, WebhookSpec

__all__ = ["DeliveryError", "GoneError", "Sink", "SinkSpec", "open_sink"]

SinkSpec = WebhookSpec
"""What a sink can be; with a second one, a union told apart by `kind`."""


class Sink(Protocol):
    """Sends messages to one receiver, in one thread."""

    def send(self, message: dict[str, Any]) -> None:
        """Bring a CloudEvent to the receiver; it may come twice, with the same `id`.

        Raises:
            DeliveryError: It was not taken; says why in one line, without secrets.
            GoneError: The receiver wants no more, ever.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def open_sink(spec: SinkSpec, secret: str) -> Sink:
    """The sink of a spec."""
    match spec:
        case WebhookSpec():
            return WebhookSink(spec, secret)
