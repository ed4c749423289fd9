"""A part belongs to a whole and lacks an attribute: a rider's head without a helmet.

The detector sees the part in one of two states, or the attribute as a thing of its own on the part
(`worn`: a vest on a person). Each sighting of a track is a vote, weighted by its confidence; the
rule fires once the votes for "lacks it" are enough and clearly lead. Where the whole (a
two-wheeler) is seen, the event names it. A head whose person is seen from head to foot, and on no
two-wheeler, is a pedestrian's and does not count.

Turned round, what is lacking may be room: a motorcycle that carries more than it may (`carried`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from scenarios.firing import Firing
from scenarios.scene import Scene
from scenarios.subject import RuleBase, lies_on
from scenarios.zones import Area


class AssociationConfig(RuleBase):
    """What an owner can set for an association rule."""

    rule: Literal["association"] = "association"

    lacking: str
    """Class of a part without the attribute: what the event is about."""

    having: tuple[str, ...] = ()
    """Classes of a part that has it: votes against."""

    worn: tuple[str, ...] = ()
    """Classes that, seen on the part, count as the attribute: a vote against."""

    carried: tuple[str, ...] = ()
    """Classes that are counted on the part: more than `most` of them is what it lacks room for."""

    most: PositiveInt = 2
    """So many of `carried` are still fine."""

    wholes: tuple[str, ...] = ()
    """Classes the part belongs to; empty: the part alone is enough."""

    bearers: tuple[str, ...] = ()
    """Classes of those who carry the part. Seen whole and on none of the wholes, they are not
    meant by this rule."""

    whole_required: bool = False
    """Only parts seen on a whole count: misses some, and is right where many walk."""

    votes: PositiveInt = 3
    """Sightings before the rule decides: a thing seen only once or twice makes no event."""

    weight: PositiveFloat = 1.5
    """Sum of the confidences of the votes for "lacks it" that is enough."""

    share: float = Field(default=0.65, gt=0.5, le=1)
    """Share of all votes, by confidence, that must say "lacks it"."""

    min_height_px: NonNegativeFloat = 10
    """Smaller parts are not judged."""

    max_height: float = Field(default=0.4, gt=0, le=1)
    """Larger parts, as a share of the picture's height, are not parts: whole vehicles mistaken
    for a head."""

    @property
    def needed_classes(self) -> frozenset[str]:
        """Classes an algorithm must offer for the rule to work at all."""
        return frozenset((self.lacking, *self.having, *self.worn, *self.carried))


@dataclass(slots=True)
class _Votes:
    first_at: datetime
    last_at: datetime
    sightings: int = 1  # a thing gets its track at its second sighting: the first is behind us
    lacking: int = 0
    lacking_weight: float = 0.0
    weight: float = 0.0
    fired: bool = False


class Association:
    """Fires once for each track whose votes say that it lacks the attribute."""

    def __init__(self, config: AssociationConfig, area: Area) -> None:
        self._config = config
        self._area = area
        self._votes: dict[int, _Votes] = {}

    def update(self, scene: Scene) -> list[Firing]:
        config = self._config
        wholes = np.flatnonzero(np.isin(scene.class_names, config.wholes))
        bearers = np.flatnonzero(np.isin(scene.class_names, config.bearers))
        firings: list[Firing] = []
        for index in np.flatnonzero(self._parts(scene) & scene.inside(self._area)):
            part = scene.boxes[index]
            whole = _sits_on(part, scene.boxes[wholes])
            if whole is None and (
                config.whole_required
                or _is_on_foot(part, scene.boxes[bearers], scene.boxes[wholes], scene.height_px)
            ):
                continue
            load = np.flatnonzero(_sit_on(part, scene, config.carried)).tolist()
            lacks_it_now = self._lacks_it(scene, int(index), len(load))
            votes = self._count(scene, int(index), lacks_it_now)
            if not votes.fired and lacks_it_now and self._decided(votes):
                votes.fired = True
                on = () if whole is None else (int(wholes[whole]),)
                mean = votes.lacking_weight / votes.lacking
                firings.append(Firing((int(index), *on, *load), mean, votes.first_at))
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

    def _lacks_it(self, scene: Scene, index: int, load: int) -> bool:
        config = self._config
        if str(scene.class_names[index]) != config.lacking:
            return False
        if config.carried:
            return load > config.most
        return not (
            np.isin(scene.class_names, config.worn) & lies_on(scene.boxes, scene.boxes[index])
        ).any()

    def _count(self, scene: Scene, index: int, lacks_it_now: bool) -> _Votes:
        votes = self._votes.setdefault(int(scene.track_ids[index]), _Votes(scene.at, scene.at))
        confidence = float(scene.confidences[index])
        votes.last_at = scene.at
        if not scene.looked:
            return votes
        votes.sightings += 1
        votes.weight += confidence
        if lacks_it_now:
            votes.lacking += 1
            votes.lacking_weight += confidence
        return votes

    def _decided(self, votes: _Votes) -> bool:
        config = self._config
        return (
            votes.sightings >= config.votes
            and votes.lacking_weight >= config.weight
            and votes.lacking_weight >= config.share * votes.weight
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


def _sit_on(
    vehicle: NDArray[np.float32], scene: Scene, classes: tuple[str, ...]
) -> NDArray[np.bool_]:
    """Which things of those classes sit on a two-wheeler: `(N,)`.

    A rider's middle is above the wheels' lower half, at most one height above the vehicle, and not
    beside it; the feet are not far below it.
    """
    x1, y1, x2, y2 = vehicle
    boxes = scene.boxes
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    return (
        np.isin(scene.class_names, classes)
        & (x >= x1)
        & (x <= x2)
        & (y <= (y1 + y2) / 2)
        & (y >= y1 - (y2 - y1))
        & (boxes[:, 3] >= y1)
    )


def _is_on_foot(
    part: NDArray[np.float32],
    bearers: NDArray[np.float32],
    wholes: NDArray[np.float32],
    height_px: int,
) -> bool:
    """Whether the part's bearer is seen from top to bottom and touches no whole.

    Args:
        part: `(4,)` box.
        bearers: `(M, 4)` boxes.
        wholes: `(K, 4)` boxes.
        height_px: Of the picture: a bearer that reaches its lower edge is not seen whole.
    """
    x, y = (part[0] + part[2]) / 2, (part[1] + part[3]) / 2
    for x1, y1, x2, y2 in bearers:
        carries = x1 <= x <= x2 and y1 <= y <= y1 + 0.4 * (y2 - y1)
        if carries and y2 < 0.98 * height_px:
            touching = (
                (wholes[:, 0] < x2)
                & (wholes[:, 2] > x1)
                & (wholes[:, 1] < y2)
                & (wholes[:, 3] > y1)
            )
            return not touching.any()
    return False
