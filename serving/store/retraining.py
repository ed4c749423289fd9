"""Retraining: policies that want training runs, and what becomes of each run's model.

    wanted → training → checking → evaluating → candidate
    any of them → failed

The training side takes up what is wanted, and hands a run's model in like anyone's. When it is
accepted and measured, the alias `candidate` stands for it; `champion` is moved by people, or by a
rollout that goes live.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scenarios.retraining import Drifted, Standing, Trigger, reason_to_train
from serving.access import Actor
from serving.store import algorithms, drift, evaluation_sets, evaluations, reviews, submissions
from serving.store.deployments import PLATFORM
from serving.store.errors import ConflictError, NotFoundError, StaleError
from serving.store.evaluation_models import Evaluation
from serving.store.models import Event
from serving.store.retraining_models import Retraining, RetrainingPolicy
from serving.store.training_models import TrainingRun

CANDIDATE = "candidate"
"""The alias of the newest version that a retraining has made."""

UNDER_WAY = ("wanted", "training", "checking", "evaluating")

_TRIGGER = tuple(Trigger.model_fields)


def create(session: Session, row: RetrainingPolicy) -> RetrainingPolicy:
    """Keep a policy.

    Raises:
        NotFoundError: There is no such algorithm or evaluation set.
    """
    _check(session, row.algorithm, row.evaluation_set)
    session.add(row)
    session.flush()
    return row


def get(session: Session, policy_id: str) -> RetrainingPolicy:
    """One policy; raises NotFoundError."""
    row = session.get(RetrainingPolicy, policy_id)
    if row is None:
        raise NotFoundError(
            f"there is no retraining policy {policy_id!r}; GET /api/v1/retraining-policies lists "
            "them"
        )
    return row


def page(session: Session, *, after: str | None, limit: int) -> list[RetrainingPolicy]:
    """The next policies by id, oldest first."""
    query = select(RetrainingPolicy).order_by(RetrainingPolicy.id).limit(limit)
    return list(
        session.scalars(query if after is None else query.where(RetrainingPolicy.id > after))
    )


def replace(
    session: Session, policy_id: str, revision: int | None, by: Actor, change: dict[str, Any]
) -> RetrainingPolicy:
    """Set columns of a policy.

    Args:
        session: A write transaction.
        policy_id: Which.
        revision: The one that was read; None: whatever is there.
        by: Who sets them.
        change: New values by column.

    Raises:
        NotFoundError: No such policy, algorithm or evaluation set.
        StaleError: It is no longer at `revision`.
    """
    row = get(session, policy_id)
    session.refresh(row, with_for_update=True)
    if revision is not None and row.revision != revision:
        raise StaleError(
            f"retraining policy {policy_id} is at revision {row.revision}, not {revision}: "
            "somebody changed it meanwhile; read it again and repeat the change"
        )
    for column, value in change.items():
        setattr(row, column, value)
    _check(session, row.algorithm, row.evaluation_set)
    row.token_id, row.set_by = by.id, by.name
    row.revision += 1
    session.flush()
    return row


def delete(session: Session, policy_id: str) -> None:
    """Forget a policy and what it started; models that came of it stay."""
    session.delete(get(session, policy_id))
    session.flush()


def enabled(session: Session) -> list[str]:
    """Ids of the policies that are on."""
    query = select(RetrainingPolicy.id).where(RetrainingPolicy.enabled)
    return list(session.scalars(query.order_by(RetrainingPolicy.id)))


def look(session: Session, policy_id: str, now: datetime) -> Retraining | None:
    """Want a training run if it is time; returns what was begun by that."""
    policy = session.get(RetrainingPolicy, policy_id, with_for_update=True)
    if policy is None or not policy.enabled:
        return None
    why = reason_to_train(trigger_of(policy), standing(session, policy), now)
    if why is None:
        return None
    row = Retraining(policy_id=policy.id, why=why, requested_at=now)
    session.add(row)
    session.flush()
    return row


def standing(session: Session, policy: RetrainingPolicy) -> Standing:
    """What is known of a policy's algorithm and scenario."""
    last = last_of(session, policy.id)
    return Standing(
        reviewed=_reviewed(session, policy.scenario, last.requested_at if last else None),
        drifted=_furthest(session, policy.algorithm),
        last_at=last.requested_at if last else None,
        under_way=last is not None and last.state in UNDER_WAY,
    )


def trigger_of(policy: RetrainingPolicy) -> Trigger:
    """What starts its runs."""
    return Trigger.model_validate({name: getattr(policy, name) for name in _TRIGGER})


def last_of(session: Session, policy_id: str) -> Retraining | None:
    """The newest time that a policy asked for a run."""
    query = select(Retraining).where(Retraining.policy_id == policy_id)
    return session.scalar(
        query.order_by(Retraining.requested_at.desc(), Retraining.id.desc()).limit(1)
    )


def history(
    session: Session, policy_id: str, *, before: str | None, limit: int
) -> list[Retraining]:
    """The next times by id, newest first."""
    query = select(Retraining).where(Retraining.policy_id == policy_id)
    query = query if before is None else query.where(Retraining.id < before)
    return list(session.scalars(query.order_by(Retraining.id.desc()).limit(limit)))


def in_state(session: Session, *states: str) -> Sequence[Retraining]:
    """Those in one of these states, oldest first."""
    query = select(Retraining).where(Retraining.state.in_(states))
    return list(session.scalars(query.order_by(Retraining.id)))


def for_training(session: Session) -> list[str]:
    """Ids of those whose next step training takes: what is wanted, and whose run has ended."""
    ended = select(TrainingRun.id).where(TrainingRun.state.in_(("done", "failed", "cancelled")))
    query = select(Retraining.id).where(
        (Retraining.state == "wanted")
        | ((Retraining.state == "training") & Retraining.run_id.in_(ended))
    )
    return list(session.scalars(query.order_by(Retraining.id)))


def goes_on_from(session: Session, row: Retraining) -> str:
    """Id of the release that reviewed events are added to: the last one made, or the base."""
    query = select(Retraining.release_id).where(
        Retraining.policy_id == row.policy_id,
        Retraining.release_id.is_not(None),
        Retraining.id != row.id,
    )
    last = session.scalar(query.order_by(Retraining.requested_at.desc()).limit(1))
    return last or get(session, row.policy_id).base_release


def begun(session: Session, row_id: str, release_id: str, run_id: str) -> None:
    """A training run was asked for."""
    row = session.get_one(Retraining, row_id, with_for_update=True)
    row.state, row.release_id, row.run_id = "training", release_id, run_id
    session.flush()


def handed_in(session: Session, row_id: str, submission_id: str) -> None:
    """The run is done, and its model waits for the check."""
    row = session.get_one(Retraining, row_id, with_for_update=True)
    row.state, row.submission_id = "checking", submission_id
    session.flush()


def fail(session: Session, row_id: str, why: str, at: datetime) -> None:
    """Give up one that has not ended."""
    row = session.get_one(Retraining, row_id, with_for_update=True)
    if row.state in UNDER_WAY:
        _end(row, "failed", at, why)
        session.flush()


def follow(session: Session, retraining_id: str, now: datetime) -> str:
    """Take the next step if the check, or the evaluation, is over; returns the state."""
    row = session.get_one(Retraining, retraining_id, with_for_update=True)
    if row.state == "checking":
        _follow_check(session, row, now)
    elif row.state == "evaluating":
        _follow_evaluation(session, row, now)
    session.flush()
    return row.state


def _follow_check(session: Session, row: Retraining, now: datetime) -> None:
    submission = submissions.get(session, row.submission_id or "")
    if submission.state == "rejected":
        _end(row, "failed", now, f"the model was rejected: {'; '.join(submission.reasons)}")
    elif submission.state == "accepted":
        policy = get(session, row.policy_id)
        try:
            on = evaluation_sets.get(session, policy.evaluation_set)
        except NotFoundError as error:
            _end(row, "failed", now, str(error))
            return
        evaluation = Evaluation(
            name=submission.name, version=submission.version, set_id=on.id, created_by=PLATFORM
        )
        evaluations.add(session, evaluation)
        row.state, row.evaluation_id = "evaluating", evaluation.id


def _follow_evaluation(session: Session, row: Retraining, now: datetime) -> None:
    evaluation = evaluations.get(session, row.evaluation_id or "")
    if evaluation.state == "failed":
        _end(row, "failed", now, f"it could not be measured: {evaluation.message}")
    elif evaluation.state == "done":
        try:
            algorithms.set_alias(session, evaluation.name, CANDIDATE, evaluation.version)
        except (ConflictError, NotFoundError) as error:
            _end(row, "failed", now, str(error))
        else:
            _end(row, "candidate", now)


def _end(row: Retraining, state: str, at: datetime, why: str | None = None) -> None:
    row.state, row.ended_at, row.message = state, at, why


def _check(session: Session, algorithm: str, evaluation_set: str) -> None:
    algorithms.versions(session, algorithm)
    evaluation_sets.get(session, evaluation_set)


def _reviewed(session: Session, scenario: str, since: datetime | None) -> int:
    review = reviews.standing()
    query = (
        select(func.count())
        .select_from(review)
        .join(Event, Event.id == review.event_id)
        .where(Event.scenario == scenario, review.verdict.in_(("confirmed", "false_alarm")))
    )
    if since is not None:
        query = query.where(review.created_at > since)
    return session.scalar(query) or 0


def _furthest(session: Session, algorithm: str) -> Drifted | None:
    champion = algorithms.aliases(session, algorithm).get(algorithms.CHAMPION)
    rows = drift.of_version(session, f"{algorithm}@{champion}") if champion else []
    if not rows:
        return None
    worst = rows[0]
    return Drifted(worst.camera_id, worst.measure, worst.psi or 0.0, worst.band or "stable")
