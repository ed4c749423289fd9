"""MQTT 5: messages are published to a broker, which acknowledges each (QoS 1)."""

import json
import re
import ssl
from collections.abc import Callable
from queue import Empty, SimpleQueue
from string import Formatter
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from serving.events.sinks.errors import AwayError, DeliveryError
from serving.events.sinks.reach import check_reach

if TYPE_CHECKING:
    from paho.mqtt.client import Client
    from paho.mqtt.reasoncodes import ReasonCode

TIMEOUT_S = 10.0
"""For connecting, and for an acknowledgement. Together shorter than `sinks.LEASE`."""

PORTS = {"mqtt": 1883, "mqtts": 8883}

CLOUD_EVENT = "application/cloudevents+json; charset=utf-8"

_PLACES: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "type": lambda message: message["type"],
    "subject": lambda message: message["subject"],
    "camera": lambda message: message["data"].get("camera", {}).get("id"),
    "division": lambda message: (
        message["data"].get("division") or message["data"].get("camera", {}).get("division")
    ),
    "scenario": lambda message: message["data"].get("scenario"),
}
"""What may stand in a topic in braces."""


def _broker_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError("host and port cannot be told apart") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("expected mqtt:// or mqtts:// (TLS) with a host")
    if parts.username is not None:
        raise ValueError("expected no user in the address: `username` and `secret` have a place")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("expected nothing behind host and port: topics have a place of their own")
    return url


def certificates(pem: str) -> str:
    """The text, if certificates can be read from it; raises ValueError."""
    try:
        pem.encode("ascii")
        ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, ValueError) as error:
        raise ValueError("expected certificates in PEM (-----BEGIN CERTIFICATE-----)") from error
    return pem


Certificates = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(certificates)]
"""In PEM, one or more."""


def _topic(template: str) -> str:
    named = ", ".join(f"{{{name}}}" for name in _PLACES)
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"braces do not match; {named} may be named") from error
    for text, name, form, conversion in parts:
        if name is not None and (name not in _PLACES or form or conversion):
            raise ValueError(f"{{{name}}} is not known; {named} may be named")
        if re.search(r"[+#\x00-\x1f\x7f]", text):
            raise ValueError("expected no +, # or control characters: they are for subscribers")
    if template.startswith(("$", "/")) or template.endswith("/"):
        raise ValueError("expected no $ or / at its beginning and no / at its end")
    return template


class MqttBroker(BaseModel):
    """A broker, and how it is entered."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    url: Annotated[
        str,
        StringConstraints(max_length=2000, pattern=r"^[\x21-\x7e]+$"),
        AfterValidator(_broker_address),
    ]
    """Such as `mqtts://broker.city.example:8883`; `mqtt://` is without TLS."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = None
    """Its password is the sink's `secret`."""

    ca: Certificates | None = None
    """Who may have signed the broker's certificate; none: whom this machine trusts."""

    @property
    def account(self) -> tuple[object, ...]:
        """To whom a password is shown."""
        return (self.url, self.username, self.ca)


class MqttSpec(MqttBroker):
    """Messages are published to an MQTT 5 broker."""

    kind: Literal["mqtt"] = "mqtt"

    topic: Annotated[
        str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_topic)
    ] = "longan/{type}"
    """May name `{type}`, `{subject}`, `{camera}` (its id), `{division}` and `{scenario}`; what a
    message has not is `_`."""


class MqttSink:
    """Publishes CloudEvents in JSON (structured mode of the CloudEvents binding for MQTT).

    Args:
        spec: Where to.
        password: Of its user; empty: none.
    """

    def __init__(self, spec: MqttSpec, password: str) -> None:
        self._topic = spec.topic
        self._publisher = Publisher(spec, password)

    def send(self, message: dict[str, Any]) -> None:
        """See `Sink`."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        self._publisher.publish(topic_of(self._topic, message), body, CLOUD_EVENT)

    def close(self) -> None:
        self._publisher.close()


def topic_of(template: str, message: dict[str, Any]) -> str:
    """The topic of a message; what would be read as structure or a wildcard becomes `_`."""
    levels = {name: read(message) or "_" for name, read in _PLACES.items()}
    return template.format_map(
        {name: re.sub(r"[/+#\x00-\x1f\x7f]", "_", level) for name, level in levels.items()}
    )


class Publisher:
    """A connection to a broker, made when it is needed; one message after the other.

    Args:
        broker: Which.
        password: Of its user; empty: none.
        timeout_s: For connecting, and for each acknowledgement.
    """

    def __init__(self, broker: MqttBroker, password: str, timeout_s: float = TIMEOUT_S) -> None:
        self._broker = broker
        self._password = password
        self._timeout_s = timeout_s
        self._client: Client | None = None
        self._answers: SimpleQueue[tuple[int | None, ReasonCode]] = SimpleQueue()

    def publish(self, topic: str, body: bytes, content_type: str) -> None:
        """Returns when the broker has acknowledged it.

        Raises:
            AwayError: No connection came about, so nothing was sent.
            DeliveryError: It was refused, or not acknowledged: the broker may have it or not.
        """
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        if self._client is None or not self._client.is_connected():
            self.close()
            self._client = self._connect()
        properties = Properties(PacketTypes.PUBLISH)
        properties.ContentType = content_type
        properties.PayloadFormatIndicator = 1  # UTF-8
        sent = self._client.publish(topic, body, qos=1, properties=properties)
        reason = self._answer_to(sent.mid)
        if reason.is_failure:
            raise DeliveryError(f"the broker answered: {reason}")

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            _end(self._client)
            self._client = None
        self._answers = SimpleQueue()

    def _connect(self) -> "Client":
        try:
            from paho.mqtt.client import Client
            from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
        except ImportError as error:
            raise AwayError("MQTT is not installed here: pip install 'longan[mqtt]'") from error
        # What a broken connection held is sent again from the outbox, not by the client.
        client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._timeout_s
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._password or None)
        parts = urlsplit(self._broker.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        check_reach(host, port)
        if parts.scheme == "mqtts":
            context = ssl.create_default_context(cadata=self._broker.ca)
            client.tls_set_context(context)  # pyright: ignore[reportUnknownMemberType] (untyped)
        answers = self._answers
        client.on_connect = lambda _c, _u, _f, reason, _p: answers.put((0, reason))
        client.on_publish = lambda _c, _u, mid, reason, _p: answers.put((mid, reason))
        client.on_disconnect = lambda _c, _u, _f, reason, _p: answers.put((None, reason))
        try:
            client.connect(host, port)
        except OSError as error:
            raise AwayError(f"no connection ({type(error).__name__})") from error
        client.loop_start()
        try:
            reason = self._answer_to(0)
        except DeliveryError as error:
            _end(client)
            raise AwayError(str(error)) from error
        if reason.is_failure:
            _end(client)
            raise AwayError(f"the broker refused the connection: {reason}")
        return client

    def _answer_to(self, number: int) -> "ReasonCode":
        """What the broker answered to the packet of this number; 0: to the connection."""
        until_s = monotonic() + self._timeout_s
        while True:
            try:
                answered, reason = self._answers.get(timeout=max(0.0, until_s - monotonic()))
            except Empty as error:
                raise DeliveryError("no answer in time") from error
            if answered is None:
                raise DeliveryError(f"the connection broke off: {reason}")
            if answered == number:
                return reason


def _end(client: "Client") -> None:
    client.disconnect()
    client.loop_stop()
