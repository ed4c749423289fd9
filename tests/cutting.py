"""A line between a client and a server that breaks where a test wants it to."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer


class Line:
    """Passes everything on, both ways.

    Args:
        port: Of the server.
    """

    def __init__(self, port: int) -> None:
        self.cuts: list[int] = []
        """Bytes to the server after which each next connection breaks; none left: it holds."""

        self.silent_after: int | None = None
        """Bytes to the server after which nothing passes any more, and nobody is told."""

        self.silent = threading.Event()
        self.connections = 0
        self.open: set[socket.socket] = set()
        self._server = _server_of(self, port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def cut_now(self) -> None:
        """Break what is connected."""
        for one in list(self.open):
            hang_up(one)


@contextmanager
def line_to(port: int) -> Generator[Line]:
    """A line to a server on this machine."""
    line = Line(port)
    server = line._server  # pyright: ignore[reportPrivateUsage]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield line
    server.shutdown()
    server.server_close()
    thread.join()


def _server_of(line: Line, port: int) -> ThreadingTCPServer:
    class Passing(BaseRequestHandler):
        def handle(self) -> None:
            line.connections += 1
            cut = line.cuts.pop(0) if line.cuts else None
            with socket.create_connection(("127.0.0.1", port)) as far:
                back = threading.Thread(target=_pass_on, args=(far, self.request), daemon=True)
                back.start()
                passed = 0
                line.open.add(self.request)
                while content := _receive(self.request, cut, passed):
                    if line.silent_after is not None and passed >= line.silent_after:
                        line.silent.set()
                        continue
                    if not _send(far, content):
                        break
                    passed += len(content)
                hang_up(far)
                hang_up(self.request)
                back.join()
                line.open.discard(self.request)

    server = ThreadingTCPServer(("127.0.0.1", 0), Passing)
    server.daemon_threads = True
    return server


def _receive(near: socket.socket, cut: int | None, passed: int) -> bytes:
    most = 16_384 if cut is None else min(16_384, cut - passed)
    if most <= 0:
        return b""
    try:
        return near.recv(most)
    except OSError:
        return b""


def _pass_on(far: socket.socket, near: socket.socket) -> None:
    try:
        while content := far.recv(65_536):
            near.sendall(content)
    except OSError:
        pass
    hang_up(near)


def _send(far: socket.socket, content: bytes) -> bool:
    try:
        far.sendall(content)
    except OSError:
        return False
    return True


def hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
