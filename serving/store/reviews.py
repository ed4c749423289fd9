"""Reviews: what people say about events. Nothing is overwritten; the verdict is a view over them.

Each person's reviews of an event are one *look*, numbered in the order in which people came to it.
The newest review of the last look is the one that stands: a correction replaces what the same
person said, a second look what the first one said, and both stay to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from serving.access import Actor
from serving.store import events, messages, mutes, storms, work_orders
from serving.store.errors import ConflictError
from serving.store.event_data import event_data
from serving.store.loop_models import Mute, Review
from serving.store.messages import rfc3339
from serving.store.models import Event, new_id

UNREVIEWED = "unreviewed"
VERDICTS = ("confirmed", "false_alarm", "duplicate_of", "unsure")

FALSE_ALARM_REASONS = {
    "look_alike": "another thing was taken for it (a sign, a shadow, a reflection, a poster)",
    "wrong_class": "the thing was right, what it was said to be was not",
    "allowed": "rightly seen, but permitted here or at this time",
    "wrong_place": "outside of the zone that was meant, or the camera had moved",
    "poor_picture": "dark, wet, blurred or too small to tell",
    "tracking": "two things taken for one, or one for two",
    "other": "see the note",
}
"""Why an event was none; the first two and `tracking` charge the model, the others the set-up."""

SEVERITIES = ("critical", "major", "notice")
_RANK = case({"critical": 0, "major": 1}, value=Event.severity, else_=2)


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with its grounds.

    Args:
        verdict: One of `VERDICTS`.
        reason: One of `FALSE_ALARM_REASONS`; a false alarm has one, others have none.
        note: In words.
        duplicate_of: The event it repeats; `duplicate_of` has one, others have none.
        mute_for_s: How long a false alarm mutes its spot; None: not at all.
    """

    verdict: str
    reason: str | None = None
    note: str | None = None
    duplicate_of: str | None = None
    mute_for_s: float | None = None

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"expected one of {', '.join(VERDICTS)}, got {self.verdict!r}")
        false_alarm = self.verdict == "false_alarm"
        if (self.reason is not None) != false_alarm:
            raise ValueError(
                "a false alarm has a reason and no other verdict has one; "
                f"got {self.verdict} with reason {self.reason!r}"
            )
        if self.reason is not None and self.reason not in FALSE_ALARM_REASONS:
            raise ValueError(
                f"expected one of {', '.join(FALSE_ALARM_REASONS)}, got {self.reason!r}"
            )
        if (self.duplicate_of is not None) != (self.verdict == "duplicate_of"):
            raise ValueError(
                "the verdict duplicate_of names the event it repeats and no other does; "
                f"got {self.verdict} with duplicate_of {self.duplicate_of!r}"
            )
        if self.mute_for_s is not None and not false_alarm:
            raise ValueError(f"only a false alarm mutes its spot, got {self.verdict}")


def add(
    session: Session, event_id: str, said: Said, *, reviewer: Actor, share: float, at: datetime
) -> Review:
    """Keep a verdict, and do what follows from it: mute the spot, make the work order.

    Args:
        session: A write transaction.
        event_id: What was looked at.
        said: The verdict.
        reviewer: Who says it.
        share: Of events that get a second look, 0–1.
        at: Now.

    Raises:
        NotFoundError: No such event, or none that it repeats.
        ConflictError: It is said to repeat itself, or a repetition.
    """
    session.get(Event, event_id, with_for_update=True)  # two reviewers come one after the other
    event = events.get(session, event_id)
    if said.duplicate_of is not None:
        _check_original(session, event_id, said.duplicate_of)
    before = of_event(session, event_id)
    looks = {review.reviewer_id: review.look for review in before}
    review = Review(
        id=new_id(),
        event_id=event_id,
        look=looks.get(reviewer.id, len(looks) + 1),
        sampled=is_sampled(event_id, share),
        verdict=said.verdict,
        reason=said.reason,
        note=said.note,
        duplicate_of=said.duplicate_of,
        reviewer_id=reviewer.id,
        reviewer=reviewer.name,
        created_at=max([at, *(r.created_at + timedelta(microseconds=1) for r in before)]),
    )
    session.add(review)
    session.flush()
    if said.mute_for_s is not None:
        _mute(session, event, said.mute_for_s, reviewer, at)
    stands = standing_of(session, [event_id])[event_id]
    messages.append(
        session,
        message_id=f"{event_id}.review.{review.id}",
        kind="longan.event.reviewed.v1",
        subject=event_id,
        data={
            **event_data(event, events.evidence_of(session, [event_id])),
            "verdict": stands.verdict,
            "review": review_data(review),
        },
    )
    if stands.verdict == "confirmed":
        note = f"confirmed by {stands.reviewer}"
        work_orders.open_for_event(session, event, actor=reviewer.name, at=at, note=note)
    return review


def of_event(session: Session, event_id: str) -> list[Review]:
    """All that was said about an event, in order."""
    query = select(Review).where(Review.event_id == event_id)
    return list(session.scalars(query.order_by(Review.created_at, Review.id)))


def standing(*which: ColumnElement[bool]) -> type[Review]:
    """`Review` as if there were only those that stand, at most one for each event.

    Args:
        which: Only reviews for which this holds count at all, such as those of some events.
    """
    newest = func.row_number().over(
        partition_by=Review.event_id,
        order_by=(Review.look.desc(), Review.created_at.desc(), Review.id.desc()),
    )
    ranked = select(Review, newest.label("nth")).where(*which).subquery()
    return aliased(Review, select(ranked).where(ranked.c.nth == 1).subquery())


def standing_of(session: Session, event_ids: Sequence[str]) -> dict[str, Review]:
    """The review that stands, by event; events that nobody reviewed are left out."""
    looked_at = select(Review).where(Review.event_id.in_(event_ids))
    last = sorted(session.scalars(looked_at), key=lambda r: (r.look, r.created_at, r.id))
    return {review.event_id: review for review in last}


def is_sampled(event_id: str, share: float) -> bool:
    """Whether an event belongs to the share that gets a second look; the same for everybody."""
    drawn = int.from_bytes(sha256(event_id.encode()).digest()[:8]) / 2**64
    return drawn < share


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which events to look at; None lets everything through."""

    scenario: str | None = None
    camera_id: str | None = None


def queue(
    session: Session, which: QueueFilter, *, reviewer_id: str, share: float, limit: int
) -> list[tuple[Event, int]]:
    """What this person looks at next, each with the number of the look it would be.

    First what nobody looked at, the severe before the mild and the old before the new; up to
    `share` of the places, at the end, go to second looks: events of the sample and those that
    somebody was unsure about, never what this person reviewed.
    """
    second = _second_looks(session, which, reviewer_id, ceil(limit * share) if share else 0)
    reviewed = select(Review.id).where(Review.event_id == Event.id).exists()
    unseen = select(Event).where(~reviewed, *_conditions(which)).order_by(Event.opened_at, Event.id)
    first: list[Event] = []
    for severity in SEVERITIES:  # one after the other: each is in order in its index
        left = limit - len(second) - len(first)
        first += session.scalars(unseen.where(Event.severity == severity).limit(left))
    return [(event, 1) for event in first] + second


def agreement(
    session: Session, since: datetime | None, until: datetime | None, scenario: str | None
) -> list[tuple[str, str]]:
    """What the first and the second reviewer said of each event of the sample that got both.

    Of the first look, what stood when the second began; of the second, what it said first: later
    corrections may know of the other.
    """
    query = select(Review).join(Event, Event.id == Review.event_id).where(Review.look <= 2)
    if since is not None:
        query = query.where(Event.opened_at >= since)
    if until is not None:
        query = query.where(Event.opened_at < until)
    if scenario is not None:
        query = query.where(Event.scenario == scenario)
    ordered = query.order_by(Review.event_id, Review.created_at, Review.id)
    pairs: list[tuple[str, str]] = []
    for _, rows in groupby(session.scalars(ordered), key=lambda review: review.event_id):
        first: Review | None = None
        for review in rows:
            if review.look == 1:
                first = review
            elif first is not None and first.sampled:
                pairs.append((first.verdict, review.verdict))
                break
    return pairs


def hard_negatives(
    session: Session, *, after: tuple[datetime, str] | None, limit: int
) -> list[tuple[Event, Review]]:
    """Events that stand as false alarms, newest first: what the models must learn."""
    review = standing()
    query = select(Event, review).join(review, review.event_id == Event.id)
    query = query.where(review.verdict == "false_alarm")
    if after is not None:
        at, event_id = after
        same_time = and_(Event.opened_at == at, Event.id < event_id)
        query = query.where(or_(Event.opened_at < at, same_time))
    ordered = query.order_by(Event.opened_at.desc(), Event.id.desc()).limit(limit)
    return [(event, review) for event, review in session.execute(ordered)]


def review_data(review: Review) -> dict[str, Any]:
    """A review as the outside sees it."""
    return {
        "id": review.id,
        "event_id": review.event_id,
        "look": review.look,
        "verdict": review.verdict,
        "reason": review.reason,
        "note": review.note,
        "duplicate_of": review.duplicate_of,
        "reviewer": review.reviewer,
        "created_at": rfc3339(review.created_at),
    }


def _check_original(session: Session, event_id: str, original_id: str) -> None:
    events.get(session, original_id)
    if original_id == event_id:
        raise ConflictError(f"event {event_id} cannot be a duplicate of itself; name another event")
    stands = standing_of(session, [original_id]).get(original_id)
    if stands is not None and stands.duplicate_of is not None:
        raise ConflictError(
            f"event {original_id} is itself a duplicate of {stands.duplicate_of}; name that one"
        )


def _mute(session: Session, event: Event, for_s: float, reviewer: Actor, at: datetime) -> None:
    mutes.add(
        session,
        Mute(
            event_id=event.id,
            deployment_id=event.deployment_id,
            camera_id=event.camera_id,
            zone=event.zone,
            box=event.objects[0]["box"] if event.objects else None,
            until=at + timedelta(seconds=for_s),
            created_by=reviewer.name,
            created_at=at,
        ),
    )


def _second_looks(
    session: Session, which: QueueFilter, reviewer_id: str, limit: int
) -> list[tuple[Event, int]]:
    if limit == 0:
        return []
    may_need_one = or_(Review.sampled, Review.verdict == "unsure")
    review = standing(Review.event_id.in_(select(Review.event_id).where(may_need_one)))
    mine = select(Review.id).where(Review.event_id == Event.id, Review.reviewer_id == reviewer_id)
    first_only = and_(review.sampled, review.look == 1)
    query = (
        select(Event, review.look)
        .join(review, review.event_id == Event.id)
        .where(or_(first_only, review.verdict == "unsure"), ~mine.exists())
        .where(*_conditions(which))
    )
    ordered = query.order_by(_RANK, Event.opened_at, Event.id).limit(limit)
    return [(event, look + 1) for event, look in session.execute(ordered)]


def _conditions(which: QueueFilter) -> list[ColumnElement[bool]]:
    wanted = {Event.scenario: which.scenario, Event.camera_id: which.camera_id}
    asked = [column == value for column, value in wanted.items() if value is not None]
    # A storm is not worked off one by one, and its summary is no claim of a model.
    return [Event.suppressed_by.is_(None), Event.rule != storms.RULE, *asked]
