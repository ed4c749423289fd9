"""Whether a message gets lost when the platform and the broker are killed again and again.

    python benchmarks/outbox_faults.py [--events 20000] [--kills 50]

One process stands for the platform: it writes events into a SQLite store, as the recorder does, and
delivers them, as the API does, to a webhook and to an MQTT broker (Mosquitto). It is ended with
SIGKILL at random moments spread over the events, every third time together with the broker, and
started again. At the other ends every message is counted: none may be missing, one that came twice
must be the same, and the first arrivals of each camera must be in their order.
"""

import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.harness import REPOSITORY, Bar, arguments, skip, write
from serving.events.sinks.delivering import Delivering
from serving.events.sinks.mqtt import MqttSpec
from serving.events.sinks.webhook import WebhookSpec, new_secret
from serving.store import Store, events, sealing, sinks
from serving.store.models import Event, Message, now
from serving.store.sink_models import Delivery

CAMERAS = 20
KEYS = sealing.Keyring([b"a key that is for this benchmark"])
TYPES = ["longan.event."]
LEASE_S = 60.0


@dataclass
class Received:
    """What came to one end."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    doubled: int = 0
    different: int = 0
    """Doubled, and not the same as the first time."""
    misplaced: int = 0
    """Came for the first time after a later one of its camera."""
    _last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes) -> None:
        message = json.loads(body)
        with self._lock:
            if (before := self.bodies.get(message["id"])) is not None:
                self.doubled += 1
                self.different += before != body
                return
            self.bodies[message["id"]] = body
            camera, number = message["data"]["camera"]["id"], int(message["sequence"])
            self.misplaced += number < self._last[camera]
            self._last[camera] = max(number, self._last[camera])


class Webhook:
    """Takes every POST."""

    def __init__(self) -> None:
        self.received = received = Received()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                received.take(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nobody reads it."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """Who was killed resets its connections."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Broker:
    """Mosquitto with a session on disk, and one who subscribed to all."""

    def __init__(self, folder: Path) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        self.received = Received()
        self.port = _free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"user root\nlistener {self.port} 127.0.0.1\nallow_anonymous true\nlog_type error\n"
            f"persistence true\npersistence_location {folder}/\nautosave_on_changes true\n"
            "autosave_interval 1\nmax_queued_messages 0\nmax_inflight_messages 0\n"
        )
        self.start()
        expiry = Properties(PacketTypes.CONNECT)
        expiry.SessionExpiryInterval = 3600
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id="counter",
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe("longan/#", qos=1)
        self._client.on_message = lambda _c, _u, message: self.received.take(message.payload)
        self._client.connect("127.0.0.1", self.port, clean_start=False, properties=expiry)
        self._client.loop_start()

    def start(self) -> None:
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
        self._process = subprocess.Popen(
            [program, "-c", str(self._config)], stderr=subprocess.DEVNULL
        )
        _until_it_listens(self.port)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self.kill()


def be_the_platform(url: str, count: int, rate: float, lease_s: float) -> None:
    """Write what events are missing and deliver; never returns."""
    sealing.hold(lambda: KEYS)
    store = Store(url)
    delivering = Delivering(store, every_s=0.2, lease=timedelta(seconds=lease_s))
    delivering.start()
    with store.read() as session:
        done = session.scalar(select(func.count()).select_from(Event)) or 0
    for number in range(done, count):
        with store.write() as session:
            events.record(session, _event(number))
        time.sleep(1 / rate)
    threading.Event().wait()


def _event(number: int) -> Event:
    at = now()
    return Event(
        id=f"01OUTBOX{number:018d}",
        revision=1,
        camera_id=f"01CAMERA{number % CAMERAS:018d}",
        camera_name=f"camera {number % CAMERAS}",
        division="Longcheng",
        deployment_id="01DEPLOYMENT",
        deployment_revision=1,
        scenario="rider-helmet",
        severity="major",
        rule="association",
        algorithms=[{"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}],
        objects=[
            {
                "track_id": number,
                "class_name": "without_helmet",
                "confidence": 0.8,
                "box": [0.1, 0.2, 0.3, 0.4],
            }
        ],
        path=[],
        frame_width_px=1280,
        frame_height_px=720,
        confidence=0.8,
        life_cycle="open",
        first_seen_at=at,
        opened_at=at,
        last_seen_at=at,
        dedup_key=str(number),
        occurrences=1,
    )


def run(
    folder: Path, *, count: int, kills: int, rate: float, lease_s: float = LEASE_S, seed: int = 7
) -> dict[str, Any]:
    """Figures of one run; raises if it does not come to an end."""
    dice = random.Random(seed)
    url = f"sqlite:///{folder / 'longan.db'}"
    sealing.hold(lambda: KEYS)
    store = Store(url)
    store.migrate()
    webhook, broker = Webhook(), Broker(folder)
    ends = {"webhook": webhook.received, "mqtt": broker.received}
    specs = (WebhookSpec(url=webhook.url), MqttSpec(url=broker.url))
    with store.write() as session:
        for spec in specs:
            sinks.create(
                session,
                name=spec.kind,
                spec=spec.model_dump(),
                secret=new_secret() if spec.kind == "webhook" else "",
                types=TYPES,
                actor="benchmark",
            )

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "benchmarks.outbox_faults", "--platform", url]
        limits = [f"--events={count}", f"--rate={rate}", f"--lease={lease_s}"]
        log = (folder / "platform.log").open("ab")
        with log:
            return subprocess.Popen([*command, *limits], cwd=REPOSITORY, stdout=log, stderr=log)

    def written() -> int:
        with store.read() as session:
            return session.scalar(select(func.count()).select_from(Event)) or 0

    def delivered() -> int:
        over = select(func.count()).select_from(Delivery).where(Delivery.state != "waiting")
        with store.read() as session:
            return session.scalar(over) or 0

    def wait_for(reached: Callable[[], int], number: float) -> None:
        """Fails when nothing moves for long."""
        last, since_s = -1, time.monotonic()
        while (now_at := reached()) < number:
            if now_at > last:
                last, since_s = now_at, time.monotonic()
            if time.monotonic() > since_s + 2 * lease_s + 120 or platform.poll() is not None:
                raise RuntimeError((folder / "platform.log").read_text()[-4000:])
            time.sleep(0.05)

    began_s = time.monotonic()
    platform, broker_kills = start(), 0
    try:
        for number in range(kills):
            wait_for(written, (number + dice.uniform(0.5, 1.5)) * count / (kills + 1))
            time.sleep(dice.uniform(0, 0.1))
            platform.kill()
            platform.wait()
            if number % 3 == 0:
                broker_kills += 1
                broker.kill()
                platform = start()
                time.sleep(dice.uniform(0, 2))
                broker.start()
            else:
                platform = start()
        wait_for(delivered, len(specs) * count)
        time.sleep(1)  # the broker's last ones are on their way
    finally:
        platform.kill()
        platform.wait()
        broker.close()
        webhook.close()
    took_s = time.monotonic() - began_s
    with store.read() as session:
        told = set(
            session.scalars(select(Message.id).where(Message.type.startswith(TYPES[0]))).all()
        )
        attempts = session.scalar(select(func.sum(Delivery.attempts))) or 0
        failed = session.scalar(
            select(func.count()).select_from(Delivery).where(Delivery.state == "failed")
        )
    store.dispose()
    return {
        "events": count,
        "platform_kills": kills,
        "broker_kills": broker_kills,
        "took_s": round(took_s, 1),
        "events_per_s_asked": rate,
        "lease_s": lease_s,
        "attempts": attempts,
        "given_up": failed,
        "ends": {
            name: {
                "lost": len(told - end.bodies.keys()),
                "unknown": len(end.bodies.keys() - told),
                "doubled": end.doubled,
                "doubled_and_different": end.different,
                "out_of_order": end.misplaced,
            }
            for name, end in ends.items()
        },
    }


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _until_it_listens(port: int) -> None:
    import socket

    end_s = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.02)
        else:
            return


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rate", type=float, default=50.0, help="events a second")
    parser.add_argument("--lease", type=float, default=LEASE_S)
    parser.add_argument("--platform", help="be the platform of this store (used by the script)")
    asked = parser.parse_args()
    if asked.platform is not None:
        be_the_platform(asked.platform, asked.events, asked.rate, asked.lease)
    if shutil.which("mosquitto", path="/usr/sbin:/usr/bin") is None:
        skip("needs Mosquitto: apt-get install mosquitto")
    if asked.quick:
        asked.events, asked.kills, asked.lease = 500, 3, 3.0
    with tempfile.TemporaryDirectory() as folder:
        figures = run(
            Path(folder),
            count=asked.events,
            kills=asked.kills,
            rate=asked.rate,
            lease_s=asked.lease,
        )
    bars = [
        Bar(
            f"{name}, {asked.events:,} events, {asked.kills} kills: {words}",
            "0",
            str(end[key]),
            end[key] == 0,
        )
        for name, end in figures["ends"].items()
        for key, words in (
            ("lost", "messages lost"),
            ("doubled_and_different", "came twice and differed"),
            ("out_of_order", "out of their camera's order"),
        )
    ]
    write("outbox_faults", figures, bars, quick=asked.quick)


if __name__ == "__main__":
    main()
