"""A classified condition: a bin that overflows, a broken manhole, a person who lies on the ground.

The detector sees a thing in one of several states. Its sightings of the last seconds are votes,
weighted by their confidence. The event is about the place: it opens when one thing there has been
in the state for long enough, and ends when none is any more.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field, PositiveFloat

from scenarios.firing import Firing
from scenarios.holding import Holding, mean_confidence
from scenarios.scene import Scene
from scenarios.subject import Seen, SubjectConfig, Subjects
from scenarios.zones import Area


class StateConfig(SubjectConfig):
    """What an owner can set for a state rule; `classes` are the states that are meant."""

    rule: Literal["state"] = "state"

    unlike: tuple[str, ...] = ()
    """Classes of the same thing in another state: votes against."""

    share: float = Field(default=0.65, gt=0.5, le=1)
    """Share of the votes, by confidence, that must be for the state."""

    votes_s: PositiveFloat = 10.0
    """Seconds for which a sighting is a vote."""

    forget_s: float = Field(default=10.0, gt=0)
    """Seconds in no such state after which the event is over."""

    @property
    def needed_classes(self) -> frozenset[str]:
        return frozenset((*self.classes, *self.unlike))


@dataclass(slots=True)
class _Voted(Seen):
    votes: deque[tuple[datetime, bool, float]] = field(
        default_factory=deque[tuple[datetime, bool, float]]
    )
    """When, whether for the state, by which confidence."""


class State:
    """Fires for the area while something in it is in the state."""

    def __init__(self, config: StateConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._subjects = Subjects(_Voted, config.forget_s)
        self._holding = Holding(config)

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        wanted = scene.seen((*config.classes, *config.unlike), config.min_height_px)
        there = [
            index
            for index, seen in self._subjects.look(scene, wanted & scene.inside(self._area))
            if self._is_in_state(scene, index, seen)
        ]
        return self._holding.update(scene, bool(there), there, mean_confidence(scene, there))

    def _is_in_state(self, scene: Scene, index: int, seen: _Voted) -> bool:
        config = self._config
        is_for = str(scene.class_names[index]) in config.classes
        seen.votes.append((scene.at, is_for, float(scene.confidences[index])))
        while (scene.at - seen.votes[0][0]).total_seconds() > config.votes_s:
            seen.votes.popleft()
        by = [confidence for _, vote, confidence in seen.votes if vote]
        return (
            len(by) > 0
            and sum(by) / len(by) >= config.confidence
            and sum(by) >= config.share * sum(confidence for *_, confidence in seen.votes)
        )
