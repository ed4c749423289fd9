"""A real RTSP server: GStreamer's, on the system Python."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).parents[2] / "tools" / "rtsp_server.py"
PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base "
    "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
)


class RtspServer:
    """Plays an mp4 file at `rtsp://127.0.0.1:PORT/cam0`; may be stopped and started again."""

    def __init__(self, clip: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self._clip = clip
        self._process: subprocess.Popen[str] | None = None

    def url(self, path: str = "/cam0", user: str = "") -> str:
        at = f"{user}@" if user else ""
        return f"rtsp://{at}127.0.0.1:{self._port}{path}"

    def start(self) -> None:
        """Skips the test where the machine has no such server, but fails it in CI."""
        command = [SYSTEM_PYTHON, str(SCRIPT), str(self._port), str(self._clip)]
        try:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        except OSError as error:
            _missing(str(error))
            return
        assert self._process.stdout
        if not self._process.stdout.readline().startswith("ready"):
            self.kill()
            _missing("it did not start; its error is above")

    def kill(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None

    def freeze(self) -> None:
        """The server stays connected and says nothing, like a camera whose firmware hangs."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)


def _missing(what: str) -> None:
    message = f"no RTSP server here ({what}); apt-get install {PACKAGES}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
