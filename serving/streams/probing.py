"""A first look at a camera's address, in a process of its own: what comes may be hostile.

`python -m serving.streams.probing` reads `{"url", "kind"}` from standard input and writes what it
found to standard output. Nothing is kept.
"""

import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from serving.events.evidence import encode_jpeg
from serving.inference.probe import BusyError, Probed, SourceKind
from serving.log import configure_logging
from serving.streams.allowance import Allowance
from serving.streams.errors import SourceError
from serving.streams.sources import Picture, Source, SourceSpec, StreamInfo, open_source

AT_ONCE = 4
"""Addresses looked at at the same time."""

PATIENCE_S = 25.0
"""Its process is ended after so long: longer than a source's own time-outs."""

LOOK_S = 12.0
"""For the first picture, once it is open: a camera may send a keyframe every ten seconds."""

COUNTED_S = 2.0
"""Pictures are counted for so long where the source does not say how many come."""

WIDTH_PX = 1280
"""Of the picture at most."""

MEMORY_MIB = 4096
"""Address space of one process."""


class ProbeProcesses:
    """Looks at addresses, each in a process of its own.

    Args:
        at_once: Processes at the same time.
        patience_s: After so long a process is ended.
    """

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self.free = at_once
        """How many more may be looked at now."""
        self._lock = threading.Lock()
        self._patience_s = patience_s

    def __call__(self, url: str, kind: SourceKind) -> Probed:
        """Open it, take one picture, close it; blocks for seconds.

        Raises:
            BusyError: Too many are being looked at.
        """
        with self._lock:
            if not self.free:
                raise BusyError("as many addresses as may be are looked at now; try again")
            self.free -= 1
        try:
            return self._look(url, kind)
        finally:
            with self._lock:
                self.free += 1

    def _look(self, url: str, kind: SourceKind) -> Probed:
        asked = json.dumps({"url": url, "kind": kind})
        try:
            done = subprocess.run(
                [sys.executable, "-m", "serving.streams.probing"],
                input=asked.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._patience_s,
                check=False,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except subprocess.TimeoutExpired:
            return Probed("timeout", f"No picture came within {self._patience_s:g} s.")
        if done.returncode != 0:
            return Probed("not_video", "Reading what is there broke the reader; is it a video?")
        return _from_json(json.loads(done.stdout))


def probe(spec: SourceSpec) -> Probed:
    """What is found at an address; blocks until it has given a picture or failed."""
    source = open_source(spec, "probe")
    try:
        info = source.open()
        return _look_at(source, info, spec)
    except SourceError as error:
        return Probed(error.reason, error.message)
    finally:
        source.close()


def _look_at(source: Source, info: StreamInfo, spec: SourceSpec) -> Probed:
    """One picture, and how many come where nobody says."""
    begun_s = time.monotonic()
    first: NDArray[np.uint8] | None = None
    first_s, count = 0.0, 0
    for picture in source.pictures():
        now_s = time.monotonic()
        if isinstance(picture, Picture):
            count += 1
            if first is None:
                first, first_s = picture.frame().image, now_s
        if first is None and now_s - begun_s > LOOK_S:
            raise SourceError("decode_errors", f"No picture could be decoded in {LOOK_S:g} s.")
        counted = info.fps or spec.kind != "stream" or now_s - first_s >= COUNTED_S
        if first is not None and counted:
            break
    if first is None:
        raise SourceError("not_video", "The video ended before its first picture.")
    took_s = time.monotonic() - first_s
    fps = info.fps or (count / took_s if spec.kind == "stream" and count > 1 else None)
    height_px, width_px = first.shape[:2]
    return Probed(
        codec=info.codec,
        width_px=width_px,
        height_px=height_px,
        fps=None if fps is None else round(fps, 2),
        jpeg=encode_jpeg(_narrow(first)),
    )


def _narrow(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    if width <= WIDTH_PX:
        return image
    size = (WIDTH_PX, round(height * WIDTH_PX / width))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _to_json(found: Probed) -> dict[str, Any]:
    jpeg = None if found.jpeg is None else b64encode(found.jpeg).decode()
    return asdict(found) | {"jpeg": jpeg}


def _from_json(found: dict[str, Any]) -> Probed:
    jpeg = found.pop("jpeg")
    return Probed(**found, jpeg=None if jpeg is None else b64decode(jpeg))


def main() -> None:
    """Look at the address on standard input."""
    Allowance(memory_mib=MEMORY_MIB).impose()
    configure_logging()
    asked = json.load(sys.stdin)
    found = probe(SourceSpec(asked["url"], asked["kind"], realtime=False))
    json.dump(_to_json(found), sys.stdout)


if __name__ == "__main__":
    main()
