"""What the rules share: whom they are about, and what they remember of each track."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt

from scenarios.scene import Scene

SAME_PLACE = 0.5
"""Overlap (IoU) from which a new track, where another was just lost, is the same thing."""


class RuleBase(BaseModel):
    """What an owner can set for any rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    min_height_px: NonNegativeFloat = 0
    """Smaller things are not judged."""

    forget_s: float = Field(default=3.0, gt=0)
    """Seconds out of sight after which a thing is new again and its event over."""

    cooldown_s: NonNegativeFloat = 0
    """Seconds after an event has opened in which the same zone opens no other."""


class SubjectConfig(RuleBase):
    """What an owner can set for a rule about things of some classes."""

    classes: tuple[str, ...] = Field(min_length=1)
    """What the rule is about."""

    stay_s: NonNegativeFloat = 1.0
    """Seconds the condition must hold before the event fires."""

    sightings: PositiveInt = 3
    """Pictures it must be seen in: one or two may be a mistake."""

    confidence: float = Field(default=0.4, ge=0, le=1)
    """Confidence that is enough: of a track in the mean of its sightings; of a place for each
    thing that counts."""

    @property
    def needed_classes(self) -> frozenset[str]:
        """Classes an algorithm must offer for the rule to work at all."""
        return frozenset(self.classes)


@dataclass(slots=True)
class Seen:
    """What is remembered of one track."""

    first_at: datetime
    last_at: datetime
    box: NDArray[np.float32] = field(default_factory=lambda: np.zeros(4, np.float32))
    sightings: int = 0
    confidence_sum: float = 0.0
    fired: bool = False

    @property
    def confidence(self) -> float:
        """In the mean of the sightings."""
        return self.confidence_sum / self.sightings


S = TypeVar("S", bound=Seen)


class Subjects(Generic[S]):
    """The tracks a rule is about.

    Args:
        record: Makes what the rule remembers of a track, from the time of its first sighting.
        forget_s: After so long out of sight a track is forgotten.
    """

    def __init__(self, record: Callable[[datetime, datetime], S], forget_s: float) -> None:
        self._record = record
        self._forget_s = forget_s
        self._seen: dict[int, S] = {}

    def look(self, scene: Scene, wanted: NDArray[np.bool_]) -> Iterator[tuple[int, S]]:
        """Take in the next scene.

        A new track where another was just lost takes over what is known of that one, but not
        that it has fired: whoever follows events must hear of the new track.

        Args:
            scene: Later than the one before.
            wanted: `(N,)` which of its things the rule is about; those without a track never are.

        Yields:
            Position in the scene and memory, this sighting included.
        """
        self._seen = {
            track: seen
            for track, seen in self._seen.items()
            if (scene.at - seen.last_at).total_seconds() <= self._forget_s
        }
        in_sight = set(scene.track_ids.tolist())
        for index in np.flatnonzero(wanted & (scene.track_ids >= 0)).tolist():
            track = int(scene.track_ids[index])
            box = scene.boxes[index]
            seen = self._seen.get(track) or self._taken_over(box, in_sight)
            seen = seen or self._record(scene.at, scene.at)
            self._seen[track] = seen
            seen.last_at = scene.at
            seen.box = box
            if scene.looked or not seen.sightings:
                seen.sightings += 1
                seen.confidence_sum += float(scene.confidences[index])
            yield index, seen

    def _taken_over(self, box: NDArray[np.float32], in_sight: set[int]) -> S | None:
        for track, seen in self._seen.items():
            if track not in in_sight and box_iou(seen.box, box) >= SAME_PLACE:
                del self._seen[track]
                seen.fired = False
                return seen
        return None


def box_iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Overlap of two `x1 y1 x2 y2` boxes, 0–1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = float(width * height)
    return both / (float((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])) - both)


def lies_on(things: NDArray[np.float32], box: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the `(N, 4)` boxes have their centre in `box`, `(4,)`: `(N,)`."""
    x, y = (things[:, 0] + things[:, 2]) / 2, (things[:, 1] + things[:, 3]) / 2
    return (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])
