"""A run of the store, done in this process by a backend that pretends."""

import json
from pathlib import Path
from typing import Any

import pytest

from serving import plugins
from serving.settings import Settings
from serving.store import Store, training_runs
from serving.store import jobs as queue
from serving.store.training_models import TrainingRun
from tests.models import always_sees, manifest
from training import jobs, on_ray
from training.backends.curve import best_map50, read_curve, write_curve
from training.backends.job import TrainJob
from training.backends.process import Progress
from training.datasets.labelled import Labelled
from training.datasets.library import Release
from training.errors import TrainingError
from training.jobs import run_training
from training.one_release import OneRelease
from training.recipes import RECIPES
from training.recipes.recipe import Check, Ingredients, Plan
from training.runs import kept_plan

from .conftest import MakeData

HEADS = ("with_helmet", "without_helmet")


class Pretends:
    """A backend that keeps a checkpoint and fails as often as a test wants, then leaves a model
    that sees nothing."""

    def __init__(self, failures: int = 0) -> None:
        self.jobs: list[TrainJob] = []
        self._failures = failures

    def __call__(self, job: TrainJob, folder: Path, progress: Progress) -> Path:
        self.jobs.append(job)
        (folder / "checkpoint").mkdir(exist_ok=True)
        if len(self.jobs) <= self._failures:
            raise TrainingError("out of memory")
        return always_sees(folder / "model.onnx", [(8, 8, 4, 4)], [[0.01, 0.01]])


def tiny(given: Ingredients) -> Plan:
    """A recipe whose network is the pretended one's size."""
    data = given.dataset("heads")
    job = TrainJob(
        data=data / "data.yaml",
        weights=given.base(Path("none.pt")),
        classes=HEADS,
        epochs=3 if given.epochs is None else given.epochs,
    )
    return Plan(manifest(*HEADS), job, (Check(data, "val"),))


@pytest.fixture
def settings(
    data: Path, make_data: MakeData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setitem(RECIPES, "tiny", tiny)
    make_data("heads", list(HEADS))
    settings = Settings(data_dir=tmp_path / "platform")
    settings.data_dir.mkdir()
    settings.datasets_dir.symlink_to(data)
    return settings


def taken(store: Store, **spec: Any) -> str:
    with store.write() as session:
        training_runs.request(session, recipe="tiny", spec=spec, why="person: a test", by="tests")
    with store.write() as session:
        run = queue.take(session, TrainingRun)
        assert run is not None
        return run.id


def test_weights_that_are_not_there_are_named(store: Store, settings: Settings) -> None:
    run_id = taken(store, weights="missing.pt")

    with pytest.raises(TrainingError) as told:
        run_training(store, settings, run_id, Pretends())

    assert str(settings.base_weights_dir / "missing.pt") in str(told.value)


def test_a_setting_that_no_backend_has_is_named(store: Store, settings: Settings) -> None:
    run_id = taken(store, weights="yolov8n.yaml", backend="abacus")

    with pytest.raises(TrainingError, match=r"backend: .*'abacus'"):
        run_training(store, settings, run_id, Pretends())


def test_a_run_that_was_prepared_goes_on_with_the_plan_it_had(
    store: Store, settings: Settings
) -> None:
    run_id = taken(store, weights="yolov8n.yaml", epochs=3, seed=7, patience=2)
    backend = Pretends(failures=1)
    with pytest.raises(TrainingError, match="out of memory"):
        run_training(store, settings, run_id, backend)
    (folder,) = settings.runs_dir.iterdir()
    assert (folder / "checkpoint").is_dir()

    run_training(store, settings, run_id, backend)

    first, second = backend.jobs
    assert first == second
    assert (first.epochs, first.seed, first.patience) == (3, 7, 2)
    with store.read() as session:
        run = training_runs.get(session, run_id)
    assert folder == settings.runs_dir / run.folder
    assert not (folder / "checkpoint").exists()
    assert (run.state, run.progress, run.message) == ("done", 1.0, None)
    assert run.metrics is not None
    assert run.metrics["heads/val"]["images"] == 4
    assert kept_plan(folder).job == first
    assert len(json.loads((folder / "run.json").read_text())["resumed_at"]) == 1


def test_the_platform_finds_what_does_the_runs() -> None:
    assert plugins.job_module("training-runs") == jobs.__name__
    assert plugins.job_module("evaluations") is None


def test_a_curve_says_how_far_a_run_and_a_search_are(tmp_path: Path) -> None:
    assert on_ray.share_done(tmp_path, 4, 0) == 0.0
    for number, done in enumerate((4, 2)):
        trial = on_ray.trial_folder(tmp_path, number)
        trial.mkdir(parents=True)
        write_curve(trial, [{"epoch": n, "map50": 0.1 * n, "box_loss": 1.0} for n in range(done)])

    assert on_ray.share_done(tmp_path, 4, 2) == 0.75
    assert best_map50(on_ray.trial_folder(tmp_path, 1)) == pytest.approx(0.1)
    assert read_curve(on_ray.trial_folder(tmp_path, 1))[1] == pytest.approx(
        {"epoch": 1, "map50": 0.1, "box_loss": 1.0}
    )


def test_a_release_stands_for_one_data_set_only(tmp_path: Path) -> None:
    release = Release("a" * 64, Labelled(HEADS, ()), "CC0-1.0", {})
    given = OneRelease(tmp_path, None, tmp_path / "run", library=tmp_path, release=release)

    folder = given.dataset("heads", lambda _: None)

    assert (folder / "classes.txt").read_text() == "with_helmet\nwithout_helmet\n"
    assert given.dataset("heads") == folder
    with pytest.raises(TrainingError, match="several data sets"):
        given.dataset("street-cctv")
