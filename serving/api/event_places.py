"""Where events were, thousands at once: what a map needs of each, and no more."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from serving.api.context import Stored
from serving.api.documents import Document, Word
from serving.api.events import Division, Since, Until
from serving.store import events
from serving.store.models import Event

router = APIRouter(prefix="/event-places", tags=["events"])

MOST = 5000

Most = Annotated[int, Query(ge=1, le=MOST, description="At most so many.")]


class EventPlace(Document):
    """An event on the map."""

    id: str
    camera_id: str
    incident_id: str | None
    scenario: str
    severity: str
    opened_at: datetime
    lon: float
    lat: float
    """Of its camera, as it was when the event opened."""

    box: list[float] | None
    """Its subject in the picture: x1 y1 x2 y2, fractions 0–1; null: the whole picture."""


class EventPlaces(Document):
    """Newest first."""

    items: list[EventPlace]

    more: bool
    """There are older ones in this time: ask for less of it."""


@router.get("")
def list_event_places(
    store: Stored,
    scenario: Annotated[Word | None, Query()] = None,
    severity: Annotated[Literal["critical", "major", "notice"] | None, Query()] = None,
    division: Division = None,
    since: Since = None,
    until: Until = None,
    limit: Most = MOST,
) -> EventPlaces:
    """Events whose camera has a place, newest first."""
    which = events.EventFilter(
        scenario=scenario,
        severity=severity,
        division=division,
        since=since,
        until=until,
        placed=True,
    )
    with store.read() as session:
        rows = events.page(session, which, after=None, limit=limit + 1)
    return EventPlaces(items=[_place(row) for row in rows[:limit]], more=len(rows) > limit)


def _place(row: Event) -> EventPlace:
    return EventPlace.model_validate(
        {
            **{name: getattr(row, name) for name in EventPlace.model_fields if name != "box"},
            "box": row.objects[0]["box"] if row.objects else None,
        }
    )
