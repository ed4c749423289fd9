"""Too many things at one place: a crowd, a heap of badly parked e-bikes."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, model_validator

from scenarios.firing import Firing
from scenarios.holding import Holding, mean_confidence
from scenarios.scene import Scene
from scenarios.subject import SubjectConfig
from scenarios.zones import Area


class CountConfig(SubjectConfig):
    """What an owner can set for a count rule."""

    rule: Literal["count"] = "count"

    at_least: PositiveInt | None = None
    """So many things in the zone are too many."""

    per_100_m2: PositiveFloat | None = None
    """So many things on 100 square metres are too many; needs a zone with `size_m`."""

    stay_s: NonNegativeFloat = 60.0
    """Seconds there must be too many before the event fires."""

    forget_s: float = Field(default=10.0, gt=0)
    """Seconds there must be fewer before the event is over."""

    release: float = Field(default=0.8, gt=0, le=1)
    """Share of the number below which an event that is open ends."""

    @model_validator(mode="after")
    def _counts_or_measures(self) -> Self:
        if (self.at_least is None) == (self.per_100_m2 is None):
            raise ValueError("set one of at_least and per_100_m2, not both")
        return self


class Count:
    """Fires for the area while too many things are in it."""

    def __init__(self, config: CountConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._holding = Holding(config)

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        counted = scene.seen(config.classes, config.min_height_px, config.confidence)
        there = np.flatnonzero(counted & scene.inside(self._area)).tolist()
        least = self._least() * (config.release if self._holding.on else 1)
        return self._holding.update(
            scene, len(there) >= least, there, mean_confidence(scene, there)
        )

    def _least(self) -> float:
        if self._config.per_100_m2 is None:
            return float(self._config.at_least or 1)
        return max(1.0, self._config.per_100_m2 * self._area.square_metres / 100)
