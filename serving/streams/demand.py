"""How much of a camera an overloaded node decodes."""

from serving.streams.reader import Reader

SPARE = 1.5
"""Due pictures to decode for each one that a lane takes."""
LEAST_SHARE = 0.1
FORGETTING = 0.2
"""Weight of the newest second."""


class Demand:
    """How much of an overloaded node's camera is worth decoding: little more than is taken.

    Args:
        reader: Counts due pictures that it kept, and those that a lane took.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._counted = reader.kept, reader.taken
        self._kept = self._taken = self._share = 1.0

    def share(self) -> float:
        """Of what lies between two keyframes, 0–1; asked for once a second."""
        kept, taken = self._reader.kept, self._reader.taken
        self._kept += FORGETTING * (kept - self._counted[0] - self._kept)
        self._taken += FORGETTING * (taken - self._counted[1] - self._taken)
        self._counted = kept, taken
        spare = SPARE * self._taken / max(self._kept, 1e-3)
        self._share = min(1.0, max(LEAST_SHARE, self._share * min(2.0, max(0.5, spare))))
        return self._share
