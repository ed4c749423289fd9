# pyright: basic
"""Footage like a camera's day: a third busy, two thirds quiet.

    python benchmarks/day_mix.py [--media DIR]

Each piece is one scene: the first picture of a clip standing still for a minute, then the clip, as
often as it takes to fill a minute, then its last picture standing still for as long. Nothing cuts
from quiet to busy, so the gate must wake in time.
The still thirds get sensor noise always, and in turn flicker, moving soft shadows, rain, or all
of it. Seeds are fixed: everybody gets the same pieces. About half an hour in all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import CACHE, arguments
from benchmarks.video import decoded, encode, rate
from serving.demo.cameras import clip_cameras

CLIPS = (
    "rider_in_demo0_720p.mp4",
    "plaza_720p_pedestrians_cyclists.mp4",
    "rider_gate_campus.mp4",
    "pedestrians_vtest.mp4",
    "rider_in_traffic_hd.mp4",
    "car_road_intel.mp4",
    "rider_phone_lane_a.mp4",
    "highway_traffic_b.mp4",
)
LONGEST_S = 30.0
"""Of a clip."""
BUSY_S = 60.0
"""At least; clips are not cut short for it."""

WEATHER = (
    frozenset[str](),
    frozenset({"flicker"}),
    frozenset({"shadows"}),
    frozenset({"rain"}),
    frozenset({"flicker", "shadows", "rain"}),
)
NOISE = 2.5
"""Standard deviation of the sensor, in steps of 255."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Piece:
    """One scene: `clip` alone, and `mixed` with quiet before and after."""

    clip: Path
    mixed: Path
    busy_s: float


def pieces(media: Path, count: int | None = None) -> list[Piece]:
    """Make what is not there yet; without the folder of clips there is one piece, of the demo's."""
    clips = [media / name for name in CLIPS if (media / name).is_file()]
    clips = clips or [Path(clip_cameras([])[0].url)]
    return [_piece(number, clip) for number, clip in enumerate(clips[:count])]


def _piece(number: int, clip: Path) -> Piece:
    fps = rate(clip)
    cut = CACHE / f"busy-{clip.stem}.mp4"
    if not cut.is_file():
        encode(cut, islice(decoded(clip), round(LONGEST_S * float(fps))), fps)
    mixed = CACHE / f"mixed-minute-{clip.stem}.mp4"
    once = sum(1 for _ in decoded(cut, 16, 16))
    times = ceil(BUSY_S * float(fps) / once)
    count = times * once
    if not mixed.is_file():
        first, last = next(decoded(cut)), _last(cut)
        before = quiet(first, count, float(fps), WEATHER[number % len(WEATHER)], 2 * number)
        after = quiet(last, count, float(fps), WEATHER[(number + 1) % len(WEATHER)], 2 * number + 1)
        busy = chain.from_iterable(decoded(cut) for _ in range(times))
        encode(mixed, chain(before, busy, after), fps)
    return Piece(cut, mixed, count / float(fps))


def _last(clip: Path) -> Picture:
    picture = next(decoded(clip))
    for picture in decoded(clip):  # noqa: B007  the last one stays
        pass
    return picture


def quiet(
    still: Picture, count: int, fps: float, weather: frozenset[str], seed: int
) -> Iterator[Picture]:
    """`count` pictures of a scene in which nothing happens."""
    random = np.random.default_rng(seed)
    height, width = still.shape[:2]
    noise = [random.normal(0, NOISE, still.shape).astype(np.float32) for _ in range(4)]
    shadow = _shadow(height, width, random)
    scene = still.astype(np.float32)
    for index in range(count):
        at_s = index / fps
        picture = scene
        if "shadows" in weather:
            drift = round(at_s * width / 20) % (2 * width)
            picture = picture * np.roll(shadow, drift, axis=1)[:, :width]
        if "flicker" in weather:  # 100 Hz lamps against the shutter, and the exposure hunting
            gain = 1 + 0.02 * np.sin(2 * np.pi * 0.7 * at_s) + random.normal(0, 0.008)
            picture = picture * np.float32(gain)
        grain = np.roll(
            noise[index % len(noise)], tuple(random.integers(0, (height, width))), axis=(0, 1)
        )
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
        yield _rain(picture, random) if "rain" in weather else picture


def _shadow(height: int, width: int, random: np.random.Generator) -> NDArray[np.float32]:
    """`(height, 2 × width, 1)` factors: clouds and branches, a quarter darker at most."""
    coarse = random.random((6, 16), np.float32)
    coarse[:, -1] = coarse[:, 0]
    smooth = cv2.resize(coarse, (2 * width, height), interpolation=cv2.INTER_CUBIC)
    return (1 - 0.25 * np.clip(smooth, 0, 1))[:, :, None]


def _rain(picture: Picture, random: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    drops = picture.copy()
    length = max(6, height // 30)
    for x, y in random.integers(0, (width, height), (120, 2)).tolist():
        cv2.line(drops, (x, y), (x - length // 4, y + length), (200, 200, 205), 1, cv2.LINE_AA)
    return np.asarray(cv2.addWeighted(picture, 0.65, drops, 0.35, 0), np.uint8)


if __name__ == "__main__":
    for piece in pieces(arguments(__doc__).parse_args().media):
        print(f"{piece.mixed}: {3 * piece.busy_s:.0f} s")
