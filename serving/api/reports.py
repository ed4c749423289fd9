"""Reports: what the city's other channels bring in, dispatched by the same list as events."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from scenarios.scenario import DOMAINS, load_catalog
from serving.api.context import Caller, Id, Stored
from serving.api.documents import (
    Document,
    Latitude,
    Longitude,
    Moment,
    Note,
    Order,
    Text,
    Word,
)
from serving.api.paging import Cursor, Limit, Page, moment_cursor, read_moment_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import reports, responsibility, work_orders
from serving.store.loop_models import Report
from serving.store.models import now

router = APIRouter(prefix="/reports", tags=["work orders"])

Channel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]


class ReportOrder(Order):
    """Something another channel brought in."""

    channel: Annotated[Channel, Field(examples=["hotline", "patrol", "inspection"])]
    external_id: Text
    """The channel's own number; sending it again changes nothing."""

    scenario: Word
    """Of the catalogue, or a domain where no scenario fits."""

    division: Text | None = None
    """Null: that of the nearest camera within 2 km of `lon` and `lat`."""

    lon: Longitude | None = None
    lat: Latitude | None = None
    text: Note
    occurred_at: Moment

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("expected lon and lat together, or neither")
        if self.division is None and self.lon is None:
            raise ValueError("expected a division, or lon and lat")
        return self


class ReportDocument(Document):
    """What another channel brought in."""

    id: str
    channel: str
    external_id: str
    scenario: str
    division: str | None
    lon: float | None
    lat: float | None
    text: str
    occurred_at: datetime
    created_by: str
    created_at: datetime
    work_order_id: str | None
    """Null: no responsibility list was in force; POST /api/v1/work-orders makes one."""


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": ReportDocument, "description": "It was brought before"}},
)
def create_report(
    order: ReportOrder, store: Stored, caller: Caller, response: Response
) -> ReportDocument:
    """Bring something in; the list in force dispatches it at once."""
    if order.scenario not in load_catalog() and order.scenario not in DOMAINS:
        told = (
            f"expected a scenario of the catalogue (GET /api/v1/scenarios) or a domain "
            f"({', '.join(DOMAINS)}), got {order.scenario!r}"
        )
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"scenario: {told}",
            errors=[FieldError(where="body.scenario", message=told)],
        )
    with store.write() as session:
        asked = Report(**order.model_dump(), created_by=caller.name)
        report, new = reports.add(session, asked)
        if new and responsibility.current(session) is not None:
            note = f"brought by {report.channel}"
            work_orders.open_for(session, report, actor=caller.name, at=now(), note=note)
        document = _document(session, report)
    response.status_code = HTTPStatus.CREATED if new else HTTPStatus.OK
    response.headers["Location"] = f"/api/v1/reports/{report.id}"
    return document


@router.get("")
def list_reports(
    store: Stored,
    channel: Annotated[Channel | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ReportDocument]:
    """Reports, the newest occurrence first."""
    after = read_moment_cursor(cursor)
    with store.read() as session:
        rows = reports.page(session, channel=channel, after=after, limit=limit + 1)
        items = [_document(session, row) for row in rows[:limit]]
    more = len(rows) > limit
    next_cursor = moment_cursor(items[-1].occurred_at, items[-1].id) if more else None
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{report_id}")
def get_report(report_id: Id, store: Stored) -> ReportDocument:
    """One report."""
    with store.read() as session:
        return _document(session, reports.get(session, report_id))


def _document(session: Session, report: Report) -> ReportDocument:
    order = work_orders.order_of(session, report)
    fields: dict[str, Any] = {
        name: getattr(report, name)
        for name in ReportDocument.model_fields
        if name != "work_order_id"
    }
    return ReportDocument(**fields, work_order_id=None if order is None else order.id)
