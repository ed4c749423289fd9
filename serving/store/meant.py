"""When a deployment was meant to look: as its revisions had its schedule."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios.schedule import Schedule
from serving.store.models import Deployment, DeploymentRevision


@dataclass(frozen=True, slots=True)
class Meant:
    """What applied from when on, oldest first; before the first change that one applied too.

    Args:
        since: When each change was made.
        schedules: What applied then: a schedule, always or never.
    """

    since: tuple[datetime, ...] = ()
    schedules: tuple[Schedule | bool, ...] = (True,)

    def seconds(self, begin: datetime, end: datetime) -> float:
        """Seconds between two moments in which it was meant to look."""
        total_s = 0.0
        while begin < end:
            position = max(bisect_right(self.since, begin), 1)
            until = min([end, *self.since[position : position + 1]])
            total_s += _seconds(self.schedules[position - 1], begin, until)
            begin = until
        return total_s


def meant(session: Session, deployment_ids: Iterable[str]) -> dict[str, Meant]:
    """When these deployments were meant to look; of one that nobody knows: always."""
    wanted = set(deployment_ids)
    revisions = (
        select(DeploymentRevision)
        .where(DeploymentRevision.deployment_id.in_(wanted))
        .order_by(DeploymentRevision.deployment_id, DeploymentRevision.revision)
    )
    changes: defaultdict[str, list[DeploymentRevision]] = defaultdict(list)
    for revision in session.scalars(revisions):
        changes[revision.deployment_id].append(revision)
    found = {deployment_id: _of(rows) for deployment_id, rows in changes.items()}
    now = select(Deployment).where(Deployment.id.in_(wanted - found.keys()))
    for row in session.scalars(now):
        found[row.id] = Meant((row.created_at,), (_applies(row.schedule, row.enabled),))
    return {each: found.get(each, Meant()) for each in wanted}


def _of(rows: Sequence[DeploymentRevision]) -> Meant:
    return Meant(
        tuple(row.created_at for row in rows),
        tuple(_applies(row.spec["schedule"], row.spec["enabled"]) for row in rows),
    )


def _applies(schedule: dict[str, Any] | None, enabled: bool) -> Schedule | bool:
    return enabled if schedule is None or not enabled else Schedule.model_validate(schedule)


def _seconds(applies: Schedule | bool, begin: datetime, end: datetime) -> float:
    if isinstance(applies, Schedule):
        return applies.on_s(begin, end)
    return (end - begin).total_seconds() if applies else 0.0
