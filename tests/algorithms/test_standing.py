"""A drawn place: noise, a bag that is put down, a pole that is taken away, a ball that falls."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.catalog import manifest
from algorithms.detector import Detector
from algorithms.standing import StandingThings, Thing
from tools.motion_onnx import network

HEIGHT, WIDTH = 192, 320
START = datetime(2026, 1, 1, tzinfo=UTC)
FPS = 5.0
BAG = (slice(120, 150), slice(200, 225))

Plane = NDArray[np.float32]


def place(seed: int = 0) -> Plane:
    """A street, mid-grey, with the grain of its stones."""
    grain = np.random.default_rng(seed).normal(0, 6, (HEIGHT // 4, WIDTH // 4))
    return (110 + np.kron(grain, np.ones((4, 4)))).astype(np.float32)


def film(memory: StandingThings, pictures: list[Plane], begin: int = 0) -> list[list[Thing]]:
    noise = np.random.default_rng(1)
    return [
        memory.update(
            (picture + noise.normal(0, 2, picture.shape)).astype(np.float32),
            START + timedelta(seconds=(begin + index) / FPS),
        )
        for index, picture in enumerate(pictures)
    ]


def with_bag(picture: Plane) -> Plane:
    darker = picture.copy()
    darker[BAG] -= 50
    return darker


def test_what_is_put_down_is_found_and_stays_found() -> None:
    memory = StandingThings()
    assert not any(film(memory, [place()] * 50))

    found = film(memory, [with_bag(place())] * 300, begin=50)

    for things in found[25:]:  # five seconds after it came, for a minute
        (bag,) = things
        assert bag.box == pytest.approx((200, 120, 225, 150), abs=2)
        assert bag.score > 0.5


def test_what_leaves_is_no_new_thing() -> None:
    memory = StandingThings()
    film(memory, [with_bag(place())] * 100)

    found = film(memory, [place()] * 200, begin=100)

    assert not any(found[15:])


def test_light_that_changes_everywhere_is_no_thing() -> None:
    memory = StandingThings()
    film(memory, [place()] * 50)

    brighter = [place() + min(40, index) for index in range(100)]

    assert not any(film(memory, brighter, begin=50))


def test_another_scene_begins_anew() -> None:
    memory = StandingThings()
    film(memory, [place()] * 50)
    other = place(seed=7)
    other[:, : WIDTH // 2] += 60

    assert not any(film(memory, [other] * 100, begin=50)[30:])


def test_a_ball_that_falls_is_followed_down() -> None:
    memory = StandingThings()
    film(memory, [place()] * 50)

    falling: list[Plane] = []
    for index in range(12):
        picture = place()
        picture[12 * index : 12 * index + 10, 60:70] += 90
        falling.append(picture)
    found = film(memory, falling, begin=50)

    tops = [min(t.box[1] for t in things if t.box[0] < 75) for things in found[1:]]
    assert tops == pytest.approx([12 * index for index in range(12)][1:], abs=14)


def test_the_network_and_a_memory_for_each_camera_are_a_detector(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(network().SerializeToString())
    detector = Detector.load(manifest("motion"), tmp_path / "m.onnx")
    ours, theirs = detector.memory(), detector.memory()
    assert ours is not None
    assert theirs is not None

    def see(picture: Plane, seconds: float) -> list[int]:
        rgb = np.repeat(picture.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
        at = START + timedelta(seconds=seconds)
        plain = np.repeat(place().astype(np.uint8)[..., None], 3, axis=2)
        found = detector.detect([rgb, plain], memories=[(ours, at), (theirs, at)])
        return [len(detections) for detections in found]

    for index in range(50):
        see(place(), index / FPS)
    counts = [see(with_bag(place()), index / FPS) for index in range(50, 100)]

    assert counts[-1] == [1, 0]
