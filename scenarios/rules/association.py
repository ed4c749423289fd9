"""A part belongs to a whole and lacks an attribute: a rider's head without a helmet.

The detector sees the part in one of two states. Each sighting of a track is a vote, weighted by
its confidence; the rule fires once the votes for "lacks it" clearly lead. Where the whole (a
two-wheeler) is seen too, the part must sit on it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.zones import Zone


class AssociationConfig(BaseModel):
    """What an owner can set for an association rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    rule: Literal["association"] = "association"

    lacking: str
    """Class of a part without the attribute: what the event is about."""

    having: tuple[str, ...] = ()
    """Classes of a part that has it: votes against."""

    wholes: tuple[str, ...] = ()
    """Classes the part belongs to; empty: the part alone is enough."""

    whole: Literal["required", "preferred"] = "preferred"
    """`required`: only parts seen on a whole count. `preferred`: parts alone count too, but take
    twice the votes."""

    votes: PositiveInt = 4
    """Sightings before the rule decides: a thing seen only once or twice makes no event."""

    share: float = Field(default=0.65, gt=0.5, le=1)
    """Share of the votes, by confidence, that must say "lacks it"."""

    confidence: float = Field(default=0.4, ge=0, le=1)
    """Mean confidence of the votes for "lacks it" that is enough."""

    min_height_px: NonNegativeFloat = 10
    """Smaller parts are not judged."""

    max_height: float = Field(default=0.4, gt=0, le=1)
    """Larger parts, as a share of the picture's height, are not parts: whole vehicles mistaken
    for a head."""

    forget_s: float = Field(default=3.0, gt=0)
    """Seconds out of sight after which a track is forgotten."""

    @property
    def needed_classes(self) -> frozenset[str]:
        """Classes an algorithm must offer for the rule to work at all."""
        return frozenset((self.lacking, *self.having))


@dataclass(slots=True)
class _Votes:
    first_at: datetime
    last_at: datetime
    sightings: int = 0
    lacking: int = 0
    lacking_weight: float = 0.0
    weight: float = 0.0
    on_whole: int = 0
    fired: bool = False


class Association:
    """Fires once for each track whose votes say that it lacks the attribute."""

    def __init__(self, config: AssociationConfig) -> None:
        self._config = config
        self._votes: dict[int, _Votes] = {}

    def update(self, scene: Scene, zone: Zone | None) -> list[Firing]:
        config = self._config
        wholes = np.flatnonzero(np.isin(scene.class_names, config.wholes))
        firings: list[Firing] = []
        for index in np.flatnonzero(self._parts(scene) & scene.inside(zone)):
            track = int(scene.track_ids[index])
            votes = self._votes.setdefault(track, _Votes(scene.at, scene.at))
            whole = _sits_on(scene.boxes[index], scene.boxes[wholes])
            self._count(votes, scene, int(index), whole is not None)
            lacks_it_now = str(scene.class_names[index]) == config.lacking
            if not votes.fired and lacks_it_now and self._decided(votes):
                votes.fired = True
                on = () if whole is None else (int(wholes[whole]),)
                mean = votes.lacking_weight / votes.lacking
                firings.append(Firing((int(index), *on), mean, votes.first_at))
        self._forget(scene.at)
        return firings

    def _parts(self, scene: Scene) -> NDArray[np.bool_]:
        config = self._config
        height = scene.boxes[:, 3] - scene.boxes[:, 1]
        return (
            np.isin(scene.class_names, (config.lacking, *config.having))
            & (scene.track_ids >= 0)
            & (height >= config.min_height_px)
            & (height <= config.max_height * scene.height_px)
        )

    def _count(self, votes: _Votes, scene: Scene, index: int, on_whole: bool) -> None:
        confidence = float(scene.confidences[index])
        votes.last_at = scene.at
        votes.sightings += 1
        votes.on_whole += on_whole
        votes.weight += confidence
        if str(scene.class_names[index]) == self._config.lacking:
            votes.lacking += 1
            votes.lacking_weight += confidence

    def _decided(self, votes: _Votes) -> bool:
        config = self._config
        needed = config.votes
        if config.wholes and not votes.on_whole:
            if config.whole == "required":
                return False
            needed *= 2
        return (
            votes.sightings >= needed
            and votes.lacking_weight >= config.share * votes.weight
            and votes.lacking_weight >= config.confidence * votes.lacking
        )

    def _forget(self, at: datetime) -> None:
        self._votes = {
            track: votes
            for track, votes in self._votes.items()
            if (at - votes.last_at).total_seconds() <= self._config.forget_s
        }


def _sits_on(part: NDArray[np.float32], wholes: NDArray[np.float32]) -> int | None:
    """Which whole a part sits on: the nearest that it stands over and is smaller than.

    Args:
        part: `(4,)` box.
        wholes: `(M, 4)` boxes.

    Returns:
        Position in `wholes`, or None. A rider's head is above the two-wheeler by up to one and a
        half of its height, and at most half its width to the side.
    """
    if not len(wholes):
        return None
    x, y = (part[0] + part[2]) / 2, (part[1] + part[3]) / 2
    width, height = wholes[:, 2] - wholes[:, 0], wholes[:, 3] - wholes[:, 1]
    middle = (wholes[:, 0] + wholes[:, 2]) / 2
    over = (
        (np.abs(x - middle) <= width)
        & (y <= wholes[:, 3])
        & (y >= wholes[:, 1] - 1.5 * height)
        & (part[2] - part[0] <= 0.9 * width)
    )
    if not over.any():
        return None
    return int(np.argmin(np.where(over, np.abs(x - middle), np.inf)))
