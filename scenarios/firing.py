"""What every rule is: a thing that watches scenes and says when its condition holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scenarios.scene import Scene
from scenarios.zones import Zone


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule's condition has come true for one thing.

    Args:
        objects: Positions in the scene of what takes part; the subject first.
        confidence: Of the rule, 0–1.
        first_seen_at: When the subject was first seen.
    """

    objects: tuple[int, ...]
    confidence: float
    first_seen_at: datetime


class Rule(Protocol):
    """One rule on one zone of one camera. Fires once for each track."""

    def update(self, scene: Scene, zone: Zone | None) -> list[Firing]:
        """Look at the next scene; times rise from call to call."""
        ...
