"""Cameras that send by themselves: RTSP, and HLS, MJPEG or a video file over HTTP."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from serving.streams.errors import SourceError
from serving.streams.sources.hardware import hardware_decoder
from serving.streams.sources.pace import Pace
from serving.streams.sources.packets import Packets
from serving.streams.sources.reaching import options, reached
from serving.streams.sources.source import (
    Checkpoint,
    Decoding,
    Picture,
    Sign,
    Source,
    SourceSpec,
    StreamInfo,
)
from serving.streams.sources.video_input import VideoInput

TIMEOUT_S = 8.0
"""For the connection, and for each packet of RTSP; slow cameras take 2–3 s to the first one."""

SEGMENT_WAIT_S = 20.0
"""For each packet over HTTP: where HLS has caught up, it waits for the next segment."""

RISE_S = 0.001
"""Times rise by this at least."""

SCHEMES = ("rtsp", "rtsps", "http", "https")


def open_live(spec: SourceSpec, packets: Packets | None = None) -> VideoInput:
    """Connects to a live stream.

    Raises:
        SourceError: It cannot be opened or is no video.
    """
    scheme = spec.url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise SourceError(
            "unsupported",
            f"Expected an address that begins with one of {', '.join(SCHEMES)}://.",
        )
    return VideoInput(
        reached(spec.url, spec.outbound),
        options(scheme, spec.outbound),
        open_timeout_s=TIMEOUT_S,
        read_timeout_s=TIMEOUT_S if scheme.startswith("rtsp") else SEGMENT_WAIT_S,
        hardware=hardware_decoder() if spec.hardware else None,
        packets=packets,
    )


class VideoSource(Source):
    """A live stream.

    `captured_at` is when a picture arrived here, or would have, had nobody been slow
    (`arrival.py`).
    """

    def __init__(self, spec: SourceSpec, camera_id: str, packets: Packets | None = None) -> None:
        self.decoding: Decoding = "all"
        self._spec = spec
        self._packets = packets
        self._camera_id = camera_id
        self._closing = threading.Event()
        self._input: VideoInput | None = None

    @property
    def checkpoint(self) -> Checkpoint | None:
        return None

    @property
    def clock_offset_s(self) -> float | None:
        return self._input.clock.offset_s if self._input else None

    @property
    def is_behind(self) -> bool:
        return self._input is not None and self._input.arrival.behind

    def open(self) -> StreamInfo:
        self._input = open_live(self._spec, self._packets)
        if self._closing.is_set():
            self._input.close()
        return self._input.info

    def pictures(self) -> Iterator[Picture | Sign]:
        if self._input is None:
            raise RuntimeError("pictures() before open(): call open() first")
        pace = Pace() if self._comes_in_bulk(self._input) else None
        self._input.live = pace is None
        index, last_s = 0, 0.0
        for decoded in self._input.decoded():
            self._input.decoding = self.decoding
            if isinstance(decoded, Sign):
                yield decoded
                continue
            if pace and decoded.media_s is not None:
                self._closing.wait(pace.wait_s(decoded.media_s, time.monotonic()))
            taken_s = time.time()
            if not pace:
                taken_s = self._input.arrival.taken_s(decoded.media_s, taken_s)
            last_s = max(taken_s, last_s + RISE_S)
            captured_at = datetime.fromtimestamp(last_s, UTC)
            if self._packets and decoded.media_s is not None:
                self._packets.date(decoded.media_s, captured_at)
            yield Picture(self._camera_id, index, captured_at, decoded.pixels)
            index += 1
        if not self._closing.is_set():
            raise SourceError("unreachable", "The camera ended the stream.")

    def close(self) -> None:
        self._closing.set()
        if self._input:
            self._input.close()

    def _comes_in_bulk(self, video: VideoInput) -> bool:
        """HLS hands over whole segments and a file everything; the rest comes as it is taken."""
        over_http = self._spec.url.lower().startswith("http")
        return over_http and ("hls" in video.format or video.length_s is not None)
