"""What becomes of evidence: holds, the audit of who did what with it, its end."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, delete, literal, select, true, update
from sqlalchemy.orm import Session

from serving.access import Actor
from serving.store import events
from serving.store.errors import NotFoundError
from serving.store.models import (
    Event,
    Evidence,
    EvidenceAudit,
    EvidenceHold,
    UtcDateTime,
    now,
)
from serving.store.rollout_models import ShadowEvent

BATCH = 500
"""Rows marked in one transaction, so that writers of events do not wait."""


def hold(session: Session, event_id: str, reason: str, by: Actor) -> EvidenceHold:
    """Keep the evidence of an event whatever its age; a second hold changes the reason.

    Raises:
        NotFoundError: There is no such event.
    """
    events.get(session, event_id)
    placed = session.merge(
        EvidenceHold(event_id=event_id, reason=reason, placed_by=by.name, placed_at=now())
    )
    audit(session, event_id, "held", reason, by)
    session.flush()
    return placed


def release(session: Session, event_id: str, reason: str, by: Actor) -> None:
    """End a hold; raises NotFoundError if there is none."""
    get_hold(session, event_id)
    session.execute(delete(EvidenceHold).where(EvidenceHold.event_id == event_id))
    audit(session, event_id, "released", reason, by)


def get_hold(session: Session, event_id: str) -> EvidenceHold:
    """The hold of an event; raises NotFoundError if there is none."""
    placed = session.get(EvidenceHold, event_id)
    if placed is None:
        raise NotFoundError(
            f"the evidence of event {event_id!r} is not on hold; "
            f"PUT /api/v1/events/{event_id}/hold places one"
        )
    return placed


def audit(
    session: Session,
    event_id: str,
    action: str,
    reason: str,
    by: Actor,
    *,
    original: Evidence | None = None,
) -> EvidenceAudit:
    """Write down what somebody did.

    Args:
        session: A write transaction.
        event_id: Whose evidence.
        action: `opened`, `replayed`, `held` or `released`.
        reason: In that person's words.
        by: The token the request came with.
        original: What was opened.
    """
    record = EvidenceAudit(
        event_id=event_id,
        action=action,
        kind=original and original.kind,
        sha256=original and original.original_sha256,
        reason=reason,
        token_id=by.id,
        token_name=by.name,
    )
    session.add(record)
    session.flush()
    return record


def audit_of(session: Session, event_id: str) -> list[EvidenceAudit]:
    """All that was done with the evidence of an event, oldest first."""
    query = select(EvidenceAudit).where(EvidenceAudit.event_id == event_id)
    return list(session.scalars(query.order_by(EvidenceAudit.at, EvidenceAudit.id)))


def set_masked(
    session: Session,
    event_id: str,
    kind: str,
    sha256: str,
    size_bytes: int,
    masked_by: str | None,
) -> Evidence:
    """Note the masked file that was made on demand, and what found faces and plates for it."""
    row = events.evidence(session, event_id, kind)
    row.sha256, row.size_bytes, row.masked_by = sha256, size_bytes, masked_by
    return row


def mark_removed(
    session: Session,
    before: Mapping[str, datetime],
    otherwise: datetime,
    at: datetime,
    since: datetime | None = None,
) -> list[Evidence]:
    """Mark what has become too old as removed, originals included; some hundred at most.

    Args:
        session: A write transaction; the files go after it is committed.
        before: Scenario id or severity → what opened earlier is too old; the scenario's counts.
        otherwise: The same for all others.
        at: The moment to note.
        since: Only what opened then or later: where the last call ended. None: all.
    """
    old = _opened_before(Event, before, otherwise)
    latest = max([otherwise, *before.values()])
    query = select(Evidence).where(Evidence.removed_at.is_(None), Evidence.opened_at < latest, old)
    if since is not None:
        query = query.where(Evidence.opened_at >= since)
    rows = _not_held(session, query)
    for row in rows:
        row.removed_at = at
        row.original_removed_at = row.original_removed_at or at
    session.flush()
    return rows


def date_undated(session: Session) -> None:
    """Note when their events opened for what nodes of an older release wrote."""
    opened_at = select(Event.opened_at).where(Event.id == Evidence.event_id).scalar_subquery()
    session.execute(
        update(Evidence)
        .where(Evidence.opened_at.is_(None), Evidence.removed_at.is_(None))
        .values(opened_at=opened_at)
        .execution_options(synchronize_session=False)
    )


def mark_originals_removed(session: Session, before: datetime, at: datetime) -> list[Evidence]:
    """Mark the originals of what opened earlier as removed; some hundred at most.

    A clip that nobody has looked at has only its original, so it goes with it.
    """
    query = select(Evidence).where(
        Evidence.original_sha256.is_not(None),
        Evidence.original_removed_at.is_(None),
        Evidence.opened_at < before,
    )
    rows = _not_held(session, query)
    for row in rows:
        row.original_removed_at = at
        if row.sha256 is None:
            row.removed_at = at
    session.flush()
    return rows


def take_shadow_snapshots(
    session: Session, before: Mapping[str, datetime], otherwise: datetime
) -> list[str]:
    """Paths of the snapshots of shadow events that have become too old, which then have none.

    Some hundred at most; arguments as for `mark_removed`.
    """
    old = _opened_before(ShadowEvent, before, otherwise)
    query = select(ShadowEvent).where(ShadowEvent.snapshot.is_not(None), old)
    rows = list(session.scalars(query.order_by(ShadowEvent.opened_at).limit(BATCH)))
    paths = [row.snapshot for row in rows if row.snapshot is not None]
    for row in rows:
        row.snapshot = None
    session.flush()
    return paths


def shadow_snapshots(session: Session, event_ids: Collection[str]) -> list[str]:
    """Paths of the snapshots of these shadow events."""
    query = select(ShadowEvent.snapshot).where(ShadowEvent.id.in_(event_ids))
    return [path for path in session.scalars(query) if path is not None]


def of_events(session: Session, event_ids: Collection[str]) -> list[Evidence]:
    """The evidence of these events."""
    return list(session.scalars(select(Evidence).where(Evidence.event_id.in_(event_ids))))


def _opened_before(
    kind: type[Event] | type[ShadowEvent], before: Mapping[str, datetime], otherwise: datetime
) -> ColumnElement[bool]:
    ages = [(key, literal(cutoff, UtcDateTime())) for key, cutoff in before.items()]
    cutoff = case(
        *((kind.scenario == key, cutoff) for key, cutoff in ages),
        *((kind.severity == key, cutoff) for key, cutoff in ages),
        (true(), literal(otherwise, UtcDateTime())),
    )
    return kind.opened_at < cutoff


def _not_held(session: Session, query: Select[Evidence]) -> list[Evidence]:
    query = query.join(Event).where(Event.id.not_in(select(EvidenceHold.event_id)))
    return list(session.scalars(query.order_by(Evidence.opened_at).limit(BATCH)))
