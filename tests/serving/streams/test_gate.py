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


def frame(x: int, seconds: float) -> Frame:
    """Something 30 px wide at this place."""
    image = np.full((90, 160, 3), 100, np.uint8)
    image[30:60, x : x + 30] = 220
    return Frame(ImagePixels(image), "gate", 0, START + timedelta(seconds=seconds))


def asked(attention: Attention, places: list[int], begin_s: float, found: bool) -> list[bool]:
    """Which of these frames, five a second, the networks are asked about."""
    worth: list[bool] = []
    for i, x in enumerate(places):
        now = frame(x, begin_s + i / 5)
        worth.append(attention.is_worth(now))
        if worth[-1]:
            attention.looked(now.captured_at, found)
    return worth


def test_where_nothing_moves_the_networks_are_asked_every_six_seconds() -> None:
    attention = Attention(gated=True, fps=5)

    worth = asked(attention, [40] * 150, 0, found=True)

    assert all(worth[:8])  # until the place is known
    assert sum(worth[50:]) == pytest.approx(100 / 5 / 6, abs=1)
    assert attention.is_idle(START + timedelta(seconds=30))
    assert attention.wanted_fps(START + timedelta(seconds=30)) == pytest.approx(1 / 6)


def test_motion_is_analysed_at_once_and_for_a_while_after() -> None:
    attention = Attention(gated=True, fps=5)
    asked(attention, [40] * 100, 0, found=True)

    assert all(asked(attention, [80] * 10, 20, found=True))


def test_motion_in_which_nothing_is_found_is_looked_at_half_as_often() -> None:
    attention = Attention(gated=True, fps=5)
    moving = [(37 * i) % 130 for i in range(100)]

    worth = asked(attention, moving, 0, found=False)

    assert all(worth[:15])
    assert sum(worth[20:]) == pytest.approx(40, abs=1)
    assert attention.wanted_fps(START + timedelta(seconds=19.8)) == pytest.approx(2.5)


def test_more_motion_is_looked_at_in_the_very_next_frame() -> None:
    attention = Attention(gated=True, fps=5)
    asked(attention, [(7 * i) % 60 for i in range(101)], 0, found=False)
    skipped = next(
        i for i in range(101, 110) if not asked(attention, [40 + i % 9], i / 5, found=False)[0]
    )
    at = frame(0, (skipped + 2) / 5)
    image = at.image.copy()
    image[:, 100:] = np.random.default_rng(1).integers(0, 255, (90, 60, 1))

    assert attention.is_worth(Frame(ImagePixels(image), "gate", 0, at.captured_at))


def test_what_is_found_in_motion_is_followed_in_every_due_frame() -> None:
    attention = Attention(gated=True, fps=5)
    moving = [(37 * i) % 130 for i in range(100)]
    asked(attention, moving, 0, found=False)
    asked(attention, moving[:2], 20, found=True)

    assert all(asked(attention, moving[2:12], 20.4, found=True))


def test_between_two_keyframes_of_a_quiet_scene_everything_still_stood() -> None:
    attention = Attention(gated=True, fps=5)
    asked(attention, [40] * 50, 0, found=True)

    def moments(seconds: float) -> list[float]:
        after = START + timedelta(seconds=9.8 + seconds)
        return [(at - START).total_seconds() for at in attention.meanwhile(after)]

    assert moments(2.6) == [11.05, 12.3]
    assert moments(0.2) == []
    assert moments(20) == []  # nobody knows


def test_after_a_gap_in_a_moving_scene_nothing_is_made_up() -> None:
    attention = Attention(gated=True, fps=5)
    asked(attention, [(37 * i) % 130 for i in range(50)], 0, found=True)

    assert list(attention.meanwhile(START + timedelta(seconds=12))) == []


def test_without_a_gate_every_due_frame_is_worth_it() -> None:
    attention = Attention(gated=False, fps=5)

    assert all(asked(attention, [40] * 100, 0, found=False))
    assert not attention.is_idle(START + timedelta(seconds=20))
