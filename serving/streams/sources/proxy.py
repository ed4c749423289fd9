"""FFmpeg's way out over HTTP: a proxy in this process that judges every address.

FFmpeg resolves names, follows redirects and opens what a playlist names by itself. Given this proxy
it asks here for each of them, and the connection goes to what was judged. It listens on loopback
and opens nothing that a process of this machine could not open without it.
"""

import socket
import socketserver
import threading
from functools import cache
from selectors import EVENT_READ, DefaultSelector
from urllib.parse import urlsplit

import structlog

from serving.outbound import Outbound, OutboundError

log = structlog.get_logger(__name__)

CONNECT_S = 8.0
SILENT_S = 120.0
"""FFmpeg gives up earlier, and hangs up then."""

HEAD_MAX_BYTES = 65536
_REFUSED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@cache
def proxy(outbound: Outbound) -> str:
    """The address of this process's proxy, as FFmpeg's `http_proxy` takes it."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                _serve(self.request, outbound)
            except (OSError, ValueError) as error:
                log.debug("proxied connection broke off", error=type(error).__name__)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="proxy", daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def _serve(client: socket.socket, outbound: Outbound) -> None:
    """One request: `CONNECT host:port`, or `GET http://host/path`.

    Raises:
        OSError: The host does not answer, or either side broke off; FFmpeg is hung up on.
    """
    client.settimeout(CONNECT_S)
    head = _head(client)
    first, _, rest = head.partition(b"\r\n")
    method, target, version = first.decode("latin-1").split(" ", 2)
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    host, port = parts.hostname or "", parts.port or 80
    try:
        addresses = outbound.addresses(host, port)
    except OutboundError as error:
        log.warning("a stream leads where nothing may connect", why=str(error))
        client.sendall(_REFUSED)
        return
    with _connect(addresses, port) as upstream:
        if method == "CONNECT":
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            upstream.sendall(f"{method} {path} {version}\r\n".encode("latin-1") + _closing(rest))
        _relay(client, upstream)


def _head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(4096)
        if not data or len(head) > HEAD_MAX_BYTES:
            raise ValueError("no request")
        head += data
    return head


def _closing(fields: bytes) -> bytes:
    """The fields of a request after which the host hangs up, so that each one is judged."""
    kept = [
        f for f in fields.split(b"\r\n") if not f.lower().startswith((b"connection:", b"proxy"))
    ]
    return b"Connection: close\r\n" + b"\r\n".join(kept)


def _connect(addresses: list[str], port: int) -> socket.socket:
    failure = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), CONNECT_S)
        except OSError as error:
            failure = error
    raise failure


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either side ends."""
    with DefaultSelector() as readable:
        readable.register(one, EVENT_READ, other)
        readable.register(other, EVENT_READ, one)
        while ready := readable.select(SILENT_S):
            for key, _ in ready:
                source: socket.socket = one if key.fileobj is one else other
                data = source.recv(65536)
                if not data:
                    return
                key.data.sendall(data)
