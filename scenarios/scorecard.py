"""How good a model is, with how sure we are of it: what a scorecard says, computed.

The measuring itself is `algorithms.evaluation.observe`; here numbers get bounds, parts of the data
are looked at on their own, and a threshold is suggested.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from algorithms.dataset import Origin, origin_of
from algorithms.evaluation import Observations
from algorithms.matching import SIZES, Matches
from scenarios.statistics import wilson

LIGHT: dict[str, tuple[float, float]] = {"dark": (0, 50), "dim": (50, 100), "bright": (100, 256)}
"""Mean grey value of the picture, 0–255, from and below."""

RESAMPLES = 500
SEED = 20261124
"""Fixed: the same observations give the same bounds."""

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Estimate(_Card):
    """A figure with its 95 % bounds; null where there is nothing to tell it from."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Rate(Estimate):
    """`hits` of `n`; the bounds are Wilson's."""

    hits: NonNegativeInt
    n: NonNegativeInt


class ClassCard(_Card):
    """One class. Precision and recall are at the threshold and an overlap of a half."""

    ap50: Estimate
    ap50_95: float | None
    precision: Rate
    recall: Rate


class SliceCard(_Card):
    """A part of the data on its own."""

    by: Literal["size", "light", "camera", "division"]
    name: str
    pictures: int
    recall: Rate
    precision: Rate | None
    """Null by size: a false detection has no true size."""


class OperatingPoint(_Card):
    """What a threshold brings, over all classes."""

    threshold: float
    precision: float | None
    recall: float | None
    alarms_per_picture: float
    """Detections of the classes that raise alarms, right and wrong ones."""


Amount = Annotated[float, Field(gt=0, le=1e9)]


class Budget(_Card):
    """What reviewers can look at."""

    alarms_per_day: Amount
    """Alarms a day that somebody has time to check."""

    pictures_per_day: Amount
    """Pictures a day such as those of the evaluation set, over all cameras, of which each thing
    would raise an alarm of its own. Tracking and cool-down make fewer: this errs to the safe side.
    """

    classes: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    """Those that raise alarms; empty: all."""


class Suggestion(_Card):
    """A threshold for deployments."""

    threshold: float
    because: Literal["budget", "best_f1", "over_budget"]
    """`budget`: the most recall that reviewers have time for; `best_f1`: no budget was given;
    `over_budget`: not even the highest threshold fits, which is what is shown."""

    alarms_per_day: float | None
    """Expected; null without a budget."""


class EventCard(_Card):
    """Events of a scenario over the clips of the evaluation set, against the truth."""

    scenario: str
    clip: str
    not_run: str | None = None
    """Why it could not be tried; the figures are then empty."""

    hours: float = 0.0
    precision: Rate = Field(default_factory=lambda: rate(0, 0))
    recall: Rate = Field(default_factory=lambda: rate(0, 0))
    false_alarms_per_hour_at_most: float | None = None
    """One-sided 95 % bound."""


class Scorecard(_Card):
    """What is known of a version on one evaluation set. Never says anything of a single picture."""

    pictures: int
    sources: int
    """Cameras; pictures of which the set names none count as one each."""

    threshold: float
    """The manifest's: where precision and recall are taken."""

    map50: Estimate
    map50_95: float | None
    classes: dict[str, ClassCard]
    slices: tuple[SliceCard, ...]
    curve: tuple[OperatingPoint, ...]
    budget: Budget | None
    suggested: Suggestion | None
    """Null where the set labels nothing."""

    events: tuple[EventCard, ...] = ()
    ms_per_picture: float
    """CPU time on this machine, with one thread, from pixels to detections."""


def rate(hits: int, n: int) -> Rate:
    """A share with Wilson's bounds."""
    if not n:
        return Rate(value=None, hits=0, n=0)
    low, high = wilson(hits, n)
    return Rate(value=_r(hits / n), low=_r(low), high=_r(high), hits=hits, n=n)


def make_scorecard(
    seen: Observations,
    threshold: float,
    *,
    origins: Mapping[str, Origin] | None = None,
    budget: Budget | None = None,
    events: Sequence[EventCard] = (),
) -> Scorecard:
    """Compute a scorecard.

    Args:
        seen: What the model made of the set.
        threshold: The manifest's.
        origins: What `read_origins` gives.
        budget: What reviewers can look at.
        events: From the set's clips.

    Raises:
        ValueError: The budget names a class that the model and the data do not share.
    """
    m = seen.matches
    where = [origin_of(path, origins or {}) for path in seen.pictures]
    sources = [origin.camera or path for origin, path in zip(where, seen.pictures, strict=True)]
    map50, ap50 = _with_bounds(m, sources, len(seen.classes))
    curve = _curve(seen, budget)
    return Scorecard(
        pictures=len(seen.pictures),
        sources=len(set(sources)),
        threshold=threshold,
        map50=map50,
        map50_95=_mean(m.ap50_95),
        classes={
            name: _class_card(m, i, threshold, ap50[i]) for i, name in enumerate(seen.classes)
        },
        slices=tuple(_slices(seen, where, threshold)),
        curve=curve,
        budget=budget,
        suggested=suggest(curve, budget) if len(m.true_class) else None,
        events=tuple(events),
        ms_per_picture=seen.ms_per_picture,
    )


def average_precision(
    scores: NDArray[np.float64],
    right: NDArray[np.bool_],
    instances: float,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """COCO's average precision: over 101 recalls, each with the best precision from there on.

    Args:
        scores: `(D,)`.
        right: `(D,)`.
        instances: How many things there are, weighted likewise.
        weights: `(D,)`: how often each detection counts; None: once.

    Returns:
        0–1; NaN without instances.
    """
    if not instances:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    weight = np.ones(len(scores)) if weights is None else weights[order]
    hits = np.cumsum(weight * right[order])
    counted = np.cumsum(weight)
    precision = np.divide(hits, counted, out=np.zeros_like(hits), where=counted > 0)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(hits / instances, np.linspace(0, 1, 101), side="left")
    return float(np.append(best_from_here, 0.0)[at].mean())


def suggest(curve: Sequence[OperatingPoint], budget: Budget | None) -> Suggestion:
    """The lowest threshold that reviewers have time for; without a budget the best F1."""
    if budget is None:
        best = max(curve, key=_f1)
        return Suggestion(threshold=best.threshold, because="best_f1", alarms_per_day=None)

    def alarms(point: OperatingPoint) -> float:
        return round(point.alarms_per_picture * budget.pictures_per_day, 1)

    fitting = [point for point in curve if alarms(point) <= budget.alarms_per_day]
    point = min(fitting or [curve[-1]], key=lambda p: p.threshold)
    return Suggestion(
        threshold=point.threshold,
        because="budget" if fitting else "over_budget",
        alarms_per_day=alarms(point),
    )


def _with_bounds(
    m: Matches, sources: Sequence[str], classes: int
) -> tuple[Estimate, list[Estimate]]:
    """Mean AP50 and that of each class, with bounds by resampling whole cameras.

    Pictures of one camera are alike, so that resampling single ones would claim too much.
    """
    names = sorted(set(sources))
    of_picture = np.array([names.index(s) for s in sources]) if len(names) < len(sources) else None
    values = [_or_none(value) for value in m.ap50]
    if len(names) < 2:
        return Estimate(value=_mean(m.ap50)), [Estimate(value=value) for value in values]
    chance = np.random.default_rng(SEED)
    draws = np.full((RESAMPLES, classes), np.nan)
    parts = [(m.found_class == c, m.true_class == c) for c in range(classes)]
    for number in range(RESAMPLES):
        drawn = chance.multinomial(len(names), np.full(len(names), 1 / len(names))).astype(float)
        weight = drawn if of_picture is None else drawn[of_picture]
        for c, (mine, there) in enumerate(parts):
            draws[number, c] = average_precision(
                m.found_score[mine],
                m.found_right[mine],
                float(weight[m.true_picture[there]].sum()),
                weight[m.found_picture[mine]],
            )
    known = ~np.isnan(draws).all(axis=1)
    means = np.array([row[~np.isnan(row)].mean() for row in draws[known]])
    each = [_bounded(value, draws[:, c]) for c, value in enumerate(values)]
    return _bounded(_mean(m.ap50), means), each


def _bounded(value: float | None, draws: NDArray[np.float64]) -> Estimate:
    draws = draws[~np.isnan(draws)]
    if value is None or not len(draws):
        return Estimate(value=value)
    low, high = np.quantile(draws, (0.025, 0.975))
    return Estimate(value=value, low=_r(low), high=_r(high))


def _class_card(m: Matches, class_id: int, threshold: float, ap50: Estimate) -> ClassCard:
    sure, there = m.found_class == class_id, m.true_class == class_id
    return ClassCard(
        ap50=ap50,
        ap50_95=_or_none(m.ap50_95[class_id]),
        precision=_precision(m, threshold, sure),
        recall=_recall(m, threshold, there),
    )


def _slices(seen: Observations, where: Sequence[Origin], threshold: float) -> list[SliceCard]:
    m = seen.matches
    cards = [
        SliceCard(
            by="size",
            name=name,
            pictures=len(set(m.true_picture[inside].tolist())),
            recall=_recall(m, threshold, inside),
            precision=None,
        )
        for name, (low, high) in SIZES.items()
        if (inside := (m.true_area >= low) & (m.true_area < high)).any()
    ]
    light = [next(n for n, (a, b) in LIGHT.items() if a <= grey < b) for grey in seen.brightness]
    groups: list[tuple[Literal["light", "camera", "division"], Sequence[str | None]]] = [
        ("light", light),
        ("camera", [origin.camera for origin in where]),
        ("division", [origin.division for origin in where]),
    ]
    for by, names in groups:
        for name in sorted({name for name in names if name is not None}):
            inside = np.array([other == name for other in names])
            cards.append(
                SliceCard(
                    by=by,
                    name=name,
                    pictures=int(inside.sum()),
                    recall=_recall(m, threshold, inside[m.true_picture]),
                    precision=_precision(m, threshold, inside[m.found_picture]),
                )
            )
    return cards


def _curve(seen: Observations, budget: Budget | None) -> tuple[OperatingPoint, ...]:
    m, wanted = seen.matches, budget.classes if budget else ()
    if unknown := [name for name in wanted if name not in seen.classes]:
        raise ValueError(
            f"budget: no class {', '.join(unknown)}; the model and the data share "
            f"{', '.join(seen.classes)}"
        )
    alarming = [i for i, name in enumerate(seen.classes) if not wanted or name in wanted]
    mine, there = np.isin(m.found_class, alarming), np.isin(m.true_class, alarming)
    return tuple(
        OperatingPoint(
            threshold=threshold,
            precision=_precision(m, threshold, mine).value,
            recall=_recall(m, threshold, there).value,
            alarms_per_picture=_r((mine & (m.found_score >= threshold)).sum() / len(seen.pictures)),
        )
        for threshold in THRESHOLDS
    )


def _precision(m: Matches, threshold: float, mine: NDArray[np.bool_]) -> Rate:
    sure = mine & (m.found_score >= threshold)
    return rate(int((sure & m.found_right).sum()), int(sure.sum()))


def _recall(m: Matches, threshold: float, there: NDArray[np.bool_]) -> Rate:
    return rate(int((there & (m.true_score >= threshold)).sum()), int(there.sum()))


def _f1(point: OperatingPoint) -> float:
    p, r = point.precision or 0.0, point.recall or 0.0
    return 2 * p * r / (p + r) if p + r else 0.0


def _mean(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return _r(known.mean()) if len(known) else None


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else _r(value)


def _r(value: float) -> float:
    return round(float(value), 4)


def _macro_f1(card: Scorecard) -> float | None:
    """Mean over the labelled classes, at the manifest's threshold."""
    scores = [
        2 * c.precision.hits / (c.precision.n + c.recall.n)
        for c in card.classes.values()
        if c.recall.n
    ]
    return _r(sum(scores) / len(scores)) if scores else None


METRICS: dict[str, Callable[[Scorecard], float | None]] = {
    "map50": lambda card: card.map50.value,
    "map50_95": lambda card: card.map50_95,
    "f1": _macro_f1,
}
"""What a challenge can be about: each 0–1, more is better."""
