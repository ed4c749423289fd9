# pyright: basic
"""Clips as cameras send them: H.264, a keyframe every two seconds, no reordering."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import CACHE
from serving.demo.cameras import clip_cameras

STREET = ("plaza_720p_pedestrians_cyclists.mp4", "rider_in_demo0_720p.mp4")
FPS = 25


def street(media: Path, height: int) -> Path:
    """About 20 s of a busy street at 25 pictures a second, 16:9 and `height` pixels high.

    Without the folder of clips it is the demo's clip, stretched to the same size.
    """
    clips = [media / name for name in STREET if (media / name).is_file()]
    clips = clips or [Path(clip_cameras([])[0].url)]
    width = height * 16 // 9 // 2 * 2
    target = CACHE / f"{clips[0].stem}-{height}p{FPS}.mp4"
    if not target.is_file():
        pictures = (picture for clip in clips for picture in decoded(clip, width, height))
        encode(target, pictures, FPS)
    return target


def decoded(
    clip: Path, width: int | None = None, height: int | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Every picture, `(H, W, 3)` RGB, scaled if asked; sides are made even."""
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for picture in container.decode(video=0):
            wide, high = width or picture.width // 2 * 2, height or picture.height // 2 * 2
            image = picture.to_ndarray(format="rgb24", width=wide, height=high)
            yield np.asarray(image, np.uint8)


def rate(clip: Path) -> Fraction:
    """Pictures a second, as the container says."""
    with av.open(str(clip)) as container:
        return container.streams.video[0].average_rate or Fraction(FPS)


def encode(target: Path, pictures: Iterator[NDArray[np.uint8]], fps: Fraction | float) -> Path:
    """Write pictures as an MP4 that is there as a whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial.mp4")
    options = {"preset": "veryfast", "crf": "23", "g": str(round(2 * fps)), "bf": "0"}
    with av.open(str(partial), "w") as out:
        stream = None
        for picture in pictures:
            if stream is None:
                exact = Fraction(fps).limit_denominator(1001)
                stream = out.add_stream("libx264", rate=exact, options=options)
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        if stream is not None:
            out.mux(stream.encode(None))
    return partial.rename(target)


def resized(clip: Path, height: int) -> Path:
    """The same pictures 16:9 at 25 a second, as a camera of that size would send them."""
    target = CACHE / f"{clip.stem}-{height}p{FPS}.mp4"
    if not target.is_file():
        encode(target, decoded(clip, height * 16 // 9 // 2 * 2, height), FPS)
    return target
