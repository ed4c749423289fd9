"""An S3 server of the tests' own: moto, in a process of its own."""

import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count

import httpx

from tests.platform import until


class S3:
    """A server that may be stopped and started again, empty, at the same address."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self._number = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, 60, "the S3 server answers")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def create(self, name: str | None = None) -> str:
        """Address of a new bucket, with a prefix."""
        name = name or f"longan-{next(self._number)}"
        httpx.put(f"{self.endpoint}/{name}").raise_for_status()
        return self.url(name)

    def url(self, name: str) -> str:
        return f"s3://{name}/city?endpoint={self.endpoint}&region=us-east-1"

    def _answers(self) -> bool:
        try:
            return httpx.get(self.endpoint).is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_s3() -> Generator[S3]:
    server = S3()
    server.start()
    try:
        yield server
    finally:
        server.stop()
