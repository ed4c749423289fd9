# pyright: basic
"""Coded packets as a clip: written as they came, nothing decoded."""

import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.error

from serving.events.privacy import Outline


class ClipError(Exception):
    """These packets make no MP4; says why."""


class Coding:
    """How a stream is coded: lives on when its connection is closed.

    Args:
        stream: Of an open input.
    """

    def __init__(self, stream: av.VideoStream) -> None:
        self.time_base: Fraction = stream.time_base or Fraction(1, 90_000)
        self._name = stream.codec_context.name
        self._extradata = stream.codec_context.extradata
        self._template: av.VideoStream | None = None
        try:  # a stream of an output that is never written outlives that of the input
            self._holder = av.open(io.BytesIO(), "w", format="matroska")
            self._template = self._holder.add_stream_from_template(stream)
        except (av.error.FFmpegError, ValueError):
            pass  # a codec that no container takes: `add_to` says so

    def decoder(self) -> av.VideoCodecContext:
        """A decoder of its own: on the CPU, in the thread that uses it."""
        decoder = av.CodecContext.create(self._name, "r")
        assert isinstance(decoder, av.VideoCodecContext)
        decoder.extradata = self._extradata
        decoder.thread_count = 1
        return decoder

    def add_to(self, container: av.container.OutputContainer) -> av.VideoStream:
        """A stream for such packets; raises ClipError where the container takes none."""
        try:
            if self._template is not None:
                return container.add_stream_from_template(self._template)
        except (av.error.FFmpegError, ValueError):
            pass
        raise ClipError(f"MP4 takes no video coded as {self._name}; use H.264 or H.265")


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a stream that begins with a keyframe.

    Args:
        coding: Of the stream.
        packets: In the order they came, each with its `pts`.
        opened: `pts` of the picture the event opened with.
        private: What nobody may see of its pictures.
    """

    coding: Coding
    packets: tuple[tuple[int, av.Packet], ...]
    opened: int
    private: tuple[Outline, ...] = ()

    @property
    def opened_s(self) -> float:
        """Seconds into the clip at which the event opened: that picture is shown from there on."""
        return float((self.opened - self._first) * self.coding.time_base)

    def write(self, file: Path) -> None:
        """Write it as MP4 whose index comes first, so that a browser can seek at once.

        Raises:
            ClipError: MP4 does not take it.
            OSError: The disk does not.
        """
        try:
            with av.open(str(file), "w", format="mp4", options={"movflags": "faststart"}) as out:
                stream = self.coding.add_to(out)
                times = self._decoding_times()
                for (pts, packet), dts in zip(self.packets, times, strict=True):
                    copy = av.Packet(bytes(packet))  # muxing changes a packet
                    copy.pts, copy.dts = pts - self._first, dts - self._first
                    copy.duration = packet.duration
                    copy.time_base = self.coding.time_base
                    copy.is_keyframe = packet.is_keyframe
                    copy.stream = stream
                    out.mux(copy)
        except (av.error.FFmpegError, ValueError) as error:
            if isinstance(error, OSError) and error.errno and error.errno > 0:
                raise
            raise ClipError(f"these packets cannot be written as MP4: {error}") from error

    @property
    def _first(self) -> int:
        return self.packets[0][0]

    def _decoding_times(self) -> list[int]:
        """Rising, none later than its picture is shown: made up where the camera sent none."""
        given = [packet.dts for _, packet in self.packets]
        if all(dts is not None for dts in given):
            return [dts for dts in given if dts is not None]
        shown = [pts for pts, _ in self.packets]
        late = max(dts - pts for dts, pts in zip(sorted(shown), shown, strict=True))
        return [dts - late for dts in sorted(shown)]
