"""Incidents: the same matter seen again or by several cameras, with what was done about it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from serving.api.context import Id, Stored
from serving.api.documents import Document, Word
from serving.api.events import EventDocument, Since, Until, event_documents
from serving.api.paging import Cursor, Limit, Page, moment_cursor, read_moment_cursor
from serving.api.work_orders import WorkOrderDocument
from serving.store import events, incidents, work_orders
from serving.store.incidents import IncidentFilter, incident_data
from serving.store.models import now
from serving.store.work_orders import OrderFilter, order_data

router = APIRouter(prefix="/incidents", tags=["incidents"])

SHOWN = 100
"""Events and orders that come with an incident; the others by `?incident_id=`."""


class IncidentDocument(Document):
    """A matter that was seen, as often and by as many cameras as it was."""

    id: str
    revision: int
    """Rises with every event that joins."""

    kind: Literal["matter", "summary"]
    """`summary`: no single matter, but those who passed a camera one after the other."""

    scenario: str
    scenario_title_zh: str
    scenario_title_en: str
    severity: str
    """The highest of its events."""

    state: Literal["open", "quiet"]
    """Quiet: not seen for a while; seen again, it reopens or another begins."""

    division: str | None
    lon: float | None
    lat: float | None
    camera_ids: list[str]
    """All that saw it, the first one first."""

    opened_at: datetime
    last_seen_at: datetime
    """Of events that are open still: when they last changed."""

    quiet_at: datetime
    """It is quiet from then on, unless an event is open."""

    events: int
    open_events: int
    reopenings: int


class IncidentDetail(IncidentDocument):
    """An incident with what belongs to it."""

    newest_events: list[EventDocument]
    """At most 100, newest first; GET /events?incident_id= gives all."""

    work_orders: list[WorkOrderDocument]
    """At most 100, newest first."""


@router.get("")
def list_incidents(
    store: Stored,
    scenario: Annotated[Word | None, Query()] = None,
    kind: Annotated[Literal["matter", "summary"] | None, Query()] = None,
    state: Annotated[Literal["open", "quiet"] | None, Query()] = None,
    camera_id: Annotated[Word | None, Query(description="One of its cameras.")] = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[IncidentDocument]:
    """Incidents, newest first."""
    which = IncidentFilter(scenario, kind, state, camera_id, since, until)
    at, after = now(), read_moment_cursor(cursor)
    with store.read() as session:
        rows = incidents.page(session, which, at=at, after=after, limit=limit + 1)
    shown = rows[:limit]
    return Page(
        items=[IncidentDocument.model_validate(incident_data(row, at)) for row in shown],
        next_cursor=moment_cursor(shown[-1].opened_at, shown[-1].id) if len(rows) > limit else None,
    )


@router.get("/{incident_id}")
def get_incident(incident_id: Id, store: Stored) -> IncidentDetail:
    """One incident with its events and work orders."""
    with store.read() as session:
        incident = incidents.get(session, incident_id)
        of_it = events.EventFilter(incident_id=incident_id)
        seen = events.page(session, of_it, after=None, limit=SHOWN)
        documents = event_documents(session, seen)
        ordered = OrderFilter(incident_id=incident_id)
        orders = work_orders.page(session, ordered, before=None, limit=SHOWN)
        steps = work_orders.steps_of(session, [row.id for row in orders])
    return IncidentDetail.model_validate(
        {
            **incident_data(incident, now()),
            "newest_events": documents,
            "work_orders": [order_data(row, steps) for row in orders],
        }
    )
