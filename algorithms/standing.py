"""What has been put down, and what flies through the picture: found by what the place looks like.

Two backgrounds follow the picture, one within seconds and one within a minute. What differs between
them, and no longer from the picture, has come and stands still. What differs from the quick one
moves. A place that something left looks new too; it is told by its outline, which the slow
background has and the picture has not. (Dual backgrounds: Porikli, Ivanov, Haga, Robust abandoned
object detection, 2008; the outline: Tian, Feris, Liu, Hampapur, Sun, 2011.)
"""

from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

QUICK_S, SLOW_S = 2.0, 10.0
"""Time constants of the two backgrounds."""

KEPT_S = 300.0
"""The slow one's where something stands: it stays new for minutes."""

FRESH, FRESH_SURELY = 11.0, 22.0
"""Grey levels between the backgrounds: of a thing's whole, and somewhere in it."""

STILL = 8.0
"""Grey levels below which the picture is what it was."""

MOVES = 30.0
"""Grey levels from the quick background of what moves."""

SURE_POINTS = 12
"""A thing has so many points that are surely fresh, or that move."""

SURE = 50.0
"""Grey levels of a thing's clearest fifth that make a score of 1."""

GONE = 1.4
"""The slow background has so many times the edges along the outline of what has left. Seen: 1.6–4
for people who walked away, 0.9–1.2 for a bag."""

WHOLE_SCENE = 0.3
"""If so much is new at once, it is another scene: the camera moved, a lamp went on."""


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A connected part of the picture that is new.

    Args:
        mask: `(height, width)`, where it is.
        box: `x1 y1 x2 y2` in pixels of the plane.
        score: 0–1, by its contrast.
    """

    mask: Mask
    box: tuple[int, int, int, int]
    score: float


class StandingThings:
    """One camera's memory of what the place looks like."""

    def __init__(self) -> None:
        self._quick: Plane | None = None
        self._slow: Plane | None = None
        self._at: datetime | None = None

    def update(self, brightness: Plane, at: datetime) -> list[Thing]:
        """Look at the next picture.

        Args:
            brightness: `(height, width)`, 0–255.
            at: When it was taken.

        Returns:
            What has come and stands, and what moves.
        """
        if self._at is None or self._quick is None or self._slow is None or at < self._at:
            self._begin(brightness, at)
            return []
        elapsed_s, self._at = (at - self._at).total_seconds(), at
        moves = _difference(brightness, self._quick)
        cv2.accumulateWeighted(brightness, self._quick, _share(elapsed_s, QUICK_S))
        fresh = _difference(self._quick, self._slow)
        still = _difference(brightness, self._quick) < STILL
        standing = _closed((fresh > FRESH) & still)
        if standing.mean() > WHOLE_SCENE:
            self._begin(brightness, at)
            return []
        things = _things(standing, fresh, sure=fresh > FRESH_SURELY)
        left = [thing for thing in things if not self._has_gone(thing)]
        for thing in things:
            if thing not in left:  # what is bare now was behind it all along: learn it quickly
                standing &= ~thing.mask
        share = np.where(standing, _share(elapsed_s, KEPT_S), _share(elapsed_s, SLOW_S))
        self._slow += share.astype(np.float32) * (brightness - self._slow)
        moving = _closed(moves > MOVES)
        return left + _things(moving, moves, sure=moves > MOVES)

    def _begin(self, brightness: Plane, at: datetime) -> None:
        self._quick, self._slow, self._at = brightness.copy(), brightness.copy(), at

    def _has_gone(self, thing: Thing) -> bool:
        assert self._quick is not None
        assert self._slow is not None
        mask = thing.mask.astype(np.uint8)
        kernel = np.ones((3, 3), np.uint8)
        outline = cv2.dilate(mask, kernel) > cv2.erode(mask, kernel)
        before = float(_edges(self._slow)[outline].sum())
        return before > GONE * float(_edges(self._quick)[outline].sum())


def _things(mask: Mask, contrast: Plane, sure: Mask) -> list[Thing]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    points = np.bincount(labels[sure & mask], minlength=count)
    things: list[Thing] = []
    for index in np.flatnonzero(points >= SURE_POINTS):
        x, y, width, height, _ = (int(value) for value in stats[index])
        mine = labels == index
        score = min(1.0, float(np.percentile(contrast[mine], 80)) / SURE)
        things.append(Thing(mine, (x, y, x + width, y + height), score))
    return things


def _difference(one: Plane, other: Plane) -> Plane:
    """In grey levels, apart from what changes everywhere at once."""
    difference = one - other
    return np.abs(difference - np.median(difference[::4, ::4]))


def _closed(mask: Mask) -> Mask:
    kernel = np.ones((3, 3), np.uint8)
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0


def _edges(plane: Plane) -> Plane:
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _share(elapsed_s: float, constant_s: float) -> float:
    return 1 - float(np.exp(-elapsed_s / constant_s))
