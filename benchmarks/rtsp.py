"""Cameras as a city has them: a real RTSP server that sends a clip in real time."""

import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness import CACHE, REPOSITORY, skip

SERVER = ["/usr/bin/python3", str(REPOSITORY / "tests" / "tools" / "rtsp_server.py")]
TIMES = 60
"""A camera does not end: clips are sent so often in a row."""


class RtspCameras:
    """GStreamer's server with so many cameras, each sending the clip; it can be cut off."""

    def __init__(self, clip: Path, count: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self._command = [*SERVER, str(self._port), str(_again_and_again(clip)), str(count)]
        self._process: subprocess.Popen[str] | None = None
        self.urls = [f"rtsp://127.0.0.1:{self._port}/cam{i}" for i in range(count)]

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if not (self._process.stdout and self._process.stdout.readline().startswith("ready")):
            self.stop()
            skip("no RTSP server: apt-get install gir1.2-gst-rtsp-server-1.0 and its plugins")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


@contextmanager
def rtsp_cameras(clip: Path, count: int) -> Generator[list[str]]:
    """The addresses of so many cameras."""
    cameras = RtspCameras(clip, count)
    cameras.start()
    try:
        yield cameras.urls
    finally:
        cameras.stop()


def _again_and_again(clip: Path) -> Path:
    target = CACHE / f"{TIMES}-times-{clip.name}"
    if not target.is_file():
        partial = target.with_suffix(".partial.mp4")
        command = ["ffmpeg", "-v", "error", "-y", "-stream_loop", str(TIMES - 1), "-i", str(clip)]
        try:
            subprocess.run([*command, "-c", "copy", str(partial)], check=True)
        except FileNotFoundError:
            skip("no ffmpeg: apt-get install ffmpeg")
        partial.rename(target)
    return target
