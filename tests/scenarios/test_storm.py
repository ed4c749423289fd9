from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.storm import COUNTED, LATELY, Limits, begins, goes_on, is_due

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)

gaps = st.lists(st.floats(0, 1800), max_size=120)
limits = st.integers(1, 12)


def sift(limit: int, gaps_s: list[float]) -> list[int | None]:
    """Of each event, the number of the storm it came in; None: it was told by itself."""
    times: list[datetime] = []
    storms = 0
    raging = False
    counted_from = AT - COUNTED
    answers: list[int | None] = []
    at = AT
    for gap_s in gaps_s:
        at += timedelta(seconds=gap_s)
        if raging and not goes_on(limit, sum(t >= at - LATELY for t in times)):
            raging, counted_from = False, at
        if not raging:
            raging = begins(limit, sum(t >= max(at - COUNTED, counted_from) for t in times))
            storms += raging
        answers.append(storms if raging else None)
        times.append(at)
    return answers


@given(limits, gaps)
def test_every_event_is_told_or_in_a_storm_and_no_more_than_the_limit_between_two(
    limit: int, gaps_s: list[float]
) -> None:
    answers = sift(limit, gaps_s)

    told = answers.count(None)
    in_storms = [storm for storm in answers if storm is not None]
    assert told + len(in_storms) == len(gaps_s)
    assert sorted(in_storms) == in_storms
    at = AT
    hour: list[datetime] = []
    for gap_s, storm in zip(gaps_s, answers, strict=True):
        at += timedelta(seconds=gap_s)
        if storm is not None:
            hour = []
            continue
        hour = [t for t in hour if t >= at - COUNTED] + [at]
        assert len(hour) <= limit


@given(limits, st.integers(1, 50))
def test_a_rate_below_the_limit_makes_no_storm(limit: int, count: int) -> None:
    assert sift(limit, [3600 / limit + 1] * count) == [None] * count


@given(limits, st.integers(1, 50))
def test_twice_the_limit_is_one_storm_that_does_not_flicker(limit: int, more: int) -> None:
    answers = sift(limit, [1800 / limit] * (limit + more))

    assert answers[:limit] == [None] * limit
    if limit >= 6:  # fewer make no rate of ten minutes
        assert set(answers[limit:]) == {1}


def test_after_ten_calm_minutes_it_is_over_and_all_is_told_again() -> None:
    burst = [1.0] * 30

    answers = sift(12, [*burst, 601, *[600.0] * 5])

    assert answers == [None] * 12 + [1] * 18 + [None] * 6


def test_a_summary_is_told_once_a_minute() -> None:
    assert not is_due(AT, AT + timedelta(seconds=59))
    assert is_due(AT, AT + timedelta(seconds=60))


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 event an hour"):
        Limits(camera=0)
