# pyright: basic
"""FFmpeg's containers, decoded on the calling thread: the only importer of PyAV in streams."""

import threading
import time
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Literal

import av
import av.error
from av.codec.context import Flags
from av.codec.hwaccel import HWAccel

from serving.events.clip import Coding
from serving.streams.errors import SourceError
from serving.streams.sources.arrival import Arrival
from serving.streams.sources.camera_clock import CameraClock
from serving.streams.sources.doze import Decoded, Doze, media_s
from serving.streams.sources.packets import Packets
from serving.streams.sources.pixels import VideoPixels
from serving.streams.sources.source import Decoding, Sign, StreamInfo

STILL_PICTURES = ("image2", "_pipe")
NO_VIDEO = ("tty", "lavfi", "concat")  # FFmpeg plays any .txt as video of a terminal
WITHOUT_TIMES = ("mpjpeg", "mjpeg", "h264", "hevc")


SKIP_FRAME: dict[Decoding, Literal["DEFAULT", "NONREF", "NONKEY"]] = {
    "all": "DEFAULT",
    "keyframes": "NONKEY",
}
"""FFmpeg's names; everything else leaves out what no picture refers to."""


class VideoInput:
    """One open container and its first video stream.

    Args:
        address: What FFmpeg opens, password included.
        options: FFmpeg's options for the container.
        open_timeout_s: Longest wait until it is open; None: for ever.
        read_timeout_s: Longest wait for each packet after that; None: for ever.
        hardware: Decodes on it where it knows the codec, on the CPU otherwise.
        packets: Is given every packet that is read.

    Raises:
        SourceError: It cannot be opened or is no video.
    """

    def __init__(
        self,
        address: str,
        options: dict[str, str],
        open_timeout_s: float | None = None,
        read_timeout_s: float | None = None,
        hardware: HWAccel | None = None,
        packets: Packets | None = None,
    ) -> None:
        self._kept = packets
        self._reading = threading.Lock()
        self._closing = threading.Event()
        self._read_timeout_s = read_timeout_s
        self.decoding: Decoding = "all"
        self.live = False
        """Whether falling behind is made good by decoding only keyframes."""
        self.clock = CameraClock()
        self.arrival = Arrival()
        self._group = GroupClock()
        self._left_out = False
        self._glancing: av.VideoCodecContext | None = None
        started_s = time.monotonic()
        failure = None
        try:
            self._container = av.open(
                address,
                options=options,
                timeout=(open_timeout_s, read_timeout_s),
                hwaccel=hardware,
            )
        except (av.error.FFmpegError, ValueError, UnicodeError) as error:
            failure = _failure(error, address, started_s, open_timeout_s)
        if failure:
            raise failure  # outside the except: the chained error would quote the address
        try:
            self._check()
        except SourceError:
            self._container.close()
            raise
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_count = 1  # cores are shared by cameras, not inside one

    def _check(self) -> None:
        name = self._container.format.name
        if any(mark in name for mark in STILL_PICTURES):
            raise SourceError(
                "not_video",
                "Expected a video, got a single picture; "
                "add it as a snapshot camera, which asks for a new one at an interval.",
            )
        if name in NO_VIDEO or not self._container.streams.video:
            raise SourceError("not_video", f"Expected a video, got {name} without any pictures.")
        if self._container.streams.video[0].codec_context is None:
            raise SourceError(
                "unsupported", "The video's codec is not known here; use H.264 or H.265."
            )

    @property
    def info(self) -> StreamInfo:
        rate = self._stream.average_rate or self._stream.guessed_rate
        if not self._tells_time:
            rate = None  # FFmpeg makes one up
        context = self._stream.codec_context
        fps = float(rate) if rate else None
        return StreamInfo(context.width, context.height, fps, context.codec.canonical_name)

    @property
    def _tells_time(self) -> bool:
        """Whether its times are the camera's, and not FFmpeg's idea of 25 pictures a second."""
        return self.format not in WITHOUT_TIMES

    @property
    def format(self) -> str:
        return self._container.format.name

    @property
    def length_s(self) -> float | None:
        """How long the video says it is."""
        stream = self._stream
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    @property
    def start_s(self) -> float | None:
        """Media time of the first picture: not 0 where pictures are reordered."""
        stream = self._stream
        if stream.start_time is None or stream.time_base is None:
            return None
        return float(stream.start_time * stream.time_base)

    def seek(self, media_s: float) -> bool:
        """Goes to the last keyframe at or before; False where the container cannot."""
        try:
            self._container.seek(round(media_s * av.time_base))
        except av.error.FFmpegError:
            return False
        return True

    def coded(self) -> Iterator[av.Packet]:
        """Packets that nobody has decoded, until the end of the container or `close()`.

        Raises:
            SourceError: The connection broke off.
        """
        with self._reading:
            try:
                for packet in self._packets():
                    if packet.size:  # an empty one marks the end
                        yield packet
            finally:
                self._container.close()

    @cached_property
    def coding(self) -> Coding:
        """What is needed to decode and to write these packets elsewhere."""
        return Coding(self._stream)

    def decoded(self) -> Iterator[Decoded | Sign]:
        """Pictures until the end of the container or `close()`.

        Raises:
            SourceError: The connection broke off.
        """
        doze = Doze(self._decode, self._glance)  # not our attribute: a circle would outlive us
        with self._reading:
            try:
                for packet in self._packets():
                    told_s = media_s(packet) if self._tells_time else None
                    self.arrival.read(told_s, time.time())
                    quiet = self.decoding == "doze" and self._in_order()
                    yield from doze.pictures(packet, quiet)
            finally:
                self._container.close()

    def close(self) -> None:
        """Closes now, or at the reading thread's next packet if one is reading.

        FFmpeg does not survive a container that is closed under a running read.
        """
        self._closing.set()
        if self._reading.acquire(blocking=False):
            self._container.close()
            self._reading.release()

    def _packets(self) -> Iterator[av.Packet]:
        failure = None
        if self._closing.is_set():
            return
        try:
            for packet in self._container.demux(self._stream):
                if self._closing.is_set():
                    return
                if packet.has_sidedata("prft"):
                    self.clock.heard(bytes(packet.get_sidedata("prft")), time.time())
                if self._kept and packet.size:
                    self._kept.keep(packet, self.coding)
                yield packet
        except av.error.ExitError:
            failure = SourceError(
                "timeout", f"The camera sent nothing for {self._read_timeout_s:g} s."
            )
        except av.error.FFmpegError:
            failure = SourceError("unreachable", "The connection to the camera broke off.")
        if failure:
            raise failure

    def _in_order(self) -> bool:
        """Where pictures are reordered, a keyframe comes out only after the packets behind it."""
        return not self._stream.codec_context.has_b_frames

    def _decode(self, packet: av.Packet) -> Iterator[Decoded | Sign]:
        context = self._stream.codec_context
        passed = self._group.passed(packet)
        if self._broken(packet, not isinstance(self.decoding, float) or passed <= self.decoding):
            yield Sign.SKIPPED
            return
        decoding = "keyframes" if self.live and self.arrival.behind else self.decoding
        if context.skip_frame != "NONKEY" or packet.is_keyframe:
            # From keyframes back only here: what lies before it refers to skipped pictures.
            context.skip_frame = SKIP_FRAME.get(decoding, "NONREF")
        try:
            pictures = packet.decode()
        except av.error.FFmpegError:
            yield Sign.DECODE_ERROR
            return
        if not pictures and packet.size:  # an empty one marks the end
            yield Sign.ALIVE if decoding == "all" else Sign.SKIPPED
        yield from map(_shown, pictures)

    def _broken(self, packet: av.Packet, wanted: bool) -> bool:
        """Whether to leave it out: what refers to a picture that was left out is damaged."""
        if packet.is_keyframe:
            self._left_out = False
        elif packet.size and not wanted:
            self._left_out = True
        return self._left_out and bool(packet.size)

    def _glance(self, keyframe: av.Packet) -> Iterator[Decoded | Sign]:
        if self._glancing is None:
            self._glancing = self.coding.decoder()
            self._glancing.flags |= Flags.low_delay
        try:
            yield from map(_shown, self._glancing.decode(keyframe))
        except av.error.FFmpegError:
            yield Sign.DECODE_ERROR


class GroupClock:
    """How far a stream is between two keyframes."""

    def __init__(self) -> None:
        self._keyframe_s: float | None = None
        self._length_s: float | None = None

    def passed(self, packet: av.Packet) -> float:
        """Share of the last group's length that has passed; 0 where that is not known."""
        at_s = media_s(packet)
        if at_s is None:
            return 0.0
        since_s = None if self._keyframe_s is None else at_s - self._keyframe_s
        if packet.is_keyframe:
            self._keyframe_s, self._length_s = at_s, since_s
            return 0.0
        return since_s / self._length_s if since_s and self._length_s else 0.0


def _shown(picture: av.VideoFrame) -> Decoded | Sign:
    if picture.is_corrupt or not _convertible(picture.format.name):
        return Sign.DECODE_ERROR
    return Decoded(None if picture.time is None else float(picture.time), VideoPixels(picture))


@lru_cache(maxsize=64)
def _convertible(pixel_format: str) -> bool:
    try:
        VideoPixels(av.VideoFrame(16, 16, pixel_format)).planes(16, 16)
    except (SourceError, ValueError):
        return False
    return True


def _failure(
    error: Exception, address: str, started_s: float, timeout_s: float | None
) -> SourceError:
    """FFmpeg's error in our words."""
    if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
        return SourceError(
            "auth_failed", "The camera refused the user name or password; correct the address."
        )
    if isinstance(error, av.error.HTTPNotFoundError):
        return SourceError(
            "not_found", "The host answers but has nothing at this path; correct the address."
        )
    if isinstance(error, av.error.HTTPError):
        return SourceError("unreachable", "The host answered with an error of its own; ask there.")
    if isinstance(error, av.error.FileNotFoundError):
        return SourceError("not_found", "There is no such file on this machine.")
    if isinstance(error, av.error.PermissionError):
        return SourceError("auth_failed", "This file may not be read by Longan; change its rights.")
    if isinstance(error, av.error.ConnectionRefusedError):
        return SourceError(
            "unreachable", "The host refused the connection; check the port and that it is on."
        )
    # FFmpeg's RTSP reports a silent server as invalid data, so the clock decides.
    waited_s = time.monotonic() - started_s
    ran_out = timeout_s is not None and waited_s > timeout_s - 0.5
    if ran_out or isinstance(error, av.error.ExitError | av.error.TimeoutError):
        return SourceError("timeout", f"The host did not answer with a video in {waited_s:.0f} s.")
    if isinstance(error, av.error.ProtocolNotFoundError | av.error.DecoderNotFoundError):
        return SourceError("unsupported", "This kind of address or codec cannot be read here.")
    if isinstance(error, av.error.InvalidDataError | av.error.IsADirectoryError):
        if address.startswith("rtsp"):
            return SourceError(
                "not_video", "The host answered, but not with RTSP video; check port and path."
            )
        return SourceError("not_video", "Expected a video; what is there is none or is damaged.")
    return SourceError(
        "unreachable", "The host cannot be reached; check its name, the network and that it is on."
    )
