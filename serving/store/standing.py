"""How events stand: what people said of them, and the work that was ordered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from serving.store import reviews
from serving.store.loop_models import Incident, WorkOrder
from serving.store.models import Event
from serving.store.work_orders import DONE


@dataclass(frozen=True, slots=True)
class Standing:
    """Verdict and disposal of an event.

    Args:
        verdict: Of the review that stands, or `unreviewed`.
        order: Its own work order, or that of its matter; None: there is none.
    """

    verdict: str = "unreviewed"
    order: WorkOrder | None = None


def standing_of(session: Session, events: Sequence[Event]) -> dict[str, Standing]:
    """How each of these events stands, by id; asks the store twice, however many they are."""
    verdicts = reviews.standing_of(session, [event.id for event in events])
    own, shared = _orders(session, events)
    return {
        event.id: Standing(
            verdicts[event.id].verdict if event.id in verdicts else "unreviewed",
            own.get(event.id) or _of_matter(event, shared),
        )
        for event in events
    }


def _orders(
    session: Session, events: Sequence[Event]
) -> tuple[dict[str, WorkOrder], dict[str, list[WorkOrder]]]:
    """Orders by event, and by incident those of its matter, oldest first."""
    incident_ids = {event.incident_id for event in events if event.incident_id is not None}
    matters = select(Incident.id).where(Incident.id.in_(incident_ids), Incident.kind == "matter")
    query = select(WorkOrder).where(
        or_(
            WorkOrder.event_id.in_([event.id for event in events]),
            WorkOrder.incident_id.in_(matters),
        )
    )
    own: dict[str, WorkOrder] = {}
    shared: defaultdict[str, list[WorkOrder]] = defaultdict(list)
    known = {event.id for event in events}
    for order in session.scalars(query.order_by(WorkOrder.id)):
        if order.event_id in known:
            own[order.event_id] = order
        if order.incident_id is not None:
            shared[order.incident_id].append(order)
    return own, shared


def _of_matter(event: Event, shared: dict[str, list[WorkOrder]]) -> WorkOrder | None:
    """The first order of its matter that was not over before the event was."""
    for order in shared.get(event.incident_id or "", []):
        if order.state not in DONE or order.updated_at >= event.opened_at:
            return order
    return None
