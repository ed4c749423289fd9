# pyright: basic
"""The last seconds of a stream, coded as they came: for pictures and clips of a moment.

Nothing is decoded until somebody asks.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import av
import av.error

from algorithms.frame import Pixels
from serving.events.clip import Coding, Cut
from serving.streams.sources.pixels import VideoPixels

NEAR_S = 1.0
"""A picture taken further from the moment than this is none of it."""

OVERHEAD = 500
"""Bytes that a packet takes beside its data."""


@dataclass(slots=True)
class _Kept:
    packet: av.Packet
    taken_at: datetime | None = None
    """By the same clock as `Frame.captured_at`; None until it is known."""


@dataclass(slots=True)
class _Group:
    """A keyframe and what refers to it."""

    coding: Coding
    began_s: float
    kept: list[_Kept] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture of a stream."""

    coding: Coding
    pts: int


class Packets:
    """The groups of pictures of the last seconds, bounded. Safe to share between threads.

    Args:
        seconds: Kept so long, and back to the keyframe before.
        size: Bytes kept at most; beyond that the oldest group goes first.
    """

    def __init__(self, seconds: float, size: int) -> None:
        self._seconds = seconds
        self._most = size
        self._groups: deque[_Group] = deque()
        self._lock = threading.Lock()

    def keep(self, packet: av.Packet, coding: Coding, now_s: float | None = None) -> None:
        """Adds the next packet of a stream; what cannot be decoded later is not kept.

        Args:
            packet: As the container gave it.
            coding: The same object for one connection: packets of the next do not go on from it.
            now_s: By a clock that only rises; None: the machine's.
        """
        now_s = time.monotonic() if now_s is None else now_s
        with self._lock:
            if packet.is_keyframe:
                self._groups.append(_Group(coding, now_s))
            if not self._groups or self._groups[-1].coding is not coding:
                return
            while len(self._groups) > 1 and (self._is_old(now_s) or self._is_full(packet)):
                self._groups.popleft()
            if self._is_full(packet):
                return
            self._groups[-1].kept.append(_Kept(packet))
            self._groups[-1].size += packet.size + OVERHEAD

    def date(self, media_s: float, taken_at: datetime) -> None:
        """Says when the picture of this media time of the newest stream was taken."""
        with self._lock:
            for group in reversed(self._groups):
                if group.coding is not self._groups[-1].coding:
                    return
                wanted = media_s / group.coding.time_base
                for kept in reversed(group.kept):
                    if kept.packet.pts is not None and abs(kept.packet.pts - wanted) < 0.5:
                        kept.taken_at = taken_at
                        return

    def at(self, moment: datetime) -> Moment | None:
        """The picture taken nearest to this moment; None if there is none near."""
        best: tuple[float, Moment] | None = None
        with self._lock:
            for group in self._groups:
                for kept in group.kept:
                    if kept.taken_at is None or kept.packet.pts is None:
                        continue
                    away_s = abs((kept.taken_at - moment).total_seconds())
                    if away_s <= NEAR_S and (best is None or away_s < best[0]):
                        best = away_s, Moment(group.coding, kept.packet.pts)
        return None if best is None else best[1]

    def picture(self, moment: Moment) -> Pixels | None:
        """Decodes it, on the calling thread: its group of pictures, ten milliseconds a second."""
        for packets in self._groups_of(moment):
            if any(packet.pts == moment.pts for packet in packets):
                return _decode(moment.coding, packets, moment.pts)
        return None

    def cut(self, moment: Moment, before_s: float, after_s: float) -> Cut | None:
        """A clip around a picture, as far as its packets are (still) here.

        Returns:
            From the keyframe before `before_s` before it to `after_s` after it; None where the
            picture itself is gone, or the stream has no times.
        """
        groups = [timed for packets in self._groups_of(moment) if (timed := _timed(packets))]
        base = float(moment.coding.time_base)
        start, end = moment.pts - before_s / base, moment.pts + after_s / base
        while len(groups) > 1 and groups[1][0][0] <= start:
            del groups[0]
        timed = [pair for group in groups for pair in group]
        # Reordered pictures that are shown before the first keyframe refer to what is not here.
        timed = [(pts, packet) for pts, packet in timed if pts >= timed[0][0]]
        if all(pts != moment.pts for pts, _ in timed):
            return None
        last = max(place for place, (pts, _) in enumerate(timed) if pts <= end)
        return Cut(moment.coding, tuple(timed[: last + 1]), moment.pts)

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(group.size for group in self._groups)

    def _groups_of(self, moment: Moment) -> list[list[av.Packet]]:
        with self._lock:
            mine = [group for group in self._groups if group.coding is moment.coding and group.kept]
            return [[kept.packet for kept in group.kept] for group in mine]

    def _is_old(self, now_s: float) -> bool:
        """Whether the oldest group is not needed any more: the next one began long enough ago."""
        return self._groups[1].began_s < now_s - self._seconds

    def _is_full(self, packet: av.Packet) -> bool:
        return self.size + packet.size + OVERHEAD > self._most


def _timed(packets: list[av.Packet]) -> list[tuple[int, av.Packet]] | None:
    """Each with its `pts`; None if there are packets without.

    Over RTSP the very first packet may have none: it is that of the picture before the others.
    """
    later = sorted(packet.pts for packet in packets[1:] if packet.pts is not None)
    if len(later) < len(packets) - 1 or (packets[0].pts is None and len(later) < 2):
        return None
    first = packets[0].pts
    if first is None:
        first = later[0] - min(b - a for a, b in pairwise(later))
    return [(first, packets[0]), *((packet.pts or 0, packet) for packet in packets[1:])]


def _decode(coding: Coding, packets: list[av.Packet], wanted: int) -> Pixels | None:
    """The picture of this `pts`; the last one before it where that is damaged."""
    decoder = coding.decoder()
    last: av.VideoFrame | None = None
    for packet in [*packets, None]:  # reordered pictures come later, the very last at the end
        try:
            pictures = decoder.decode(packet)
        except av.error.FFmpegError:
            continue
        for picture in pictures:
            if picture.pts == wanted:
                return VideoPixels(picture)
            if last is None or (picture.pts or 0) < wanted:
                last = picture
    return None if last is None else VideoPixels(last)
