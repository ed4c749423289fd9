"""Work orders: what a unit does about an event or a report, each step with who, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios.dispatch import Responsibility
from serving.store import events, messages, responsibility
from serving.store.divisions import within
from serving.store.errors import ConflictError, NotFoundError
from serving.store.loop_models import (
    Incident,
    Report,
    ResponsibilityList,
    WorkOrder,
    WorkOrderStep,
)
from serving.store.messages import rfc3339
from serving.store.models import Event, new_id

NEXT: dict[str, tuple[str, ...]] = {
    "none": ("dispatched", "closed"),
    "dispatched": ("accepted", "returned"),
    "returned": ("dispatched", "closed"),
    "accepted": ("in_progress",),
    "in_progress": ("resolved",),
    "resolved": ("verified", "reopened"),
    "reopened": ("in_progress",),
    "verified": ("closed",),
    "closed": (),
}
"""Where each state may go. `none` and `returned` wait for a person to name a unit."""

RETURN_REASONS = {
    "wrong_unit": "another unit is responsible",
    "wrong_place": "the place is outside of the unit's area",
    "nothing_there": "there was nothing when the unit came",
    "duplicate": "the unit has an order for the same thing",
    "other": "see the note",
}

RUNNING = ("dispatched", "accepted", "in_progress", "reopened")
"""States in which a unit must act, so that it can be late."""

DONE = ("verified", "closed")
"""States in which the work is over: what is seen again needs another order."""

PLATFORM = "longan"
"""Who acts when nobody does."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit, and until when it has time."""

    unit: str
    deadline_h: float
    escalate_to: str | None = None
    escalate_after_h: float | None = None
    list_version: int | None = None
    rule_line: int | None = None

    @classmethod
    def by(cls, version: ResponsibilityList, rule: Responsibility) -> "Assignment":
        """What a row of the list says."""
        return cls(
            unit=rule.unit,
            deadline_h=rule.deadline_h,
            escalate_to=rule.escalate_to,
            escalate_after_h=rule.escalate_after_h,
            list_version=version.version,
            rule_line=rule.line,
        )


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of what was done, in the evidence folder."""

    path: str
    media_type: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; None lets everything through."""

    state: str | None = None
    unit: str | None = None
    scenario: str | None = None
    event_id: str | None = None
    report_id: str | None = None
    escalated: bool | None = None
    incident_id: str | None = None
    reference: str | None = None
    division: str | None = None
    """With everything below it."""


def get(session: Session, order_id: str, *, lock: bool = False) -> WorkOrder:
    """One order; raises NotFoundError."""
    order = session.get(WorkOrder, order_id, with_for_update=lock or None)
    if order is None:
        raise NotFoundError(
            f"there is no work order {order_id!r}; GET /api/v1/work-orders lists them"
        )
    return order


def page(
    session: Session, which: OrderFilter, *, before: str | None, limit: int
) -> list[WorkOrder]:
    """The next orders, newest first."""
    query = select(WorkOrder).order_by(WorkOrder.id.desc()).limit(limit)
    for name in OrderFilter.__slots__:
        wanted = getattr(which, name)
        if name == "reference" and wanted is not None:
            named = select(WorkOrderStep.order_id).where(WorkOrderStep.reference == wanted)
            query = query.where(WorkOrder.id.in_(named))
        elif name == "division" and wanted is not None:
            query = query.where(within(WorkOrder.division, wanted))
        elif wanted is not None:
            query = query.where(getattr(WorkOrder, name) == wanted)
    return list(session.scalars(query if before is None else query.where(WorkOrder.id < before)))


def steps_of(session: Session, order_ids: Sequence[str]) -> list[WorkOrderStep]:
    """What was done with these orders, each from its beginning."""
    query = select(WorkOrderStep).where(WorkOrderStep.order_id.in_(order_ids))
    return list(session.scalars(query.order_by(WorkOrderStep.order_id, WorkOrderStep.number)))


def open_for(
    session: Session,
    matter: Event | Report,
    *,
    actor: str,
    at: datetime,
    assignment: Assignment | None = None,
    note: str | None = None,
) -> WorkOrder:
    """Make the order of an event or report. Events of one matter share an order while it is open.

    Args:
        session: A write transaction.
        matter: What happened.
        actor: Who wants it.
        at: Now.
        assignment: To whom; None: as the list in force says. Where it says nothing the order
            waits in state `none`.
        note: Why.

    Raises:
        ConflictError: There is an order for it.
    """
    _one_by_one(session, matter)
    known = order_of(session, matter)
    if known is not None:
        raise ConflictError(
            f"{matter.id} has work order {known.id} (state {known.state}, unit {known.unit}); "
            "move that one on"
        )
    return _open(session, matter, actor, at, assignment, note)


def open_for_event(
    session: Session, event: Event, *, actor: str, at: datetime, note: str
) -> WorkOrder | None:
    """Dispatch an event by itself; harmless to repeat.

    Returns:
        The new order; None if it has one, or its matter has an open one, or no responsibility
        list is in force.
    """
    if responsibility.current(session) is None:
        return None
    _one_by_one(session, event)
    if order_of(session, event) is not None:
        return None
    return _open(session, event, actor, at, None, note)


def open_if_sure(
    session: Session, event_id: str, at_least: float | None, at: datetime
) -> WorkOrder | None:
    """Dispatch an event that nobody reviewed, if it is sure enough and in no storm.

    Harmless to repeat.

    Args:
        session: The transaction that stores the event.
        event_id: Stored already.
        at_least: Lowest confidence, 0–1 (`Settings.auto_dispatch_confidence`); None: never.
        at: Now.

    Raises:
        NotFoundError: The event is not stored (yet).
    """
    if at_least is None:
        return None
    event = events.get(session, event_id)
    if event.confidence < at_least or event.suppressed_by is not None:
        return None
    note = f"confidence {event.confidence:g} is at least {at_least:g}"
    return open_for_event(session, event, actor=PLATFORM, at=at, note=note)


def order_of(session: Session, matter: Event | Report) -> WorkOrder | None:
    """The order there is for an event or report: its own, or the open one of its matter."""
    if isinstance(matter, Report):
        return session.scalar(select(WorkOrder).where(WorkOrder.report_id == matter.id))
    own = session.scalar(select(WorkOrder).where(WorkOrder.event_id == matter.id))
    if own is not None or matter.incident_id is None:
        return own
    shared = (
        select(WorkOrder)
        .join(Incident, Incident.id == WorkOrder.incident_id)
        .where(Incident.id == matter.incident_id, Incident.kind == "matter")
        .where(WorkOrder.state.not_in(DONE))
    )
    return session.scalar(shared.order_by(WorkOrder.id.desc()).limit(1))


def move(
    session: Session,
    order_id: str,
    to: str,
    *,
    actor: str,
    at: datetime,
    reason: str | None = None,
    note: str | None = None,
    assignment: Assignment | None = None,
    photo: Photo | None = None,
    reference: str | None = None,
) -> WorkOrder:
    """Take an order one step on.

    Args:
        session: A write transaction.
        order_id: Which.
        to: The state it shall come into.
        actor: Who does it.
        at: Now.
        reason: One of `RETURN_REASONS` when it is returned.
        note: Why, in words.
        assignment: To whom it is dispatched; None: as the list in force says. With `returned`:
            to whom it goes at once; None: it waits for a person.
        photo: Of what was done, when it is resolved.
        reference: The number that the system which does it has for it.

    Raises:
        NotFoundError: No such order.
        ConflictError: It cannot go there from where it is.
    """
    order = get(session, order_id, lock=True)
    if to not in NEXT[order.state]:
        allowed = " or ".join(NEXT[order.state]) or "nowhere"
        raise ConflictError(
            f"work order {order_id} is {order.state}: from there it goes to {allowed}, not to {to}"
        )
    if to == "dispatched":
        assignment = assignment or _by_list(session, order)
        if assignment is None:
            raise ConflictError(
                "the responsibility list in force names nobody for this; name a unit"
            )
        _hand_over(session, order, assignment, actor, at, note, reference)
        return order
    order.state = to
    _step(session, order, to, actor, at, reason=reason, note=note, photo=photo, reference=reference)
    if to == "returned" and assignment is not None:
        _hand_over(session, order, assignment, actor, at, note)
    return order


def escalate(session: Session, now: datetime) -> int:
    """Tell of the orders that are late, each once for a dispatch; returns how many."""
    late = (
        select(WorkOrder)
        .where(
            WorkOrder.state.in_(RUNNING),
            WorkOrder.escalated.is_(False),
            WorkOrder.escalate_at <= now,
        )
        .order_by(WorkOrder.escalate_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    orders = list(session.scalars(late))
    for order in orders:
        order.escalated = True
        _step(session, order, "escalated", PLATFORM, now, unit=order.escalate_to)
    return len(orders)


def order_data(order: WorkOrder, steps: Sequence[WorkOrderStep]) -> dict[str, Any]:
    """An order as the outside sees it: the same in REST answers and messages.

    Args:
        order: Stored.
        steps: What was done; those of other orders are passed over.
    """
    return {
        "id": order.id,
        "event_id": order.event_id,
        "report_id": order.report_id,
        "incident_id": order.incident_id,
        "scenario": order.scenario,
        "division": order.division,
        "occurred_at": rfc3339(order.occurred_at),
        "state": order.state,
        "next": list(NEXT[order.state]),
        "unit": order.unit,
        "list_version": order.list_version,
        "rule_line": order.rule_line,
        "dispatched_at": _or_none(order.dispatched_at),
        "due_at": _or_none(order.due_at),
        "escalate_at": _or_none(order.escalate_at),
        "escalate_to": order.escalate_to,
        "escalated": order.escalated,
        "steps": [_step_data(step) for step in steps if step.order_id == order.id],
    }


def step(session: Session, order_id: str, step_id: str) -> WorkOrderStep:
    """One step of an order; raises NotFoundError."""
    found = session.get(WorkOrderStep, step_id)
    if found is None or found.order_id != order_id:
        raise NotFoundError(
            f"work order {order_id!r} has no step {step_id!r}; "
            f"GET /api/v1/work-orders/{order_id} lists them"
        )
    return found


def _open(
    session: Session,
    matter: Event | Report,
    actor: str,
    at: datetime,
    assignment: Assignment | None,
    note: str | None,
) -> WorkOrder:
    is_event = isinstance(matter, Event)
    order = WorkOrder(
        id=new_id(),
        event_id=matter.id if is_event else None,
        report_id=None if is_event else matter.id,
        incident_id=matter.incident_id if is_event else None,
        scenario=matter.scenario,
        division=matter.division,
        occurred_at=matter.opened_at if is_event else matter.occurred_at,
        state="none",
        escalated=False,
    )
    session.add(order)
    assignment = assignment or _by_list(session, order)
    if assignment is None:
        missing = "the responsibility list in force names nobody for this"
        _step(session, order, "none", actor, at, note=note or missing)
    else:
        _hand_over(session, order, assignment, actor, at, note)
    return order


def _one_by_one(session: Session, matter: Event | Report) -> None:
    """Two who want an order for the same matter come one after the other."""
    session.refresh(matter, with_for_update=True)
    messages.take_turn(session)


def _by_list(session: Session, order: WorkOrder) -> Assignment | None:
    version = responsibility.current(session)
    if version is None:
        return None
    rule = responsibility.finder(version).responsible(
        order.scenario, order.division, order.occurred_at
    )
    return None if rule is None else Assignment.by(version, rule)


def _hand_over(
    session: Session,
    order: WorkOrder,
    to: Assignment,
    actor: str,
    at: datetime,
    note: str | None,
    reference: str | None = None,
) -> None:
    order.state = "dispatched"
    order.unit = to.unit
    order.list_version, order.rule_line = to.list_version, to.rule_line
    order.dispatched_at = at
    order.due_at = at + timedelta(hours=to.deadline_h)
    order.escalate_at = at + timedelta(hours=to.escalate_after_h or to.deadline_h)
    order.escalate_to, order.escalated = to.escalate_to, False
    _step(session, order, "dispatched", actor, at, note=note, reference=reference)


def _step(
    session: Session,
    order: WorkOrder,
    name: str,
    actor: str,
    at: datetime,
    *,
    unit: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    photo: Photo | None = None,
    reference: str | None = None,
) -> None:
    """Note what was done, and tell the outside."""
    session.flush()  # the order before its steps
    before = steps_of(session, [order.id])
    made = WorkOrderStep(
        id=new_id(),
        order_id=order.id,
        number=len(before) + 1,
        step=name,
        unit=order.unit if name != "escalated" else unit,
        reason=reason,
        note=note,
        actor=actor,
        reference=reference,
        at=at,
    )
    if photo is not None:
        made.photo_path, made.photo_media_type = photo.path, photo.media_type
        made.photo_sha256, made.photo_size_bytes = photo.sha256, photo.size_bytes
    session.add(made)
    session.flush()
    messages.append(
        session,
        message_id=made.id,
        kind=f"longan.work_order.{name}.v1",
        subject=order.id,
        data=order_data(order, [*before, made]),
    )


def _step_data(step: WorkOrderStep) -> dict[str, Any]:
    photo = None
    if step.photo_path is not None:
        photo = {
            "url": f"/api/v1/work-orders/{step.order_id}/photos/{step.id}",
            "media_type": step.photo_media_type,
            "sha256": step.photo_sha256,
            "size_bytes": step.photo_size_bytes,
        }
    return {
        "id": step.id,
        "step": step.step,
        "unit": step.unit,
        "reason": step.reason,
        "note": step.note,
        "actor": step.actor,
        "reference": step.reference,
        "at": rfc3339(step.at),
        "photo": photo,
    }


def _or_none(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
