"""Who can reach us, and whom we must reach."""

import socket
from collections.abc import Iterator

import httpx

from serving.doctor.finding import Finding, error, ok, warning
from serving.settings import Settings

PATIENCE_S = 3.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def network(settings: Settings) -> Iterator[Finding]:
    """Our port, and the head of the Ray cluster."""
    yield _port(settings)
    if settings.host not in LOOPBACK:
        cure = "put a proxy with TLS before it; docs/operations.md has one for nginx"
        what = f"it listens on {settings.host} without TLS: passwords would travel in the clear"
        yield warning("TLS", what, cure)
    if settings.ray_address is not None:
        yield _ray(settings.ray_address)


def _port(settings: Settings) -> Finding:
    here = f"{settings.host}:{settings.port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            return _who_answers(settings, f"{here}: {taken.strerror}")
    return ok("port", f"{here} is free")


def _who_answers(settings: Settings, taken: str) -> Finding:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    try:
        answer = httpx.get(f"http://{host}:{settings.port}/healthz", timeout=PATIENCE_S)
        ours = answer.is_success and answer.json() == {"status": "ok"}
    except (httpx.HTTPError, ValueError):
        ours = False
    if ours:
        return ok("port", f"a platform answers on {settings.port}")
    return error("port", taken, "stop what holds it, or set LONGAN_PORT")


def _ray(address: str) -> Finding:
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=PATIENCE_S):
            return ok("Ray", f"the head at {address} answers")
    except (OSError, ValueError) as silent:
        return error("Ray", f"{address}: {silent}", "start the head first: docs/cluster.md")
