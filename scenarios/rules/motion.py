"""How something moves: too fast, falling, or left lying alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

import numpy as np
from pydantic import Field, NonNegativeFloat, PositiveFloat, model_validator

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.subject import Seen, SubjectConfig, Subjects
from scenarios.trail import Step, Trails
from scenarios.zones import Area

AT_REST = 0.3
"""Sizes of its box a second below which a thing lies still: a box trembles by that much."""

PASSER_S = 5.0
"""Who is near a thing for less is passing by: it is left all the same."""


class MotionConfig(SubjectConfig):
    """What an owner can set for a motion rule; any one of the movements that are set is enough."""

    rule: Literal["motion"] = "motion"

    over_kmh: PositiveFloat | None = None
    """Too fast; needs a zone with `size_m`."""

    falling: PositiveFloat | None = None
    """Falls so fast, in heights of the picture a second, with both its upper and its lower edge; a
    part of something larger, such as of a car on its way, is none that falls."""

    left_s: PositiveFloat | None = None
    """Lies still for so many seconds with none of its owners near."""

    owners: tuple[str, ...] = ("person",)
    """Classes of those who may have put it down: while one stays near, it is not left."""

    owner_reach: PositiveFloat = 2.0
    """How near an owner is, in sizes of the thing's box around it."""

    stay_s: NonNegativeFloat = 0.0
    """Seconds a thing must have been seen."""

    forget_s: float = Field(default=10.0, gt=0)
    """Seconds out of sight after which a thing is new again."""

    @model_validator(mode="after")
    def _some_movement(self) -> Self:
        if self.over_kmh is None and self.falling is None and self.left_s is None:
            raise ValueError("set at least one of over_kmh, falling and left_s")
        return self


@dataclass(slots=True)
class _Moving(Seen):
    alone_since: datetime | None = None
    with_owner_since: datetime | None = None
    held: int = 0


class Motion:
    """Fires once for each track that moves as is meant."""

    def __init__(self, config: MotionConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._subjects = Subjects(_Moving, config.forget_s)
        self._trails = Trails()

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        self._trails.update(scene)
        wanted = scene.seen(config.classes, config.min_height_px) & scene.inside(self._area)
        firings: list[Firing] = []
        for index, seen in self._subjects.look(scene, wanted):
            step = self._trails.step(int(scene.track_ids[index]))
            seen.held = seen.held + 1 if step and self._moves(step, scene, index, seen) else 0
            if (
                not seen.fired
                and seen.held >= 2  # once may be a box that jumps
                and seen.sightings >= config.sightings
                and (scene.at - seen.first_at).total_seconds() >= config.stay_s
                and seen.confidence >= config.confidence
            ):
                seen.fired = True
                firings.append(Firing((index,), seen.confidence, seen.first_at))
        return firings

    def _moves(self, step: Step, scene: Scene, index: int, seen: _Moving) -> bool:
        return (
            self._is_left(step, scene, index, seen)
            or self._is_fast(step)
            or self._falls(step, scene, index)
        )

    def _is_left(self, step: Step, scene: Scene, index: int, seen: _Moving) -> bool:
        near = self._owner_is_near(scene, index)
        seen.with_owner_since = (seen.with_owner_since or scene.at) if near else None
        if step.sizes_per_s > AT_REST or (
            seen.with_owner_since is not None
            and (seen.alone_since is None or _s(scene.at, seen.with_owner_since) >= PASSER_S)
        ):
            seen.alone_since = None
        else:
            seen.alone_since = seen.alone_since or scene.at
        since, least_s = seen.alone_since, self._config.left_s
        return (
            since is not None
            and least_s is not None
            and not near
            and _s(scene.at, since) >= least_s
        )

    def _is_fast(self, step: Step) -> bool:
        if self._config.over_kmh is None:
            return False
        start, end = self._area.metres(np.stack([step.start, step.end]))
        return float(np.linalg.norm(end - start)) / step.seconds * 3.6 > self._config.over_kmh

    def _falls(self, step: Step, scene: Scene, index: int) -> bool:
        if self._config.falling is None or _is_part_of_another(scene, index):
            return False
        return step.down / step.seconds >= self._config.falling

    def _owner_is_near(self, scene: Scene, index: int) -> bool:
        box, others = scene.boxes[index], scene.boxes[scene.seen(self._config.owners)]
        reach = self._config.owner_reach * float(max(box[2] - box[0], box[3] - box[1]))
        near = (
            (others[:, 0] <= box[2] + reach)
            & (others[:, 2] >= box[0] - reach)
            & (others[:, 1] <= box[3] + reach)
            & (others[:, 3] >= box[1] - reach)
        )
        return bool(near.any())


def _is_part_of_another(scene: Scene, index: int) -> bool:
    """Whether most of a thing lies within a larger one: the windscreen of a car."""
    box, boxes = scene.boxes[index], scene.boxes
    sides = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
    shared = np.maximum(sides[:, 0], 0) * np.maximum(sides[:, 1], 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return bool(((areas > areas[index]) & (shared > areas[index] / 2)).any())


def _s(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()
