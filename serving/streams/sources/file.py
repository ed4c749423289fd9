"""A video file played as if it were a camera, once or in a loop."""

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from serving.streams.errors import SourceError
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
from serving.streams.sources.video import TIMEOUT_S
from serving.streams.sources.video_input import Decoded, VideoInput

REREAD_S = 3.0
"""A resumed file goes back so far, so that what was only half seen is seen again."""

DEFAULT_FPS = 25.0


class FileSource(Source):
    """`captured_at` is when the file was first opened plus media time, loops included.

    Args:
        spec: `url` is a path, a `file://` address or a video at an http address.
        camera_id: Goes into every frame.
        checkpoint: Goes on from there with the same epoch; one of another file is ignored.
            `{"epoch": …}` alone plays from the beginning as if taken then.
        packets: Is given what is read.
    """

    def __init__(
        self,
        spec: SourceSpec,
        camera_id: str,
        checkpoint: Checkpoint | None = None,
        packets: Packets | None = None,
    ) -> None:
        self.decoding: Decoding = "all"
        self._packets = packets
        self._spec = spec
        self._camera_id = camera_id
        self._closing = threading.Event()
        self._input: VideoInput | None = None
        # Without user and password: it is stored, and a hash lets one try passwords.
        address = re.sub(r"^(https?://)[^/]*@", r"\1", spec.url)
        self._source_id = hashlib.sha256(address.encode()).hexdigest()[:16]
        mine = checkpoint or {}
        if mine.get("source", self._source_id) != self._source_id:
            mine = {}
        self._epoch = datetime.fromisoformat(mine["epoch"]) if mine else datetime.now(UTC)
        self._position_s: float = mine.get("position_s", 0.0)
        self._ended: bool = mine.get("ended", False)

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Epoch and media time of the newest picture; `ended` once a file was played through."""
        return {
            "source": self._source_id,
            "epoch": self._epoch.isoformat(),
            "position_s": round(self._position_s, 3),
            "ended": self._ended,
        }

    def open(self) -> StreamInfo:
        if self._ended and not self._spec.loop:
            raise SourceError("ended", "The file was played to its end; add it again to replay it.")
        self._input = self._open_input()
        return self._input.info

    def pictures(self) -> Iterator[Picture | Sign]:
        if self._input is None:
            raise RuntimeError("pictures() before open(): call open() first")
        pace = Pace()
        index = 0
        resume_s = max(0.0, self._position_s - REREAD_S)
        base_s, start_s = self._split(resume_s)
        while not self._closing.is_set():
            end_s = None
            for offset_s, decoded in self._one_pass(self._input, start_s):
                if isinstance(decoded, Sign):
                    yield decoded
                    continue
                position_s = base_s + offset_s
                if self._spec.realtime:
                    self._closing.wait(pace.wait_s(position_s, time.monotonic()))
                self._position_s = position_s
                captured_at = self._epoch + timedelta(seconds=position_s)
                if self._packets and decoded.media_s is not None:
                    self._packets.date(decoded.media_s, captured_at)
                yield Picture(self._camera_id, index, captured_at, decoded.pixels)
                index += 1
                end_s = position_s + 1 / self._fps
            if self._closing.is_set():
                return
            if end_s is None and start_s == 0:
                raise SourceError("not_video", "The file holds no picture that can be decoded.")
            if not self._spec.loop:
                self._ended = True
                return
            base_s = max(base_s + (self._input.length_s or 0.0), end_s or 0.0)
            start_s = 0.0
            self._input = self._open_input()

    def close(self) -> None:
        self._closing.set()
        if self._input:
            self._input.close()

    @property
    def _fps(self) -> float:
        return (self._input and self._input.info.fps) or DEFAULT_FPS

    def _open_input(self) -> VideoInput:
        scheme = urlsplit(self._spec.url).scheme.lower()
        if scheme in ("http", "https"):
            outbound = self._spec.outbound
            address, how = reached(self._spec.url, outbound), options(scheme, outbound)
            return VideoInput(address, how, TIMEOUT_S, TIMEOUT_S, packets=self._packets)
        path = Path(unquote(urlsplit(self._spec.url).path) if scheme == "file" else self._spec.url)
        # An absolute path with its protocol: a name such as "concat:a" stays a name.
        return VideoInput(
            f"file:{path.absolute()}", {"protocol_whitelist": "file"}, packets=self._packets
        )

    def _split(self, position_s: float) -> tuple[float, float]:
        """Position → media time at which the current pass began, and how far into it we are."""
        length_s = self._input.length_s if self._input else None
        if not length_s:
            return position_s, 0.0
        if not self._spec.loop:
            return 0.0, position_s
        into_s = position_s % length_s
        return position_s - into_s, into_s

    def _one_pass(
        self, video: VideoInput, start_s: float
    ) -> Iterator[tuple[float, Decoded | Sign]]:
        """Pictures from `start_s` on, with seconds since the first picture of the file.

        Offsets rise strictly, also where a container has no times or wrong ones.
        """
        first_s = video.start_s if start_s else None
        if start_s:
            video.seek((first_s or 0.0) + start_s)
        last_s = -1 / self._fps
        for decoded in video.decoded():
            video.decoding = self.decoding
            if isinstance(decoded, Sign):
                yield last_s, decoded
                continue
            media_s = decoded.media_s
            if media_s is not None:
                first_s = media_s if first_s is None else first_s
                media_s -= first_s
            if media_s is None or media_s <= last_s:
                media_s = last_s + 1 / self._fps
            last_s = media_s
            if media_s >= start_s - 0.001:  # so much the seams of a loop may round
                yield media_s, decoded
