from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.rollout import (
    Automatic,
    Figures,
    Gates,
    Usage,
    agreement,
    broken_gate,
    canary_cameras,
    is_due,
)
from scenarios.score import Occurrence
from scenarios.statistics import Share

START = datetime(2026, 11, 24, tzinfo=UTC)
GOOD = Figures(Share(19, 20), events=50, usage=Usage(1000, 1, 9.99), champion_ms=10.0)
GATES = Gates(precision=0.8, min_reviewed=5, error_rate=0.01, latency_ratio=2, min_pictures=100)
CAMERAS = st.lists(st.text(min_size=1), unique=True, max_size=50)


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (GOOD, None),
        (replace(GOOD, judged=Share(0, 4)), None),  # too few verdicts
        (replace(GOOD, judged=Share(6, 10)), None),  # it may still be 0.83
        (replace(GOOD, judged=Share(0, 5)), "precision"),
        (replace(GOOD, judged=Share(50, 100)), "precision"),
        (replace(GOOD, usage=Usage(1000, 11, 9.0)), "error rate"),
        (replace(GOOD, usage=Usage(100, 100, 0.0)), "error rate"),  # it does not even load
        (replace(GOOD, usage=Usage(99, 99, 0.0)), None),
        (replace(GOOD, usage=Usage(1000, 0, 20.1)), "latency"),
        (replace(GOOD, usage=Usage(1000, 0, 20.1), champion_ms=None), None),
    ],
)
def test_a_gate_breaks_only_on_enough_evidence(figures: Figures, why: str | None) -> None:
    broken = broken_gate(GATES, figures)

    assert (broken and broken.partition(":")[0]) == why


@pytest.mark.parametrize(
    ("figures", "hours", "due"),
    [
        (GOOD, 24, True),
        (GOOD, 23.9, False),
        (replace(GOOD, events=19), 24, False),
        (replace(GOOD, judged=Share(0, 20)), 24, False),
        (replace(GOOD, usage=Usage(99)), 24, False),
    ],
)
def test_it_goes_on_by_itself_when_time_events_and_gates_allow(
    figures: Figures, hours: float, due: bool
) -> None:
    automatic, now = Automatic(after_h=24, min_events=20), START + timedelta(hours=hours)

    assert is_due(automatic, GATES, figures, START, now) == due
    assert not is_due(None, GATES, figures, START, now)


@given(CAMERAS, st.integers(1, 99), st.integers(1, 99))
def test_a_larger_canary_only_adds_cameras(ids: list[str], a: int, b: int) -> None:
    small, large = sorted((a, b))

    assert canary_cameras(ids, small) <= canary_cameras(ids, large) <= set(ids)
    assert bool(canary_cameras(ids, small)) == bool(ids)
    assert canary_cameras(ids, a) == canary_cameras(ids[::-1], a)


def test_a_canary_has_about_its_share_of_many_cameras() -> None:
    ids = [f"camera-{i}" for i in range(2000)]

    assert len(canary_cameras(ids, 10)) == pytest.approx(200, abs=60)


def _seen(begin_s: float, camera: str = "a", x: float = 0.1) -> Occurrence:
    return Occurrence(camera, "s", None, begin_s, begin_s + 1, ((x, 0.1, x + 0.1, 0.2),))


def test_two_versions_agree_on_what_both_saw_there_and_then() -> None:
    champion = [_seen(0), _seen(60), _seen(120), _seen(0, "b")]
    shadow = [_seen(0.5), _seen(60, x=0.8), _seen(0, "b"), _seen(0, "c")]

    found = agreement(champion, shadow)

    assert found.both == ((0, 0), (3, 2))
    assert found.champion_only == (1, 2)
    assert found.shadow_only == (1, 3)
    assert found.rate == pytest.approx(2 / 6)
    assert agreement([], []).rate is None
