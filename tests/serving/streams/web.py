"""Hosts on this machine whose answers a test sets."""

import socketserver
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """An HTTP server: `answers` by path, `asked` holds the headers of every request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[dict[str, str]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(dict(self.headers))
                answer = web.answers.get(self.path.partition("?")[0], sends(b"", status=404))
                try:
                    answer(self)
                except ConnectionError:
                    self.close_connection = True  # the reader went away

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def url(self, path: str, user: str = "") -> str:
        at = f"{user}@" if user else ""
        return f"http://{at}127.0.0.1:{self._server.server_port}{path}"

    def folder(self, folder: Path) -> None:
        """Serves every file in `folder`."""
        for file in folder.iterdir():
            self.answers[f"/{file.name}"] = sends(file.read_bytes())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def sends(body: bytes, status: int = 200, **headers: str) -> Answer:
    """Answers with `body`; an underscore in a header's name stands for a hyphen."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def asks_password(then: Answer) -> Answer:
    """Answers with `then` for the user `me` with the password `s@fe`, by Basic."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("Authorization") == "Basic bWU6c0BmZQ==":
            then(request)
        else:
            sends(b"", status=401, WWW_Authenticate='Basic realm="camera"')(request)

    return answer


def mjpeg(pictures: list[bytes], proceed: Callable[[], object]) -> Answer:
    """Sends `pictures` one after another, calling `proceed` before each, then hangs up."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        request.end_headers()
        for picture in pictures:
            proceed()
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            request.wfile.write(head.encode() + picture + b"\r\n")
        request.close_connection = True

    return answer


@contextmanager
def tcp_host(answer: Callable[[bytes], bytes] | None) -> Generator[int]:
    """A host that takes connections and answers each message, or with None never says a word.

    Yields its port.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                while message := self.request.recv(4096):
                    if answer:
                        self.request.sendall(answer(message))
            except ConnectionError:
                pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
