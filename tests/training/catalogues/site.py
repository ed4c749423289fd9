"""A web server of the tests' own that answers what it is told and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    body: object = b""
    """Bytes as they are, anything else as JSON."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cut: int | None = None
    """The connection breaks off after so many bytes of the body."""

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Rule = Answer | Callable[[Asked], Answer]


class Site:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._rules: dict[str, list[Rule]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = urlsplit(self.path)
                query = {k: v[-1] for k, v in parse_qs(parts.query, True).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, parts.path, query, headers, body)
                answer = site.answer_to(asked)
                raw = answer.raw
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status != 304:
                    self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw[: answer.cut])

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def put(self, path: str, *rules: Rule) -> None:
        """Answer these one after the other, and the last of them from then on."""
        self._rules[path] = list(rules)

    def answer_to(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        rules = self._rules.get(asked.path)
        if not rules:
            return Answer({"error": "not here"}, 404)
        rule = rules.pop(0) if len(rules) > 1 else rules[0]
        return rule if isinstance(rule, Answer) else rule(asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def ranged(content: bytes, etag: str | None = '"1"', cuts: list[int] | None = None) -> Rule:
    """A file on a server that knows ranges and validators; each cut breaks off one answer."""
    left = list(cuts or [])

    def answer(asked: Asked) -> Answer:
        headers = {"ETag": etag} if etag else {}
        if etag and asked.headers.get("if-none-match") == etag:
            return Answer(b"", 304, headers)
        wanted = asked.headers.get("range")
        cut = left.pop(0) if left else None
        if wanted and asked.headers.get("if-range") == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return Answer(b"", 416, {"Content-Range": f"bytes */{len(content)}"})
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return Answer(content[start:], 206, headers, cut)
        return Answer(content, 200, headers, cut)

    return answer
