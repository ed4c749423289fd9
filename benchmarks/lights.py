"""Cameras that see a light go on and off, over HTTP as Motion JPEG, each at its own time."""

import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np

FPS = 10
LIT_S, PERIOD_S = 4.0, 10.0
"""Dark for long enough that the next light is another event."""


class Lights:
    """`count` cameras at `url(0)` … `url(count - 1)`."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._began_s = time.time()
        self._pictures = {lit: _jpeg(230 if lit else 10) for lit in (True, False)}
        lights = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lights.play(self, int(self.path.strip("/")))

            def log_message(self, format: str, *_: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, number: int) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{number}"

    def lit_at(self, number: int, before: datetime) -> datetime:
        """When this light last went on."""
        into_s = (before.timestamp() - self._began_s - self._offset_s(number)) % PERIOD_S
        return datetime.fromtimestamp(before.timestamp() - into_s, UTC)

    def play(self, handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        handler.end_headers()
        at_s = time.time()
        while True:
            into_s = (at_s - self._began_s - self._offset_s(number)) % PERIOD_S
            jpeg = self._pictures[into_s < LIT_S]
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            try:
                handler.wfile.write(head.encode() + jpeg + b"\r\n")
            except OSError:
                return
            at_s += 1 / FPS
            time.sleep(max(0.0, at_s - time.time()))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _offset_s(self, number: int) -> float:
        return number * PERIOD_S / self.count


def _jpeg(brightness: int) -> bytes:
    return cv2.imencode(".jpg", np.full((120, 160, 3), brightness, np.uint8))[1].tobytes()
