"""The responsibility list (权责清单): which unit answers for what, where and when.

The most specific row wins: the deeper division first, then the scenario over its domain over `*`,
then a row with a window over one that always holds. Rows that are equally specific and hold at the
same time are ambiguous; `ambiguities` finds them, so that a list which is in force has none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import combinations, pairwise, takewhile
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

from scenarios.scenario import load_catalog

ANY = "*"
"""Every scenario, or every division."""

_ADMINISTRATIVE = (2, 4, 6, 9, 12)
"""Digits of GB/T 2260 and GB/T 10114: province, city, district, street, community."""

_DAY = timedelta(days=1)
_MINUTES = 24 * 60

_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)

Weekday = Annotated[int, Field(ge=1, le=7)]
Day = Annotated[date, Field(ge=_EARLIEST, le=_LATEST)]


class Window(BaseModel):
    """When a row holds, on the list's wall clock; past midnight it is still the day it began."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    days: tuple[Weekday, ...] = (1, 2, 3, 4, 5, 6, 7)
    """1 is Monday."""

    start: time = time(0)
    end: time = time(0)
    """Not later than `start`: on the next day."""

    first_day: Day | None = None
    last_day: Day | None = None
    """The last one on which it begins."""

    def covers(self, local: datetime) -> bool:
        """Whether it holds at this moment of the list's wall clock."""
        minute = _minute(local.time())
        if (minute - _minute(self.start)) % _MINUTES >= self._length:
            return False
        began_today = minute >= _minute(self.start)
        return self._begins(local.date() if began_today else local.date() - _DAY)

    def overlaps(self, other: "Window") -> bool:
        """Whether there is a moment at which both hold."""
        # Both repeat weekly, so the first fortnight in which both can begin shows everything.
        firsts = [day for day in (self.first_day, other.first_day) if day is not None]
        lasts = [day for day in (self.last_day, other.last_day) if day is not None]
        begin = max(firsts) - _DAY if firsts else min([*lasts, _EARLIEST]) - 14 * _DAY
        days = [begin + n * _DAY for n in range(16)]
        mine = [day for day in days if self._begins(day)]
        theirs = [day for day in days if other._begins(day)]
        return any(self._overlaps_on(day, other, their) for day in mine for their in theirs)

    def _overlaps_on(self, day: date, other: "Window", their: date) -> bool:
        apart = (their - day).days * _MINUTES + _minute(other.start) - _minute(self.start)
        return -other._length < apart < self._length

    @property
    def _length(self) -> int:
        return (_minute(self.end) - _minute(self.start)) % _MINUTES or _MINUTES

    def _begins(self, day: date) -> bool:
        return (
            day.isoweekday() in self.days
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
        )


class Responsibility(BaseModel):
    """One row of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    line: int
    """In the imported file; names the row within its list."""

    scenario: str
    """A scenario, a domain, or `*`."""

    division: str
    """With everything below it: an administrative code, a path such as `Longgang/Longcheng`,
    or `*`."""

    unit: str
    deadline_h: PositiveFloat
    """Hours from dispatch until it must be resolved."""

    escalate_to: str | None = None
    """The unit that is told when it is late."""

    escalate_after_h: PositiveFloat | None = None
    """Hours from dispatch; null: the deadline."""

    window: Window | None = None
    """Null: always."""


class ResponsibilityList:
    """Finds the row for a matter, in time that does not grow with the list.

    Args:
        rules: Its rows; of ambiguous ones the first counts.
        zone: Whose wall clock the windows mean.
    """

    def __init__(self, rules: Sequence[Responsibility], zone: tzinfo) -> None:
        self._zone = zone
        self._by_place: dict[tuple[tuple[str, ...], str], list[Responsibility]] = defaultdict(list)
        for rule in rules:
            self._by_place[levels(rule.division), rule.scenario].append(rule)
        for rows in self._by_place.values():
            rows.sort(key=lambda rule: rule.window is None)

    def responsible(
        self, scenario: str, division: str | None, at: datetime
    ) -> Responsibility | None:
        """The row that answers; None: the list has none.

        Args:
            scenario: Of the catalogue, or a domain where no scenario fits.
            division: Where it happened; None: known to nobody, so that only `*` fits.
            at: When it happened, aware.
        """
        local = at.astimezone(self._zone)
        place = levels(division or ANY)
        for depth in range(len(place), -1, -1):
            for subject in subjects(scenario):
                for rule in self._by_place.get((place[:depth], subject), ()):
                    if rule.window is None or rule.window.covers(local):
                        return rule
        return None


def subjects(scenario: str) -> tuple[str, ...]:
    """What a row may name to mean this scenario, the most specific first."""
    known = load_catalog().get(scenario)
    return (scenario, ANY) if known is None else (scenario, known.domain, ANY)


def levels(division: str) -> tuple[str, ...]:
    """A division as the way to it from the top: `()` is everywhere.

    >>> levels("440307001000")
    ('44', '03', '07', '001')
    >>> levels("Longgang/Longcheng")
    ('Longgang', 'Longcheng')
    """
    if division == ANY:
        return ()
    if division.isascii() and division.isdecimal() and len(division) in _ADMINISTRATIVE:
        cuts = [cut for cut in (0, *_ADMINISTRATIVE) if cut <= len(division)]
        parts = [division[a:b] for a, b in pairwise(cuts)]
        while len(parts) > 1 and not parts[-1].strip("0"):
            parts.pop()
        return tuple(parts)
    return tuple(part.strip() for part in division.split("/") if part.strip())


def within(division: str | None, whole: str) -> bool:
    """Whether a division is this one or lies below it."""
    top = levels(whole)
    return not top or (division is not None and levels(division)[: len(top)] == top)


def common(divisions: Iterable[str]) -> str | None:
    """The lowest division that holds all of these; None: there is none below the whole.

    >>> common(["Longgang/Longcheng", "Longgang/Buji"])
    'Longgang'
    >>> common(["440307001", "440307002"])
    '440307'
    """
    known = list(divisions)
    ways = [levels(division) for division in known]
    alike = takewhile(lambda parts: len(set(parts)) == 1, zip(*ways, strict=False))
    codes = all(division.isdecimal() for division in known)
    return ("" if codes else "/").join(parts[0] for parts in alike) or None


def ambiguities(
    rules: Sequence[Responsibility],
) -> Iterator[tuple[Responsibility, Responsibility]]:
    """Pairs of rows, the earlier first, of which none is the more specific at some moment."""
    alike: dict[tuple[tuple[str, ...], str, bool], list[Responsibility]] = defaultdict(list)
    for rule in rules:
        alike[levels(rule.division), rule.scenario, rule.window is None].append(rule)
    for rows in alike.values():
        for first, second in combinations(rows, 2):
            windows = first.window, second.window
            if windows[0] is None or windows[1] is None or windows[0].overlaps(windows[1]):
                yield first, second


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
