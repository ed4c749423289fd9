"""From when until when something is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query

from serving.api.documents import UtcTime
from serving.api.problems import FieldError, ProblemError
from serving.store.models import now

LONGEST = timedelta(days=400)
USUAL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, before `until`."""

    since: datetime
    until: datetime


def checked(since: datetime, until: datetime, where: str = "until") -> Period:
    """A period; a ProblemError if it ends before it begins or is longer than `LONGEST`."""
    if not timedelta(0) < until - since <= LONGEST:
        told = f"expected a time after {since.isoformat()}, at most {LONGEST.days} days later"
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{where}: {told}, got {until.isoformat()}",
            errors=[FieldError(where=where, message=told)],
        )
    return Period(since, until)


async def _asked(
    since: Annotated[UtcTime | None, Query(description="Left out: a week before until.")] = None,
    until: Annotated[UtcTime | None, Query(description="Left out: now.")] = None,
) -> Period:
    end = until or now()
    try:
        begin = since or end - USUAL
    except OverflowError:
        begin = end
    return checked(begin, end, "query.until")


Asked = Annotated[Period, Depends(_asked)]
"""The period of a query; without one the last seven days."""
