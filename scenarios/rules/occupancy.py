"""Too much of a place is covered: a blocked fire lane, water on the road, a congested street."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveFloat

from scenarios.firing import Firing
from scenarios.holding import Holding, mean_confidence
from scenarios.scene import Scene
from scenarios.subject import SubjectConfig
from scenarios.trail import Trails
from scenarios.zones import Area


class OccupancyConfig(SubjectConfig):
    """What an owner can set for an occupancy rule."""

    rule: Literal["occupancy"] = "occupancy"

    covered: float = Field(default=0.3, gt=0, le=1)
    """Share of the zone's area in the picture that is too much."""

    footprint: float = Field(default=1.0, gt=0, le=1)
    """Lower part of each box that stands on the ground, as a share of its height: about a half
    for vehicles, all of it for what lies flat."""

    slower_than: PositiveFloat | None = None
    """Only while the things in the zone go slower, in sizes of their own box a second: 0.5 is a
    car at walking pace; null: at any speed."""

    stay_s: NonNegativeFloat = 60.0
    """Seconds too much must be covered before the event fires."""

    forget_s: float = Field(default=10.0, gt=0)
    """Seconds less must be covered before the event is over."""

    release: float = Field(default=0.8, gt=0, le=1)
    """Share of `covered` below which an event that is open ends."""


class Occupancy:
    """Fires for the area while too much of it is covered."""

    def __init__(self, config: OccupancyConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._holding = Holding(config)
        self._trails = Trails()

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        self._trails.update(scene)
        counted = scene.seen(config.classes, config.min_height_px, config.confidence)
        boxes = _footprints(scene, config.footprint)
        there = [
            i for i in np.flatnonzero(counted).tolist() if self._area.covered(boxes[i : i + 1]) > 0
        ]
        least = config.covered * (config.release if self._holding.on else 1)
        too_much = self._area.covered(boxes[there]) >= least and self._is_slow(scene, there)
        return self._holding.update(scene, too_much, there, mean_confidence(scene, there))

    def _is_slow(self, scene: Scene, there: list[int]) -> bool:
        if self._config.slower_than is None:
            return True
        steps = [self._trails.step(int(scene.track_ids[index])) for index in there]
        speeds = [step.sizes_per_s for step in steps if step is not None]
        return len(speeds) > 0 and float(np.median(speeds)) < self._config.slower_than


def _footprints(scene: Scene, share: float) -> NDArray[np.float64]:
    """`(N, 4)` lower parts of the boxes, as fractions of the picture."""
    boxes = scene.boxes.astype(np.float64)
    boxes[:, 1] = boxes[:, 3] - share * (boxes[:, 3] - boxes[:, 1])
    return boxes / (scene.width_px, scene.height_px, scene.width_px, scene.height_px)
