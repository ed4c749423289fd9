"""Reviews: a person says what an event was."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Response
from pydantic import Field, model_validator

from scenarios.statistics import Share, cohens_kappa
from serving.api.context import Caller, Configured, Id, Stored
from serving.api.documents import Document, Note, Order, Word
from serving.api.events import (
    EventAlgorithm,
    EventCamera,
    EventDocument,
    EventObjectDocument,
    EvidenceDocument,
    Since,
    Until,
    event_documents,
)
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, moment_cursor, read_moment_cursor
from serving.store import events, reviews
from serving.store.models import now
from serving.store.reviews import QueueFilter, Said, review_data

router = APIRouter(tags=["reviews"])

MUTED_FOR_DAYS = 90

UNSEEN = {"verdict": "unreviewed", "disposal": "none", "work_order": None}

Verdict = Literal["confirmed", "false_alarm", "duplicate_of", "unsure"]
Reason = Literal[
    "look_alike", "wrong_class", "allowed", "wrong_place", "poor_picture", "tracking", "other"
]


class ReviewOrder(Order):
    """What a person says of an event."""

    verdict: Verdict

    reason: Reason | None = None
    """Why a false alarm is one; no other verdict has it."""

    note: Note | None = None

    duplicate_of: Word | None = None
    """The event it repeats; only of that verdict."""

    mute_for_s: Annotated[float, Field(gt=0, le=MUTED_FOR_DAYS * 86400)] | None = None
    """Raise no event at this spot for so many seconds; only of a false alarm."""

    def said(self) -> Said:
        return Said(self.verdict, self.reason, self.note, self.duplicate_of, self.mute_for_s)

    @model_validator(mode="after")
    def _has_grounds(self) -> Self:
        self.said()
        return self


class ReviewDocument(Document):
    """What a person said of an event; never changed."""

    id: str
    event_id: str
    look: int
    """Each person's reviews of an event are one look, numbered as they came to it."""

    verdict: str
    reason: str | None
    note: str | None
    duplicate_of: str | None
    reviewer: str
    """Name of the token that was used."""

    created_at: datetime


class EventReviews(Document):
    """All that was said of an event, in order."""

    event_id: str
    verdict: str
    """That of the newest review of the last look; `unreviewed` without any."""

    items: list[ReviewDocument]


class QueuedEvent(Document):
    """An event to look at, with all that is needed to judge it."""

    event: EventDocument
    look: int
    """2 and more: others looked at it; what they said is not shown here."""


class ReviewQueue(Document):
    """What to look at next, in this order."""

    items: list[QueuedEvent]


class Agreement(Document):
    """How often the second of two reviewers, who did not see what the first said, agreed."""

    n: int
    """Events of the sample that two people looked at."""

    agreed: int
    rate: float | None
    low: float | None
    """Lower 95 % Wilson bound of the rate."""

    high: float | None
    """Upper 95 % Wilson bound of the rate."""

    kappa: float | None
    """Cohen's: 1 always, 0 as by chance; null where chance explains all."""


class HardNegative(Document):
    """A false alarm: what the models that made it must learn."""

    event_id: str
    opened_at: datetime
    scenario: str
    camera: EventCamera
    algorithms: list[EventAlgorithm]
    """The versions charged with it."""

    reason: str
    note: str | None
    reviewer: str
    objects: list[EventObjectDocument]
    evidence: list[EvidenceDocument]


@router.post(
    "/events/{event_id}/reviews", status_code=HTTPStatus.CREATED, response_model=ReviewDocument
)
def create_review(
    event_id: Id,
    order: ReviewOrder,
    store: Stored,
    settings: Configured,
    caller: Caller,
    once: OnlyOnce,
) -> Response:
    """Say what an event was. A confirmed one goes to the responsible unit at once.

    Reasons of a false alarm: `look_alike` another thing was taken for it, `wrong_class` the thing
    was right and its kind was not, `allowed` permitted here or now, `wrong_place` outside of the
    zone that was meant, `poor_picture` too dark, wet or small to tell, `tracking` two things taken
    for one or one for two, `other` see the note.
    """

    def make() -> Made:
        review = reviews.add(
            session,
            event_id,
            order.said(),
            reviewer=caller,
            share=settings.second_look_share,
            at=now(),
        )
        return ReviewDocument.model_validate(review_data(review)), {}

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/events/{event_id}/reviews")
def list_reviews(event_id: Id, store: Stored) -> EventReviews:
    """All that was said of an event, and which verdict stands."""
    with store.read() as session:
        events.get(session, event_id)
        said = reviews.of_event(session, event_id)
        stands = reviews.standing_of(session, [event_id]).get(event_id)
    return EventReviews(
        event_id=event_id,
        verdict=reviews.UNREVIEWED if stands is None else stands.verdict,
        items=[ReviewDocument.model_validate(review_data(review)) for review in said],
    )


@router.get("/review-queue")
def get_review_queue(
    store: Stored,
    settings: Configured,
    caller: Caller,
    scenario: Annotated[Word | None, Query()] = None,
    camera_id: Annotated[Word | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ReviewQueue:
    """What you should look at next: severe before mild, old before new; second looks at the end.

    Ask again after each few verdicts; there is no cursor, since the queue moves on by itself.
    """
    with store.read() as session:
        found = reviews.queue(
            session,
            QueueFilter(scenario, camera_id),
            reviewer_id=caller.id,
            share=settings.second_look_share,
            limit=limit,
        )
        documents = event_documents(session, [event for event, _ in found])
    return ReviewQueue(
        items=[
            # What the other one said must not lead the second look.
            QueuedEvent(event=document.model_copy(update=UNSEEN), look=look)
            for document, (_, look) in zip(documents, found, strict=True)
        ]
    )


@router.get("/reviews/agreement")
def get_agreement(
    store: Stored,
    scenario: Annotated[Word | None, Query()] = None,
    since: Since = None,
    until: Until = None,
) -> Agreement:
    """How far reviewers agree, measured on the sample that got a second look."""
    with store.read() as session:
        pairs = reviews.agreement(session, since, until, scenario)
    share = Share(sum(first == second for first, second in pairs), len(pairs))
    return Agreement(
        n=share.n,
        agreed=share.hits,
        rate=share.rate,
        low=share.low,
        high=share.high,
        kappa=cohens_kappa(pairs),
    )


@router.get("/hard-negatives")
def list_hard_negatives(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[HardNegative]:
    """False alarms for the training base, newest first, with the versions charged."""
    after = read_moment_cursor(cursor)
    with store.read() as session:
        rows = reviews.hard_negatives(session, after=after, limit=limit + 1)
        shown = rows[:limit]
        documents = event_documents(session, [event for event, _ in shown])
    items: list[HardNegative] = []
    for document, (event, review) in zip(documents, shown, strict=True):
        items.append(
            HardNegative(
                event_id=event.id,
                opened_at=document.opened_at,
                scenario=document.scenario,
                camera=document.camera,
                algorithms=document.algorithms,
                reason=review.reason or "other",
                note=review.note,
                reviewer=review.reviewer,
                objects=document.objects,
                evidence=document.evidence,
            )
        )
    last = shown[-1][0] if len(rows) > limit else None
    return Page(items=items, next_cursor=last and moment_cursor(last.opened_at, last.id))
