# pyright: basic
"""Clips whose pictures say which one they are."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, BITS = 320, 160, 10
FPS = 25


def numbered_clip(target: Path, count: int, *, b_frames: int = 0, group: int = 25) -> Path:
    """A clip at 25 a second, each picture with its number in black and white bars on top.

    Args:
        target: Its suffix chooses the container.
        count: Pictures.
        b_frames: Reordered pictures between two others.
        group: Pictures from keyframe to keyframe.
    """
    options = {"preset": "ultrafast", "g": str(group), "bf": str(b_frames), "sc_threshold": "0"}
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        for number in range(count):
            picture = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return target


def numbered(number: int) -> NDArray[np.uint8]:
    """`(160, 320, 3)`: the number in the upper half, noise in the lower one."""
    image = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    for bit in range(BITS):
        image[: HEIGHT // 2, bit * 32 : (bit + 1) * 32] = 235 if number >> bit & 1 else 20
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    image[HEIGHT // 2 :] = noise.repeat(4, 0).repeat(4, 1)[: HEIGHT // 2]
    return image


def number_of(image: NDArray[np.uint8]) -> int:
    """Which picture this is."""
    bars = image[10 : HEIGHT // 2 - 10].mean((0, 2)).reshape(BITS, 32)[:, 8:24].mean(1)
    return sum(1 << bit for bit in range(BITS) if bars[bit] > 128)


def shown_at(clip: Path, at_s: float) -> NDArray[np.uint8]:
    """The picture a player shows at this time."""
    shown = None
    with av.open(str(clip)) as container:
        for picture in container.decode(video=0):
            if picture.time is None or picture.time > at_s + 1e-4:
                break
            shown = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
    assert shown is not None
    return shown


def numbers_of(clip: Path) -> list[int]:
    with av.open(str(clip)) as container:
        pictures = (p.to_ndarray(format="rgb24") for p in container.decode(video=0))
        return [number_of(np.asarray(picture, np.uint8)) for picture in pictures]
