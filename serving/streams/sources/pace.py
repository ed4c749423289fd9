"""Turns media time into waiting time."""


class Pace:
    """Plays what comes too fast, a file or a whole HLS segment at once, at its own speed.

    Where reading falls behind, it goes on from there: lost time is not caught up in a rush.
    """

    LATE_S = 1.0
    JUMP_S = 30.0
    """Further ahead than this is a jump of the clock, not a picture to wait for."""

    def __init__(self) -> None:
        self._start_s: float | None = None

    def wait_s(self, media_s: float, now_s: float) -> float:
        """Seconds to wait at `now_s` before the picture of `media_s` is shown."""
        if self._start_s is None:
            self._start_s = now_s - media_s
        early_s = self._start_s + media_s - now_s
        if not -self.LATE_S <= early_s <= self.JUMP_S:
            self._start_s = now_s - media_s
            return 0.0
        return max(0.0, early_s)
