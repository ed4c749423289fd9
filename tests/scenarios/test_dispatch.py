import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.dispatch import (
    ANY,
    Responsibility,
    ResponsibilityList,
    Window,
    ambiguities,
    levels,
    within,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)

DIVISIONS = [ANY, "LG", "LG/Longcheng", "LG/Longcheng/North", "LG/Buji", "440300", "440307001000"]
SCENARIOS = [ANY, "traffic", "rider-helmet", "construction", "danger-zone"]
DOMAIN = {"rider-helmet": "traffic", "danger-zone": "construction"}

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
days = st.dates(date(2026, 11, 20), date(2026, 12, 5))
windows = st.builds(
    Window,
    days=st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
    start=times,
    end=times,
    first_day=st.none() | days,
    last_day=st.none() | days,
)
rules = st.builds(
    Responsibility,
    line=st.integers(2, 10**6),
    scenario=st.sampled_from(SCENARIOS),
    division=st.sampled_from(DIVISIONS),
    unit=st.sampled_from("abc"),
    deadline_h=st.just(24.0),
    window=st.none() | windows,
)
lists = st.lists(rules, max_size=12, unique_by=lambda rule: rule.line)
places = st.sampled_from([None, *DIVISIONS[1:], "elsewhere", "440307", "440305001"])
matters = st.sampled_from(["rider-helmet", "danger-zone", "traffic", "unheard-of"])
moments = st.integers(0, 16 * 48).map(
    lambda half_hours: datetime(2026, 11, 20, tzinfo=SHANGHAI) + timedelta(minutes=30 * half_hours)
)


def _row(unit: str, scenario: str = ANY, division: str = ANY, **fields: object) -> Responsibility:
    usual = {"line": 2, "deadline_h": 24.0}
    return Responsibility.model_validate(
        {**usual, "unit": unit, "scenario": scenario, "division": division, **fields}
    )


def _unit(
    rows: list[Responsibility], scenario: str, division: str | None, at: datetime
) -> str | None:
    rule = ResponsibilityList(rows, SHANGHAI).responsible(scenario, division, at)
    return None if rule is None else rule.unit


def _fitting(
    rows: list[Responsibility], scenario: str, division: str | None, at: datetime
) -> list[Responsibility]:
    """The definition, word by word: all rows that fit, kept where none fits more closely."""

    def closeness(rule: Responsibility) -> tuple[int, int, bool]:
        subject = 2 if rule.scenario == scenario else 0 if rule.scenario == ANY else 1
        return len(levels(rule.division)), subject, rule.window is not None

    fitting = [
        rule
        for rule in rows
        if rule.scenario in (scenario, DOMAIN.get(scenario), ANY)
        and within(division, rule.division)
        and (rule.window is None or rule.window.covers(at))
    ]
    best = max(map(closeness, fitting), default=None)
    return [rule for rule in fitting if closeness(rule) == best]


@given(lists, matters, places, moments)
def test_the_row_found_is_one_of_the_most_specific(
    rows: list[Responsibility], scenario: str, division: str | None, at: datetime
) -> None:
    found = ResponsibilityList(rows, SHANGHAI).responsible(scenario, division, at)

    fitting = _fitting(rows, scenario, division, at)
    assert found in fitting if fitting else found is None


@given(lists, matters, places, moments, st.randoms(use_true_random=False))
def test_without_ambiguity_the_order_of_rows_does_not_matter(
    rows: list[Responsibility],
    scenario: str,
    division: str | None,
    at: datetime,
    dice: random.Random,
) -> None:
    unclear = {id(later) for _, later in ambiguities(rows)}
    clear = [rule for rule in rows if id(rule) not in unclear]
    shuffled = dice.sample(clear, len(clear))

    assert len(_fitting(clear, scenario, division, at)) <= 1
    assert ResponsibilityList(clear, SHANGHAI).responsible(
        scenario, division, at
    ) == ResponsibilityList(shuffled, SHANGHAI).responsible(scenario, division, at)


@given(windows, windows)
def test_windows_overlap_exactly_if_some_moment_is_in_both(one: Window, other: Window) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    both = any(
        one.covers(at) and other.covers(at)
        for at in (start + timedelta(minutes=30 * n) for n in range(48 * 60))
    )

    assert one.overlaps(other) == other.overlaps(one) == both


def test_the_deeper_division_wins_over_the_closer_scenario() -> None:
    rows = [
        _row("city"),
        _row("police", "rider-helmet"),
        _row("street", ANY, "LG/Longcheng"),
        _row("traffic desk", "traffic", "LG/Longcheng"),
    ]

    assert _unit(rows, "rider-helmet", "LG/Longcheng/North", MONDAY_NOON) == "traffic desk"
    assert _unit(rows, "danger-zone", "LG/Longcheng", MONDAY_NOON) == "street"
    assert _unit(rows, "rider-helmet", "LG/Buji", MONDAY_NOON) == "police"
    assert _unit(rows, "danger-zone", None, MONDAY_NOON) == "city"


def test_a_night_shift_past_midnight_belongs_to_the_day_it_began() -> None:
    friday_night = Window(days=(5,), start=time(22), end=time(6))
    rows = [_row("day"), _row("night", window=friday_night)]
    friday = datetime(2026, 11, 27, tzinfo=SHANGHAI)

    def at(hours: float) -> str | None:
        return _unit(rows, "rider-helmet", "LG", friday + timedelta(hours=hours))

    assert [at(5), at(21.9), at(22), at(29.9), at(30), at(46)] == [
        "day",
        "day",
        "night",
        "night",
        "day",
        "day",
    ]


def test_windows_mean_the_clock_of_the_list_not_utc() -> None:
    rows = [_row("day"), _row("morning", window=Window(start=time(8), end=time(9)))]

    assert _unit(rows, "rider-helmet", "LG", datetime(2026, 11, 24, 0, 30, tzinfo=UTC)) == "morning"


@pytest.mark.parametrize(
    ("division", "whole", "inside"),
    [
        ("440307001", "440307", True),
        ("440307001", "440300", True),
        ("440307001000", "440307001", True),
        ("440305001", "440307", False),
        ("LG/Longcheng", "LG", True),
        ("LG / Longcheng", "LG/Longcheng", True),
        ("LG/Longcheng-West", "LG/Longcheng", False),
        ("LG", "LG/Longcheng", False),
        (None, "LG", False),
        (None, ANY, True),
    ],
)
def test_divisions_lie_within_each_other(division: str | None, whole: str, inside: bool) -> None:
    assert within(division, whole) is inside
