"""Responsibility lists: versions that never change, one of them in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scenarios import dispatch
from scenarios.dispatch import Responsibility
from serving.store.errors import NotFoundError, StaleError
from serving.store.loop_models import ResponsibilityList

_RULES: TypeAdapter[tuple[Responsibility, ...]] = TypeAdapter(tuple[Responsibility, ...])
_KEPT = 8
"""Parsed versions held in memory."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation that can be responsible for work."""

    id: str
    zh: str
    en: str


def add(
    session: Session,
    *,
    name: str,
    time_zone: str,
    units: Sequence[Unit],
    rules: Sequence[Responsibility],
    created_by: str,
) -> ResponsibilityList:
    """Store a new version as a draft; its rules are checked already."""
    newest = session.scalar(select(func.max(ResponsibilityList.version))) or 0
    row = ResponsibilityList(
        version=newest + 1,
        name=name,
        time_zone=time_zone,
        units=[{"id": unit.id, "zh": unit.zh, "en": unit.en} for unit in units],
        rules=_RULES.dump_python(tuple(rules), mode="json"),
        created_by=created_by,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, list_id: str) -> ResponsibilityList:
    """One version; raises NotFoundError."""
    row = session.get(ResponsibilityList, list_id)
    if row is None:
        raise NotFoundError(
            f"there is no responsibility list {list_id!r}; "
            "GET /api/v1/responsibility-lists lists them"
        )
    return row


def page(session: Session, *, before: str | None, limit: int) -> list[ResponsibilityList]:
    """The next versions, newest first."""
    query = select(ResponsibilityList).order_by(ResponsibilityList.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ResponsibilityList.id < before)
    return list(session.scalars(query))


def current(session: Session) -> ResponsibilityList | None:
    """The version in force; None: nobody has said who is responsible for what."""
    return session.scalar(select(ResponsibilityList).where(ResponsibilityList.state == "current"))


def make_current(
    session: Session, list_id: str, expected_version: int | None, at: datetime
) -> ResponsibilityList:
    """Put a version in force; a superseded one may come back.

    Args:
        session: A write transaction.
        list_id: The new one.
        expected_version: Of the list in force, 0 where there is none; None: whichever it is.
        at: Now.

    Raises:
        NotFoundError: No such list.
        StaleError: Another list was put in force meanwhile.
    """
    wanted = get(session, list_id)
    query = select(ResponsibilityList).where(ResponsibilityList.state == "current")
    before = session.scalar(query.with_for_update())
    version = 0 if before is None else before.version
    if expected_version is not None and expected_version != version:
        raise StaleError(
            f"version {version} is in force (0: none), not {expected_version}: somebody changed it "
            "meanwhile; GET /api/v1/responsibility-lists/current again and repeat the change"
        )
    if wanted is before:
        return wanted
    if before is not None:
        before.state = "superseded"
    wanted.state, wanted.current_since = "current", at
    session.flush()
    return wanted


def rules(row: ResponsibilityList) -> tuple[Responsibility, ...]:
    """The rows of a version."""
    return _parsed(row).rows


def finder(row: ResponsibilityList) -> dispatch.ResponsibilityList:
    """Finds who is responsible by a version."""
    return _parsed(row).finder


def rule_at(row: ResponsibilityList, line: int) -> Responsibility:
    """The row of a version at a line; raises NotFoundError."""
    for rule in rules(row):
        if rule.line == line:
            return rule
    raise NotFoundError(
        f"version {row.version} of the responsibility list has no row at line {line}; "
        f"GET /api/v1/responsibility-lists/{row.id} shows its rows"
    )


@dataclass(frozen=True, slots=True)
class _Parsed:
    rows: tuple[Responsibility, ...]
    finder: dispatch.ResponsibilityList


_KNOWN: dict[str, _Parsed] = {}
"""By id; a version never changes, and reading thousands of rows for each event would be slow."""


def _parsed(row: ResponsibilityList) -> _Parsed:
    known = _KNOWN.get(row.id)
    if known is None:
        rows = _RULES.validate_python(row.rules)
        known = _Parsed(rows, dispatch.ResponsibilityList(rows, ZoneInfo(row.time_zone)))
        if len(_KNOWN) >= _KEPT:
            _KNOWN.clear()
        _KNOWN[row.id] = known
    return known
