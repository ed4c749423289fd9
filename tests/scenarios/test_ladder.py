from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.ladder import PER_PHASE, release, why_not

SHENZHEN = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 12, tzinfo=SHENZHEN)


def test_a_first_score_is_rounded_to_the_step() -> None:
    assert release(0.7349, None, 0.01) == 0.73


def test_a_gain_below_the_step_is_not_told() -> None:
    assert release(0.7399, 0.73, 0.01) == 0.73


def test_a_gain_of_a_step_is_told() -> None:
    assert release(0.74, 0.73, 0.01) == 0.74


def test_a_worse_score_is_not_told() -> None:
    assert release(0.1, 0.73, 0.01) == 0.73


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30), st.sampled_from([0.001, 0.01, 0.02, 0.05])
)
def test_what_is_shown_only_rises_in_whole_steps_and_stays_near_the_best(
    scores: list[float], step: float
) -> None:
    shown: list[float] = []
    for score in scores:
        told = release(score, shown[-1] if shown else None, step)
        assert told is not None
        shown.append(told)

    assert shown == sorted(shown)
    assert all(abs(told / step - round(told / step)) < 1e-3 for told in shown)
    assert abs(shown[-1] - max(scores)) <= step * 1.5 + 1e-6


def test_a_step_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="above 0"):
        release(0.5, None, 0.0)


def test_two_submissions_a_day_by_the_days_of_the_city() -> None:
    early = [NOON.replace(hour=0, minute=5).astimezone(UTC)] * 2  # still yesterday in UTC

    assert "2 submissions a day" in (why_not(early, NOON, SHENZHEN) or "")
    assert why_not(early[:1], NOON, SHENZHEN) is None
    assert why_not(early, NOON + timedelta(days=1), SHENZHEN) is None


def test_twenty_submissions_a_phase() -> None:
    before = [NOON - timedelta(days=2 + day // 2) for day in range(PER_PHASE)]

    assert "20 submissions" in (why_not(before, NOON, SHENZHEN) or "")
    assert why_not(before[1:], NOON, SHENZHEN) is None
