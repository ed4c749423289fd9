"""The outbox: what the outside is told, in one rising sequence.

A message is written in the transaction of the change it tells of, so neither exists without
the other. Readers ask for what came after the last number they saw.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from serving.store.models import Message, now

_PG_OUTBOX_LOCK = 0x10A6A2


def append(
    session: Session, *, message_id: str, kind: str, subject: str, data: dict[str, Any]
) -> bool:
    """Tell the outside; False if a message of this id was written before."""
    take_turn(session)  # numbers are drawn before commits: a reader at 8 could later miss a 7
    if session.scalar(select(Message.seq).where(Message.id == message_id)) is not None:
        return False
    session.add(Message(id=message_id, type=kind, subject=subject, data=data, time=now()))
    session.flush()
    return True


def take_turn(session: Session) -> None:
    """From here to their end, transactions that tell something come one after the other.

    Take it before any row that others lock after it: there is no second lock to wait for then.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PG_OUTBOX_LOCK})


def after(
    session: Session, seq: int, limit: int = 200, subject: str | None = None
) -> list[Message]:
    """The next messages beyond `seq`, oldest first."""
    query = select(Message).where(Message.seq > seq).order_by(Message.seq).limit(limit)
    if subject is not None:
        query = query.where(Message.subject == subject)
    return list(session.scalars(query))


def about(
    session: Session, kind: str, subject: str, *, before: int | None, limit: int
) -> list[Message]:
    """What was told of one kind about one thing, newest first; `before` is a number, not told."""
    query = (
        select(Message)
        .where(Message.subject == subject, Message.type == kind)
        .order_by(Message.seq.desc())
        .limit(limit)
    )
    return list(session.scalars(query if before is None else query.where(Message.seq < before)))


def newest_seq(session: Session) -> int:
    """The last number given out; 0 before the first."""
    return session.scalar(select(func.max(Message.seq))) or 0


def division_of(message: Message) -> str | None:
    """Where it happened; None: not in one place."""
    data = message.data
    return data.get("division") or data.get("camera", {}).get("division")


def camera_of(message: Message) -> str | None:
    """Whose events or state it tells of; None: of another matter."""
    if message.type.startswith(("longan.event.", "longan.camera.")):
        return message.data.get("camera", {}).get("id")
    return None


def cloud_event(message: Message) -> dict[str, Any]:
    """The message as a CloudEvents 1.0 envelope; `source` and `id` name it for ever."""
    return {
        "specversion": "1.0",
        "id": message.id,
        "source": "longan",
        "type": message.type,
        "subject": message.subject,
        "time": rfc3339(message.time),
        "datacontenttype": "application/json",
        "sequence": str(message.seq),
        "data": message.data,
    }


def rfc3339(at: datetime) -> str:
    """`2026-11-24T08:00:00.000000Z`, always with microseconds, so that text sorts as time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
