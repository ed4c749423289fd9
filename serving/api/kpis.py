"""KPIs: figures with their denominators and with how sure they are."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from scenarios.statistics import Share, compare
from serving.api.context import Configured, Stored
from serving.api.documents import Text, UtcTime, Word
from serving.api.period import Asked, Period, checked
from serving.api.problems import FieldError, ProblemError
from serving.api.tables import CSV, Table, WantsCsv, table
from serving.settings import Settings
from serving.store import kpis, wearing
from serving.store.kpis import (
    AccuracyRow,
    EventGroup,
    EventsRow,
    OrderGroup,
    PrecisionRow,
    TimelinessRow,
)
from serving.store.models import now
from serving.store.wearing import WearingRow

router = APIRouter(prefix="/kpis", tags=["kpis"])

Scenario = Annotated[Word | None, Query()]
CameraId = Annotated[Word | None, Query()]
Division = Annotated[Text | None, Query(description="With everything below it.")]
GroupOrders = Annotated[OrderGroup | None, Query()]

_USELESS = {
    "helmet-wearing": ("scenario",),
    "precision": (),
    "dispatch-accuracy": ("camera_id",),
}
"""What a KPI cannot be narrowed by."""


class ComparisonRow(BaseModel):
    """A KPI before and after. The periods are taken for independent samples."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kpi: str
    before_since: datetime
    before_until: datetime
    before_hits: int
    before_n: int
    before_rate: float | None
    before_low: float | None
    """Lower 95 % Wilson bound."""

    before_high: float | None
    after_since: datetime
    after_until: datetime
    after_hits: int
    after_n: int
    after_rate: float | None
    after_low: float | None
    after_high: float | None
    effect: float | None
    """Rate after minus rate before; null: one of them has no denominator."""

    effect_low: float | None
    """Lower 95 % bound of the effect (Newcombe's hybrid score interval)."""

    effect_high: float | None
    p_value: float | None
    """Two-sided: how likely so large a difference is by chance alone."""

    test: str | None
    """`two-proportion z`, or `Fisher exact` where fewer than 5 are expected in a cell."""


@router.get("/helmet-wearing", response_model=Table[WearingRow], responses=CSV)
def get_helmet_wearing(
    period: Asked,
    store: Stored,
    settings: Configured,
    as_csv: WantsCsv,
    group_by: Annotated[wearing.GroupBy | None, Query()] = None,
    deployment_id: Annotated[Word | None, Query()] = None,
    camera_id: CameraId = None,
    division: Division = None,
    min_coverage: Annotated[
        float,
        Query(ge=0, le=1, description="Leave out hours of a camera that saw less of the hour."),
    ] = 0.0,
) -> Any:
    """Share of riders with a helmet, of the riders seen; hours count whole."""
    scope = wearing.Scope(period.since, period.until, deployment_id, camera_id, division)
    with store.read() as session:
        rows = wearing.helmet_wearing(
            session,
            scope,
            group_by=group_by,
            zone=settings.time_zone,
            now=now(),
            min_coverage=min_coverage,
        )
    return table(WearingRow, rows, as_csv)


@router.get("/precision", response_model=Table[PrecisionRow], responses=CSV)
def get_precision(
    period: Asked,
    store: Stored,
    as_csv: WantsCsv,
    scenario: Scenario = None,
    camera_id: CameraId = None,
    division: Division = None,
) -> Any:
    """How many events were right, by scenario and model version, from reviews."""
    scope = kpis.Scope(period.since, period.until, scenario, camera_id, division)
    with store.read() as session:
        rows = kpis.precision(session, scope)
    return table(PrecisionRow, rows, as_csv)


@router.get("/events", response_model=Table[EventsRow], responses=CSV)
def get_events(
    period: Asked,
    store: Stored,
    settings: Configured,
    as_csv: WantsCsv,
    group_by: Annotated[EventGroup | None, Query()] = None,
    scenario: Scenario = None,
    camera_id: CameraId = None,
    division: Division = None,
) -> Any:
    """How many events there were, and how many of those that were judged were right."""
    scope = kpis.Scope(period.since, period.until, scenario, camera_id, division)
    with store.read() as session:
        rows = kpis.events(session, scope, group_by=group_by, zone=settings.time_zone)
    return table(EventsRow, rows, as_csv)


@router.get("/timeliness", response_model=Table[TimelinessRow], responses=CSV)
def get_timeliness(
    period: Asked,
    store: Stored,
    as_csv: WantsCsv,
    group_by: GroupOrders = None,
    scenario: Scenario = None,
    division: Division = None,
) -> Any:
    """How fast work orders are dispatched, accepted and resolved, and how many in time."""
    scope = kpis.Scope(period.since, period.until, scenario, division=division)
    with store.read() as session:
        rows = kpis.timeliness(session, scope, group_by=group_by, now=now())
    return table(TimelinessRow, rows, as_csv)


@router.get("/dispatch-accuracy", response_model=Table[AccuracyRow], responses=CSV)
def get_dispatch_accuracy(
    period: Asked,
    store: Stored,
    as_csv: WantsCsv,
    group_by: GroupOrders = None,
    scenario: Scenario = None,
    division: Division = None,
) -> Any:
    """How many dispatches were not returned as the wrong unit, of those that were answered."""
    scope = kpis.Scope(period.since, period.until, scenario, division=division)
    with store.read() as session:
        rows = kpis.dispatch_accuracy(session, scope, group_by=group_by)
    return table(AccuracyRow, rows, as_csv)


@router.get("/comparison", response_model=Table[ComparisonRow], responses=CSV)
def get_comparison(
    kpi: Literal["helmet-wearing", "precision", "dispatch-accuracy"],
    before_since: UtcTime,
    before_until: UtcTime,
    after_since: UtcTime,
    after_until: UtcTime,
    store: Stored,
    settings: Configured,
    as_csv: WantsCsv,
    scenario: Scenario = None,
    camera_id: CameraId = None,
    division: Division = None,
) -> Any:
    """Whether a KPI changed from one period to another, or may differ by chance.

    `scenario` narrows precision and dispatch accuracy, `camera_id` precision and helmet wearing;
    where it narrows nothing it is refused.
    """
    narrowed = {"scenario": scenario, "camera_id": camera_id, "division": division}
    useless = [name for name in _USELESS[kpi] if narrowed[name] is not None]
    if useless:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{' and '.join(useless)}: {kpi} cannot be narrowed by it; leave it out",
            errors=[FieldError(where=f"query.{name}", message="leave it out") for name in useless],
        )
    before = checked(before_since, before_until, "query.before_until")
    after = checked(after_since, after_until, "query.after_until")
    with store.read() as session:
        first, second = (
            _share(session, settings, kpi, period, scenario, camera_id, division)
            for period in (before, after)
        )
    difference = compare(first, second)
    row = ComparisonRow(
        kpi=kpi,
        before_since=before.since,
        before_until=before.until,
        before_hits=first.hits,
        before_n=first.n,
        before_rate=first.rate,
        before_low=first.low,
        before_high=first.high,
        after_since=after.since,
        after_until=after.until,
        after_hits=second.hits,
        after_n=second.n,
        after_rate=second.rate,
        after_low=second.low,
        after_high=second.high,
        effect=difference and difference.effect,
        effect_low=difference and difference.low,
        effect_high=difference and difference.high,
        p_value=difference and difference.p_value,
        test=difference and difference.test,
    )
    return table(ComparisonRow, [row], as_csv)


def _share(
    session: Session,
    settings: Settings,
    kpi: str,
    period: Period,
    scenario: str | None,
    camera_id: str | None,
    division: str | None,
) -> Share:
    if kpi == "helmet-wearing":
        scope = wearing.Scope(period.since, period.until, None, camera_id, division)
        rows = wearing.helmet_wearing(
            session, scope, group_by=None, zone=settings.time_zone, now=now()
        )
        return Share(rows[0].with_helmet, rows[0].riders) if rows else Share(0, 0)
    which = kpis.Scope(period.since, period.until, scenario, camera_id, division)
    if kpi == "precision":
        return kpis.judged(session, which)
    accuracy = kpis.dispatch_accuracy(session, which, group_by=None)
    if not accuracy:
        return Share(0, 0)
    return Share(accuracy[0].answered - accuracy[0].wrong_unit, accuracy[0].answered)
