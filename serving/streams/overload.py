"""Whether a node is asked too much, and what it gives up for it."""

from typing import Literal

Shed = Literal["idle_rate", "decoding", "rate"]

FULL, ROOM = 0.95, 0.7
"""Shares of the lanes' time: from the upper on a node sheds, below the lower it stops to."""

HEAVY = 0.1
"""Share of the node's time from which decoding is worth shedding."""

PATIENCE = 3
"""Beats in a row above `FULL` before the next thing is given up."""

RECOVERY = 10
"""Beats in a row below `ROOM` before everything is given back."""


class Overload:
    """Told every second how busy the lanes were, and decoding.

    First the cameras on which nothing moves are decoded and looked at by keyframes only
    (`idle_rate`). Then, where decoding takes time that the lanes miss, the others are decoded at
    the beginnings of their groups of pictures only (`decoding`). If that is not enough, every
    camera is analysed rarer by the same share (`rate`): the lanes do that by themselves.
    """

    def __init__(self) -> None:
        self._full = 0
        self._roomy = 0
        self._heavy = False

    def beat(self, busy: float, decoding: float) -> None:
        """One second went by.

        Args:
            busy: Share of the lanes' time at work, 0–1.
            decoding: Share of the node's time that decoding took, 0–1.
        """
        self._roomy = self._roomy + 1 if busy < ROOM else 0
        if busy >= FULL:
            self._full += 1
        elif self._roomy >= RECOVERY or self._full < PATIENCE:
            self._full = 0
        self._heavy = self._full >= PATIENCE and (self._heavy or decoding >= HEAVY)

    @property
    def shed(self) -> Shed | None:
        """The last thing that is given up."""
        if self._full < PATIENCE:
            return None
        if self._full < 2 * PATIENCE:
            return "idle_rate"
        if self._full < 3 * PATIENCE and self._heavy:
            return "decoding"
        return "rate"

    @property
    def sheds_decoding(self) -> bool:
        """Whether cameras on which something moves are decoded in part."""
        return self._heavy and self._full >= 2 * PATIENCE
