"""Events against the truth: what was found, what was missed, what was a false alarm.

A person has written down what happens in a clip. An event and a truth are a pair if they agree in
camera, scenario and zone and overlap in time (and in place, where the truth says where); each is
in one pair at most, and there are as many pairs as there can be.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    NonNegativeFloat,
    PositiveFloat,
    ValidationError,
    model_validator,
)

from algorithms.manifest import Slug
from scenarios.errors import ScenarioError
from scenarios.events import Box
from scenarios.zones import Shape

TOLERANCE_S = 2.0
"""So far apart in time an event and its truth may lie."""

Z_95 = 1.6448536269514722
"""One-sided 95 % of the normal distribution."""


class Happening(BaseModel):
    """What a person calls an event."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    zone: str | None = None
    """Name of the zone or line; null for the whole picture."""

    begin_s: NonNegativeFloat
    """From the beginning of the clip: since when it is wrong, not when a rule may say so."""

    end_s: NonNegativeFloat

    box: Box | None = None
    """Roughly where, as `x1 y1 x2 y2` fractions of the picture, over the whole time."""

    note: str = ""

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.end_s < self.begin_s:
            raise ValueError(f"ends at {self.end_s} s, before it begins at {self.begin_s} s")
        return self


class ScenarioTruth(BaseModel):
    """What happens in a clip for one scenario, and how it is deployed there."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    scenario: Slug

    zones: tuple[Shape, ...] = ()
    """As drawn for this clip."""

    rule: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    """Values that differ from the scenario's: a clip of half a minute has no parking for three."""

    events: tuple[Happening, ...] = ()
    """Empty: nothing of the kind happens, and every event is a false alarm."""

    note: str = ""
    """How sure the truth is, and what was left out of it."""


class Truth(BaseModel):
    """What happens in a clip."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    clip: str
    duration_s: PositiveFloat
    scenarios: tuple[ScenarioTruth, ...] = Field(min_length=1)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a truth file.

        Raises:
            ScenarioError: Not JSON, or a field is missing or wrong; names each.
        """
        try:
            return cls.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            told = (
                "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
                if isinstance(error, ValidationError)
                else str(error)
            )
            raise ScenarioError(f"{path}: expected a truth file: {told}") from error


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event or a truth, as far as the two can be compared.

    Args:
        camera: Of the clip.
        scenario: Its id.
        zone: Its name.
        begin_s: From any moment that both count from.
        end_s: Likewise.
        boxes: Where it was over that time, as fractions of the picture; empty: anywhere.
    """

    camera: str
    scenario: str
    zone: str | None
    begin_s: float
    end_s: float
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How events compare with the truth.

    Args:
        pairs: Positions of an event and of its truth.
        false_alarms: Positions of the events without one.
        missed: Positions of the truths without one.
        hours: Camera hours looked at.
    """

    pairs: tuple[tuple[int, int], ...]
    false_alarms: tuple[int, ...]
    missed: tuple[int, ...]
    hours: float

    @property
    def precision(self) -> float | None:
        return _share(len(self.pairs), len(self.pairs) + len(self.false_alarms))

    @property
    def recall(self) -> float | None:
        return _share(len(self.pairs), len(self.pairs) + len(self.missed))

    @property
    def false_alarms_per_hour(self) -> float:
        return len(self.false_alarms) / self.hours

    def to_json(self) -> dict[str, Any]:
        found = len(self.pairs)
        return {
            "found": found,
            "false_alarms": len(self.false_alarms),
            "missed": len(self.missed),
            "hours": round(self.hours, 5),
            "precision": self.precision,
            "precision_at_least": wilson_lower(found, found + len(self.false_alarms)),
            "recall": self.recall,
            "recall_at_least": wilson_lower(found, found + len(self.missed)),
            "false_alarms_per_hour": self.false_alarms_per_hour,
            "false_alarms_per_hour_at_most": poisson_upper(len(self.false_alarms)) / self.hours,
        }


def score(
    events: Sequence[Occurrence],
    truths: Sequence[Occurrence],
    hours: float,
    tolerance_s: float = TOLERANCE_S,
) -> Score:
    """Pair events with the truth, as many as there can be.

    Args:
        events: What the platform said.
        truths: What a person said.
        hours: Camera hours looked at, above 0.
        tolerance_s: So far apart in time the two of a pair may lie.
    """
    candidates = [
        sorted(
            (t for t, truth in enumerate(truths) if _agree(event, truth, tolerance_s)),
            key=lambda t: _apart_s(event, truths[t]),
        )
        for event in events
    ]
    event_of: dict[int, int] = {}
    for e in range(len(events)):
        _pair(e, candidates, event_of, set())
    pairs = tuple(sorted((e, t) for t, e in event_of.items()))
    paired = {e for e, _ in pairs}
    return Score(
        pairs=pairs,
        false_alarms=tuple(e for e in range(len(events)) if e not in paired),
        missed=tuple(t for t in range(len(truths)) if t not in event_of),
        hours=hours,
    )


def wilson_lower(successes: int, trials: int) -> float:
    """One-sided 95 % lower bound of a share (Wilson 1927); 0 without trials.

    >>> round(wilson_lower(10, 10), 3), wilson_lower(0, 0)
    (0.787, 0.0)
    """
    if not trials:
        return 0.0
    share, z2 = successes / trials, Z_95**2
    middle = share + z2 / (2 * trials)
    spread = Z_95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return max(0.0, (middle - spread) / (1 + z2 / trials))


def poisson_upper(number: int) -> float:
    """One-sided 95 % upper bound of what is expected, where so many were counted.

    >>> round(poisson_upper(0), 3), round(poisson_upper(3), 3)
    (2.996, 7.754)
    """
    low, high = float(number), number + 10.0 * math.sqrt(number + 1)
    for _ in range(60):
        middle = (low + high) / 2
        term = at_most = math.exp(-middle)
        for k in range(1, number + 1):
            term *= middle / k
            at_most += term
        low, high = (middle, high) if at_most > 0.05 else (low, middle)
    return high


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _pair(e: int, candidates: list[list[int]], event_of: dict[int, int], tried: set[int]) -> bool:
    """Give an event a truth, if need be by giving that one's event another (Kuhn's method)."""
    for t in candidates[e]:
        if t not in tried:
            tried.add(t)
            if t not in event_of or _pair(event_of[t], candidates, event_of, tried):
                event_of[t] = e
                return True
    return False


def _agree(event: Occurrence, truth: Occurrence, tolerance_s: float) -> bool:
    return (
        (event.camera, event.scenario, event.zone) == (truth.camera, truth.scenario, truth.zone)
        and max(event.begin_s - truth.end_s, truth.begin_s - event.end_s) <= tolerance_s
        and (
            not event.boxes
            or not truth.boxes
            or any(_touch(a, b) for a in event.boxes for b in truth.boxes)
        )
    )


def _apart_s(event: Occurrence, truth: Occurrence) -> float:
    return abs(event.begin_s - truth.begin_s) + abs(event.end_s - truth.end_s)


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
