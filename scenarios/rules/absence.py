"""Something is not there that should be: a guard at the gate, a lid on the shaft."""

from typing import Literal

from pydantic import Field, NonNegativeFloat

from scenarios.firing import Firing
from scenarios.holding import Holding
from scenarios.scene import Scene
from scenarios.subject import SubjectConfig
from scenarios.zones import Area


class AbsenceConfig(SubjectConfig):
    """What an owner can set for an absence rule."""

    rule: Literal["absence"] = "absence"

    stay_s: NonNegativeFloat = 60.0
    """Seconds for which none of the classes is in the zone before the event fires."""

    forget_s: float = Field(default=10.0, gt=0)
    """Seconds for which one must be back before the event is over."""


class Absence:
    """Fires for the area while nothing wanted is in it. Its events have no objects."""

    def __init__(self, config: AbsenceConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._holding = Holding(config)

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        there = scene.seen(config.classes, config.min_height_px, config.confidence)
        missing = not (there & scene.inside(self._area)).any()
        return self._holding.update(scene, missing, (), 1.0)
