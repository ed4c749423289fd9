"""Something stays too long: a parked car, rubbish on the pavement, a vendor with a cart."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from pydantic import Field, NonNegativeFloat, PositiveFloat

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.subject import Seen, SubjectConfig, Subjects
from scenarios.zones import Area


class DwellConfig(SubjectConfig):
    """What an owner can set for a dwell rule."""

    rule: Literal["dwell"] = "dwell"

    stay_s: NonNegativeFloat = 60.0
    """Seconds at rest in the zone before the event fires."""

    forget_s: float = Field(default=10.0, gt=0)
    """Seconds out of sight, behind a passing bus say, after which a thing is new again."""

    reach: PositiveFloat | None = 0.5
    """How far it may move, in sizes of its box, and still be at rest; null: however far."""

    beside: tuple[str, ...] = ()
    """Classes of which one must be near, such as the vendor of a cart; empty: it alone counts."""

    beside_share: float = Field(default=0.5, gt=0, le=1)
    """Share of the sightings in which such a companion must be near: within one size of the box."""

    @property
    def needed_classes(self) -> frozenset[str]:
        return frozenset((*self.classes, *self.beside))


@dataclass(slots=True)
class _Resting(Seen):
    since: datetime | None = None
    place: tuple[float, float] = (0.0, 0.0)
    sightings_here: int = 0
    accompanied: int = 0


class Dwell:
    """Fires once for each track that rests in the area for long enough."""

    def __init__(self, config: DwellConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._subjects = Subjects(_Resting, config.forget_s)

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        wanted = scene.seen(config.classes, config.min_height_px) & scene.inside(self._area)
        firings: list[Firing] = []
        for index, seen in self._subjects.look(scene, wanted):
            since = self._rest(scene, seen)
            seen.sightings_here += 1
            companions = _near(scene, index, config.beside)
            seen.accompanied += len(companions) > 0
            if (
                not seen.fired
                and seen.sightings_here >= config.sightings
                and (scene.at - since).total_seconds() >= config.stay_s
                and seen.confidence >= config.confidence
                and (
                    not config.beside
                    or seen.accompanied >= config.beside_share * seen.sightings_here
                )
            ):
                seen.fired = True
                firings.append(Firing((index, *companions), seen.confidence, since))
        return firings

    def _rest(self, scene: Scene, seen: _Resting) -> datetime:
        """Since when it has been at rest; it begins anew once it has moved out of reach."""
        x1, y1, x2, y2 = seen.box.tolist()
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        moved = max(
            abs(x - seen.place[0]) / max(x2 - x1, 1.0), abs(y - seen.place[1]) / max(y2 - y1, 1.0)
        )
        reach = self._config.reach
        if seen.since is None or (reach is not None and moved > reach):
            seen.since, seen.place = scene.at, (x, y)
            seen.sightings_here = seen.accompanied = 0
        return seen.since


def _near(scene: Scene, index: int, classes: tuple[str, ...]) -> list[int]:
    """Positions of the things of those classes within one size of the box around it."""
    x1, y1, x2, y2 = scene.boxes[index]
    width, height = x2 - x1, y2 - y1
    others = scene.boxes
    near = (
        (others[:, 0] <= x2 + width)
        & (others[:, 2] >= x1 - width)
        & (others[:, 1] <= y2 + height)
        & (others[:, 3] >= y1 - height)
        & np.isin(scene.class_names, classes)
    )
    near[index] = False
    return np.flatnonzero(near).tolist()
