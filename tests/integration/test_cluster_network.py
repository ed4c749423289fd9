"""A node in a network namespace of its own is cut off from the cluster, not from its cameras."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from serving.store import Store, nodes, placements
from tests.integration.test_main_job import submit
from tests.models import manifest, sees_light
from tests.platform import running_platform, until
from tests.processes import Spawn, free_port, listens, own_address

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

NAMESPACE = f"longan{os.getpid()}"
CLUSTER, CAMERAS = "10.203.77", "10.204.77"
EVERY_S, LIT_S = 12.0, 4.0


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def cut_off() -> Iterator[str]:
    """A namespace with one link to the cluster and one to the cameras; the cluster's device."""
    links = {f"lg{os.getpid()}a": CLUSTER, f"lg{os.getpid()}b": CAMERAS}
    try:
        ip("netns", "add", NAMESPACE)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"may not make network namespaces here (needs root and iproute2): {error}")
    try:
        inside = ("-n", NAMESPACE)
        ip(*inside, "link", "set", "lo", "up")
        for device, network in links.items():
            ip("link", "add", device, "type", "veth", "peer", "name", "p" + device)
            ip("link", "set", "p" + device, "netns", NAMESPACE)
            ip("address", "add", f"{network}.1/24", "dev", device)
            ip("link", "set", device, "up")
            ip(*inside, "address", "add", f"{network}.2/24", "dev", "p" + device)
            ip(*inside, "link", "set", "p" + device, "up")
        ip(*inside, "route", "add", "default", "via", f"{CLUSTER}.1")
        yield next(iter(links))
    finally:
        for device in links:
            subprocess.run(["ip", "link", "delete", device], check=False, capture_output=True)
        ip("netns", "delete", NAMESPACE)


@pytest.fixture
def lamp() -> Iterator[str]:
    """A snapshot camera: light for `LIT_S` of every `EVERY_S` by the clock; no picture twice."""

    class Picture(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lit = time.time() % EVERY_S < LIT_S
            image = np.full((120, 160, 3), 230 if lit else 10, np.uint8)
            image[:4] = np.random.default_rng().integers(0, 255, (4, 160, 3), np.uint8)
            body = cv2.imencode(".jpg", image)[1].tobytes()
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  its name

    server = ThreadingHTTPServer(("0.0.0.0", 0), Picture)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{CAMERAS}.1:{server.server_port}/lamp.jpg"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_node_that_is_cut_off_loses_its_cameras_and_doubles_no_event(
    cut_off: str, lamp: str, spawn: Spawn, short_path: Path, tmp_path: Path
) -> None:
    port = free_port()
    address = f"{own_address()}:{port}"
    ray = str(Path(sys.executable).parent / "ray")
    small = "--object-store-memory=100000000"
    head = [ray, "start", "--head", "--block", f"--port={port}", "--num-cpus=0", small]
    spawn(*head, f"--temp-dir={short_path}", "--include-dashboard=false")
    until(lambda: listens(port), 40, "the head listens")
    worker = [ray, "start", "--block", f"--address={address}", "--num-cpus=2", small]
    spawn(*worker)
    # One after the other: of two that started at once one gave up after 30 s, once in three runs.
    started = "Ray runtime started"
    until(lambda: started in (tmp_path / "1.log").read_text(), 60, "the node beside it has joined")
    away = ["--labels", "place=away", f"--node-ip-address={CLUSTER}.2"]
    spawn("ip", "netns", "exec", NAMESPACE, *worker, *away)

    environment = {
        "LONGAN_RAY_ADDRESS": address,
        "LONGAN_STOP_PIPELINES": "true",
        "RAY_AUTH_TOKEN_PATH": str(tmp_path / "ray-token"),
    }
    with running_platform(tmp_path / "data", **environment) as platform:
        store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")

        def away_node() -> str:
            with store.read() as session:
                found = [n.id for n in nodes.known(session) if n.labels == {"place": "away"}]
            return found[0] if found else ""

        def placed() -> dict[str, str]:
            with store.read() as session:
                return placements.node_of(session)

        node = until(away_node, 60, "the node in the namespace has joined")
        submit(platform, sees_light(tmp_path / "light.onnx"), manifest("person", name="light-seer"))
        cameras = [platform.add_camera(f"lamp {i}", lamp, poll_s=0.5) for i in range(4)]
        for camera in cameras:
            platform.deploy("danger-zone", camera, algorithm="light-seer")
        lost = [c for c, at in until(placed, 20, "cameras are placed").items() if at == node]
        assert lost
        until(lambda: all(len(platform.events(c)) >= 1 for c in cameras), 60, "all see the lamp")
        until(lambda: EVERY_S - 4 < time.time() % EVERY_S < EVERY_S - 1, 20, "it is dark")

        ip("link", "set", cut_off, "down")
        cut_at = time.time()
        until(lambda: node not in placed().values(), 30, "its cameras run elsewhere")
        moved_at = time.time()
        print(f"moved {moved_at - cut_at:.1f} s after the cut")  # noqa: T201  for the record
        assert moved_at - cut_at < 15
        until(lambda: time.time() > moved_at + 1.5 * EVERY_S, 60, "the lamp has gone on and off")
        ip("link", "set", cut_off, "up")
        back_at = time.time()
        until(lambda: time.time() > back_at + 2 * EVERY_S, 60, "it has again, after the cut")

        for camera in cameras:
            events = platform.events(camera)
            opened = [datetime.fromisoformat(e["opened_at"]).timestamp() for e in events]
            lights = Counter(int(at // EVERY_S) for at in opened)
            assert set(lights.values()) == {1}, f"doubled: {opened}"
            sure = {
                light
                for light in range(min(lights), max(lights) + 1)
                if light * EVERY_S < cut_at - LIT_S or light * EVERY_S > moved_at + 3
            }
            assert sure <= set(lights), f"lost: {opened}"
        store.dispose()
        log = platform.log()
    assert "dropped as a double" in log
