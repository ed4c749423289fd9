"""The audit: whatever a person or a program changed, written in the transaction of the change.

Each record holds the hash of the one before, so that a record that was altered or taken away
shows (`verify`). What a request changes is noted by itself; nothing has to remember to.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import InstanceState, Session, UOWTransaction

from serving.access import acting
from serving.store.access_models import AuditRecord
from serving.store.messages import rfc3339
from serving.store.models import Base, now

_LOCK = 0x10A6A3
_CHANGES = "audited_changes"
_UNTOLD = ("audit_record", "message", "idempotency_key", "web_session")
"""Tables that only follow from what is recorded already."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the audit is whole."""

    records: int
    broken_at: int | None
    """The first record that does not fit the one before; None: all do."""


def note_changes(session: Session, _: UOWTransaction) -> None:
    """After rows were written: remember which, for the record of this transaction."""
    if acting() is None:
        return
    noted: list[dict[str, Any]] = session.info.setdefault(_CHANGES, [])
    for verb, rows in (
        ("created", session.new),
        ("changed", session.dirty),
        ("deleted", session.deleted),
    ):
        for row in rows:
            if row.__tablename__ not in _UNTOLD and (change := _change(verb, row)) not in noted:
                noted.append(change)


def record(session: Session) -> None:
    """Before a commit: write down what the request changed, if it changed anything."""
    request = acting()
    if request is None:
        return
    session.flush()
    changes: list[dict[str, Any]] = session.info.pop(_CHANGES, [])
    if changes:
        append(
            session,
            actor=(request.actor.kind, request.actor.id, request.actor.name),
            action=request.action,
            thing=request.thing,
            address=request.address,
            detail={"changes": changes},
        )


def append(
    session: Session,
    *,
    actor: tuple[str, str, str],
    action: str,
    thing: str,
    address: str,
    detail: dict[str, Any],
) -> AuditRecord:
    """Write one record.

    Args:
        session: A write transaction.
        actor: `user`, `token` or `nobody`; id; name.
        action: What it was, such as `events.read`.
        thing: Method and path, or what else names it.
        address: Of the client.
        detail: JSON, without secrets.
    """
    if session.get_bind().dialect.name == "postgresql":  # one after the other, as on SQLite
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = select(AuditRecord.sha256).order_by(AuditRecord.seq.desc()).limit(1)
    row = AuditRecord(
        at=now(),
        actor_kind=actor[0],
        actor_id=actor[1],
        actor=actor[2],
        action=action,
        thing=thing[:2000],
        address=address,
        detail=detail,
        previous=session.scalar(last) or "",
    )
    row.sha256 = _hash(row)
    session.add(row)
    session.flush()
    return row


def page(
    session: Session,
    *,
    before: int | None,
    limit: int,
    actor: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[AuditRecord]:
    """Records, newest first.

    Args:
        session: Any.
        before: Only those with a lower number.
        limit: At most so many.
        actor: Name of whom.
        action: Only this one, or all that begin with it and a dot.
        since: From this moment on.
        until: Before this moment.
    """
    query = select(AuditRecord).order_by(AuditRecord.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRecord.seq < before)
    if actor is not None:
        query = query.where(AuditRecord.actor == actor)
    if action is not None:
        below = AuditRecord.action.startswith(f"{action}.", autoescape=True)
        query = query.where((AuditRecord.action == action) | below)
    if since is not None:
        query = query.where(AuditRecord.at >= since)
    if until is not None:
        query = query.where(AuditRecord.at < until)
    return list(session.scalars(query))


def verify(session: Session) -> Verification:
    """Reckon every hash anew.

    A chain cannot show that its newest records were cut off: keep the last hash elsewhere, as
    `longan audit verify` prints it.
    """
    previous, count = "", 0
    query = select(AuditRecord).order_by(AuditRecord.seq).execution_options(yield_per=1000)
    for row in session.scalars(query):
        count += 1
        if row.previous != previous or row.sha256 != _hash(row):
            return Verification(count, row.seq)
        previous = row.sha256
    return Verification(count, None)


def _hash(row: AuditRecord) -> str:
    said = [
        row.previous,
        rfc3339(row.at),
        row.actor_kind,
        row.actor_id,
        row.actor,
        row.action,
        row.thing,
        row.address,
        row.detail,
    ]
    text_of_it = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text_of_it.encode("utf-8", "surrogatepass")).hexdigest()


def _change(verb: str, row: Base) -> dict[str, Any]:
    state: InstanceState[Any] = inspect(row)
    change: dict[str, Any] = {
        "what": verb,
        "kind": row.__tablename__,
        "id": "/".join(map(str, state.mapper.primary_key_from_instance(row))),
    }
    if verb == "changed":
        change["columns"] = sorted(
            attribute.key.removeprefix("sealed_")
            for attribute in state.attrs
            if attribute.history.has_changes()
        )
    reason = getattr(row, "reason", None)
    if isinstance(reason, str):
        change["reason"] = reason
    return change
