from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from algorithms.frame import Frame, ImagePixels
from serving.streams.gate import Attention, Gate

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


def frame(grey: int, seconds: float) -> Frame:
    image = np.full((90, 160, 3), 100, np.uint8)
    image[30:60, 40:70] = grey
    return Frame(ImagePixels(image), "gate", 0, START + timedelta(seconds=seconds))


def test_where_nothing_moves_the_networks_are_asked_every_three_seconds() -> None:
    attention = Attention(gated=True)

    worth = [attention.is_worth(frame(120, i / 5)) for i in range(150)]

    assert all(worth[:15])  # until the place is known
    assert sum(worth[50:]) == pytest.approx(100 / 5 / 3, abs=1)
    assert attention.is_idle(START + timedelta(seconds=30))


def test_motion_is_analysed_at_once_and_for_a_while_after() -> None:
    attention = Attention(gated=True)
    for i in range(100):
        attention.is_worth(frame(120, i / 5))

    worth = [attention.is_worth(frame(220, 20 + i / 5)) for i in range(10)]

    assert all(worth)


def test_without_a_gate_every_due_frame_is_worth_it() -> None:
    attention = Attention(gated=False)

    assert all(attention.is_worth(frame(120, i / 5)) for i in range(100))
