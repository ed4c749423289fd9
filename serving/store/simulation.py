"""What would go elsewhere if another responsibility list were in force. Nothing is written."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios.dispatch import Responsibility
from serving.store import responsibility, reviews
from serving.store.loop_models import Report, ResponsibilityList, WorkOrder
from serving.store.models import Event

SHOWN = 500
"""At most so many of the matters that would go elsewhere are listed; all are counted."""

_NO_WORK = ("false_alarm", "duplicate_of")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something that would go to another unit. Units are None where a list names nobody."""

    event_id: str | None
    report_id: str | None
    scenario: str
    division: str | None
    at: datetime
    went_to: str | None
    """The unit of its work order, if it has one."""
    unit_now: str | None = None
    unit_then: str | None = None
    line_then: int | None = None


@dataclass(slots=True)
class Simulation:
    """The answer: how much was replayed, and where it would have gone."""

    events: int = 0
    reports: int = 0
    elsewhere: int = 0
    uncovered_now: int = 0
    """For which the list in force names nobody."""
    uncovered_then: int = 0
    moves: Counter[tuple[str | None, str | None]] = field(
        default_factory=Counter[tuple[str | None, str | None]]
    )
    """Unit now and then → how many; only where they differ."""
    shown: list[Elsewhere] = field(default_factory=list[Elsewhere])


def simulate(
    session: Session, draft: ResponsibilityList, since: datetime, until: datetime
) -> Simulation:
    """Replay what happened in a period against a list, beside the list in force.

    Events that stand as false alarms or duplicates make no work and are left out.
    """
    current = responsibility.current(session)
    now = None if current is None else responsibility.finder(current)
    then = responsibility.finder(draft)
    result = Simulation()

    def replay(matter: Elsewhere) -> None:
        by_now = now and now.responsible(matter.scenario, matter.division, matter.at)
        by_then = then.responsible(matter.scenario, matter.division, matter.at)
        unit_now, unit_then = _unit(by_now), _unit(by_then)
        result.uncovered_now += unit_now is None
        result.uncovered_then += unit_then is None
        if unit_now == unit_then:
            return
        result.elsewhere += 1
        result.moves[unit_now, unit_then] += 1
        if len(result.shown) < SHOWN:
            line = None if by_then is None else by_then.line
            result.shown.append(
                replace(matter, unit_now=unit_now, unit_then=unit_then, line_then=line)
            )

    review = reviews.standing()
    events = (
        select(Event.id, Event.scenario, Event.division, Event.opened_at, WorkOrder.unit)
        .outerjoin(review, review.event_id == Event.id)
        .outerjoin(WorkOrder, WorkOrder.event_id == Event.id)
        .where(Event.opened_at >= since, Event.opened_at < until)
        .where(review.verdict.is_(None) | review.verdict.not_in(_NO_WORK))
        .order_by(Event.opened_at, Event.id)
    )
    for event_id, scenario, division, at, unit in session.execute(events):
        result.events += 1
        replay(Elsewhere(event_id, None, scenario, division, at, unit))
    reports = (
        select(Report.id, Report.scenario, Report.division, Report.occurred_at, WorkOrder.unit)
        .outerjoin(WorkOrder, WorkOrder.report_id == Report.id)
        .where(Report.occurred_at >= since, Report.occurred_at < until)
        .order_by(Report.occurred_at, Report.id)
    )
    for report_id, scenario, division, at, unit in session.execute(reports):
        result.reports += 1
        replay(Elsewhere(None, report_id, scenario, division, at, unit))
    return result


def _unit(rule: Responsibility | None) -> str | None:
    return None if rule is None else rule.unit
