"""When a deployment applies: windows of the week and holidays, on the clock of its own place.

A schedule is read off the wall clock of its time zone. Where the clocks go back an hour, that hour
counts both times; where they go forward, the hour that is left out never comes.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(
            f"expected an IANA time zone such as Asia/Shanghai, got {name!r}"
        ) from error
    return name


def _on_the_wall(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("expected a time without an offset; time_zone says where it is read")
    return value


WallTime = Annotated[time, AfterValidator(_on_the_wall)]


class Window(BaseModel):
    """A part of some days of the week."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    days: tuple[Day, ...] = Field(default=DAYS, min_length=1)
    """Days on which it begins."""

    begin: WallTime = time(0, 0)

    end: WallTime = time(0, 0)
    """Not included. No later than `begin`: on the next day."""

    def holds(self, begun_on: date, at: datetime) -> bool:
        """Whether a wall-clock time is in the window that began on that day."""
        end = begun_on + timedelta(days=self.end <= self.begin)
        return datetime.combine(begun_on, self.begin) <= at < datetime.combine(end, self.end)


class Holidays(BaseModel):
    """Dates on which the week does not count."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=64)

    dates: tuple[date, ...] = Field(min_length=1)

    applies: bool = False
    """False: no window begins on these dates. True: they are on the whole day."""


class Schedule(BaseModel):
    """When a deployment applies."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    time_zone: Annotated[str, AfterValidator(_time_zone)]
    """IANA name, such as Asia/Shanghai."""

    windows: tuple[Window, ...] = (Window(),)
    """Any of them is enough; empty: only the holidays that apply."""

    holidays: tuple[Holidays, ...] = ()

    @model_validator(mode="after")
    def _a_date_is_in_one_list(self) -> Self:
        dates = [day for holidays in self.holidays for day in set(holidays.dates)]
        if twice := sorted({str(day) for day in dates if dates.count(day) > 1}):
            raise ValueError(f"holidays: in more than one list: {', '.join(twice)}")
        return self

    def is_on(self, at: datetime) -> bool:
        """Whether it applies at that moment.

        Raises:
            ValueError: `at` has no time zone.
        """
        if at.tzinfo is None:
            raise ValueError(f"expected a time with its time zone, got {at.isoformat()}")
        wall = at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)
        today = wall.date()
        return any(
            window.holds(day, wall)
            for day in (today - timedelta(days=1), today)
            for window in self._windows(day)
        )

    def on_s(self, begin: datetime, end: datetime) -> float:
        """Seconds between two moments in which it applies.

        Raises:
            ValueError: A moment has no time zone.
        """
        moments = [begin, *sorted(self._edges(begin, end)), end]
        return sum(
            (later - earlier).total_seconds()
            for earlier, later in pairwise(moments)
            if self.is_on(earlier)
        )

    def _edges(self, begin: datetime, end: datetime) -> set[datetime]:
        """Moments between the two at which it may begin or end to apply."""
        zone = ZoneInfo(self.time_zone)
        times = {time(0, 0), *(t for window in self.windows for t in (window.begin, window.end))}
        day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        edges = set(_clock_changes(begin, end))
        while day <= last:
            for at in (datetime.combine(day, t, zone) for t in times):
                edges |= {at.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
            day += timedelta(days=1)
        return {edge for edge in edges if begin < edge < end}

    def _windows(self, day: date) -> Iterable[Window]:
        """Those that begin on a day."""
        for holidays in self.holidays:
            if day in holidays.dates:
                return (Window(),) if holidays.applies else ()
        return [window for window in self.windows if DAYS[day.weekday()] in window.days]


def _clock_changes(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Moments between the two at which clocks may be put forward or back: every half hour."""
    at = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < end:
        yield at
        at += timedelta(minutes=30)
