"""Events: what was seen, and where the evidence of it is."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from serving.api.context import Id, Stored
from serving.api.documents import Document, UtcTime, Word
from serving.api.paging import Cursor, Limit, Page, moment_cursor, read_moment_cursor
from serving.store import events
from serving.store.event_data import event_data

router = APIRouter(prefix="/events", tags=["events"])

Box = Annotated[list[float], "x1 y1 x2 y2"]


class EventCamera(Document):
    """The camera as it was when the event opened."""

    id: str
    name: str
    division: str | None
    lon: float | None
    lat: float | None


class EventDeployment(Document):
    """What was watching."""

    id: str
    revision: int


class EventAlgorithm(Document):
    """A model that took part."""

    name: str
    version: str
    sha256: str


class EventObjectDocument(Document):
    """A tracked thing that took part."""

    track_id: int
    class_name: str
    confidence: float
    box: list[float]
    """x1 y1 x2 y2, fractions 0–1 of the picture, at the moment the rule fired."""


class EventFrame(Document):
    """Size of the picture."""

    width_px: int
    height_px: int


class EvidenceDocument(Document):
    """A picture or a clip that shows the event."""

    kind: str
    """`snapshot`: the whole picture; `crop`: the object; `clip`: before, during and after."""

    url: str
    media_type: str
    sha256: str | None
    """Of what `url` answers; null: a clip that nobody has asked for yet."""

    size_bytes: int | None
    masked: bool
    """Whether faces and plates are made unrecognisable, as far as they were detected."""

    original_sha256: str | None
    """Of the unmasked original; null: there never was one."""

    opened_s: float | None
    """Of a clip: so many seconds into it the picture is shown with which the event opened."""

    removed_at: datetime | None
    """It was kept long enough; the hashes stay."""


class EventDocument(Document):
    """A rule fired."""

    id: str
    revision: int
    """Rises with every change."""

    camera: EventCamera
    deployment: EventDeployment
    scenario: str
    scenario_title_zh: str
    scenario_title_en: str
    severity: str
    """critical, major or notice."""

    rule: str
    zone: str | None
    """Null: the whole picture."""

    zone_outline: list[tuple[float, float]] | None
    """Corners of the zone as it was then, fractions 0–1."""

    algorithms: list[EventAlgorithm]
    objects: list[EventObjectDocument]

    path: list[tuple[datetime, float, float, float, float]]
    """Where its subject was: time and x1 y1 x2 y2, oldest first."""

    frame: EventFrame
    confidence: float
    life_cycle: str
    """`open`, then `ended`."""

    first_seen_at: datetime
    opened_at: datetime
    """When the rule fired."""

    last_seen_at: datetime
    ended_at: datetime | None
    dedup_key: str
    occurrences: int
    evidence: list[EvidenceDocument]
    evidence_state: str
    """`none`, `kept` or `expired`."""


Since = Annotated[UtcTime | None, Query(description="Opened at this moment or later.")]
Until = Annotated[UtcTime | None, Query(description="Opened before this moment.")]
LifeCycle = Annotated[Literal["open", "ended"] | None, Query()]


@router.get("")
def list_events(
    store: Stored,
    camera_id: Annotated[Word | None, Query()] = None,
    scenario: Annotated[Word | None, Query()] = None,
    life_cycle: LifeCycle = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[EventDocument]:
    """Events, newest first."""
    which = events.EventFilter(camera_id, scenario, life_cycle, since, until)
    after = read_moment_cursor(cursor)
    with store.read() as session:
        rows = events.page(session, which, after=after, limit=limit + 1)
        shown = rows[:limit]
        pictures = events.evidence_of(session, [row.id for row in shown])
    return Page(
        items=[EventDocument.model_validate(event_data(row, pictures)) for row in shown],
        next_cursor=moment_cursor(shown[-1].opened_at, shown[-1].id) if len(rows) > limit else None,
    )


@router.get("/{event_id}")
def get_event(event_id: Id, store: Stored) -> EventDocument:
    """One event."""
    with store.read() as session:
        row = events.get(session, event_id)
        return EventDocument.model_validate(
            event_data(row, events.evidence_of(session, [event_id]))
        )
