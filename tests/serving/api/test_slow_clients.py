"""Clients that hold connections by sending a little now and then, on a real server."""

import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI

from serving.api import body_limit, slow_clients
from serving.api.slow_clients import PunctualProtocol


@pytest.fixture
def port(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(slow_clients, "HEADERS_S", 0.3)
    monkeypatch.setattr(body_limit, "PATIENCE_S", 0.3)
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, http=PunctualProtocol, log_level="error", lifespan="off")
    )
    thread = Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def answer(port: int, *parts: bytes, pause_s: float = 0.0) -> tuple[bytes, float]:
    """What comes back after sending these with pauses; how long until the end."""
    begun_s = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        came = b""
        try:
            for part in parts:
                client.sendall(part)
                time.sleep(pause_s)
            while data := client.recv(65536):
                came += data
        except ConnectionError:
            pass
        return came, time.monotonic() - begun_s


def test_who_says_nothing_is_hung_up_on(port: int) -> None:
    came, took_s = answer(port)

    assert came == b""
    assert took_s < 5


def test_headers_that_never_end_are_not_waited_for(port: int) -> None:
    dripping = [b"GET /healthz HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 20]
    came, took_s = answer(port, *dripping, pause_s=0.05)

    assert came == b""
    assert took_s < 5


def test_a_body_that_drips_is_refused(port: int, token: str) -> None:
    head = (
        f"POST /api/v1/cameras HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    ).encode()
    came, took_s = answer(port, head, *[b"{"] * 4, pause_s=0.05)

    assert came.startswith(b"HTTP/1.1 408")
    assert b"slower than" in came
    assert took_s < 5


def test_everybody_else_is_served(port: int) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
    last = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    came, _ = answer(port, request, last, pause_s=0.4)  # the second one on the same connection

    assert came.count(b"HTTP/1.1 200") == 2
