"""Something is there that should not be: a person in a danger zone, a fire that grows."""

from dataclasses import dataclass
from typing import Literal

from pydantic import NonNegativeFloat

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.subject import Seen, SubjectConfig, Subjects
from scenarios.zones import Area


class PresenceConfig(SubjectConfig):
    """What an owner can set for a presence rule."""

    rule: Literal["presence"] = "presence"

    grown: NonNegativeFloat = 0
    """Times the area at its first sighting that a thing must have reached; 0: any size will do."""


@dataclass(slots=True)
class _Growing(Seen):
    first_area: float = 0.0
    grown: float = 0.0


class Presence:
    """Fires once for each track that stays in the area."""

    def __init__(self, config: PresenceConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._subjects = Subjects(_Growing, config.forget_s)

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        wanted = scene.seen(config.classes, config.min_height_px) & scene.inside(self._area)
        firings: list[Firing] = []
        for index, seen in self._subjects.look(scene, wanted):
            x1, y1, x2, y2 = seen.box.tolist()
            seen.first_area = seen.first_area or (x2 - x1) * (y2 - y1)
            seen.grown = max(seen.grown, (x2 - x1) * (y2 - y1) / seen.first_area)
            if (
                not seen.fired
                and seen.sightings >= config.sightings
                and (scene.at - seen.first_at).total_seconds() >= config.stay_s
                and seen.confidence >= config.confidence
                and seen.grown >= config.grown
            ):
                seen.fired = True
                firings.append(Firing((index,), seen.confidence, seen.first_at))
        return firings
