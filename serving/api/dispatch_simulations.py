"""Dispatch simulations: a past period under another responsibility list."""

from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter

from serving.api.context import Stored
from serving.api.documents import Document, Moment, Order, Word
from serving.api.period import checked
from serving.store import responsibility
from serving.store.simulation import SHOWN, simulate

router = APIRouter(prefix="/dispatch-simulations", tags=["work orders"])


class SimulationOrder(Order):
    """What to replay."""

    list: Word
    """Id of a responsibility list, usually a draft."""

    since: Moment
    until: Moment


class ElsewhereDocument(Document):
    """Something that would go to another unit. Units are null where a list names nobody."""

    event_id: str | None
    report_id: str | None
    scenario: str
    division: str | None
    at: datetime
    went_to: str | None
    """The unit of its work order, if it has one."""

    unit_now: str | None
    """By the list in force."""

    unit_then: str | None
    """By the list replayed."""

    line_then: int | None
    """The row that says so."""


class MoveDocument(Document):
    """How many would go from one unit to another."""

    unit_now: str | None
    unit_then: str | None
    count: int


class SimulationDocument(Document):
    """What would go elsewhere. Nothing was written."""

    events: int
    """Replayed; false alarms and duplicates are not."""

    reports: int
    elsewhere: int
    uncovered_now: int
    """For which the list in force names nobody."""

    uncovered_then: int
    moves: list[MoveDocument]
    """The most frequent first."""

    items: list[ElsewhereDocument]
    """The first of them, oldest first: events, then reports."""

    items_complete: bool
    """False: there are more than are shown."""


@router.post("")
def create_dispatch_simulation(order: SimulationOrder, store: Stored) -> SimulationDocument:
    """Replay the events and reports of a period against a list, beside the list in force."""
    checked(order.since, order.until)
    with store.read() as session:
        wanted = responsibility.get(session, order.list)
        found = simulate(session, wanted, order.since, order.until)
    return SimulationDocument(
        events=found.events,
        reports=found.reports,
        elsewhere=found.elsewhere,
        uncovered_now=found.uncovered_now,
        uncovered_then=found.uncovered_then,
        moves=[
            MoveDocument(unit_now=unit_now, unit_then=unit_then, count=count)
            for (unit_now, unit_then), count in found.moves.most_common()
        ],
        items=[ElsewhereDocument(**asdict(each)) for each in found.shown],
        items_complete=found.elsewhere <= SHOWN,
    )
