from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.frame import Frame, ImagePixels
from scenarios.rules.presence import PresenceConfig
from scenarios.schedule import Schedule
from serving.inference.pool import Model, ModelPool
from serving.streams.detection import detect
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec
from tests.models import always_sees, manifest, sees_light

DARK, BRIGHT = np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), 255, np.uint8)


def frame(image: NDArray[np.uint8]) -> Frame:
    return Frame(ImagePixels(image), "camera", 0, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def plan(tmp_path: Path) -> CameraPlan:
    """A watch whose own model sees light, and whose helper sees a car everywhere."""
    light = Model(manifest("light"), "light", sees_light(tmp_path / "light.onnx"))
    car = always_sees(tmp_path / "car.onnx", [(32, 32, 8, 8)], [[0.9]])
    helper = Model(manifest("car"), "car", car)
    rule = PresenceConfig(classes=("light",))
    watch = WatchPlan("d", 1, "danger-zone", "critical", rule, (), (light,), (helper,))
    return CameraPlan("camera", "Gate", SourceSpec("clip.mp4", "file"), 5.0, watches=(watch,))


def test_a_helper_is_asked_only_where_a_model_found_something(plan: CameraPlan) -> None:
    dark, bright = detect(ModelPool(), [(plan, frame(DARK)), (plan, frame(BRIGHT))])

    assert {name: len(found) for name, found in dark.items()} == {"light": 0}
    assert {name: len(found) for name, found in bright.items()} == {"light": 1, "car": 1}


def test_outside_of_a_schedule_no_network_is_asked(plan: CameraPlan) -> None:
    never = Schedule(time_zone="UTC", windows=())
    off = replace(plan, watches=tuple(replace(watch, schedule=never) for watch in plan.watches))

    asked, resting = detect(ModelPool(), [(plan, frame(BRIGHT)), (off, frame(BRIGHT))])

    assert set(asked) == {"light", "car"}
    assert resting == {}


def test_a_broken_model_leaves_the_others_their_eyes(plan: CameraPlan, tmp_path: Path) -> None:
    (tmp_path / "car.onnx").write_bytes(b"broken")

    (found,) = detect(ModelPool(), [(plan, frame(BRIGHT))])

    assert {name: len(f) for name, f in found.items()} == {"light": 1}


def test_a_model_that_fails_as_nobody_expected_costs_the_others_no_frame(
    plan: CameraPlan, tmp_path: Path
) -> None:
    (watch,) = plan.watches
    scoreless = always_sees(tmp_path / "scoreless.onnx", [(32, 32, 8, 8)], [[]])
    candidate = Model(manifest("light"), "candidate", scoreless)
    shadow = replace(watch, deployment_id="candidate", models=(candidate,), helpers=())
    pool = ModelPool()

    (found,) = detect(pool, [(replace(plan, watches=(shadow, watch)), frame(BRIGHT))])

    assert {name: len(f) for name, f in found.items()} == {"light": 1, "car": 1}
    assert pool.take_usage()["candidate"].errors == 1
