"""Something is there that should not be: a person in a danger zone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.zones import Zone


class PresenceConfig(BaseModel):
    """What an owner can set for a presence rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    rule: Literal["presence"] = "presence"

    classes: tuple[str, ...] = Field(min_length=1)
    """What must not be there."""

    stay_s: NonNegativeFloat = 1.0
    """Seconds in the zone before the event fires."""

    sightings: PositiveInt = 3
    """Pictures it must be seen in: one or two may be a mistake."""

    confidence: float = Field(default=0.4, ge=0, le=1)
    """Mean confidence of the sightings that is enough."""

    forget_s: float = Field(default=3.0, gt=0)
    """Seconds out of sight after which a thing is new again."""

    @property
    def needed_classes(self) -> frozenset[str]:
        return frozenset(self.classes)


@dataclass(slots=True)
class _Seen:
    first_at: datetime
    last_at: datetime
    sightings: int = 0
    confidence_sum: float = 0.0
    fired: bool = False


class Presence:
    """Fires once for each track that stays in the zone."""

    def __init__(self, config: PresenceConfig) -> None:
        self._config = config
        self._seen: dict[int, _Seen] = {}

    def update(self, scene: Scene, zone: Zone | None) -> list[Firing]:
        config = self._config
        wanted = np.isin(scene.class_names, config.classes) & (scene.track_ids >= 0)
        firings: list[Firing] = []
        for index in np.flatnonzero(wanted & scene.inside(zone)):
            track = int(scene.track_ids[index])
            seen = self._seen.setdefault(track, _Seen(scene.at, scene.at))
            seen.last_at = scene.at
            seen.sightings += 1
            seen.confidence_sum += float(scene.confidences[index])
            mean = seen.confidence_sum / seen.sightings
            if (
                not seen.fired
                and seen.sightings >= config.sightings
                and (scene.at - seen.first_at).total_seconds() >= config.stay_s
                and mean >= config.confidence
            ):
                seen.fired = True
                firings.append(Firing((int(index),), mean, seen.first_at))
        self._seen = {
            track: seen
            for track, seen in self._seen.items()
            if (scene.at - seen.last_at).total_seconds() <= config.forget_s
        }
        return firings
