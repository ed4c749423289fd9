"""Situations: a plan is switched on and off by one call, and everything returns to what it was.

Active situations lie on each other like layers, field by field: of a deployment `enabled`, or one
value of its rule. Each layer knows what it found. When the top one goes, what it found returns;
when one below goes, the next above it inherits what that one had found. A field that is not as its
layer left it was changed by a person, and stays so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from scenarios.errors import ScenarioError
from scenarios.scenario import load_catalog
from serving.store import deployments, messages
from serving.store.errors import ConflictError, NotFoundError, StaleError
from serving.store.messages import rfc3339
from serving.store.models import Deployment, new_id
from serving.store.situation_models import Activation, Situation

ENABLED, RULE = "enabled", "rule."
"""Fields of a deployment that a plan sets: `enabled`, `rule.stay_s`."""


class Value(TypedDict):
    """What a field says."""

    set: bool
    """False: the rule has no such override, so the scenario's own value holds."""

    value: Any


class Change(TypedDict):
    """What a situation did to one field of a deployment."""

    deployment_id: str
    scenario: str | None
    field: str
    before: Value | None
    """What it found."""

    after: Value
    returns_to: Value | None
    """What it leaves: what it found, or what a layer below it had found that went before it."""

    outcome: str
    """`changed`, `gone` (there was no such deployment) or `refused` (the rule takes no such
    value); when it is switched off `returned`, `covered` (a later situation holds it), `kept` (a
    person had changed it) or `gone`."""

    message: str | None


def get(session: Session, situation_id: str) -> Situation:
    """One situation; raises NotFoundError."""
    situation = session.get(Situation, situation_id)
    if situation is None:
        raise NotFoundError(
            f"there is no situation {situation_id!r}; GET /api/v1/situations lists them"
        )
    return situation


def page(session: Session, *, after: str | None, limit: int) -> list[Situation]:
    """The next situations by id, oldest first."""
    query = select(Situation).order_by(Situation.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Situation.id > after)))


def create(session: Session, name: str, plan: Mapping[str, Any]) -> Situation:
    """Store a plan; it changes nothing until it is switched on."""
    situation = Situation(id=new_id(), name=name, plan=dict(plan), revision=1)
    session.add(situation)
    session.flush()
    return situation


def replace(
    session: Session, situation_id: str, revision: int | None, name: str, plan: Mapping[str, Any]
) -> Situation:
    """Give a situation another plan; one that is active goes on as it was switched on.

    Raises:
        NotFoundError: No such situation.
        StaleError: It is no longer at `revision`; None replaces whatever is there.
    """
    session.get(Situation, situation_id, with_for_update=True)
    situation = get(session, situation_id)
    if revision is not None and situation.revision != revision:
        raise StaleError(
            f"situation {situation_id} is at revision {situation.revision}, not {revision}: "
            "somebody changed it meanwhile; read it again and repeat the change"
        )
    situation.name, situation.plan = name, dict(plan)
    situation.revision += 1
    session.flush()
    return situation


def delete(session: Session, situation_id: str) -> None:
    """Forget a plan; the record of its activations stays.

    Raises:
        NotFoundError: No such situation.
        ConflictError: It is active.
    """
    messages.take_turn(session)
    situation = get(session, situation_id)
    if active(session, [situation_id]):
        raise ConflictError(
            f"situation {situation_id} is active; switch it off first with "
            f"DELETE /api/v1/situations/{situation_id}/activation"
        )
    session.delete(situation)
    session.flush()


def active(session: Session, situation_ids: Iterable[str]) -> dict[str, Activation]:
    """Which of these situations are active, by id."""
    query = select(Activation).where(
        Activation.situation_id.in_(list(situation_ids)), Activation.deactivated_at.is_(None)
    )
    return {activation.situation_id: activation for activation in session.scalars(query)}


def history(
    session: Session, situation_id: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[Activation]:
    """When a situation was active, newest first; of one that was deleted too."""
    query = select(Activation).where(Activation.situation_id == situation_id)
    if after is not None:
        at, activation_id = after
        same_time = and_(Activation.activated_at == at, Activation.id < activation_id)
        query = query.where(or_(Activation.activated_at < at, same_time))
    ordered = query.order_by(Activation.activated_at.desc(), Activation.id.desc())
    return list(session.scalars(ordered.limit(limit)))


def activate(
    session: Session, situation_id: str, *, reason: str, actor: str, at: datetime
) -> tuple[Activation, bool]:
    """Switch a situation on.

    What cannot be done (a deployment is gone, its rule takes no such value) holds nothing else
    up: it is in the record.

    Returns:
        Its activation, and whether it is new: one that is active stays as it is.

    Raises:
        NotFoundError: No such situation.
    """
    messages.take_turn(session)
    situation = get(session, situation_id)
    if (running := active(session, [situation_id]).get(situation_id)) is not None:
        return running, False
    changes = [
        change
        for target in situation.plan["deployments"]
        for change in _apply(session, target["deployment_id"], _wanted(target), actor)
    ]
    activation = Activation(
        id=new_id(),
        number=(session.scalar(select(func.max(Activation.number))) or 0) + 1,
        situation_id=situation_id,
        name=situation.name,
        plan=situation.plan,
        changes=changes,
        reason=reason,
        activated_by=actor,
        activated_at=at,
    )
    session.add(activation)
    _tell(session, activation, "activated")
    return activation, True


def deactivate(session: Session, situation_id: str, *, actor: str, at: datetime) -> Activation:
    """Switch a situation off: what it changed returns to what it was.

    Raises:
        NotFoundError: No such situation, or it is not active.
    """
    messages.take_turn(session)
    get(session, situation_id)
    activation = active(session, [situation_id]).get(situation_id)
    if activation is None:
        raise NotFoundError(f"situation {situation_id} is not active")
    above = list(
        session.scalars(
            select(Activation)
            .where(Activation.number > activation.number, Activation.deactivated_at.is_(None))
            .order_by(Activation.number)
        )
    )
    changes: list[Change] = [change.copy() for change in activation.changes]
    returning: dict[str, list[Change]] = {}
    for change in changes:
        if change["outcome"] != "changed":
            continue
        layer = _next_above(above, change)
        if layer is None:
            returning.setdefault(change["deployment_id"], []).append(change)
        else:
            change["outcome"] = _hand_down(layer, change)
    for deployment_id, group in returning.items():
        _return(session, deployment_id, group, actor)
    activation.changes = changes
    activation.deactivated_by, activation.deactivated_at = actor, at
    _tell(session, activation, "deactivated")
    return activation


def activation_data(activation: Activation) -> dict[str, Any]:
    """An activation as the outside sees it: the same in REST answers and messages."""
    off = activation.deactivated_at
    return {
        "id": activation.id,
        "situation_id": activation.situation_id,
        "name": activation.name,
        "state": "active" if off is None else "ended",
        "reason": activation.reason,
        "activated_by": activation.activated_by,
        "activated_at": rfc3339(activation.activated_at),
        "deactivated_by": activation.deactivated_by,
        "deactivated_at": None if off is None else rfc3339(off),
        "plan": activation.plan,
        "changes": activation.changes,
    }


def _wanted(target: Mapping[str, Any]) -> dict[str, Value]:
    """What a plan asks of a deployment, by field."""
    wanted = {RULE + key: Value(set=True, value=value) for key, value in target["rule"].items()}
    if target["enabled"] is not None:
        wanted[ENABLED] = Value(set=True, value=target["enabled"])
    return wanted


def _apply(
    session: Session, deployment_id: str, wanted: dict[str, Value], actor: str
) -> list[Change]:
    deployment = session.get(Deployment, deployment_id, with_for_update=True)
    found = {field: None if deployment is None else _read(deployment, field) for field in wanted}
    refused = None if deployment is None else _write(session, deployment, wanted, actor)
    changes: list[Change] = []
    for field, value in wanted.items():
        outcome, message = "changed", None
        if deployment is None:
            outcome, message = "gone", f"there is no deployment {deployment_id!r} any more"
        elif refused is not None and field != ENABLED:
            outcome, message = "refused", refused
        changes.append(
            Change(
                deployment_id=deployment_id,
                scenario=None if deployment is None else deployment.scenario,
                field=field,
                before=found[field],
                after=value,
                returns_to=found[field],
                outcome=outcome,
                message=message,
            )
        )
    return changes


def _next_above(above: Iterable[Activation], change: Change) -> Activation | None:
    """The next later layer on the same field."""
    return next((layer for layer in above if _same_field(layer, change) is not None), None)


def _same_field(layer: Activation, change: Change) -> int | None:
    for place, other in enumerate(layer.changes):
        same = all(other[name] == change[name] for name in ("deployment_id", "field"))
        if same and other["outcome"] == "changed":
            return place
    return None


def _hand_down(layer: Activation, change: Change) -> str:
    """Let a later layer inherit what this one had found."""
    changes: list[Change] = [other.copy() for other in layer.changes]
    heir = changes[_same_field(layer, change) or 0]
    if heir["returns_to"] != change["after"] or heir["scenario"] != change["scenario"]:
        return "kept"
    heir["returns_to"] = change["returns_to"]
    layer.changes = changes
    return "covered"


def _return(session: Session, deployment_id: str, changes: list[Change], actor: str) -> None:
    """Set these fields of a deployment back, where nobody else changed them."""
    deployment = session.get(Deployment, deployment_id, with_for_update=True)
    back: dict[str, Value] = {}
    for change in changes:
        if deployment is None:
            change["outcome"] = "gone"
        elif (
            _read(deployment, change["field"]) != change["after"]
            or deployment.scenario != change["scenario"]
        ):
            change["outcome"] = "kept"
        else:
            change["outcome"] = "returned"
            back[change["field"]] = change["returns_to"] or Value(set=False, value=None)
    if deployment is None or (refused := _write(session, deployment, back, actor)) is None:
        return
    for change in changes:
        if change["field"] in back and change["field"] != ENABLED:
            change["outcome"], change["message"] = "kept", refused


def _read(deployment: Deployment, field: str) -> Value:
    if field == ENABLED:
        return Value(set=True, value=deployment.enabled)
    key = field.removeprefix(RULE)
    return Value(set=key in deployment.rule, value=deployment.rule.get(key))


def _write(
    session: Session, deployment: Deployment, wanted: Mapping[str, Value], actor: str
) -> str | None:
    """Change a deployment as usual: to a new revision, if there is anything to change.

    Returns:
        Why its rule could not be changed; then only the rest was.
    """
    rule = dict(deployment.rule)
    for field, value in wanted.items():
        key = field.removeprefix(RULE)
        if field == ENABLED:
            continue
        if value["set"]:
            rule[key] = value["value"]
        else:
            rule.pop(key, None)
    fields: dict[str, Any] = {}
    if ENABLED in wanted and deployment.enabled != wanted[ENABLED]["value"]:
        fields["enabled"] = wanted[ENABLED]["value"]
    refused = None if rule == deployment.rule else _why_not(deployment.scenario, rule)
    if rule != deployment.rule and refused is None:
        fields["rule"] = rule
    if fields:
        deployments.update(session, deployment.id, None, by=actor, **fields)
    return refused


def _why_not(scenario_id: str, rule: dict[str, Any]) -> str | None:
    scenario = load_catalog().get(scenario_id)
    if scenario is None:
        return f"there is no scenario {scenario_id!r} any more"
    try:
        scenario.with_rule(rule)
    except ScenarioError as error:
        return str(error)
    return None


def _tell(session: Session, activation: Activation, what: str) -> None:
    session.flush()
    messages.append(
        session,
        message_id=f"{activation.id}.{what}",
        kind=f"longan.situation.{what}.v1",
        subject=activation.situation_id,
        data=activation_data(activation),
    )
