"""Something crosses a line: the wrong way, on red, or just to be counted (one event a crossing).

A thing's feet must be clear of the line on one side and then on the other: one that stands on the
line, and a box that trembles there, cross nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.subject import Seen, SubjectConfig, Subjects
from scenarios.zones import Line

Direction = Literal["left_to_right", "right_to_left", "both"]


class CrossingConfig(SubjectConfig):
    """What an owner can set for a crossing rule."""

    rule: Literal["crossing"] = "crossing"

    stay_s: NonNegativeFloat = 0.4
    """Seconds a thing must have been seen before it crosses anything."""

    confidence: float = Field(default=0.3, ge=0, le=1)
    """Confidence that is enough, in the mean of all sightings: those from far away are faint."""

    direction: Direction = "both"
    """Which way is meant, as seen by one who walks along the line from its first point to its
    last."""

    margin: NonNegativeFloat = 0.15
    """How far from the line, in sizes of its box, a thing is clear of it."""

    unlike: tuple[str, ...] = ()
    """Classes of the same thing that are fine, such as a covered truck: votes against."""

    share: float = Field(default=0.65, gt=0.5, le=1)
    """Share of a thing's sightings, by confidence, that must show it in `classes`."""

    during: tuple[str, ...] = ()
    """Classes of which one must be in the picture, such as a red light; empty: always."""

    during_s: NonNegativeFloat = 1.0
    """Seconds for which such a sighting holds."""

    @property
    def needed_classes(self) -> frozenset[str]:
        return frozenset((*self.classes, *self.unlike, *self.during))


@dataclass(slots=True)
class _Passing(Seen):
    clear: NDArray[np.float64] | None = None
    """Where it was last clear of the line."""
    meant: float = 0.0


class Crossing:
    """Fires each time a track crosses the line in the direction meant."""

    def __init__(self, config: CrossingConfig, line: Line) -> None:
        self._config = config
        self._line = line
        self._subjects = Subjects(_Passing, config.forget_s)
        self._signal_at: datetime | None = None

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        if scene.seen(config.during, confidence=config.confidence).any():
            self._signal_at = scene.at
        wanted = scene.seen((*config.classes, *config.unlike), config.min_height_px)
        feet = scene.feet
        firings: list[Firing] = []
        for index, seen in self._subjects.look(scene, wanted):
            if scene.class_names[index] in config.classes:
                seen.meant += float(scene.confidences[index])
            if (
                self._crosses(scene, seen, feet[index])
                and self._is_on(scene.at)
                and seen.sightings >= config.sightings
                and (scene.at - seen.first_at).total_seconds() >= config.stay_s
                and seen.confidence >= config.confidence
                and seen.meant >= config.share * seen.confidence_sum
            ):
                firings.append(Firing((index,), seen.confidence, seen.first_at))
        return firings

    def _crosses(self, scene: Scene, seen: _Passing, feet: NDArray[np.float64]) -> bool:
        size_px = float(min(seen.box[2] - seen.box[0], seen.box[3] - seen.box[1]))
        size = size_px / max(scene.width_px, scene.height_px)
        if self._line.distance(feet) < self._config.margin * size:
            return False
        before, seen.clear = seen.clear, feet
        side = 0 if before is None else self._line.crossed(before, feet)
        return side != 0 and self._config.direction in ("both", _DIRECTION[side > 0])

    def _is_on(self, at: datetime) -> bool:
        if not self._config.during:
            return True
        signal = self._signal_at
        return signal is not None and (at - signal).total_seconds() <= self._config.during_s


_DIRECTION = {True: "left_to_right", False: "right_to_left"}
