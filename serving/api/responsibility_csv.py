"""A responsibility list as a spreadsheet saves it: CSV in UTF-8 or GBK, English or Chinese heads.

Every row is looked at, and every mistake is told with its line; a list is taken whole or not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from http import HTTPStatus
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.dispatch import ANY, Responsibility, Window, ambiguities
from scenarios.scenario import DOMAINS, load_catalog
from serving.api.csv_body import csv_rows, csv_text
from serving.api.problems import FieldError, ProblemError
from serving.store.responsibility import Unit

COLUMNS: dict[str, tuple[str, ...]] = {
    "scenario": ("场景", "事项"),
    "division": ("区划", "辖区"),
    "unit": ("责任单位", "单位"),
    "unit_zh": ("单位名称",),
    "unit_en": ("英文名称",),
    "deadline_h": ("时限", "时限(小时)", "处置时限"),
    "escalate_to": ("升级单位", "督办单位"),
    "escalate_after_h": ("升级时限", "升级时限(小时)", "督办时限"),
    "days": ("星期",),
    "hours": ("时段",),
    "first_day": ("生效日期",),
    "last_day": ("失效日期",),
}
"""Each column's name, and what it may be called in Chinese."""

REQUIRED = ("scenario", "division", "unit", "deadline_h")
MAX_ROWS = 10_000
MAX_TOLD = 500
"""Mistakes told one by one; all are counted."""

_MAX_HOURS = 8760
_EVERYTHING = (ANY, "全部", "所有")
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("1 一 mon", "2 二 tue", "3 三 wed", "4 四 thu", "5 五 fri", "6 六 sat", "7 日 天 sun"), 1
    )
    for name in names.split()
}
_TO = r"\s*[-–—~～至到]\s*"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

T = TypeVar("T")


@dataclass(slots=True)
class Sheet:
    """What a file says."""

    rules: list[Responsibility] = field(default_factory=list[Responsibility])
    units: dict[str, Unit] = field(default_factory=dict[str, Unit])


class _CellError(Exception):
    """A cell that says nothing usable; its text is what was expected."""


def read_sheet(content: bytes) -> Sheet:
    """Read a list.

    Raises:
        ProblemError: It is no such file, or rows are wrong; tells of each what was expected and
            what came.
    """
    sheet, mistakes = Sheet(), list[FieldError]()
    for line, cells in _rows(content):
        _read_row(line, cells, sheet, mistakes)
    if not mistakes:
        mistakes += [
            FieldError(
                where=f"line {later.line}",
                message=f"expected one answer for each matter, but line {earlier.line} is as "
                "specific and holds at the same time; remove one or narrow it",
            )
            for earlier, later in islice(ambiguities(sheet.rules), MAX_TOLD)
        ]
    if mistakes:
        raise _refusal(f"{len(mistakes)} mistakes; nothing was imported. Correct them", mistakes)
    return sheet


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column, of every row that is not empty."""
    rows = csv_rows(csv_text(content))
    columns = _columns(next(rows, (1, list[str]()))[1])
    count = 0
    for line, cells in rows:
        count += 1
        if count > MAX_ROWS:
            raise _refusal(f"Expected at most {MAX_ROWS} rows; split the list", [])
        # A row may be cut short, or go on with empty cells, where a spreadsheet was.
        named = dict(zip(columns, cells, strict=False))
        extra = [cell for cell in cells[len(columns) :] if cell]
        yield line, named | ({"": extra[0]} if extra else {})
    if count == 0:
        raise _refusal("Expected rows below the heads, got none", [])


def _columns(heads: list[str]) -> list[str]:
    known = {name: column for column, names in COLUMNS.items() for name in (column, *names)}
    given = [head.strip().replace("（", "(").replace("）", ")") for head in heads]
    while given and not given[-1]:
        given.pop()
    columns = [known.get(head.lower(), known.get(head)) for head in given]
    unknown = [head[:40] for head, column in zip(given, columns, strict=True) if column is None]
    missing = [name for name in REQUIRED if name not in columns]
    found = [column for column in columns if column is not None]
    twice = sorted({column for column in found if found.count(column) > 1})
    mistakes = [
        *(f"unknown column {head!r}" for head in unknown),
        *(f"column {name} ({COLUMNS[name][0]}) is missing" for name in missing),
        *(f"column {name} is there twice" for name in twice),
    ]
    if mistakes:
        raise _refusal(
            f"line 1: expected the heads {', '.join(COLUMNS)} (or in Chinese); "
            + "; ".join(mistakes[:20]),
            [FieldError(where="line 1", message=mistake) for mistake in mistakes[:MAX_TOLD]],
        )
    return found


def _read_row(line: int, cells: dict[str, str], sheet: Sheet, mistakes: list[FieldError]) -> None:
    before = len(mistakes)

    def wrong(column: str, expected: str, got: str) -> None:
        where = f"line {line}.{column}" if column else f"line {line}"
        mistakes.append(FieldError(where=where, message=f"expected {expected}, got {got[:80]!r}"))

    def cell(column: str, parse: Callable[[str], T]) -> T | None:
        text = cells.get(column, "")
        if not text and column not in REQUIRED:
            return None
        try:
            return parse(text)
        except _CellError as error:
            wrong(column, str(error), text)
            return None

    if "" in cells:
        wrong("", "no more cells than heads", cells[""])
    fields: dict[str, Any] = {
        "scenario": cell("scenario", _scenario),
        "division": cell("division", _division),
        "unit": cell("unit", _unit),
        "deadline_h": cell("deadline_h", _hours),
        "escalate_to": cell("escalate_to", _unit),
        "escalate_after_h": cell("escalate_after_h", _hours),
    }
    days, span = cell("days", _days), cell("hours", _span)
    first_day, last_day = cell("first_day", _date), cell("last_day", _date)
    if fields["escalate_to"] is None and fields["escalate_after_h"] is not None:
        wrong("escalate_to", "the unit to tell, since escalate_after_h is given", "")
    if first_day is not None and last_day is not None and last_day < first_day:
        wrong("last_day", f"a day not before {first_day}", str(last_day))
    if len(mistakes) > before:
        return
    window: dict[str, Any] = {"days": days, "first_day": first_day, "last_day": last_day}
    if span is not None:
        window |= {"start": span[0], "end": span[1]}
    given = {name: value for name, value in window.items() if value is not None}
    try:
        fields["window"] = Window(**given) if given else None
        rule = Responsibility(line=line, **fields)
    except ValidationError as error:
        for each in error.errors():
            wrong(str(each["loc"][-1]), each["msg"], str(each["input"]))
        return
    for unit, column in ((rule.unit, "unit"), (rule.escalate_to, "escalate_to")):
        if unit is not None:
            _note_unit(sheet, unit, cells if column == "unit" else {}, wrong)
    sheet.rules.append(rule)


def _note_unit(
    sheet: Sheet, unit: str, cells: dict[str, str], wrong: Callable[[str, str, str], None]
) -> None:
    """Learn a unit's names; they may be given once or in each of its rows."""
    known = sheet.units.get(unit, Unit(unit, "", ""))
    names: dict[str, str] = {}
    for column, before in (("unit_zh", known.zh), ("unit_en", known.en)):
        name = cells.get(column, "")
        if len(name) > 128 or _CONTROL.search(name):
            wrong(column, "one line of at most 128 characters", name)
        elif name and before and name != before:
            wrong(column, f"{before!r} as in the rows before", name)
        names[column] = name or before
    sheet.units[unit] = Unit(unit, names["unit_zh"], names["unit_en"])


def _scenario(text: str) -> str:
    if text in _EVERYTHING:
        return ANY
    names: dict[str, str] = {}
    for domain, titles in DOMAINS.items():
        names |= dict.fromkeys((domain, *titles), domain)
    for scenario in load_catalog().values():
        names |= dict.fromkeys((scenario.id, scenario.title_zh, scenario.title_en), scenario.id)
    if text not in names:
        raise _CellError("a scenario or domain of the catalogue (GET /api/v1/scenarios), or *")
    return names[text]


def _division(text: str) -> str:
    if text in _EVERYTHING:
        return ANY
    if not text.strip("/ ") or len(text) > 128 or _CONTROL.search(text):
        raise _CellError("a division as cameras have it, at most 128 characters, or *")
    return text


def _unit(text: str) -> str:
    if not text or len(text) > 64 or _CONTROL.search(text):
        raise _CellError("the unit's id or name, at most 64 characters")
    return text


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= _MAX_HOURS:
        raise _CellError(f"a number of hours above 0 and up to {_MAX_HOURS}")
    return hours


def _days(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in re.split(r"\s*[,，、;；]\s*", text.lower()):
        ends = [_weekday(end) for end in re.split(_TO, part)]
        if len(ends) > 2:
            raise _CellError("weekdays such as 1-5 or 6,7 (1 is Monday)")
        day = ends[0]
        found.add(day)
        while day != ends[-1]:
            day = day % 7 + 1
            found.add(day)
    return tuple(sorted(found))


def _weekday(text: str) -> int:
    name = re.sub(r"^(周|星期|礼拜)", "", text)
    if name not in _WEEKDAYS:
        raise _CellError("weekdays such as 1-5 or 6,7 (1 is Monday)")
    return _WEEKDAYS[name]


def _span(text: str) -> tuple[time, time]:
    ends = re.split(_TO, text.replace("：", ":"))
    if len(ends) != 2:
        raise _CellError("hours such as 08:00-18:00 or 22:00-06:00")
    return _time(ends[0]), _time(ends[1])


def _time(text: str) -> time:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(:00)?", text)
    if found is None:
        raise _CellError("hours such as 08:00-18:00 or 22:00-06:00")
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise _CellError("hours from 00:00 to 24:00")
    return time(hour, minute)


def _date(text: str) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise _CellError("a day such as 2026-11-24")


def _refusal(told: str, mistakes: list[FieldError]) -> ProblemError:
    first = f": {mistakes[0].where}: {mistakes[0].message}" if mistakes else "."
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, f"{told}{first}"[:1000], errors=mistakes[:MAX_TOLD]
    )
