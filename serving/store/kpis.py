"""How well the loop works: precision by model version, times, dispatch to the right unit."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Text, cast, extract, func, literal_column, select
from sqlalchemy.orm import Session

from scenarios.dispatch import levels, within
from scenarios.statistics import Share
from serving.store import reviews
from serving.store.loop_models import Review, WorkOrder, WorkOrderStep
from serving.store.models import Event
from serving.store.placing import inside

OrderGroup = Literal["unit", "scenario", "division"]
EventGroup = Literal["hour_of_day", "day", "scenario", "camera", "division"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PrecisionRow(_Row):
    """What people said of the events of one model version in one scenario."""

    scenario: str
    algorithm: str
    version: str
    sha256: str
    """Of the model file."""

    events: int
    confirmed: int
    false_alarms: int
    duplicates: int
    unsure: int
    unreviewed: int
    precision: float | None
    """`confirmed` by `confirmed + false_alarms`; null: none were judged."""

    low: float | None
    """Lower 95 % Wilson bound of the precision."""

    high: float | None
    """Upper 95 % Wilson bound of the precision."""

    false_alarm_rate: float | None
    """1 − precision."""


class EventsRow(_Row):
    """How many events there were, and what people said of them; each counts once."""

    group: str
    """The hour (`00`–`23`) or day by the platform's clock, scenario, camera id or division; `all`.
    Groups without events are left out."""

    events: int
    confirmed: int
    false_alarms: int
    unreviewed: int
    precision: float | None
    """`confirmed` by `confirmed + false_alarms`; null: none were judged."""

    low: float | None
    """Lower 95 % Wilson bound of the precision."""

    high: float | None
    """Upper 95 % Wilson bound of the precision."""


class TimelinessRow(_Row):
    """How fast orders went their way. Times are seconds; null: none got so far."""

    group: str
    orders: int
    """First dispatched in the period."""

    dispatch_n: int
    dispatch_median_s: float | None
    """From what happened to its first dispatch."""

    dispatch_p90_s: float | None
    accept_n: int
    accept_median_s: float | None
    """From the last dispatch before it to the acceptance."""

    accept_p90_s: float | None
    resolve_n: int
    resolve_median_s: float | None
    """From the first dispatch to the resolution that held."""

    resolve_p90_s: float | None
    in_time: int
    """Resolved when due."""

    late: int
    """Resolved later, or due and not resolved."""

    in_time_rate: float | None
    low: float | None
    """Lower 95 % Wilson bound of the rate."""

    high: float | None
    """Upper 95 % Wilson bound of the rate."""


class AccuracyRow(_Row):
    """Whether dispatches reached the right unit."""

    group: str
    dispatched: int
    """Times an order was given to a unit in the period."""

    answered: int
    """Accepted or returned."""

    wrong_unit: int
    """Returned because another unit is responsible."""

    accuracy: float | None
    """Share of the answered that were not returned as wrong unit."""

    low: float | None
    """Lower 95 % Wilson bound of the accuracy."""

    high: float | None
    """Upper 95 % Wilson bound of the accuracy."""


_SECONDS: ColumnElement[Any] = extract("epoch", Event.opened_at)
_QUARTER = _SECONDS - _SECONDS % literal_column("900")
"""Of an hour, in which an event opened: no time zone parts one."""

_GROUPS: dict[EventGroup | None, tuple[ColumnElement[Any], ...]] = {
    None: (),
    "hour_of_day": (_QUARTER,),
    "day": (_QUARTER,),
    "scenario": (Event.scenario.expression,),
    "camera": (Event.camera_id.expression,),
    "division": (Event.division.expression,),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events or orders count; None lets everything through.

    Args:
        since: Opened, or dispatched, at this moment or later.
        until: Before this moment.
        scenario: Only this one.
        camera_id: Only this one; of events.
        division: Only within it.
    """

    since: datetime
    until: datetime
    scenario: str | None = None
    camera_id: str | None = None
    division: str | None = None


def precision(session: Session, scope: Scope) -> list[PrecisionRow]:
    """By scenario and version. Each model that took part in an event is charged with it."""
    counts: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for (scenario, algorithms), verdict, number in _verdicts(
        session, scope, Event.scenario.expression, cast(Event.algorithms, Text)
    ):
        for model in json.loads(algorithms):
            key = (scenario, model["name"], model["version"], model["sha256"])
            counts.setdefault(key, defaultdict(int))[verdict] += number
    return [_precision_row(key, counts[key]) for key in sorted(counts)]


def events(
    session: Session, scope: Scope, *, group_by: EventGroup | None, zone: tzinfo
) -> list[EventsRow]:
    """Events of the period, by what they have in common; hours and days are those of the zone."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for group, verdict, number in _verdicts(session, scope, *_GROUPS[group_by]):
        counts[_group_name(group, group_by, zone)][verdict] += number
    return [_events_row(group, counts[group]) for group in sorted(counts)]


def judged(session: Session, scope: Scope) -> Share:
    """Confirmed events of those that were judged, each counted once."""
    said: dict[str, int] = defaultdict(int)
    for _, verdict, number in _said(session, scope):
        said[verdict] += number
    return Share(said["confirmed"], said["confirmed"] + said["false_alarm"])


def timeliness(
    session: Session, scope: Scope, *, group_by: OrderGroup | None, now: datetime
) -> list[TimelinessRow]:
    """How fast the orders first dispatched in the period went their way."""
    groups: dict[str, _Times] = defaultdict(_Times)
    for order, steps in _histories(session, scope):
        first = next((s.at for s in steps if s.step == "dispatched"), None)
        if first is not None and scope.since <= first < scope.until:
            groups[_group(order, group_by)].add(order, steps, first, now)
    return [groups[name].row(name) for name in sorted(groups)]


def dispatch_accuracy(
    session: Session, scope: Scope, *, group_by: OrderGroup | None
) -> list[AccuracyRow]:
    """How many of the dispatches of the period came to the right unit."""
    groups: dict[str, list[str | None]] = defaultdict(list)
    for order, steps in _histories(session, scope):
        for index, step in enumerate(steps):
            if step.step == "dispatched" and scope.since <= step.at < scope.until:
                name = (step.unit or "") if group_by == "unit" else _group(order, group_by)
                groups[name].append(_answer(steps[index + 1 :]))
    return [_accuracy_row(name, groups[name]) for name in sorted(groups)]


@dataclass(slots=True)
class _Times:
    orders: int = 0
    dispatch_s: list[float] = field(default_factory=list[float])
    accept_s: list[float] = field(default_factory=list[float])
    resolve_s: list[float] = field(default_factory=list[float])
    in_time: int = 0
    late: int = 0

    def add(
        self, order: WorkOrder, steps: Sequence[WorkOrderStep], first: datetime, now: datetime
    ) -> None:
        self.orders += 1
        self.dispatch_s.append((first - order.occurred_at).total_seconds())
        dispatched, accepted, resolved = first, None, None
        for step in steps:
            match step.step:
                case "dispatched":
                    dispatched = step.at
                case "accepted" if accepted is None:
                    accepted = step.at
                    self.accept_s.append((accepted - dispatched).total_seconds())
                case "resolved":
                    resolved = step.at
                case "reopened":
                    resolved = None
                case _:
                    pass
        if resolved is not None:
            self.resolve_s.append((resolved - first).total_seconds())
        due_at = order.due_at
        if due_at is None or order.state == "returned":
            return
        if resolved is not None and resolved <= due_at:
            self.in_time += 1
        elif resolved is not None or (order.state != "closed" and now > due_at):
            self.late += 1

    def row(self, group: str) -> TimelinessRow:
        share = Share(self.in_time, self.in_time + self.late)
        return TimelinessRow(
            group=group,
            orders=self.orders,
            dispatch_n=len(self.dispatch_s),
            dispatch_median_s=_quantile(self.dispatch_s, 0.5),
            dispatch_p90_s=_quantile(self.dispatch_s, 0.9),
            accept_n=len(self.accept_s),
            accept_median_s=_quantile(self.accept_s, 0.5),
            accept_p90_s=_quantile(self.accept_s, 0.9),
            resolve_n=len(self.resolve_s),
            resolve_median_s=_quantile(self.resolve_s, 0.5),
            resolve_p90_s=_quantile(self.resolve_s, 0.9),
            in_time=self.in_time,
            late=self.late,
            in_time_rate=share.rate,
            low=share.low,
            high=share.high,
        )


def _verdicts(
    session: Session, scope: Scope, *groups: ColumnElement[Any]
) -> Iterator[tuple[tuple[Any, ...], str, int]]:
    """How many events of each group have which verdict; the database counts.

    Few events are reviewed of many: the others are what is left of all.
    """
    counting = select(*groups, func.count()).where(*_conditions(scope)).group_by(*groups)
    left = {tuple(row[:-1]): row[-1] for row in session.execute(counting)}
    for group, verdict, number in _said(session, scope, *groups):
        left[group] -= number
        yield group, verdict, number
    for group, number in left.items():
        if number:
            yield group, reviews.UNREVIEWED, number


def _said(
    session: Session, scope: Scope, *groups: ColumnElement[Any]
) -> Iterator[tuple[tuple[Any, ...], str, int]]:
    """The same of those that were reviewed."""
    conditions = _conditions(scope)
    review = reviews.standing(Review.event_id.in_(select(Event.id).where(*conditions)))
    query = (
        select(*groups, review.verdict, func.count())
        .join_from(Event, review, review.event_id == Event.id)
        .where(*conditions)
        .group_by(*groups, review.verdict)
    )
    for row in session.execute(query):
        values: tuple[Any, ...] = tuple(row)
        yield values[:-2], values[-2], values[-1]


def _conditions(scope: Scope) -> list[ColumnElement[bool]]:
    conditions = [Event.opened_at >= scope.since, Event.opened_at < scope.until]
    if scope.scenario is not None:
        conditions.append(Event.scenario == scope.scenario)
    if scope.camera_id is not None:
        conditions.append(Event.camera_id == scope.camera_id)
    if scope.division is not None and levels(scope.division):
        conditions.append(inside(Event.division, [scope.division]))
    return conditions


def _histories(session: Session, scope: Scope) -> Iterator[tuple[WorkOrder, list[WorkOrderStep]]]:
    """Orders that were dispatched in the period, with all their steps in order."""
    dispatched = select(WorkOrderStep.order_id).where(
        WorkOrderStep.step == "dispatched",
        WorkOrderStep.at >= scope.since,
        WorkOrderStep.at < scope.until,
    )
    query = (
        select(WorkOrder, WorkOrderStep)
        .join(WorkOrderStep, WorkOrderStep.order_id == WorkOrder.id)
        .where(WorkOrder.id.in_(dispatched))
        .order_by(WorkOrder.id, WorkOrderStep.number)
    )
    if scope.scenario is not None:
        query = query.where(WorkOrder.scenario == scope.scenario)
    rows = session.execute(query)
    for order, pairs in groupby(rows, key=lambda pair: pair[0]):
        if scope.division is None or within(order.division, scope.division):
            yield order, [step for _, step in pairs]


def _group(order: WorkOrder, group_by: OrderGroup | None) -> str:
    return "all" if group_by is None else getattr(order, group_by) or ""


def _answer(following: Sequence[WorkOrderStep]) -> str | None:
    """What the unit said to a dispatch; None: nothing yet."""
    for step in following:
        if step.step == "accepted":
            return "accepted"
        if step.step == "returned":
            return step.reason or "other"
    return None


def _group_name(group: tuple[Any, ...], group_by: EventGroup | None, zone: tzinfo) -> str:
    match group_by:
        case None:
            return "all"
        case "hour_of_day":
            return f"{datetime.fromtimestamp(int(group[0]), zone):%H}"
        case "day":
            return f"{datetime.fromtimestamp(int(group[0]), zone):%Y-%m-%d}"
        case _:
            return group[0] or ""


def _events_row(group: str, said: dict[str, int]) -> EventsRow:
    share = Share(said["confirmed"], said["confirmed"] + said["false_alarm"])
    return EventsRow(
        group=group,
        events=sum(said.values()),
        confirmed=said["confirmed"],
        false_alarms=said["false_alarm"],
        unreviewed=said[reviews.UNREVIEWED],
        precision=share.rate,
        low=share.low,
        high=share.high,
    )


def _accuracy_row(group: str, answers: list[str | None]) -> AccuracyRow:
    answered = [answer for answer in answers if answer is not None]
    wrong = answered.count("wrong_unit")
    share = Share(len(answered) - wrong, len(answered))
    return AccuracyRow(
        group=group,
        dispatched=len(answers),
        answered=len(answered),
        wrong_unit=wrong,
        accuracy=share.rate,
        low=share.low,
        high=share.high,
    )


def _precision_row(key: tuple[str, str, str, str], said: dict[str, int]) -> PrecisionRow:
    scenario, algorithm, version, sha256 = key
    share = Share(said["confirmed"], said["confirmed"] + said["false_alarm"])
    return PrecisionRow(
        scenario=scenario,
        algorithm=algorithm,
        version=version,
        sha256=sha256,
        events=sum(said.values()),
        confirmed=said["confirmed"],
        false_alarms=said["false_alarm"],
        duplicates=said["duplicate_of"],
        unsure=said["unsure"],
        unreviewed=said[reviews.UNREVIEWED],
        precision=share.rate,
        low=share.low,
        high=share.high,
        false_alarm_rate=None if share.rate is None else 1 - share.rate,
    )


def _quantile(values: list[float], q: float) -> float | None:
    return round(float(np.quantile(values, q)), 3) if values else None
