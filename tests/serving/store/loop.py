"""What the tests of the loop share: reviewers, a list, a moment."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from scenarios.dispatch import Responsibility
from serving.access import Actor
from serving.store import responsibility
from serving.store.loop_models import ResponsibilityList
from serving.store.responsibility import Unit

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)

ANNA = Actor("01JANNA", "Anna", "token", ())
BEN = Actor("01JBEN", "Ben", "token", ())


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def row(unit: str, line: int = 2, **fields: object) -> Responsibility:
    usual = {"scenario": "*", "division": "*", "deadline_h": 24.0}
    return Responsibility.model_validate({**usual, "unit": unit, "line": line, **fields})


def draft(session: Session, *rules: Responsibility) -> ResponsibilityList:
    names = sorted({name for r in rules for name in (r.unit, r.escalate_to) if name is not None})
    return responsibility.add(
        session,
        name="autumn",
        time_zone="Asia/Shanghai",
        units=[Unit(name, name, name) for name in names],
        rules=rules,
        created_by="Anna",
    )


def in_force(session: Session, *rules: Responsibility) -> ResponsibilityList:
    made = draft(session, *rules)
    return responsibility.make_current(session, made.id, None, NOW)
