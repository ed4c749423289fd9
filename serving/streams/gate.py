"""Which frames are worth analysing."""

from datetime import datetime


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
