"""Where each track has been in the last second: how far it goes, and how fast."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from scenarios.scene import Scene

OVER_S = 1.0
"""Time over which speed is measured: shorter, and a trembling box runs."""

LEAST_S = 0.35
"""A shorter trail says nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """How a thing went in the last second.

    Args:
        start: `(2,)` its feet then, as fractions of the picture.
        end: `(2,)` its feet now.
        seconds: Between the two.
        sizes: How far that is, in sizes of its box: the root of its area.
        down: How far both its upper and its lower edge went down, in heights of the picture.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    seconds: float
    sizes: float
    down: float

    @property
    def sizes_per_s(self) -> float:
        return self.sizes / self.seconds


@dataclass(frozen=True, slots=True)
class _Point:
    at: datetime
    feet: NDArray[np.float64]
    feet_px: NDArray[np.float64]
    size_px: float
    top: float


class Trails:
    """The last second of every track of a camera."""

    def __init__(self) -> None:
        self._trails: dict[int, deque[_Point]] = {}

    def update(self, scene: Scene) -> None:
        """Take in the next scene; times rise from call to call."""
        picture = np.array([scene.width_px, scene.height_px], np.float64)
        sides = np.maximum(scene.boxes[:, 2:] - scene.boxes[:, :2], 1.0)
        tops = scene.boxes[:, 1] / scene.height_px
        for track, feet, (width, height), top in zip(
            scene.track_ids.tolist(), scene.feet, sides.tolist(), tops.tolist(), strict=True
        ):
            if track >= 0:
                point = _Point(scene.at, feet, feet * picture, (width * height) ** 0.5, top)
                self._trails.setdefault(track, deque()).append(point)
        for track, trail in list(self._trails.items()):
            # One point older than a second stays, so that the trail is that long at any rate.
            while len(trail) > 2 and (scene.at - trail[1].at).total_seconds() >= OVER_S:
                trail.popleft()
            if (scene.at - trail[-1].at).total_seconds() > 3 * OVER_S:
                del self._trails[track]

    def step(self, track: int) -> Step | None:
        """The last second of a track; None while it has been seen too shortly."""
        trail = self._trails.get(track)
        if trail is None:
            return None
        then, now = trail[0], trail[-1]
        seconds = (now.at - then.at).total_seconds()
        if seconds < LEAST_S:
            return None
        far_px = float(np.linalg.norm(now.feet_px - then.feet_px))
        sizes = 2 * far_px / (then.size_px + now.size_px)
        down = min(now.top - then.top, float(now.feet[1] - then.feet[1]))
        return Step(then.feet, now.feet, seconds, sizes, down)
