"""Storms: events that come too fast are kept, and one event that summarises them is told.

A storm is of one camera of a deployment, or of the whole deployment. The summary is an event of
the rule `storm`: it opens with the storm, counts in `occurrences`, and ends with it.
"""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scenarios.storm import COUNTED, LATELY, Limits, begins, goes_on, is_due
from serving.store import messages
from serving.store.event_data import event_data
from serving.store.loop_models import Storm
from serving.store.models import Event, new_id

RULE = "storm"
"""Of the summaries; no rule of a scenario has this name."""

ALWAYS_TOLD = "critical"
"""Severity of events that no storm holds back, and that count for none."""


def swallow(session: Session, event: Event, limits: Limits) -> str | None:
    """The id of the event that speaks for this one; None: it is told by itself.

    Args:
        session: The transaction that stores the event; events come one after the other in it
            (`messages.take_turn`).
        event: About to be stored for the first time.
        limits: Of its deployment.
    """
    if event.severity == ALWAYS_TOLD:
        return None
    at = event.opened_at
    for camera_id, limit in ((event.camera_id, limits.camera), (None, limits.deployment)):
        storm = _newest(session, event.deployment_id, camera_id)
        if storm is not None and storm.ended_at is None:
            # One that comes late says nothing about now.
            if at <= storm.last_at or _goes_on(session, storm, at):
                return _add(session, storm, at)
            _end(session, storm, at)
        since = at - COUNTED
        if storm is not None and storm.ended_at is not None:
            since = max(since, storm.ended_at)
        counted = _count(session, event.deployment_id, camera_id, None, since, at, limit)
        if begins(limit, counted):
            return _begin(session, event, camera_id, limit)
    return None


def settle(session: Session, now: datetime) -> int:
    """End the storms that are over, and tell how the others have grown; returns how many ended."""
    messages.take_turn(session)
    ended = 0
    for storm in session.scalars(select(Storm).where(Storm.ended_at.is_(None))):
        if not _goes_on(session, storm, now):
            _end(session, storm, now)
            ended += 1
        elif storm.suppressed > storm.told and is_due(storm.told_at, now):
            _tell(session, storm, now)
    return ended


def _newest(session: Session, deployment_id: str, camera_id: str | None) -> Storm | None:
    of_it = Storm.camera_id.is_(None) if camera_id is None else Storm.camera_id == camera_id
    query = select(Storm).where(Storm.deployment_id == deployment_id, of_it)
    return session.scalar(query.order_by(Storm.began_at.desc(), Storm.id.desc()).limit(1))


def _goes_on(session: Session, storm: Storm, at: datetime) -> bool:
    lately = _count(
        session,
        storm.deployment_id,
        storm.camera_id,
        storm.id,
        at - LATELY,
        at,
        storm.limit,
    )
    return goes_on(storm.limit, lately)


def _count(
    session: Session,
    deployment_id: str,
    camera_id: str | None,
    storm_id: str | None,
    since: datetime,
    until: datetime,
    at_most: int,
) -> int:
    """Events of a camera, or of a deployment without those in storms of its cameras."""
    query = select(Event.id).where(
        Event.deployment_id == deployment_id,
        Event.opened_at >= since,
        Event.opened_at <= until,
        Event.rule != RULE,
        Event.severity != ALWAYS_TOLD,
    )
    if camera_id is not None:
        query = query.where(Event.camera_id == camera_id)
    else:
        query = query.where(or_(Event.suppressed_by.is_(None), Event.suppressed_by == storm_id))
    return session.scalar(select(func.count()).select_from(query.limit(at_most).subquery())) or 0


def _begin(session: Session, event: Event, camera_id: str | None, limit: int) -> str:
    at = event.opened_at
    storm = Storm(
        id=new_id(),
        deployment_id=event.deployment_id,
        camera_id=camera_id,
        limit=limit,
        suppressed=1,
        began_at=at,
        last_at=at,
        told_at=at,
        told=0,
    )
    summary = Event(
        id=storm.id,
        revision=0,
        camera_id=event.camera_id,
        camera_name=event.camera_name,
        division=event.division,
        lon=event.lon,
        lat=event.lat,
        deployment_id=event.deployment_id,
        deployment_revision=event.deployment_revision,
        scenario=event.scenario,
        severity=event.severity,
        rule=RULE,
        algorithms=[],
        objects=[],
        path=[],
        frame_width_px=event.frame_width_px,
        frame_height_px=event.frame_height_px,
        confidence=1.0,
        life_cycle="open",
        first_seen_at=at,
        opened_at=at,
        last_seen_at=at,
        dedup_key=f"storm:{event.deployment_id}:{camera_id or '*'}:{storm.id}",
    )
    session.add_all([storm, summary])
    session.flush()
    _tell(session, storm, at)
    return storm.id


def _add(session: Session, storm: Storm, at: datetime) -> str:
    storm.suppressed += 1
    storm.last_at = max(storm.last_at, at)
    if is_due(storm.told_at, at):
        _tell(session, storm, at)
    return storm.id


def _end(session: Session, storm: Storm, at: datetime) -> None:
    storm.ended_at = at
    _tell(session, storm, at)


def _tell(session: Session, storm: Storm, at: datetime) -> None:
    """Bring the summary up to date, and tell of it."""
    storm.told, storm.told_at = storm.suppressed, at
    summary = session.get_one(Event, storm.id)
    summary.revision += 1
    summary.occurrences = storm.suppressed
    summary.last_seen_at = storm.last_at
    if storm.ended_at is not None:
        summary.life_cycle, summary.ended_at = "ended", storm.ended_at
        kind = "ended"
    else:
        kind = "opened" if summary.revision == 1 else "updated"
    session.flush()
    messages.append(
        session,
        message_id=f"{summary.id}.{summary.revision}",
        kind=f"longan.event.{kind}.v1",
        subject=summary.id,
        data=event_data(summary, []),
    )
