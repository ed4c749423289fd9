"""Whether a new algorithm version may go on, on which cameras, or must go back.

    shadow → canary → live
    any of them → rolling_back → rolled_back

In shadow it runs beside the champion on the same frames and nobody hears of what it finds; as
canary it has some of the cameras; live it has all. Pure: time and counts are passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt

from scenarios.score import TOLERANCE_S, Occurrence, score
from scenarios.statistics import Share

State = Literal["shadow", "canary", "live", "rolling_back", "rolled_back"]

RUNNING: tuple[State, ...] = ("shadow", "canary", "live")
"""States in which the new version runs somewhere."""

NEXT: dict[State, tuple[State, ...]] = {
    "shadow": ("canary", "live", "rolling_back"),
    "canary": ("canary", "live", "rolling_back"),
    "live": ("rolling_back",),
    "rolling_back": ("rolled_back",),
    "rolled_back": (),
}
"""Where each state leads; a canary may grow."""

Percent = Annotated[int, Field(ge=1, le=99)]
_Rate = Annotated[float, Field(ge=0, le=1)]


class _Setting(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Gates(_Setting):
    """What a new version must hold. One that is broken rolls it back, without a person."""

    precision: _Rate = 0.8
    """Rolled back when the 95 % upper Wilson bound of the precision that reviewers confirmed lies
    below."""

    min_reviewed: PositiveInt = 10
    """Fewer verdicts say nothing about precision."""

    error_rate: _Rate = 0.01
    """Rolled back when more than this share of the pictures could not be analysed by it."""

    latency_ratio: Annotated[float, Field(gt=0, le=100)] = 2.0
    """Rolled back when a picture takes it more than so many times as long as the champion."""

    min_pictures: PositiveInt = 200
    """Fewer pictures say nothing about errors and latency."""


class Automatic(_Setting):
    """When it goes on to the next stage by itself: all gates hold, and this as well."""

    after_h: NonNegativeFloat = 24.0
    """Hours in a stage."""

    min_events: Annotated[int, Field(ge=0, le=1000)] = 20
    """Events of the new version in that stage."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a version was asked lately.

    Args:
        pictures: Pictures it was asked about, those included that failed.
        errors: Pictures it could not be asked about.
        busy_s: Seconds that the others took.
    """

    pictures: int = 0
    errors: int = 0
    busy_s: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.pictures + other.pictures, self.errors + other.errors, self.busy_s + other.busy_s
        )

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.pictures if self.pictures else None

    @property
    def picture_ms(self) -> float | None:
        """One picture, on average; None where none succeeded."""
        done = self.pictures - self.errors
        return 1000 * self.busy_s / done if done else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of the new version.

    Args:
        judged: Its confirmed events among those that reviewers judged.
        events: It made in this stage; in shadow, those that nobody hears of.
        usage: Of the new version, lately.
        champion_ms: What a picture takes the champion; None: not known.
    """

    judged: Share
    events: int
    usage: Usage
    champion_ms: float | None = None


def broken_gate(gates: Gates, figures: Figures) -> str | None:
    """Why it must go back, in words; None: every gate holds, or too little is known."""
    judged, usage = figures.judged, figures.usage
    if judged.n >= gates.min_reviewed and judged.high is not None and judged.high < gates.precision:
        return (
            f"precision: {judged.hits} of {judged.n} judged events were confirmed, so it is at "
            f"most {judged.high:.3f} (95 %, Wilson); the gate is {gates.precision:g}"
        )
    if usage.pictures < gates.min_pictures:
        return None
    if usage.error_rate is not None and usage.error_rate > gates.error_rate:
        return (
            f"error rate: {usage.errors} of {usage.pictures} pictures failed; "
            f"the gate is {gates.error_rate:g}"
        )
    mine, theirs = usage.picture_ms, figures.champion_ms
    if mine is not None and theirs is not None and mine > gates.latency_ratio * theirs:
        return (
            f"latency: {mine:.1f} ms a picture, the champion's is {theirs:.1f} ms; "
            f"the gate is {gates.latency_ratio:g} times that"
        )
    return None


def is_due(
    automatic: Automatic | None, gates: Gates, figures: Figures, since: datetime, now: datetime
) -> bool:
    """Whether it goes on by itself.

    Args:
        automatic: When it may; None: never.
        gates: What must hold, on enough pictures to say so.
        figures: What is known.
        since: Begin of its stage.
        now: Later.
    """
    return (
        automatic is not None
        and now - since >= timedelta(hours=automatic.after_h)
        and figures.events >= automatic.min_events
        and figures.usage.pictures >= gates.min_pictures
        and broken_gate(gates, figures) is None
    )


def next_stage(state: State, percent: int, steps: Sequence[int]) -> tuple[State, int] | None:
    """The stage after this one and its percent of cameras; None: there is none.

    Args:
        state: Now.
        percent: Of the cameras, now.
        steps: Shares of the canary in percent, rising.

    >>> next_stage("shadow", 0, [10, 50]), next_stage("canary", 10, [10, 50])
    (('canary', 10), ('canary', 50))
    >>> next_stage("canary", 50, [10, 50]), next_stage("live", 100, [10, 50])
    (('live', 100), None)
    """
    if state not in ("shadow", "canary"):
        return None
    larger = [step for step in steps if step > percent]
    return ("canary", larger[0]) if larger else ("live", 100)


def canary_cameras(camera_ids: Sequence[str], percent: int) -> frozenset[str]:
    """Which cameras get the new version: chance by their ids, the same at every look.

    A higher percentage adds cameras and takes none away. There is one at least, where there are
    any.
    """
    chosen = frozenset(c for c in camera_ids if _drawn(c) * 100 < percent)
    return chosen or frozenset(sorted(camera_ids, key=_drawn)[:1])


def _drawn(camera_id: str) -> float:
    """A number in `[0, 1)` that belongs to a camera."""
    return int.from_bytes(sha256(camera_id.encode()).digest()[:8]) / 2**64


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which events two versions both found, by their positions in what was compared.

    Args:
        both: Champion's and shadow's.
        champion_only: The champion's alone.
        shadow_only: The new version's alone.
    """

    both: tuple[tuple[int, int], ...]
    champion_only: tuple[int, ...]
    shadow_only: tuple[int, ...]

    @property
    def rate(self) -> float | None:
        """Share that both found, of all that any of them did."""
        every = len(self.both) + len(self.champion_only) + len(self.shadow_only)
        return len(self.both) / every if every else None


def agreement(
    champion: Sequence[Occurrence], shadow: Sequence[Occurrence], tolerance_s: float = TOLERANCE_S
) -> Agreement:
    """Pair the events of two versions that saw the same frames.

    Two are the same if camera, scenario and zone are, their places touch, and they overlap in time
    or lie no further apart than `tolerance_s`.
    """
    both: list[tuple[int, int]] = []
    for camera in sorted({o.camera for o in champion}):
        mine = [i for i, o in enumerate(champion) if o.camera == camera]
        theirs = [i for i, o in enumerate(shadow) if o.camera == camera]
        paired = score(
            [champion[i] for i in mine], [shadow[i] for i in theirs], 1.0, tolerance_s
        ).pairs
        both += [(mine[a], theirs[b]) for a, b in paired]
    found, matched = {a for a, _ in both}, {b for _, b in both}
    return Agreement(
        both=tuple(sorted(both)),
        champion_only=tuple(i for i in range(len(champion)) if i not in found),
        shadow_only=tuple(i for i in range(len(shadow)) if i not in matched),
    )
