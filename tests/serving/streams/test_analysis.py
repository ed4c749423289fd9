from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from algorithms.frame import Frame, ImagePixels
from scenarios.rules.presence import PresenceConfig
from serving.inference.pool import Model, ModelPool
from serving.streams.analysis import CameraAnalysis
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec
from tests.models import always_sees, manifest

START = datetime(2026, 1, 1, tzinfo=UTC)


def model(folder: Path, name: str, *classes: str) -> Model:
    path = always_sees(
        folder / f"{name}.onnx", [(32, 32, 16, 16)], [[0.9] + [0.0] * (len(classes) - 1)]
    )
    return Model(manifest(*classes, name=name), name, path)


def watch(deployment: str, *models: Model) -> WatchPlan:
    rule = PresenceConfig(classes=("person",), stay_s=0.2, sightings=2)
    return WatchPlan(deployment, 1, "danger-zone", "critical", rule, (), models)


def plan(*watches: WatchPlan) -> CameraPlan:
    return CameraPlan("camera", "Gate", SourceSpec("clip.mp4", "file"), 5.0, watches=watches)


def step(analysis: CameraAnalysis, pool: ModelPool, i: int) -> list[str]:
    frame = Frame(
        ImagePixels(np.zeros((64, 64, 3), np.uint8)), "camera", i, START + timedelta(seconds=i / 5)
    )
    found = {
        sha256: pool.detect(model, [frame])[0] for sha256, model in analysis.plan.models.items()
    }
    return [watch.deployment_id for watch, _ in analysis.update(frame, found).changed]


def test_each_deployment_sees_its_own_models_only(tmp_path: Path) -> None:
    people, cars = model(tmp_path, "people", "person"), model(tmp_path, "cars", "car")
    wanted = plan(watch("sees-people", people), watch("sees-cars", cars))
    numbers = count()
    analysis = CameraAnalysis(wanted, lambda _: [], lambda: str(next(numbers)))
    pool = ModelPool()

    changed = [step(analysis, pool, i) for i in range(5)]

    assert [name for names in changed for name in names] == ["sees-people"]


def test_a_deployment_added_later_leaves_the_others_their_memory(tmp_path: Path) -> None:
    people = model(tmp_path, "people", "person")
    numbers = count()
    analysis = CameraAnalysis(
        plan(watch("first", people)), lambda _: [], lambda: str(next(numbers))
    )
    pool = ModelPool()
    for i in range(5):
        step(analysis, pool, i)

    analysis.apply(plan(watch("first", people), watch("second", people)))
    changed = [name for i in range(5, 10) for name in step(analysis, pool, i)]

    assert changed == ["second"]


def test_a_deployment_that_stops_ends_its_events(tmp_path: Path) -> None:
    people = model(tmp_path, "people", "person")
    numbers = count()
    analysis = CameraAnalysis(plan(watch("only", people)), lambda _: [], lambda: str(next(numbers)))
    pool = ModelPool()
    for i in range(5):
        step(analysis, pool, i)

    ended = analysis.apply(replace(analysis.plan, watches=()))

    assert [(w.deployment_id, e.ended_at is not None) for w, e in ended] == [("only", True)]


def test_confidence_is_counted_by_version_and_only_of_frames_that_were_looked_at(
    tmp_path: Path,
) -> None:
    people = model(tmp_path, "people", "person")
    numbers = count()
    analysis = CameraAnalysis(
        plan(watch("first", people)), lambda _: [], lambda: str(next(numbers))
    )
    pool = ModelPool()
    frame = Frame(ImagePixels(np.zeros((64, 64, 3), np.uint8)), "camera", 0, START)
    found = {people.sha256: pool.detect(people, [frame])[0]}

    for i in range(4):
        at = START + timedelta(seconds=i / 5)
        analysis.update(replace(frame, captured_at=at), found, looked=False)
    assert analysis.tally.take() == {}
    for i in range(4, 9):
        at = START + timedelta(seconds=i / 5)
        analysis.update(replace(frame, captured_at=at), found)

    version = f"people@{people.manifest.version}"
    counts = analysis.tally.take()
    assert list(counts) == [(version, "confidence")]
    assert counts[version, "confidence"] == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]  # one track, once
