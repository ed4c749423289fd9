"""A ticket system on this machine, whose answers a test sets."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Received:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> Any:
        """The message, if the signature is right."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """Answers every POST with what `answer` says of its number (0, 1, …): a status."""

    def __init__(self, port: int = 0) -> None:
        self.answer: Callable[[int], int] = lambda _: 204
        self.received: list[Received] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                number = len(receiver.received)
                receiver.received.append(Received(dict(self.headers), body))
                try:
                    self.send_response(receiver.answer(number))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except ConnectionError:
                    self.close_connection = True  # the sender gave up

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/tickets"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
