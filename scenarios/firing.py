"""What every rule is: a thing that watches scenes and says when its condition holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scenarios.scene import Scene


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule's condition holds: for one thing, or for the place as a whole.

    Args:
        objects: Positions in the scene of what takes part; the subject first. Of a place it may be
            many or none.
        confidence: Of the rule, 0–1.
        first_seen_at: When the subject was first seen; of a place, since when the condition holds.
        of_place: False: about the subject's track, said once. True: about the place, said at each
            scene for as long as it holds.
    """

    objects: tuple[int, ...]
    confidence: float
    first_seen_at: datetime
    of_place: bool = False


class Rule(Protocol):
    """One rule on one area or line of one camera."""

    def update(self, scene: Scene) -> list[Firing]:
        """Look at the next scene; times rise from call to call."""
        ...
