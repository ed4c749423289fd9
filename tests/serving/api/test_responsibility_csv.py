import csv
import io
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.api.problems import ProblemError
from serving.api.responsibility_csv import COLUMNS, Sheet, read_sheet

cells = st.text(max_size=12) | st.sampled_from(
    ["*", "traffic", "4", "nan", "1-5", "周末", "9-1", "08:00-24:00", "24:30-1:00", "2026-13-01"]
)
rows = st.lists(st.lists(cells, max_size=len(COLUMNS) + 1), max_size=4)


def _sheet(*lines: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([list(COLUMNS), *lines])
    return out.getvalue().encode()


def _row(**given: str) -> list[str]:
    usual = {"scenario": "*", "division": "*", "unit": "a", "deadline_h": "4"}
    return [({**usual, **given}).get(column, "") for column in COLUMNS]


def _read(content: bytes) -> Sheet | ProblemError:
    """What came of it; anything else that is raised fails the test."""
    try:
        return read_sheet(content)
    except ProblemError as error:
        return error


@given(rows)
def test_whatever_the_cells_hold_there_are_rules_or_mistakes_with_their_lines(
    lines: list[list[str]],
) -> None:
    read = _read(_sheet(*lines))

    if isinstance(read, Sheet):
        assert len(read.rules) == sum(any(cell.strip() for cell in line) for line in lines)
        assert {rule.unit for rule in read.rules} <= set(read.units)
    else:
        assert all(each.where.startswith("line ") for each in read.errors)


@given(st.binary(max_size=200))
def test_whatever_the_file_holds_there_are_rules_or_a_problem(content: bytes) -> None:
    read = _read(b"scenario,division,unit,deadline_h\n" + content)

    assert read.rules if isinstance(read, Sheet) else read.detail


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("1-5", (1, 2, 3, 4, 5)),
        ("6, 7", (6, 7)),
        ("周五至周一", (1, 5, 6, 7)),
        ("星期三、周日", (3, 7)),
        ("Mon-Wed", (1, 2, 3)),
    ],
)
def test_weekdays_are_read_as_people_write_them(days: str, numbers: tuple[int, ...]) -> None:
    [rule] = read_sheet(_sheet(_row(days=days))).rules

    assert rule.window is not None
    assert rule.window.days == numbers


def test_the_end_of_a_day_is_its_midnight() -> None:
    [rule] = read_sheet(_sheet(_row(hours="18:00-24:00"))).rules

    assert rule.window is not None
    assert (rule.window.start, rule.window.end) == (time(18), time(0))


def test_scenarios_and_domains_may_be_named_by_their_titles() -> None:
    sheet = read_sheet(_sheet(_row(scenario="未戴头盔"), _row(scenario="交通"), _row()))

    assert [rule.scenario for rule in sheet.rules] == ["rider-helmet", "traffic", "*"]


def test_a_line_is_the_one_that_a_spreadsheet_shows() -> None:
    with pytest.raises(ProblemError) as caught:
        read_sheet(_sheet(_row(), [], _row(deadline_h="soon")))

    assert [each.where for each in caught.value.errors] == ["line 4.deadline_h"]
