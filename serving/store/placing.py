"""Nobody sees or changes what lies elsewhere.

While a request acts (`serving.access.acting`) whose actor has his right in some divisions only,
every query of a session of the store shows rows of these divisions only, whoever wrote it, and a
change to a row elsewhere is refused. So lists, filters, counts and KPIs cannot leak.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from scenarios.dispatch import levels
from serving.access import acting, lies_in
from serving.store.errors import ElsewhereError
from serving.store.loop_models import (
    Incident,
    Mute,
    Observation,
    Report,
    Review,
    WorkOrder,
    WorkOrderStep,
)
from serving.store.models import (
    Camera,
    CameraStatus,
    Clip,
    Deployment,
    DeploymentRevision,
    Event,
    Evidence,
    EvidenceAudit,
    EvidenceHold,
    Placement,
    Replay,
)
from serving.store.rollout_models import Rollout, ShadowEvent
from serving.store.wall_models import WallView

PLACED: tuple[Any, ...] = (Camera, Deployment, Event, Incident, Report, WallView, WorkOrder)
"""Rows that say themselves where they are, in `division`."""

_BELONGING: tuple[tuple[Any, Any, Any], ...] = (
    (CameraStatus, CameraStatus.camera_id, Camera),
    (Placement, Placement.camera_id, Camera),
    (Observation, Observation.camera_id, Camera),
    (Mute, Mute.camera_id, Camera),
    (ShadowEvent, ShadowEvent.camera_id, Camera),
    (DeploymentRevision, DeploymentRevision.deployment_id, Deployment),
    (Rollout, Rollout.deployment_id, Deployment),
    (Replay, Replay.deployment_id, Deployment),
    (Review, Review.event_id, Event),
    (Evidence, Evidence.event_id, Event),
    (EvidenceHold, EvidenceHold.event_id, Event),
    (EvidenceAudit, EvidenceAudit.event_id, Event),
    (WorkOrderStep, WorkOrderStep.order_id, WorkOrder),
)
"""Rows that are where another row is: table, its reference, the other table."""


def show_only_here(state: ORMExecuteState) -> None:
    """Before a statement of the store: leave out what lies elsewhere."""
    request = acting()
    if request is not None and request.where is not None and not state.is_column_load:
        state.statement = state.statement.options(*_criteria(request.where, request.actor.name))


def refuse_elsewhere(session: Session, _: UOWTransaction, __: Any) -> None:
    """Before rows are written.

    Raises:
        ElsewhereError: One of them lies, or would lie, where the actor may not do this.
    """
    request = acting()
    if request is None or request.where is None:
        return
    for row in (*session.new, *session.dirty):
        if isinstance(row, PLACED) and not lies_in(row.division, request.where):
            where = ", ".join(request.where) or "nowhere"
            raise ElsewhereError(
                f"{request.actor.name} may do this ({request.action}) in {where}; this would be in "
                f"{row.division or 'the whole city'}"
            )


def _criteria(where: Sequence[str], name: str) -> list[ORMOption]:
    own = [
        with_loader_criteria(kind, inside(kind.division, where), include_aliases=True)
        for kind in PLACED
    ]
    others = [
        with_loader_criteria(
            kind,
            reference.in_(select(whole.id).where(inside(whole.division, where))),
            # Its one alias is of a subquery, which is cut already.
            include_aliases=kind is not Review,
        )
        for kind, reference, whole in _BELONGING
    ]
    here = select(Camera.id).where(inside(Camera.division, where))
    shows_nowhere = and_(Clip.camera_id.is_(None), Clip.created_by == name)
    clips = with_loader_criteria(
        Clip, or_(Clip.camera_id.in_(here), shows_nowhere), include_aliases=True
    )
    return [*own, *others, clips]


def inside(column: Any, where: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row's division is one of these, or below one."""
    if not where:
        return false()
    return and_(column.is_not(None), or_(*(_within(column, place) for place in where)))


def _within(column: Any, place: str) -> ColumnElement[bool]:
    if place.isdigit():
        return column.startswith("".join(levels(place)), autoescape=True)
    return or_(column == place, column.startswith(f"{place}/", autoescape=True))
