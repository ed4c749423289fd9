"""A real platform in a process of its own, as a user starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

START_S = 120
Result = TypeVar("Result")


class Served:
    """An API that is served here, asked with its admin token."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.url = f"http://127.0.0.1:{port}"
        self.token = ""
        self.http = httpx.Client(base_url=f"{self.url}/api/v1", timeout=30)

    def sign_in(self, token: str) -> None:
        self.token = token
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.http.request(method, path, **kwargs)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def add_camera(self, name: str, url: str, **fields: Any) -> str:
        return self.call("POST", "/cameras", json={"name": name, "url": url, **fields})["id"]

    def deploy(self, scenario: str, camera_id: str, **fields: Any) -> str:
        body = {"scenario": scenario, "camera_ids": [camera_id], **fields}
        return self.call("POST", "/deployments", json=body)["id"]

    def status(self, camera_id: str) -> dict[str, Any]:
        return self.call("GET", f"/cameras/{camera_id}")["status"]

    def events(self, camera_id: str) -> list[dict[str, Any]]:
        """Of one camera, oldest first."""
        params = {"camera_id": camera_id, "limit": 100}
        return self.call("GET", "/events", params=params)["items"][::-1]


class Platform(Served):
    """`longan up` in a process of its own."""

    def __init__(self, data_dir: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(data_dir, port)
        self.process = process

    def log(self) -> str:
        return "\n".join(p.read_text() for p in sorted((self.data_dir / "logs").glob("*.log")))


@contextmanager
def running_platform(data_dir: Path, **environment: str) -> Generator[Platform]:
    """Start `longan up` on a free port and stop it as an operator would."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    longan = Path(sys.executable).parent / "longan"
    output = data_dir.parent / f"{data_dir.name}.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [str(longan), "up", "--data-dir", str(data_dir), "--port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
    platform = Platform(data_dir, port, process)
    try:
        until(lambda: _ready(platform), START_S, f"the platform is ready; see {output}")
        platform.sign_in((data_dir / "admin-token").read_text().strip())
        yield platform
    finally:
        platform.http.close()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(condition: Callable[[], Result], timeout_s: float, what: str) -> Result:
    """Wait for something to become true; says what did not."""
    deadline = time.monotonic() + timeout_s
    while not (result := condition()):
        assert time.monotonic() < deadline, f"after {timeout_s:g} s still waiting until {what}"
        time.sleep(0.2)
    return result


def _ready(platform: Platform) -> bool:
    assert platform.process.poll() is None, "longan up has ended"
    try:
        return httpx.get(f"{platform.url}/readyz").is_success
    except httpx.TransportError:
        return False
