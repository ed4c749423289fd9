"""Whether a node is asked too much, and what it gives up for it."""

FULL, ROOM = 0.95, 0.7
"""Shares of the lanes' time: from the upper on a node sheds, below the lower it stops to."""

PATIENCE = 3
"""Beats in a row above `FULL` before anything is given up."""

RECOVERY = 10
"""Beats in a row below `ROOM` before everything is given back."""


class Overload:
    """Told every second how busy the lanes were.

    First the cameras on which nothing moves are decoded and looked at by keyframes only
    (`idle_rate`). A reader that falls behind its camera keeps to keyframes until it has caught up
    (`decoding`). If that is not enough, every camera is analysed rarer by the same share (`rate`):
    the lanes do that by themselves.
    """

    def __init__(self) -> None:
        self._full = 0
        self._roomy = 0

    def beat(self, busy: float) -> None:
        """One second went by with this share of the lanes' time at work, 0–1."""
        self._roomy = self._roomy + 1 if busy < ROOM else 0
        if busy >= FULL:
            self._full += 1
        elif self._roomy >= RECOVERY or self._full < PATIENCE:
            self._full = 0

    @property
    def is_full(self) -> bool:
        """Whether anything is to be given up."""
        return self._full >= PATIENCE

    def shed(self, behind: bool) -> str | None:
        """`idle_rate`, `decoding`, `rate`, or None.

        Args:
            behind: Whether a reader has fallen behind.
        """
        if self._full >= 2 * PATIENCE:
            return "rate"
        if behind:
            return "decoding"
        return "idle_rate" if self.is_full else None
