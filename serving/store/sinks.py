"""Sinks: messages are put down for each, and stay until they are taken.

The messages themselves are the outbox (`messages`), written in the transaction of the change they
tell of. `take_in` puts them down for the sinks that want them; `claim` hands one out to be sent,
`delivered` and `refused` say how that went. Whoever dies between the two has it sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, func, or_, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Session, aliased
from ulid import ULID

from serving.store import messages
from serving.store.errors import NotFoundError, StaleError
from serving.store.models import Message
from serving.store.sink_models import Delivery, Sink

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each attempt that failed the next one comes; after the last one there is none."""

LEASE = timedelta(minutes=1)
"""So long an attempt has before another process takes it for broken off."""

_HOLDING = 3
"""So many attempts of an event hold back the later ones of its camera."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Count:
    """How a sink stands."""

    waiting: int = 0
    failed: int = 0
    last_delivered_at: datetime | None = None


def create(
    session: Session, *, name: str, spec: dict[str, Any], secret: str, types: list[str], actor: str
) -> Sink:
    """A sink that is told of what happens from now on."""
    sink = Sink(
        name=name,
        spec=spec,
        secret=secret,
        types=types,
        position=messages.newest_seq(session),
        created_by=actor,
    )
    session.add(sink)
    session.flush()
    return sink


def get(session: Session, sink_id: str, *, lock: bool = False) -> Sink:
    """One sink; raises NotFoundError."""
    sink = session.get(Sink, sink_id, with_for_update=lock or None)
    if sink is None:
        raise NotFoundError(f"there is no sink {sink_id!r}; GET /api/v1/sinks lists them")
    return sink


def page(session: Session, *, after: str | None, limit: int) -> list[Sink]:
    """The next sinks, oldest first."""
    query = select(Sink).order_by(Sink.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Sink.id > after)))


def replace(session: Session, sink_id: str, revision: int | None, change: dict[str, Any]) -> Sink:
    """Set columns of a sink.

    Args:
        session: A write transaction.
        sink_id: Which.
        revision: The one that was read; None: whatever is there.
        change: New values by column.

    Raises:
        NotFoundError: No such sink.
        StaleError: It is no longer at `revision`.
    """
    sink = get(session, sink_id, lock=True)
    if revision is not None and sink.revision != revision:
        raise StaleError(
            f"sink {sink_id} is at revision {sink.revision}, not {revision}: "
            "somebody changed it meanwhile; read it again and repeat the change"
        )
    for column, value in change.items():
        setattr(sink, column, value)
    sink.revision += 1
    session.flush()
    return sink


def delete(session: Session, sink_id: str) -> None:
    """Forget a sink and all that waits for it; raises NotFoundError."""
    session.delete(get(session, sink_id, lock=True))


def counts(session: Session, sink_ids: Sequence[str]) -> dict[str, Count]:
    """How these sinks stand; those nobody told anything are left out."""
    query = (
        select(
            Delivery.sink_id,
            func.count().filter(Delivery.state == "waiting"),
            func.count().filter(Delivery.state == "failed"),
            func.max(Delivery.delivered_at),
        )
        .where(Delivery.sink_id.in_(sink_ids))
        .group_by(Delivery.sink_id)
    )
    return {row[0]: Count(*row[1:]) for row in session.execute(query)}


def enabled(session: Session) -> list[Sink]:
    """The sinks that are told."""
    return list(session.scalars(select(Sink).where(Sink.enabled).order_by(Sink.id)))


def take_in(session: Session, sink_id: str, at: datetime) -> bool:
    """Put the next messages down for a sink.

    Args:
        session: A write transaction.
        sink_id: Which; one that is gone is passed over.
        at: Now.

    Returns:
        Whether there may be more.
    """
    sink = session.get(Sink, sink_id, with_for_update=True)
    if sink is None:
        return False
    new = messages.after(session, sink.position, _AT_ONCE)
    for message in new:
        if message.type.startswith(tuple(sink.types)):
            session.add(
                Delivery(
                    sink_id=sink.id,
                    seq=message.seq,
                    subject=message.subject,
                    camera_id=messages.camera_of(message),
                    next_attempt_at=at,
                )
            )
        sink.position = message.seq
    return len(new) == _AT_ONCE


def is_due(session: Session, sink_id: str, at: datetime) -> bool:
    """Whether something may wait for an attempt: cheap, to be asked every second."""
    query = select(Delivery.id).where(
        Delivery.sink_id == sink_id,
        Delivery.state == "waiting",
        Delivery.next_attempt_at <= at,
    )
    return session.scalar(query.limit(1)) is not None


def claim(
    session: Session, sink_id: str, at: datetime, lease: timedelta = LEASE
) -> tuple[Delivery, Message] | None:
    """The next message to send, which is nobody else's for the time of the lease.

    The messages of one subject come one after the other: while one waits, later ones do too. So do
    the events of one camera, until one was tried `_HOLDING` times: what a receiver does not want
    must not silence the camera.

    Returns:
        None: nothing is due.
    """
    earlier = aliased(Delivery)
    waits_before = (
        select(earlier.id)
        .where(
            earlier.sink_id == sink_id,
            earlier.state == "waiting",
            earlier.seq < Delivery.seq,
        )
        .correlate(Delivery)
    )
    by_subject = waits_before.where(earlier.subject == Delivery.subject).exists()
    by_camera = waits_before.where(
        earlier.camera_id == Delivery.camera_id, earlier.attempts <= _HOLDING
    ).exists()
    due = (
        select(Delivery)
        .where(
            Delivery.sink_id == sink_id,
            Delivery.state == "waiting",
            Delivery.next_attempt_at <= at,
            ~by_subject,
            ~by_camera,
        )
        .order_by(Delivery.seq)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    delivery = session.scalar(due)
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_attempt_at = at + lease
    return delivery, session.get_one(Message, delivery.seq)


def delivered(session: Session, delivery_id: str, at: datetime) -> None:
    """It was taken."""
    if (delivery := session.get(Delivery, delivery_id)) is not None:
        delivery.state, delivery.error, delivery.delivered_at = "delivered", None, at


def refused(
    session: Session,
    delivery_id: str,
    at: datetime,
    error: str,
    retry_after: Sequence[timedelta] = RETRY_AFTER,
) -> None:
    """It was not taken: it waits for the next attempt, or has failed for good."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.state != "waiting":
        return
    delivery.error = error
    if delivery.attempts > len(retry_after):
        delivery.state = "failed"
    else:
        delivery.next_attempt_at = at + retry_after[delivery.attempts - 1]


def put_back(session: Session, delivery_id: str, again_at: datetime, error: str) -> None:
    """Nobody was there to be sent it: that was no attempt."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is not None and delivery.state == "waiting":
        delivery.attempts = max(0, delivery.attempts - 1)
        delivery.error, delivery.next_attempt_at = error, again_at


def deliveries(
    session: Session, sink_id: str, *, state: str | None, before: str | None, limit: int
) -> list[tuple[Delivery, Message]]:
    """The deliveries of a sink with their messages, newest first."""
    query = (
        select(Delivery, Message)
        .join(Message, Message.seq == Delivery.seq)
        .where(Delivery.sink_id == sink_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(Delivery.state == state)
    if before is not None:
        query = query.where(Delivery.id < before)
    return [(row[0], row[1]) for row in session.execute(query)]


def try_again(
    session: Session, sink_id: str, delivery_id: str, at: datetime
) -> tuple[Delivery, Message]:
    """Send it at once, whatever became of it, with all attempts anew; raises NotFoundError."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.sink_id != sink_id:
        raise NotFoundError(
            f"sink {sink_id!r} has no delivery {delivery_id!r}; "
            f"GET /api/v1/sinks/{sink_id}/deliveries lists them"
        )
    delivery.state, delivery.attempts, delivery.next_attempt_at = "waiting", 0, at
    return delivery, session.get_one(Message, delivery.seq)


def try_all_again(session: Session, sink_id: str, state: str, at: datetime) -> int:
    """Send all deliveries in `state` (`failed` or `waiting`) at once, with all attempts anew.

    One that is under way may be sent twice.

    Returns:
        How many.

    Raises:
        NotFoundError: No such sink.
    """
    get(session, sink_id)
    again = (
        update(Delivery)
        .where(Delivery.sink_id == sink_id, Delivery.state == state)
        .values(state="waiting", attempts=0, next_attempt_at=at)
    )
    return cast("CursorResult[Any]", session.execute(again)).rowcount


def forget(session: Session, before: datetime) -> bool:
    """Remove deliveries that were put down before then and wait no more.

    The last that a sink took stays, which says when that was. Safe to repeat.

    Returns:
        Whether there may be more.
    """
    later = aliased(Delivery)
    a_later_one_was_taken = (
        select(later.id)
        .where(
            later.sink_id == Delivery.sink_id,
            later.state == "delivered",
            later.delivered_at > Delivery.delivered_at,
        )
        .exists()
    )
    over = (
        select(Delivery.id)
        .where(
            Delivery.id < str(ULID.from_datetime(before)),  # ids sort by time, and are indexed
            or_(
                Delivery.state == "failed",
                and_(Delivery.state == "delivered", a_later_one_was_taken),
            ),
        )
        .limit(_AT_ONCE)
    )
    ids = session.scalars(over).all()
    session.execute(sql_delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids) == _AT_ONCE
