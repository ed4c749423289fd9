# pyright: basic
"""A camera's main stream, kept coded: full-size pictures and clips of a moment, on demand.

A camera whose sub-stream is analysed needs its main stream only for what becomes evidence. Its
packets are read and kept for some seconds; nothing is decoded until somebody asks.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from serving.streams.errors import SourceError
from serving.streams.reader import Reader
from serving.streams.sources import Checkpoint, Packets, Picture, Sign, Source, SourceSpec
from serving.streams.sources.doze import media_s
from serving.streams.sources.video import VideoSource


class EvidenceReader:
    """Reads one camera's main stream in a thread of its own, reconnecting as a `Reader` does.

    Args:
        camera_id: For the log.
        spec: The main stream.
        packets: Is given what is read.
    """

    def __init__(self, camera_id: str, spec: SourceSpec, packets: Packets) -> None:
        self._packets = packets
        self._reader = Reader(camera_id, spec, connect=self._connect)

    def start(self) -> None:
        self._reader.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        self._reader.stop(timeout_s)

    def _connect(self, spec: SourceSpec, camera_id: str, checkpoint: Checkpoint | None) -> Source:
        return _CodedSource(spec, camera_id, self._packets)


class _CodedSource(VideoSource):
    """Keeps every packet and decodes none."""

    def __init__(self, spec: SourceSpec, camera_id: str, packets: Packets) -> None:
        super().__init__(spec, camera_id, packets)
        self._dated = packets

    def pictures(self) -> Iterator[Picture | Sign]:
        if self._input is None:
            raise RuntimeError("pictures() before open(): call open() first")
        for packet in self._input.coded():
            shown_s, now_s = media_s(packet), time.time()
            self._input.arrival.read(shown_s, now_s)
            if shown_s is not None:
                taken_s = self._input.arrival.taken_s(shown_s, now_s)
                self._dated.date(shown_s, datetime.fromtimestamp(taken_s, UTC))
            yield Sign.SKIPPED
        if not self._closing.is_set():
            raise SourceError("unreachable", "The camera ended the stream.")
