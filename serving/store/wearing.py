"""The helmet-wearing rate: of the riders that were seen, how many wore one.

Its denominator is what the cameras saw, so each row says for how much of the time they looked.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, partial
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from scenarios.dispatch import within
from scenarios.statistics import Share
from serving.store.deployments import chosen
from serving.store.loop_models import Observation
from serving.store.meant import meant
from serving.store.messages import rfc3339
from serving.store.models import Camera, Deployment
from serving.store.observations import SEEN_S

SCENARIO = "rider-helmet"
WORN, NOT_WORN = "with_helmet", "without_helmet"

GroupBy = Literal["hour", "day", "week", "camera", "division"]

_HOUR = timedelta(hours=1)

Pair = tuple[str, str]
"""A deployment and a camera it looks through."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which observations count.

    Args:
        since: From this hour on.
        until: Up to this moment; the hour it lies in counts whole.
        deployment_id: Only this one; None: all of the scenario.
        camera_id: Only this one; None: all.
        division: Only cameras within it; None: all.
    """

    since: datetime
    until: datetime
    deployment_id: str | None = None
    camera_id: str | None = None
    division: str | None = None


class WearingRow(BaseModel):
    """Riders of one group, and for how long the cameras looked."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    group: str
    """The hour, day or ISO week (by the platform's clock), camera id or division; `all`."""

    with_helmet: int
    without_helmet: int
    riders: int
    """Seen long enough to be judged: the denominator."""

    rate: float | None
    """Share of riders with a helmet; null: none were seen."""

    low: float | None
    """Lower 95 % Wilson bound of the rate."""

    high: float | None
    """Upper 95 % Wilson bound of the rate."""

    seen_s: float
    """Seconds in which cameras were analysed, summed over cameras."""

    wall_s: float
    """Seconds that passed while they were meant to be (their deployment on, and in its schedule),
    summed over cameras."""

    coverage: float | None
    """`seen_s` by `wall_s`; what is missing was down and is not in the counts."""

    left_out_h: int
    """Hours of a camera left out of the counts for their coverage."""


class _Hour(NamedTuple):
    begin: datetime
    seen_s: float
    worn: int
    not_worn: int


@dataclass(slots=True)
class _Sum:
    worn: int = 0
    not_worn: int = 0
    seen_s: float = 0.0
    wall_s: float = 0.0
    left_out_h: int = 0

    def row(self, group: str) -> WearingRow:
        share = Share(self.worn, self.worn + self.not_worn)
        return WearingRow(
            group=group,
            with_helmet=self.worn,
            without_helmet=self.not_worn,
            riders=share.n,
            rate=share.rate,
            low=share.low,
            high=share.high,
            seen_s=round(self.seen_s, 1),
            wall_s=round(self.wall_s, 1),
            coverage=min(1.0, round(self.seen_s / self.wall_s, 4)) if self.wall_s else None,
            left_out_h=self.left_out_h,
        )


def helmet_wearing(
    session: Session,
    scope: Scope,
    *,
    group_by: GroupBy | None,
    zone: tzinfo,
    now: datetime,
    min_coverage: float = 0.0,
) -> list[WearingRow]:
    """The rate of each group that somebody was meant to look at, in the order of the groups.

    Args:
        session: An open transaction.
        scope: What counts.
        group_by: None: everything in one row.
        zone: Whose hours, days and weeks.
        now: Time after it has not passed yet.
        min_coverage: Hours of a camera below it, 0–1, are left out of the counts.
    """
    since, until = _whole_hours(scope.since, min(scope.until, now))
    until = min(until, now)
    divisions = {row.id: row.division for row in session.scalars(select(Camera))}

    def in_scope(pair: Pair) -> bool:
        deployment_id, camera_id = pair
        return (
            scope.deployment_id in (None, deployment_id)
            and scope.camera_id in (None, camera_id)
            and (scope.division is None or within(divisions.get(camera_id), scope.division))
        )

    def group(pair: Pair, hour: datetime) -> str:
        match group_by:
            case "camera":
                return pair[1]
            case "division":
                return divisions.get(pair[1]) or ""
            case _:
                return _time_group(hour, group_by, zone)

    sums: dict[str, _Sum] = defaultdict(_Sum)
    begins = dict(_meant(session, since))
    observed = list(_observed(session, since, until))
    schedules = meant(
        session, {deployment for deployment, _ in begins} | {p[0] for p, _ in observed}
    )

    @cache
    def meant_s(deployment_id: str, begin: datetime, end: datetime) -> float:
        return schedules[deployment_id].seconds(begin, end)

    for pair, hour in observed:
        begins[pair] = min(begins.get(pair, since), hour.begin)
        if not in_scope(pair):
            continue
        cell = sums[group(pair, hour.begin)]
        length_s = meant_s(pair[0], hour.begin, min(hour.begin + _HOUR, until))
        if hour.seen_s < min_coverage * length_s:
            cell.left_out_h += 1
            continue
        cell.seen_s += hour.seen_s
        cell.worn += hour.worn
        cell.not_worn += hour.not_worn

    looking = {pair: begin for pair, begin in begins.items() if in_scope(pair) and begin < until}
    if group_by in ("camera", "division"):
        for pair, begin in looking.items():
            sums[group(pair, since)].wall_s += meant_s(pair[0], begin, until)
        return [sums[name].row(name) for name in sorted(sums)]
    by_deployment: dict[str, list[datetime]] = defaultdict(list)
    for (deployment_id, _), begin in looking.items():
        by_deployment[deployment_id].append(begin)
    for deployment_id, since_each in by_deployment.items():
        on_s = partial(meant_s, deployment_id)
        for hour, wall_s in _wall(sorted(since_each), since, until, on_s):
            sums[_time_group(hour, group_by, zone)].wall_s += wall_s
    return [sums[name].row(name) for name in sorted(sums)]


def _whole_hours(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    first = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    last = until.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return first, last if last == until else last + _HOUR


def _meant(session: Session, since: datetime) -> Iterator[tuple[Pair, datetime]]:
    """What is meant to run, and since when."""
    running = select(Deployment).where(Deployment.enabled, Deployment.scenario == SCENARIO)
    cameras = list(session.scalars(select(Camera)))
    for deployment in session.scalars(running):
        for camera_id in chosen(deployment, cameras):
            yield (deployment.id, camera_id), max(since, deployment.created_at)


def _observed(session: Session, since: datetime, until: datetime) -> Iterator[tuple[Pair, _Hour]]:
    place = (Observation.deployment_id, Observation.camera_id, Observation.hour)
    query = (
        select(*place, _amount(SEEN_S), _amount(WORN), _amount(NOT_WORN))
        .where(
            Observation.scenario == SCENARIO, Observation.hour >= since, Observation.hour < until
        )
        .group_by(*place)
    )
    for deployment_id, camera_id, hour, seen_s, worn, not_worn in session.execute(query):
        yield (deployment_id, camera_id), _Hour(hour, seen_s, int(worn), int(not_worn))


def _amount(key: str) -> ColumnElement[float]:
    return func.sum(case((Observation.key == key, Observation.amount), else_=0.0))


def _wall(
    begins: list[datetime],
    since: datetime,
    until: datetime,
    on_s: Callable[[datetime, datetime], float],
) -> Iterator[tuple[datetime, float]]:
    """Each hour, and the seconds of it in which something was meant to look.

    Args:
        begins: Since when each camera was meant to look, in order.
        since: Beginning of the first hour.
        until: End of the last one.
        on_s: Seconds between two moments in which the schedule applied.
    """
    hour = since
    while hour < until:
        end = min(hour + _HOUR, until)
        whole, begun = bisect_right(begins, hour), bisect_right(begins, end)
        late_s = sum(on_s(begin, end) for begin in begins[whole:begun])
        if begun:
            yield hour, whole * on_s(hour, end) + late_s
        hour += _HOUR


def _time_group(hour: datetime, group_by: GroupBy | None, zone: tzinfo) -> str:
    local = hour.astimezone(zone)
    match group_by:
        case "hour":
            return rfc3339(hour)
        case "day":
            return f"{local:%Y-%m-%d}"
        case "week":
            return "{}-W{:02}".format(*local.isocalendar())
        case _:
            return "all"
