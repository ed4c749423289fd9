"""Rollouts: a new algorithm version comes to a deployment, and goes when it does not hold.

A step is taken here or nowhere, so that each is in the history with who and why. What a step means
for the cameras is read off by the planning of streams; what it needs is decided in
`scenarios.rollout`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from scenarios.events import Box
from scenarios.rollout import (
    NEXT,
    Agreement,
    Automatic,
    Figures,
    Gates,
    State,
    agreement,
    broken_gate,
    is_due,
    next_stage,
)
from scenarios.score import Occurrence
from scenarios.statistics import Share
from serving.store import algorithms, deployments, model_usage, reviews, shadow_events, storms
from serving.store.errors import ConflictError, NotFoundError, StaleError
from serving.store.loop_models import Review
from serving.store.models import CameraStatus, Deployment, Event
from serving.store.rollout_models import Rollout, RolloutStep, ShadowEvent

LATELY = timedelta(minutes=10)
"""Errors and latency are of so long."""

HEARD = timedelta(minutes=1)
"""A camera from which nothing was heard for so long runs nowhere."""

COUNTED = 5000
"""Events of a deployment that precision is measured on, the newest that were reviewed."""

COMPARED = 2000
"""Events of each version that are compared, the newest."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The events of the champion and of the new version, and which of them are the same."""

    champion: list[Event]
    shadow: list[ShadowEvent]
    agreement: Agreement


def active(session: Session) -> dict[str, Rollout]:
    """Those that are watched over, by deployment."""
    rows = session.scalars(select(Rollout).where(Rollout.ended_at.is_(None)))
    return {row.deployment_id: row for row in rows}


def begin(session: Session, rollout: Rollout, actor: str, reason: str, at: datetime) -> Rollout:
    """Start in shadow; a rollout that is live by then is over.

    Raises:
        ConflictError: Another one is on its way.
    """
    make_way(session, rollout.deployment_id, actor, at)
    rollout.state, rollout.percent = "shadow", 0
    rollout.since = rollout.created_at = at
    session.add(rollout)
    session.flush()
    _remember(session, rollout, actor, reason, at)
    return rollout


def make_way(session: Session, deployment_id: str, actor: str, at: datetime) -> None:
    """The deployment gets another algorithm: nobody watches over the last rollout any more.

    Raises:
        ConflictError: It is still on its way.
    """
    query = select(Rollout).where(
        Rollout.deployment_id == deployment_id, Rollout.ended_at.is_(None)
    )
    row = session.scalar(query.with_for_update())
    if row is None:
        return
    if row.state != "live":
        raise ConflictError(
            f"rollout {row.id} of this deployment is {row.state}; end it first: set it live, or "
            "roll it back"
        )
    row.ended_at = at
    row.revision += 1
    _remember(session, row, actor, "another algorithm takes its place", at)


def move(
    session: Session,
    rollout_id: str,
    revision: int | None,
    state: State,
    percent: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> Rollout:
    """Take a step.

    Args:
        session: A write transaction.
        rollout_id: Which.
        revision: That the caller knows; None: whatever is there.
        state: Where it goes.
        percent: Of the cameras; of a canary.
        actor: Who wants it.
        reason: Why.
        at: Now.

    Raises:
        NotFoundError: No such rollout.
        StaleError: It is no longer at `revision`.
        ConflictError: That step does not lead on from where it is.
    """
    row = session.get(Rollout, rollout_id, with_for_update=True)
    if row is None:
        return get(session, rollout_id)
    if revision is not None and row.revision != revision:
        raise StaleError(
            f"rollout {rollout_id} is at revision {row.revision}, not {revision}: it was changed "
            "meanwhile; read it again and repeat the change"
        )
    _check_step(row, state, percent)
    if state == "live":
        deployments.update(session, row.deployment_id, None, actor, algorithm=row.candidate)
    elif state == "rolling_back" and row.state == "live":
        deployments.update(session, row.deployment_id, None, actor, algorithm=row.champion)
    row.state = state
    row.percent = {"live": 100, "canary": percent}.get(state, 0)
    row.since = at
    row.revision += 1
    if state == "rolled_back":
        row.ended_at = at
    session.flush()
    _remember(session, row, actor, reason, at)
    return row


def look(session: Session, rollout_id: str, now: datetime) -> str | None:
    """Roll it back, or let it go on, if it is time.

    Returns:
        Why a step was taken; None: none was.
    """
    row = session.get(Rollout, rollout_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        return None
    step = _step(session, row, now)
    if step is None:
        return None
    state, percent, reason = step
    by = deployments.PLATFORM
    move(session, rollout_id, None, state, percent, actor=by, reason=reason, at=now)
    return reason


def get(session: Session, rollout_id: str) -> Rollout:
    """One rollout; raises NotFoundError."""
    row = session.get(Rollout, rollout_id)
    if row is None:
        raise NotFoundError(f"there is no rollout {rollout_id!r}")
    return row


def page(session: Session, deployment_id: str, *, before: str | None, limit: int) -> list[Rollout]:
    """The next rollouts of a deployment by id, newest first."""
    query = select(Rollout).where(Rollout.deployment_id == deployment_id)
    query = query if before is None else query.where(Rollout.id < before)
    return list(session.scalars(query.order_by(Rollout.id.desc()).limit(limit)))


def of_candidate(
    session: Session, candidate: str, *, before: str | None, limit: int
) -> list[Rollout]:
    """The next rollouts of a version, `name@version`, by id, newest first."""
    query = select(Rollout).where(Rollout.candidate == candidate)
    query = query if before is None else query.where(Rollout.id < before)
    return list(session.scalars(query.order_by(Rollout.id.desc()).limit(limit)))


def steps(session: Session, rollout_id: str) -> list[RolloutStep]:
    """The history, oldest first."""
    query = select(RolloutStep).where(RolloutStep.rollout_id == rollout_id)
    return list(session.scalars(query.order_by(RolloutStep.number)))


def figures(session: Session, row: Rollout, now: datetime) -> Figures:
    """What is known of the new version; raises NotFoundError if it is gone."""
    candidate = algorithms.resolve(session, row.candidate)
    reviewed = select(Review.id).where(Review.event_id == Event.id).exists()
    looked_at = _made_by(session, row, Event.opened_at >= row.created_at, reviewed)
    verdicts = [r.verdict for r in reviews.standing_of(session, looked_at).values()]
    confirmed = verdicts.count("confirmed")
    if row.state == "shadow":
        events = shadow_events.count(session, row.id)
    else:
        events = len(_made_by(session, row, Event.opened_at >= row.since))
    return Figures(
        judged=Share(confirmed, confirmed + verdicts.count("false_alarm")),
        events=events,
        usage=model_usage.since(session, candidate.sha256, max(row.created_at, now - LATELY)),
        champion_ms=row.champion_ms,
    )


def compare(session: Session, row: Rollout, now: datetime) -> Compared:
    """What the two versions found of the same frames, while the new one was in shadow."""
    begun = row.created_at
    later = (step.at for step in steps(session, row.id) if step.state != "shadow")
    over = next(later, now)
    mine = list(
        session.scalars(
            select(Event)
            .where(
                Event.deployment_id == row.deployment_id,
                Event.rule != storms.RULE,
                Event.last_seen_at >= begun,
                Event.opened_at < over,
            )
            .order_by(Event.opened_at.desc(), Event.id.desc())
            .limit(COMPARED)
        )
    )
    theirs = shadow_events.page(session, row.id, after=None, limit=COMPARED)
    for full in (mine, theirs):  # where one is cut off, so is the other
        if len(full) == COMPARED:
            begun = max(begun, full[-1].opened_at)
    theirs = [event for event in theirs if event.opened_at >= begun]
    found = agreement(_occurrences(mine, row), _occurrences(theirs, row))
    # What was open when the shadow began is no miss.
    missed = tuple(i for i in found.champion_only if mine[i].opened_at >= begun)
    return Compared(mine, theirs, Agreement(found.both, missed, found.shadow_only))


def cameras_with(session: Session, row: Rollout, now: datetime) -> list[str]:
    """Cameras that the new version answers for now, as their pipelines say."""
    query = select(CameraStatus).where(CameraStatus.heartbeat_at >= now - HEARD)
    return [
        status.camera_id
        for status in session.scalars(query.order_by(CameraStatus.camera_id))
        if row.candidate in (status.versions or {}).get(row.deployment_id, ())
    ]


def _step(session: Session, row: Rollout, now: datetime) -> tuple[State, int, str] | None:
    """Where it must go now, and why."""
    if session.get(Deployment, row.deployment_id) is None:
        row.ended_at = now
        _remember(session, row, deployments.PLATFORM, "the deployment was deleted", now)
        return None
    if row.state == "rolling_back":
        still = cameras_with(session, row, now)
        return None if still else ("rolled_back", 0, "no camera has the new version any more")
    gates = Gates.model_validate(row.gates)
    _note_champion(session, row, gates, now)
    try:
        candidate = algorithms.resolve(session, row.candidate)
        known = figures(session, row, now)
    except NotFoundError as error:
        return "rolling_back", 0, str(error)
    if candidate.state in ("retired", "rejected"):
        return "rolling_back", 0, f"the version was {candidate.state}"
    if broken := broken_gate(gates, known):
        return "rolling_back", 0, broken
    automatic = None if row.automatic is None else Automatic.model_validate(row.automatic)
    after = next_stage(state_of(row), row.percent, row.canary)
    if after is None or not is_due(automatic, gates, known, row.since, now):
        return None
    hours = (now - row.since).total_seconds() / 3600
    return *after, f"all gates held for {hours:.1f} h and {known.events} events"


def _note_champion(session: Session, row: Rollout, gates: Gates, now: datetime) -> None:
    """What a picture takes the champion, as long as it is measured beside the new version."""
    try:
        champion = algorithms.resolve(session, row.champion)
    except NotFoundError:
        return
    used = model_usage.since(session, champion.sha256, max(row.created_at, now - LATELY))
    if used.pictures >= gates.min_pictures and used.picture_ms is not None:
        row.champion_ms = used.picture_ms


def _made_by(session: Session, row: Rollout, *conditions: ColumnElement[bool]) -> list[str]:
    """The new version's events in this deployment, of the newest `COUNTED` that meet these."""
    query = (
        select(Event.id, Event.algorithms)
        .where(Event.deployment_id == row.deployment_id, *conditions)
        .order_by(Event.opened_at.desc())
        .limit(COUNTED)
    )
    return [
        event_id
        for event_id, models in session.execute(query)
        if any(f"{m['name']}@{m['version']}" == row.candidate for m in models)
    ]


def _occurrences(events: Sequence[Event] | Sequence[ShadowEvent], row: Rollout) -> list[Occurrence]:
    return [
        Occurrence(
            camera=event.camera_id,
            scenario=row.deployment_id,
            zone=event.zone,
            begin_s=event.first_seen_at.timestamp(),
            end_s=event.last_seen_at.timestamp(),
            boxes=tuple(_box(point) for point in event.path),
        )
        for event in events
    ]


def _box(point: Sequence[float]) -> Box:
    _, x1, y1, x2, y2 = point
    return (x1, y1, x2, y2)


def _check_step(row: Rollout, state: State, percent: int) -> None:
    if row.ended_at is not None:
        raise ConflictError(f"rollout {row.id} is over since {row.ended_at:%Y-%m-%d %H:%M} UTC")
    now = state_of(row)
    if state not in NEXT[now]:
        there = " or ".join(NEXT[now]) or "nowhere"
        raise ConflictError(f"rollout {row.id} is {now}; from there it goes {there}, not {state}")
    if state == "canary" and not max(row.percent, 0) < percent < 100:
        raise ConflictError(
            f"expected a canary of more than {row.percent} and less than 100 percent of the "
            f"cameras, got {percent}; a smaller one is rolled back and begun anew"
        )


def state_of(row: Rollout) -> State:
    """Its state, as `scenarios.rollout` knows it."""
    for state in NEXT:
        if state == row.state:
            return state
    raise ValueError(f"expected a state of a rollout, got {row.state!r}")


def _remember(session: Session, row: Rollout, actor: str, reason: str, at: datetime) -> None:
    number = len(steps(session, row.id)) + 1
    session.add(
        RolloutStep(
            rollout_id=row.id,
            number=number,
            state=row.state,
            percent=row.percent,
            actor=actor,
            reason=reason,
            at=at,
        )
    )
    session.flush()
