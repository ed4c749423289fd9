"""Events: what was seen, and where the evidence of it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from serving.api.context import Id, Stored
from serving.api.documents import Document, Text, UtcTime, Word
from serving.api.paging import Cursor, Limit, Page, moment_cursor, read_moment_cursor
from serving.store import events
from serving.store.event_data import event_data
from serving.store.models import Event, Evidence
from serving.store.standing import Standing, standing_of

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

    masked_by: str | None
    """The algorithm version that looked for faces and plates, such as `privacy@1.0.0`; null: none
    did, and they are masked only where they must be in what was tracked."""

    original_sha256: str | None
    """Of the unmasked original; null: there never was one."""

    opened_s: float | None
    """Of a clip: so many seconds into it the picture is shown with which the event opened."""

    removed_at: datetime | None
    """It was kept long enough; the hashes stay."""


class EventWorkOrder(Document):
    """The work order of an event, or of the matter it belongs to."""

    id: str
    state: str
    unit: str | None
    due_at: datetime | None


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
    """How often its subject was seen anew; of a storm's summary, the events it speaks for."""

    incident_id: str | None
    """The incident it belongs to; null for the summary of a storm."""

    suppressed_by: str | None
    """The event that summarises the storm it came in; null: it was told by itself."""

    evidence: list[EvidenceDocument]
    evidence_state: str
    """`none`, `kept` or `expired`."""

    verdict: str
    """`unreviewed`, or of the review that stands: `confirmed`, `false_alarm`, `duplicate_of` or
    `unsure`."""

    disposal: str
    """State of its work order; `none`: there is none, or nobody was found for it."""

    work_order: EventWorkOrder | None


Since = Annotated[UtcTime | None, Query(description="Opened at this moment or later.")]
Until = Annotated[UtcTime | None, Query(description="Opened before this moment.")]
Division = Annotated[Text | None, Query(description="With everything below it.")]
LifeCycle = Annotated[Literal["open", "ended"] | None, Query()]


@router.get("")
def list_events(
    store: Stored,
    camera_id: Annotated[Word | None, Query()] = None,
    scenario: Annotated[Word | None, Query()] = None,
    life_cycle: LifeCycle = None,
    since: Since = None,
    until: Until = None,
    incident_id: Annotated[Word | None, Query()] = None,
    suppressed_by: Annotated[
        Word | None, Query(description="Came in the storm that this event summarises.")
    ] = None,
    severity: Annotated[Literal["critical", "major", "notice"] | None, Query()] = None,
    verdict: Annotated[
        Literal["unreviewed", "confirmed", "false_alarm", "duplicate_of", "unsure"] | None, Query()
    ] = None,
    division: Division = None,
    text: Annotated[
        Text | None, Query(description="Part of its id, or of its camera, division or zone.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[EventDocument]:
    """Events, newest first."""
    which = events.EventFilter(
        camera_id,
        scenario,
        life_cycle,
        since,
        until,
        incident_id,
        suppressed_by,
        severity,
        verdict,
        division,
        text,
    )
    after = read_moment_cursor(cursor)
    with store.read() as session:
        rows = events.page(session, which, after=after, limit=limit + 1)
        shown = rows[:limit]
        items = event_documents(session, shown)
    return Page(
        items=items,
        next_cursor=moment_cursor(shown[-1].opened_at, shown[-1].id) if len(rows) > limit else None,
    )


@router.get("/{event_id}")
def get_event(event_id: Id, store: Stored) -> EventDocument:
    """One event."""
    with store.read() as session:
        return event_documents(session, [events.get(session, event_id)])[0]


def event_documents(session: Session, rows: Sequence[Event]) -> list[EventDocument]:
    """Events with their evidence, verdicts and work orders, in a few questions to the store."""
    pictures = events.evidence_of(session, [row.id for row in rows])
    standings = standing_of(session, rows)
    return [_document(row, pictures, standings[row.id]) for row in rows]


def _document(row: Event, pictures: list[Evidence], standing: Standing) -> EventDocument:
    order = standing.order
    return EventDocument.model_validate(
        {
            **event_data(row, pictures),
            "verdict": standing.verdict,
            "disposal": "none" if order is None else order.state,
            "work_order": None
            if order is None
            else {name: getattr(order, name) for name in EventWorkOrder.model_fields},
        }
    )
