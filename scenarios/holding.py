"""Whether something about a place has held for long enough, short lapses forgiven."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.subject import SubjectConfig

MOSTLY = 0.5
"""Share of the scenes, since it began, in which a condition must hold before it is believed."""


class Holding:
    """The condition of a place over time: after `stay_s` it is on, after `forget_s` without it off.

    Args:
        config: `stay_s`, `sightings` and `forget_s`.
    """

    def __init__(self, config: SubjectConfig) -> None:
        self._config = config
        self._since: datetime | None = None
        self._last_at: datetime | None = None
        self._held = self._scenes = 0
        self.on = False

    def update(self, scene: Scene, holds: bool, objects: Iterable[int], by: float) -> list[Firing]:
        """Take in the next scene.

        A pause without scenes longer than `forget_s` is a lapse too: nobody looked.

        Args:
            scene: Later than the one before.
            holds: Whether the condition holds in it.
            objects: Positions of what takes part.
            by: Confidence.

        Returns:
            The firing to hand on; none while the condition is off or does not hold just now.
        """
        config = self._config
        if self._last_at and (scene.at - self._last_at).total_seconds() > config.forget_s:
            self._since = self._last_at = None
            self._held = self._scenes = 0
            self.on = False
        if holds:
            self._since = self._since or scene.at
            self._last_at = scene.at
            self._held += 1
        if self._since is None:
            return []
        self._scenes += 1
        self.on = self.on or (
            self._held >= config.sightings
            and self._held >= MOSTLY * self._scenes
            and (scene.at - self._since).total_seconds() >= config.stay_s
        )
        if not (self.on and holds):
            return []
        return [Firing(tuple(objects), by, self._since, of_place=True)]


def mean_confidence(scene: Scene, objects: Iterable[int]) -> float:
    """Of the things at those positions; 0 without any."""
    chosen = scene.confidences[list(objects)]
    return float(np.mean(chosen)) if len(chosen) else 0.0
