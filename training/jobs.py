"""A training run of the store, in a process of its own.

`python -m training.jobs ID` does one run, or what is left of it; it reads the platform's settings,
with the address of its Ray cluster, from standard input. What it is doing and how far it is goes to
the store; when the run is cancelled there, or the platform ends, it ends, and everything it started
on Ray with it.
"""

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from algorithms.errors import LonganError
from serving.log import configure_logging
from serving.settings import Settings
from serving.store import Store, jobs, training_runs
from serving.store.training_models import TrainingRun
from serving.store.training_spec import TrainingSpec
from training import on_ray
from training.datasets.library import Library
from training.errors import TrainingError
from training.lifeline import end_with_parent
from training.one_release import OneRelease
from training.recipes.recipe import Ingredients
from training.runs import is_prepared, kept_plan
from training.train import Execute, resume, train

log = structlog.get_logger()

LOOK_EVERY_S = 1.0

TRAINING_SHARE = 0.9
"""Of the progress; the rest is measuring."""


class Watch:
    """Tells the store how far a run is, and ends this process when nobody wants it any more."""

    def __init__(self, store: Store, run_id: str, folder: Path, spec: TrainingSpec) -> None:
        self._store = store
        self._run_id = run_id
        self._folder = folder
        self._trials = 0 if spec.search is None else len(spec.search.combinations(spec.seed or 0))
        self._message = ""
        self._over = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def say(self, message: str) -> None:
        """What is being done now."""
        self._message = message

    def _run(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            try:
                wanted = self._tell()
            except Exception:
                log.exception("progress not told, going on", training_run_id=self._run_id)
                continue
            if not wanted and not self._over.is_set():
                os._exit(0)  # Ray ends what a driver started when the driver is gone

    def _tell(self) -> bool:
        share = 0.0
        if is_prepared(self._folder):
            epochs = kept_plan(self._folder).job.epochs
            share = TRAINING_SHARE * on_ray.share_done(self._folder, epochs, self._trials)
        with self._store.write() as session:
            return training_runs.tell(session, self._run_id, round(share, 3), self._message)


def run_training(
    store: Store, settings: Settings, run_id: str, execute: Execute | None = None
) -> None:
    """Do a run and keep what it was measured at.

    Args:
        store: Where it is; its state is `running`.
        settings: Of the platform.
        run_id: Which.
        execute: What does the job; None: Ray, to which this process is connected.

    Raises:
        LonganError: Data or weights are not there, or the backend failed.
    """
    with store.read() as session:
        run = training_runs.get(session, run_id)
    spec = TrainingSpec.model_validate(run.spec)
    folder = settings.runs_dir.absolute() / run.folder
    if execute is None:
        execute = on_ray.SearchOnRay(spec.search) if spec.search else on_ray.train_on_ray
    watch = Watch(store, run_id, folder, spec)
    watch.start()
    try:
        _train(run, spec, settings, folder, watch.say, execute)
    finally:
        watch.stop()
    metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    if (search := folder / "search.json").is_file():
        metrics["search"] = json.loads(search.read_text(encoding="utf-8"))
    with store.write() as session:
        jobs.finish(session, TrainingRun, run_id, metrics=metrics, message=None)


def _train(
    run: TrainingRun,
    spec: TrainingSpec,
    settings: Settings,
    folder: Path,
    say: Callable[[str], None],
    execute: Execute,
) -> None:
    if is_prepared(folder):
        resume(folder, _by_the_curve, say, execute=execute)
        return
    shutil.rmtree(folder, ignore_errors=True)  # killed while its data were prepared
    given = _ingredients(spec, settings, folder)
    changes = spec.model_dump(include={"seed", "patience", "backend"}, exclude_none=True)
    train(run.recipe, given, _by_the_curve, say, changes=changes, execute=execute)


def _ingredients(spec: TrainingSpec, settings: Settings, folder: Path) -> Ingredients:
    data = settings.datasets_dir.absolute()
    weights = _weights(spec, settings)
    if spec.release is None:
        return Ingredients(data, weights, folder, spec.epochs, spec.image_px, library=data)
    release = Library(data).released(spec.release)
    return OneRelease(
        data, weights, folder, spec.epochs, spec.image_px, library=data, release=release
    )


def _weights(spec: TrainingSpec, settings: Settings) -> Path | None:
    """The file to start from; raises TrainingError if it is not there."""
    if spec.weights is None or spec.weights.endswith(".yaml"):
        return None if spec.weights is None else Path(spec.weights)
    file = settings.base_weights_dir.absolute() / spec.weights
    if not file.is_file():
        raise TrainingError(
            f"expected weights to start from in {file}, which does not exist; put them there, they "
            "are never fetched"
        )
    return file


def _by_the_curve(_epoch: int, _epochs: int, _map50: float) -> None:
    """`Watch` reads how far it is from the folder, wherever the backend runs."""


def main() -> None:
    """Do the run that the first argument names."""
    end_with_parent()
    configure_logging()
    settings = Settings.model_validate_json(sys.stdin.read())
    store = Store(settings.store_url)
    try:
        on_ray.connect(settings.ray_address)
        run_training(store, settings, sys.argv[1])
    except LonganError as error:
        sys.exit(str(error).replace("\n", " · "))  # the last line is all that is kept
    finally:
        store.dispose()


if __name__ == "__main__":
    main()
