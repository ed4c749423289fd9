"""Which frames are worth analysing: first by the clock, then by what moves."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from algorithms.frame import Frame
from algorithms.motion import HEIGHT, WIDTH, Motion

LINGER_S = 1.25
"""Seconds a camera goes on being analysed in full after the last motion."""

LOOK_AGAIN_S = 6.0
"""Where nothing moves, what was found is checked so often."""

NOTHING_S = 3.0
"""Where something moves and nothing that a rule wants was found for so long, every second due
picture is enough, until something is found or more moves."""

DOZED_S = 5.0
"""Longest gap between two frames of a quiet scene in which nothing can have happened."""

STEP_S = 1.25
"""So far apart are the moments of such a gap: trackers forget after 1.5 s."""

MORE = 1.3
"""Times as much of the picture moves as when it was last looked at."""


class Gate:
    """Lets through `fps` frames a second, evenly, by the time they were taken."""

    def __init__(self, fps: float) -> None:
        self._step_s = 1 / fps
        self._due_at: float | None = None

    def due(self, captured_at: datetime) -> bool:
        """Whether this frame is to be analysed; times rise from call to call.

        Slots lie on a fixed grid, so that a source of 24 or 25 pictures a second gives the asked
        rate on average instead of rounding it down.
        """
        at = captured_at.timestamp()
        if self._due_at is None or at < self._due_at - 2 * self._step_s:
            self._due_at = at  # the first frame, or the clock went back
        if at < self._due_at - 1e-6:
            return False
        self._due_at += self._step_s
        if self._due_at <= at:  # a gap: what was missed is not made up for
            self._due_at = at + self._step_s
        return True


class Attention:
    """Whether a due frame is worth asking the networks about.

    Where nothing moves, what was found in the last frame still stands.

    Args:
        gated: False: every due frame is worth it (snapshots are rare, and each is another scene).
        fps: Frames a second that are due.
    """

    def __init__(self, gated: bool, fps: float) -> None:
        self._gated = gated
        self._step_s = 1 / fps
        self._motion = Motion()
        self._moved_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._found_at: datetime | None = None
        self._looked_area = 0.0
        self._seen_at: datetime | None = None

    def meanwhile(self, at: datetime) -> Iterator[datetime]:
        """Moments since the frame before, in which nothing moved, so that it still stood.

        Args:
            at: Of a frame that `is_worth` has not seen yet.
        """
        seen_at = self._seen_at
        if seen_at is None or not self.is_idle(seen_at) or _s(at, seen_at) > DOZED_S:
            return
        while _s(at, seen_at) > STEP_S:
            seen_at += timedelta(seconds=STEP_S)
            yield seen_at

    def is_worth(self, frame: Frame) -> bool:
        """Frames of one camera, times rising from call to call."""
        at = self._seen_at = frame.captured_at
        if not self._gated:
            return True
        if self._motion.update(frame.pixels.luma(WIDTH, HEIGHT), at):
            self._moved_at = at
        more = not self.is_idle(at) and self._motion.area > MORE * self._looked_area
        return more or not self._saw_within(at, self._every_s(at))

    def looked(self, at: datetime, found: bool) -> None:
        """The networks were asked about the frame of this moment.

        Args:
            at: Of the frame.
            found: Whether anything that a rule wants is there.
        """
        self._looked_at, self._looked_area = at, self._motion.area
        if found or self._found_at is None:
            self._found_at = at

    def is_idle(self, at: datetime) -> bool:
        """Nothing has moved for a while."""
        return self._gated and self._moved_at is not None and _s(at, self._moved_at) > LINGER_S

    @property
    def moving(self) -> float | None:
        """Share of the picture that moves, 0–1; None where nobody looks for motion."""
        return self._motion.area if self._gated else None

    def wanted_fps(self, at: datetime) -> float:
        """Frames a second that are worth it now."""
        return 1 / (self._every_s(at) or self._step_s)

    def _every_s(self, at: datetime) -> float:
        """How far apart frames that are worth it lie; 0: every due one is."""
        if self.is_idle(at):
            return LOOK_AGAIN_S
        nothing = self._found_at is not None and _s(at, self._found_at) > NOTHING_S
        return 2 * self._step_s if nothing and self._gated else 0.0

    def _saw_within(self, at: datetime, every_s: float) -> bool:
        slack_s = self._step_s / 2  # due frames lie on the camera's own grid
        return self._looked_at is not None and 0 <= _s(at, self._looked_at) < every_s - slack_s


def _s(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()
