"""A drawn place in front of the whole chain: what a camera sees, what moves in it, what falls."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.catalog import manifest
from algorithms.detector import Detector
from algorithms.tracking import Tracker
from scenarios.firing import Firing
from scenarios.rules import build_rule
from scenarios.scenario import load_catalog
from scenarios.scene import Scene
from scenarios.zones import Area
from tools.motion_onnx import network

HEIGHT, WIDTH = 192, 320
START = datetime(2026, 1, 1, tzinfo=UTC)
FPS = 10
BEGIN_S = 8.0
"""Until then nothing happens: what the place looks like is learnt."""

Picture = NDArray[np.uint8]
Plane = NDArray[np.float64]
Draw = Callable[[Plane, float], None]
"""Draws into the empty place what happens so many seconds after it began."""


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    file = tmp_path_factory.mktemp("motion") / "motion.onnx"
    file.write_bytes(network().SerializeToString())
    return Detector.load(manifest("motion"), file)


def film(draw: Draw, seconds: float) -> Iterator[tuple[Picture, datetime]]:
    grain = np.random.default_rng(0).normal(0, 6, (HEIGHT // 4, WIDTH // 4))
    place = 110 + np.kron(grain, np.ones((4, 4)))
    noise = np.random.default_rng(1)
    for index in range(round((BEGIN_S + seconds) * FPS)):
        passed_s = index / FPS - BEGIN_S
        plane = place + noise.normal(0, 2, place.shape)
        if passed_s >= 0:
            draw(plane, passed_s)
        picture = np.repeat(plane.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
        yield picture, START + timedelta(seconds=index / FPS)


def fired(detector: Detector, draw: Draw, seconds: float) -> list[Firing]:
    rule = build_rule(load_catalog()["abandoned-object"].rule, Area.of(None))
    tracker, memory = Tracker(detector.manifest, FPS), detector.memory()
    assert memory is not None
    firings: list[Firing] = []
    for picture, at in film(draw, seconds):
        (found,) = detector.detect([picture], memories=[(memory, at)])
        firings += rule.update(Scene.of(tracker.update(found, at), WIDTH, HEIGHT, at))
    return firings


def test_a_pot_that_falls_from_a_balcony_is_reported_once(detector: Detector) -> None:
    def pot(plane: Plane, passed_s: float) -> None:
        metres = 9.81 / 2 * passed_s**2  # the picture is 25 m high
        top = round(20 + metres / 25 * HEIGHT)
        plane[top : top + 10, 100:110] += 90

    assert len(fired(detector, pot, 3)) == 1


def test_a_car_seen_from_straight_above_drives_through_and_does_not_fall(
    detector: Detector,
) -> None:
    def car(plane: Plane, passed_s: float) -> None:
        front = round(0.45 * HEIGHT * passed_s)
        for colour, begins, ends, inset in ((90, 0, 130, 0), (-90, 35, 50, 8), (-90, 100, 112, 8)):
            rows = slice(max(0, front - ends), max(0, front - begins))
            plane[rows, 60 + inset : 115 - inset] += colour

    assert fired(detector, car, 6) == []
