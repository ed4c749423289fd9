from datetime import UTC, datetime, timedelta

import pytest

from serving.streams.gate import Gate

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("source_fps", [12.0, 24.0, 25.0, 29.97, 60.0])
def test_the_asked_rate_is_kept_on_average(source_fps: float) -> None:
    gate = Gate(5)

    passed = sum(gate.due(START + timedelta(seconds=i / source_fps)) for i in range(600))

    assert passed == pytest.approx(600 / source_fps * 5, abs=2)


def test_a_source_slower_than_the_asked_rate_loses_no_frame() -> None:
    gate = Gate(5)

    assert all(gate.due(START + timedelta(seconds=i)) for i in range(10))


def test_a_clock_that_goes_back_does_not_close_the_gate() -> None:
    gate = Gate(5)
    gate.due(START + timedelta(hours=1))

    assert gate.due(START)


def test_after_a_gap_frames_are_not_made_up_for() -> None:
    gate = Gate(5)
    gate.due(START)

    passed = sum(gate.due(START + timedelta(seconds=60 + i / 25)) for i in range(25))

    assert passed <= 6
