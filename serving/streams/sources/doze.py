# pyright: basic
"""Sleeping with one eye open: of a scene in which nothing moves only keyframes are decoded.

The packets between them are kept, coded as they came. If the next keyframe shows that something
moved meanwhile, or the packets' size that something moves now, they are decoded after all: nothing
is missed, and a quiet camera costs a tenth.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import av

from algorithms.frame import Pixels
from algorithms.motion import HEIGHT, WIDTH, Motion
from serving.streams.sources.source import Sign

LONGEST_S = 4.0
"""A camera whose keyframes lie further apart is not dozed over: they come too rarely to look."""

MOST_PACKETS = 250
"""Held at once, should keyframes stop coming."""

NEWS, NEWS_BYTES = 2.0, 300
"""Something moves if the mean size of the last packets is so many times the usual, and more."""

FAST, SLOW = 0.2, 0.02
"""Weights of the newest packet in the two means."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decoded picture; `media_s` is its own clock, None where the container has none."""

    media_s: float | None
    pixels: Pixels


Decode = Callable[[av.Packet], Iterator[Decoded | Sign]]


class Doze:
    """The packets of one stream in, pictures out.

    Args:
        decode: The stream's decoder, which wants every packet since the last keyframe.
        glance: A second decoder, for keyframes while the first one sleeps.
    """

    def __init__(self, decode: Decode, glance: Decode) -> None:
        self._decode = decode
        self._glance = glance
        self._group: list[av.Packet] = []
        """While asleep: the last keyframe and what came since."""
        self._decoder_saw_keyframe = False
        self._motion = Motion()
        self._keyframe_s: float | None = None
        self._lately, self._usually = 0.0, 0.0

    def pictures(self, packet: av.Packet, quiet: bool) -> Iterator[Decoded | Sign]:
        """Pictures that come out with this packet, in order of time.

        Args:
            packet: The next one.
            quiet: Whether to sleep, from the next keyframe on.
        """
        if packet.is_keyframe:
            often = self._since_last_keyframe_s(packet) <= LONGEST_S
            yield from self._keyframe(packet, quiet and often)
            return
        ends = not packet.size  # FFmpeg's mark behind the last packet
        news = self._is_news(packet.size) or ends
        if self._group and quiet and not news and len(self._group) < MOST_PACKETS:
            self._group.append(packet)
            yield Sign.SKIPPED
        else:
            yield from self._wake()
            yield from self._decode(packet)

    def _keyframe(self, packet: av.Packet, quiet: bool) -> Iterator[Decoded | Sign]:
        asleep = bool(self._group)
        pictures = list((self._glance if asleep else self._decode)(packet))
        still = [not self._moves(p) for p in pictures if isinstance(p, Decoded)]
        if asleep and not (quiet and still and all(still)):
            yield from self._wake()
            pictures = list(self._decode(packet))
            asleep = False
        self._group = [packet] if quiet else []
        self._decoder_saw_keyframe = not asleep
        yield from pictures

    def _wake(self) -> Iterator[Decoded | Sign]:
        group, self._group = self._group, []
        if group and not self._decoder_saw_keyframe:
            list(self._decode(group[0]))  # was shown already
        for packet in group[1:]:
            yield from self._decode(packet)

    def _moves(self, picture: Decoded) -> bool:
        if picture.media_s is None:
            return True
        at = datetime.fromtimestamp(picture.media_s, UTC)
        return self._motion.update(picture.pixels.luma(WIDTH, HEIGHT), at)

    def _is_news(self, size: int) -> bool:
        self._lately += FAST * (size - self._lately)
        self._usually += (SLOW if self._usually else 1.0) * (size - self._usually)
        return self._lately > NEWS * self._usually + NEWS_BYTES

    def _since_last_keyframe_s(self, packet: av.Packet) -> float:
        before_s, self._keyframe_s = self._keyframe_s, media_s(packet)
        if before_s is None or self._keyframe_s is None:
            return float("inf")
        return self._keyframe_s - before_s


def media_s(packet: av.Packet) -> float | None:
    """Time of a packet by the stream's own clock, None where the container has none."""
    if packet.pts is None or packet.time_base is None:
        return None
    return packet.pts * packet.time_base.numerator / packet.time_base.denominator  # no Fraction
