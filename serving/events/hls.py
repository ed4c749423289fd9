# pyright: basic
"""A clip as HLS (RFC 8216): the same coded pictures in fragments of MP4, nothing encoded anew."""

import io
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

import av
import av.error

from serving.events.clip import ClipError

_BOX_HEAD = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """From one keyframe to the next.

    Args:
        data: `moof` and `mdat`.
        duration_s: So long it is shown.
    """

    data: bytes
    duration_s: float


@dataclass(frozen=True, slots=True)
class Hls:
    """What a player asks for, one after the other.

    Args:
        init: How the stream is coded: `ftyp` and `moov`.
        segments: In their order.
    """

    init: bytes
    segments: tuple[Segment, ...]

    def playlist(self, folder: str) -> str:
        """The M3U8; its parts lie in `folder` below it (`init.mp4`, `0.m4s`, `1.m4s` and so on)."""
        longest = ceil(max(segment.duration_s for segment in self.segments))
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{longest}",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            f'#EXT-X-MAP:URI="{folder}/init.mp4"',
        ]
        for number, segment in enumerate(self.segments):
            lines += [f"#EXTINF:{segment.duration_s:.6f},", f"{folder}/{number}.m4s"]
        return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def cut(clip: Path) -> Hls:
    """Cut an MP4 at its keyframes.

    Raises:
        ClipError: It is no such clip; says why.
        OSError: It cannot be read.
    """
    written = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    starts: list[int] = []
    end = 0
    try:
        with (
            av.open(str(clip)) as source,
            av.open(written, "w", format="mp4", options=options) as out,
        ):
            video = source.streams.video[0]
            stream = out.add_stream_from_template(video)
            time_base = video.time_base or Fraction(1, 1)
            for packet in source.demux(video):
                if packet.pts is None or packet.size == 0:
                    continue
                if packet.is_keyframe:
                    starts.append(packet.pts)
                end = max(end, packet.pts + (packet.duration or 0))
                packet.stream = stream
                out.mux(packet)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        if isinstance(error, OSError) and error.errno and error.errno > 0:
            raise
        raise ClipError(f"this clip cannot be cut for HLS: {error}") from error
    init, fragments = _parts(written.getvalue())
    if not starts or len(fragments) != len(starts):
        raise ClipError(
            f"this clip cannot be cut for HLS: {len(starts)} keyframes, {len(fragments)} fragments"
        )
    lengths = [
        float((until - start) * time_base)
        for start, until in zip(starts, [*starts[1:], end], strict=True)
    ]
    return Hls(init, tuple(map(Segment, fragments, lengths)))


def _parts(mp4: bytes) -> tuple[bytes, list[bytes]]:
    """What comes before the first fragment, and the fragments."""
    init, fragments, at = b"", list[bytes](), 0
    while at + _BOX_HEAD <= len(mp4):
        size, kind = int.from_bytes(mp4[at : at + 4]), mp4[at + 4 : at + 8]
        box = mp4[at : at + size]
        if kind == b"moof":
            fragments.append(box)
        elif kind == b"mdat":
            fragments[-1] += box
        elif not fragments:
            init += box
        at += max(size, _BOX_HEAD)
    return init, fragments
