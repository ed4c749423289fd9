"""Incidents: the same matter seen again, by whichever camera. Everything can be repeated."""

from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from scenarios import incidents as rules
from scenarios.scenario import load_catalog
from serving.store import messages
from serving.store.errors import NotFoundError
from serving.store.loop_models import Incident
from serving.store.messages import rfc3339
from serving.store.models import Event, new_id

_SEVERITIES = ("notice", "major", "critical")


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which incidents; None lets everything through.

    Args:
        state: `open` or `quiet`, as it is `at`.
        camera_id: One of its cameras.
        since: Opened at this moment or later.
        until: Opened before this moment.
    """

    scenario: str | None = None
    kind: str | None = None
    state: str | None = None
    camera_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def take_in(session: Session, event: Event, was_open: bool) -> Incident | None:
    """Put an event into its incident, or note what became of it there.

    Args:
        session: The transaction that stores the event; events come one after the other in it
            (`messages.take_turn`).
        event: Stored.
        was_open: Its revision before this one was stored and open.

    Returns:
        The incident if the event has just joined one that was there, or reopened it.
    """
    how = rules.joining(event.scenario, event.rule)
    if event.incident_id is not None:
        _note(session, get(session, event.incident_id), event, how, was_open)
        return None
    found = _find(session, event, how)
    if found is None:
        event.incident_id = _begin(session, event, how).id
        return None
    incident, manner = found
    event.incident_id = incident.id
    incident.revision += 1
    incident.events += 1
    incident.reopenings += manner == "reopens"
    incident.opened_at = min(incident.opened_at, event.opened_at)
    incident.severity = max(incident.severity, event.severity, key=_SEVERITIES.index)
    if event.camera_id not in incident.camera_ids:
        incident.camera_ids = [*incident.camera_ids, event.camera_id]
    _note(session, incident, event, how, was_open=False)
    return incident


def tell(session: Session, incident: Incident) -> None:
    """Tell the outside that an incident grew. Those who pass are told of one by one already."""
    if incident.kind == "matter":
        messages.append(
            session,
            message_id=f"{incident.id}.{incident.revision}",
            kind="longan.incident.updated.v1",
            subject=incident.id,
            data=incident_data(incident, incident.last_seen_at),
        )


def get(session: Session, incident_id: str) -> Incident:
    """One incident; raises NotFoundError."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFoundError(
            f"there is no incident {incident_id!r}; GET /api/v1/incidents lists them"
        )
    return incident


def page(
    session: Session,
    which: IncidentFilter,
    *,
    at: datetime,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Incident]:
    """The next incidents, newest first.

    Args:
        session: An open transaction.
        which: Those that count.
        at: Now.
        after: `opened_at` and `id` of the last incident already seen.
        limit: At most so many.
    """
    query = select(Incident)
    if which.scenario is not None:
        query = query.where(Incident.scenario == which.scenario)
    if which.kind is not None:
        query = query.where(Incident.kind == which.kind)
    if which.state is not None:
        is_open = or_(Incident.open_events > 0, Incident.quiet_at > at)
        query = query.where(is_open if which.state == "open" else ~is_open)
    if which.camera_id is not None:
        seen = select(Event.id).where(
            Event.incident_id == Incident.id, Event.camera_id == which.camera_id
        )
        query = query.where(seen.exists())
    if which.since is not None:
        query = query.where(Incident.opened_at >= which.since)
    if which.until is not None:
        query = query.where(Incident.opened_at < which.until)
    if after is not None:
        moment, incident_id = after
        same_time = and_(Incident.opened_at == moment, Incident.id < incident_id)
        query = query.where(or_(Incident.opened_at < moment, same_time))
    ordered = query.order_by(Incident.opened_at.desc(), Incident.id.desc())
    return list(session.scalars(ordered.limit(limit)))


def incident_data(incident: Incident, at: datetime) -> dict[str, Any]:
    """An incident as the outside sees it: the same in REST answers and messages.

    Args:
        incident: Stored.
        at: When; it decides whether the incident is quiet.
    """
    scenario = load_catalog().get(incident.scenario)
    is_open = incident.open_events > 0 or incident.quiet_at > at
    return {
        "id": incident.id,
        "revision": incident.revision,
        "kind": incident.kind,
        "scenario": incident.scenario,
        "scenario_title_zh": incident.scenario if scenario is None else scenario.title_zh,
        "scenario_title_en": incident.scenario if scenario is None else scenario.title_en,
        "severity": incident.severity,
        "state": "open" if is_open else "quiet",
        "division": incident.division,
        "lon": incident.lon,
        "lat": incident.lat,
        "camera_ids": incident.camera_ids,
        "opened_at": rfc3339(incident.opened_at),
        "last_seen_at": rfc3339(incident.last_seen_at),
        "quiet_at": rfc3339(incident.quiet_at),
        "events": incident.events,
        "open_events": incident.open_events,
        "reopenings": incident.reopenings,
    }


def _find(
    session: Session, event: Event, how: rules.Joining
) -> tuple[Incident, Literal["joins", "reopens"]] | None:
    """The incident an event belongs to: one that takes it in before one that must reopen."""
    query = select(Incident).where(
        Incident.scenario == event.scenario,
        Incident.kind == how.kind,
        or_(Incident.reopens_until >= event.opened_at, Incident.open_events > 0),
    )
    nearby = Incident.camera_id == event.camera_id
    if how.kind == "matter" and event.lon is not None and event.lat is not None:
        high = rules.NEAR_M / rules.M_PER_DEGREE
        wide = high / max(cos(radians(event.lat)), 1e-6)
        nearby = or_(
            nearby,
            and_(
                Incident.lat.between(event.lat - high, event.lat + high),
                Incident.lon.between(event.lon - 2 * wide, event.lon + 2 * wide),
            ),
        )
    place = rules.Place(event.camera_id, event.lon, event.lat)
    reopening: Incident | None = None
    for incident in session.scalars(
        query.where(nearby).order_by(Incident.last_seen_at.desc(), Incident.id)
    ):
        match rules.takes_in(_as_rules_see_it(incident), how, place, event.opened_at):
            case "joins":
                return incident, "joins"
            case "reopens":
                reopening = reopening or incident
            case None:
                pass
    return None if reopening is None else (reopening, "reopens")


def _begin(session: Session, event: Event, how: rules.Joining) -> Incident:
    incident = Incident(
        id=new_id(),
        revision=1,
        kind=how.kind,
        scenario=event.scenario,
        severity=event.severity,
        division=event.division,
        camera_id=event.camera_id,
        lon=event.lon,
        lat=event.lat,
        camera_ids=[event.camera_id],
        opened_at=event.opened_at,
        last_seen_at=event.last_seen_at,
        quiet_at=event.last_seen_at + how.window,
        reopens_until=event.last_seen_at + how.reopens,
        events=1,
        open_events=int(event.life_cycle == "open"),
        reopenings=0,
    )
    session.add(incident)
    session.flush()
    return incident


def _note(
    session: Session, incident: Incident, event: Event, how: rules.Joining, was_open: bool
) -> None:
    incident.open_events += (event.life_cycle == "open") - was_open
    incident.last_seen_at = max(incident.last_seen_at, event.last_seen_at)
    incident.quiet_at = incident.last_seen_at + how.window
    incident.reopens_until = incident.last_seen_at + how.reopens
    session.flush()


def _as_rules_see_it(incident: Incident) -> rules.Incident:
    return rules.Incident(
        rules.Place(incident.camera_id, incident.lon, incident.lat),
        incident.opened_at,
        incident.last_seen_at,
        running=incident.open_events > 0,
    )
