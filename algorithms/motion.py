"""Does anything move? Compares each picture with what the place usually looks like.

The picture is cut into blocks. In each, the new picture is fitted to the background by a gain and
an offset, and what the fit cannot explain is the block's residual. So a change of light, a cloud's
shadow or a flickering lamp leaves no residual, and a thing that comes, goes or moves does, by its
edges and texture. The threshold rises with what the block's residual usually is (noise, leaves)
and with how much of the whole picture changes at once (rain). What has come and stands still
differs from the background, but no longer from the picture of a second ago: it does not move.
"""

from collections import deque
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 176
"""Of the brightness picture, pixels."""

BLOCK = 8
"""Side of a block, pixels: a rider far down the road is two or three of them."""

BACKGROUND_S = 8.0
"""Time constant with which the background follows what is there."""

LEARNING_S = 1.5
"""So long after its start everything counts as moving."""

STILL_S = 1.0
"""What looks as it did so long ago stands still."""

FLOOR = 6.0
"""Residuals, as variance in grey levels squared, below which nothing ever counts."""

ABOVE_USUAL = 3.0
"""A residual so many times the block's usual one counts."""

USUAL_MAX = 25.0
"""Highest usual residual: a block in which things move all day still shows a thing that moves."""

WEATHER = 95
"""Percentile of all blocks' residuals that counts as weather: things that move cover less."""

CLUSTER = 3
"""So many adjacent blocks at once are a thing; fewer must be there twice in a row: drops are
not."""

LIGHT = 0.35
"""A change of the whole picture's brightness by this share is one to look at: a door opens, a lamp
goes on, something covers everything. Clouds and flicker stay below."""

Blocks = NDArray[np.float32]


class Motion:
    """The motion of one camera."""

    def __init__(self) -> None:
        self.area = 0.0
        """Share of the picture that moves in the newest one."""
        self._background: NDArray[np.float32] | None = None
        self._lately: deque[tuple[datetime, NDArray[np.float32]]] = deque()
        self._usual = np.full((HEIGHT // BLOCK, WIDTH // BLOCK), FLOOR, np.float32)
        self._before = np.zeros(self._usual.shape, np.bool_)
        self._started_at: datetime | None = None
        self._seen_at: datetime | None = None

    def update(self, luma: NDArray[np.uint8], at: datetime) -> bool:
        """Look at the next picture.

        Args:
            luma: `(HEIGHT, WIDTH)` brightness.
            at: When it was taken; rises from call to call.

        Returns:
            Whether anything moves.
        """
        picture = luma.astype(np.float32)
        if self._background is None or self._started_at is None or self._seen_at is None:
            self._background, self._started_at, self._seen_at = picture, at, at
            self._lately.append((at, picture))
            return True
        residual = _residual(picture, self._background)
        standing_out = _above(residual, self._usual) & _above(
            _residual(picture, self._a_second_ago(at)), self._usual
        )
        usual, now = float(self._background.mean()), float(picture.mean())
        moving = _is_a_thing(standing_out, self._before) or abs(now - usual) > LIGHT * usual + 10
        self.area = float(standing_out.mean())

        elapsed_s = max(0.0, (at - self._seen_at).total_seconds())
        self._seen_at = at
        self._before = standing_out
        self._lately.append((at, picture))
        cv2.accumulateWeighted(picture, self._background, 1 - np.exp(-elapsed_s / BACKGROUND_S))
        # Steps up four times as large as steps down: the usual is the residual's upper fifth.
        step = np.where(residual > self._usual, 0.08, -0.02).astype(np.float32)
        self._usual = np.clip(self._usual * (1 + step), FLOOR / ABOVE_USUAL, USUAL_MAX)
        return moving or (at - self._started_at).total_seconds() < LEARNING_S

    def _a_second_ago(self, at: datetime) -> NDArray[np.float32]:
        while len(self._lately) > 1 and (at - self._lately[1][0]).total_seconds() >= STILL_S:
            self._lately.popleft()
        return self._lately[0][1]


def _above(residual: Blocks, usual: Blocks) -> NDArray[np.bool_]:
    weather = min(float(np.percentile(residual, WEATHER)), USUAL_MAX)
    return residual > FLOOR + ABOVE_USUAL * np.maximum(usual, weather)


def _residual(picture: NDArray[np.float32], background: NDArray[np.float32]) -> Blocks:
    """Variance of the picture in each block that no gain and offset of the background explains."""
    mean, mean_b = _block_mean(picture), _block_mean(background)
    variance = _block_mean(picture * picture) - mean * mean
    variance_b = _block_mean(background * background) - mean_b * mean_b
    covariance = _block_mean(picture * background) - mean * mean_b
    gain = np.clip(covariance / np.maximum(variance_b, 1.0), 0.4, 2.5)
    left = variance - 2 * gain * covariance + gain * gain * variance_b
    return left.astype(np.float32)


def _block_mean(values: NDArray[np.float32]) -> Blocks:
    size = (WIDTH // BLOCK, HEIGHT // BLOCK)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _is_a_thing(blocks: NDArray[np.bool_], before: NDArray[np.bool_]) -> bool:
    if not blocks.any():
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(blocks.astype(np.uint8), connectivity=8)
    if (stats[1:, cv2.CC_STAT_AREA] >= CLUSTER).any():
        return True
    around = cv2.dilate(before.astype(np.uint8), np.ones((3, 3), np.uint8))
    return bool((blocks & (around > 0)).any())
