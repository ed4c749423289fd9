from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.motion import HEIGHT, WIDTH, Motion

START = datetime(2026, 1, 1, tzinfo=UTC)
RANDOM = np.random.default_rng(7)
STREET = np.asarray(cv2.resize(RANDOM.uniform(60, 180, (22, 40)), (WIDTH, HEIGHT)), np.float64)


def noisy(picture: NDArray[np.float64]) -> NDArray[np.uint8]:
    seen = picture + RANDOM.normal(0, 2, picture.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


def moved(*pictures: NDArray[np.float64]) -> list[bool]:
    """What is said of these pictures after twenty seconds of the empty street."""
    motion = Motion()
    answers = [
        motion.update(noisy(picture), START + timedelta(seconds=i / 5))
        for i, picture in enumerate([STREET] * 100 + list(pictures))
    ]
    assert not any(answers[20:100])
    return answers[100:]


def with_rider(x: int, y: int) -> NDArray[np.float64]:
    picture = STREET.copy()
    picture[y : y + 10, x : x + 5] = 30
    return picture


def test_everything_moves_until_the_place_is_known() -> None:
    assert Motion().update(noisy(STREET), START)


def test_a_rider_far_away_is_seen_within_two_pictures() -> None:
    assert any(moved(with_rider(100, 60), with_rider(104, 60)))


def test_a_lamp_that_flickers_is_no_motion() -> None:
    assert not any(moved(*[STREET * gain for gain in (1.1, 0.92, 1.06, 0.9, 1.0)]))


def test_the_soft_shadow_of_a_cloud_is_no_motion() -> None:
    columns = np.arange(WIDTH, dtype=np.float64)
    shadows = [1 - 0.3 / (1 + np.exp((columns - edge) / 30)) for edge in range(0, 300, 20)]
    assert not any(moved(*[STREET * shadow[None, :] for shadow in shadows]))


def test_light_that_goes_on_everywhere_is_worth_a_look() -> None:
    assert any(moved(STREET * 1.6))
