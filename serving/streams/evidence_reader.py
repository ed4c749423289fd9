# pyright: basic
"""A camera's main stream, kept coded: full-size pictures of a moment, decoded only on demand.

A camera whose sub-stream is analysed needs its main stream for the few pictures that become
evidence. Its packets are read and kept since the last keyframe but one; nothing is decoded until
somebody asks.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import av
import av.error

from algorithms.frame import Pixels
from serving.streams.errors import SourceError
from serving.streams.reader import Reader
from serving.streams.sources import Checkpoint, Picture, Sign, Source, SourceSpec
from serving.streams.sources.pixels import VideoPixels
from serving.streams.sources.video import VideoSource

KEPT_BYTES = 8 * 2**20
KEPT_PACKETS = 1500
"""What is kept of one camera; beyond that the older group of pictures goes first."""

NEAR_S = 1.0
"""A picture taken further from the moment than this is none of it."""


@dataclass(slots=True)
class _Group:
    """A keyframe and what refers to it, each packet with the time at which it came."""

    decoder: Callable[[], av.VideoCodecContext]
    packets: list[tuple[datetime, av.Packet]] = field(default_factory=list)
    size: int = 0


class Packets:
    """The last two groups of pictures, bounded."""

    def __init__(self) -> None:
        self._groups: deque[_Group] = deque(maxlen=2)
        self._lock = threading.Lock()

    def keep(
        self, packet: av.Packet, came_at: datetime, decoder: Callable[[], av.VideoCodecContext]
    ) -> None:
        """Adds the next packet of the stream; what cannot be decoded later is not kept."""
        with self._lock:
            if packet.is_keyframe:
                self._groups.append(_Group(decoder))
            if not self._groups:
                return
            while len(self._groups) > 1 and self._is_full(packet):
                self._groups.popleft()
            if self._is_full(packet):
                return
            self._groups[-1].packets.append((came_at, packet))
            self._groups[-1].size += packet.size

    def clear(self) -> None:
        """A connection ended: packets of the next one do not go on from here."""
        with self._lock:
            self._groups.clear()

    def picture_at(self, moment: datetime) -> Pixels | None:
        with self._lock:
            groups = [(group.decoder, list(group.packets)) for group in self._groups]
        best: tuple[float, Callable[[], av.VideoCodecContext], list[av.Packet], int] | None = None
        for decoder, packets in groups:
            for place, (came_at, _) in enumerate(packets):
                away_s = abs((came_at - moment).total_seconds())
                if away_s <= NEAR_S and (best is None or away_s < best[0]):
                    best = away_s, decoder, [packet for _, packet in packets], place
        return None if best is None else _decode(*best[1:])

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(group.size for group in self._groups)

    def _is_full(self, packet: av.Packet) -> bool:
        count = sum(len(group.packets) for group in self._groups)
        return count >= KEPT_PACKETS or self.size + packet.size > KEPT_BYTES


class EvidenceReader:
    """Reads one camera's main stream in a thread of its own, reconnecting as a `Reader` does.

    Args:
        camera_id: For the log.
        spec: The main stream.
    """

    def __init__(self, camera_id: str, spec: SourceSpec) -> None:
        self._packets = Packets()
        self._reader = Reader(camera_id, spec, connect=self._connect)

    def start(self) -> None:
        self._reader.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        self._reader.stop(timeout_s)

    def picture_at(self, captured_at: datetime) -> Pixels | None:
        """The picture that came nearest to `captured_at`, at full size; None if there is none.

        Decodes up to a whole group of pictures on the calling thread: tens of milliseconds for
        each second since its keyframe.
        """
        return self._packets.picture_at(captured_at)

    def _connect(self, spec: SourceSpec, camera_id: str, checkpoint: Checkpoint | None) -> Source:
        return _CodedSource(spec, camera_id, self._packets)


class _CodedSource(VideoSource):
    """Keeps every packet and decodes none."""

    def __init__(self, spec: SourceSpec, camera_id: str, packets: Packets) -> None:
        super().__init__(spec, camera_id)
        self._packets = packets

    def pictures(self) -> Iterator[Picture | Sign]:
        if self._input is None:
            raise RuntimeError("pictures() before open(): call open() first")
        try:
            for packet in self._input.coded():
                self._packets.keep(packet, datetime.now(UTC), self._input.decoder)
                yield Sign.SKIPPED
        finally:
            self._packets.clear()
        if not self._closing.is_set():
            raise SourceError("unreachable", "The camera ended the stream.")


def _decode(
    new_decoder: Callable[[], av.VideoCodecContext], packets: list[av.Packet], place: int
) -> Pixels | None:
    """The picture of the packet at `place`; the last one before it where that is damaged."""
    decoder = new_decoder()
    wanted = packets[place].pts
    last: av.VideoFrame | None = None
    for packet in [*packets, None]:  # reordered pictures come later, the very last at the end
        try:
            pictures = decoder.decode(packet)
        except av.error.FFmpegError:
            continue
        for picture in pictures:
            if picture.pts == wanted:
                return VideoPixels(picture)
            if last is None or (picture.pts or 0) < (wanted or 0):
                last = picture
    return None if last is None else VideoPixels(last)
