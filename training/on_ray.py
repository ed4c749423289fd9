# pyright: basic
"""A job of training on a Ray cluster: one worker on a node that has what it needs.

Ray Train places the worker and starts another one when it, or its node, is lost; Ray Tune does so
with the trials of a search and ends those that fall behind. Neither sees the network: a worker
starts the backend's process (`backends/process.py`), and the run's folder, which every node that
trains must see under the same path, holds what an attempt goes on from.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from serving.store.training_spec import Search
from training.backends.curve import best_map50, read_curve
from training.backends.job import TrainJob
from training.backends.process import Progress, run_backend
from training.errors import BackendKilledError, TrainingError

ATTEMPTS = 4
"""Of a worker whose process or node is lost. A backend that fails by itself has only one."""

_TOLD = 2000
"""Characters of Ray's account, from its end."""

REDUCTION = 3
"""Of the trials that come as far as a rung of ASHA, one in so many goes on."""


def connect(address: str | None) -> None:
    """Join the platform's cluster."""
    import ray

    ray.init(address=address, log_to_driver=False, configure_logging=False)


def train_on_ray(job: TrainJob, folder: Path, progress: Progress) -> Path:
    """As `run_backend`, on whichever node Ray chooses; `curve.csv` tells how far it is."""
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

    ray_folder = folder / "ray"
    shutil.rmtree(ray_folder, ignore_errors=True)  # an earlier attempt's, whose end it remembers
    trainer = DataParallelTrainer(
        _train,
        train_loop_config={"job": job.model_dump(mode="json"), "folder": str(folder)},
        scaling_config=ScalingConfig(
            num_workers=1, use_gpu="GPU" in _needed(), resources_per_worker=_needed()
        ),
        run_config=RunConfig(
            name=ray_folder.name,
            storage_path=str(folder),
            failure_config=FailureConfig(max_failures=ATTEMPTS - 1),
        ),
    )
    try:
        why = trainer.fit().return_value
    except Exception as error:
        told = str(error)[-_TOLD:]
        raise TrainingError(f"training was lost, at last in attempt {ATTEMPTS}: {told}") from error
    if why:
        raise TrainingError(why)
    return folder / "model.onnx"


class SearchOnRay:
    """Does a job with several settings, each in a trial, and keeps the best as its result."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def __call__(self, job: TrainJob, folder: Path, progress: Progress) -> Path:
        """As `run_backend`, with `search.json` beside: settings and mAP50 of all trials."""
        from ray import tune
        from ray.tune.schedulers import ASHAScheduler

        if (model := folder / "model.onnx").is_file():
            return model
        every = self._search.combinations(job.seed)
        shutil.rmtree(folder / "ray", ignore_errors=True)
        tuner = tune.Tuner(
            tune.with_resources(_try, _needed()),
            param_space={
                "trial": tune.grid_search(
                    [
                        {
                            "job": {**job.model_dump(mode="json"), **settings},
                            "folder": str(trial_folder(folder, number)),
                        }
                        for number, settings in enumerate(every)
                    ]
                )
            },
            tune_config=tune.TuneConfig(
                metric="map50",
                mode="max",
                max_concurrent_trials=_at_once(job.threads),
                scheduler=ASHAScheduler(
                    time_attr="epoch",
                    max_t=_exported(job),
                    grace_period=max(job.epochs // REDUCTION, 1),
                    reduction_factor=REDUCTION,
                ),
            ),
            run_config=tune.RunConfig(
                name="ray",
                storage_path=str(folder),
                failure_config=tune.FailureConfig(max_failures=ATTEMPTS - 1),
                verbose=0,
            ),
        )
        results = tuner.fit()
        return _keep_best(folder, every, [str(error) for error in results.errors])


def trial_folder(folder: Path, number: int) -> Path:
    """Where trial `number` of the run in `folder` lies."""
    return folder / "trials" / f"{number:02}"


def share_done(folder: Path, epochs: int, trials: int) -> float:
    """How much of a run's training is done, 0–1, by its curves."""
    if trials == 0:
        return min(len(read_curve(folder)) / max(epochs, 1), 1.0)
    parts = [trial_folder(folder, number) for number in range(trials)]
    return sum(share_done(part, epochs, 0) for part in parts) / trials


def _train(asked: dict[str, Any]) -> str | None:
    """On the worker: why the job failed by itself; raises what another attempt may mend."""
    folder = _seen(asked["folder"])
    try:
        run_backend(TrainJob.model_validate(asked["job"]), folder, _nobody_listens)
    except BackendKilledError:
        raise
    except TrainingError as error:
        return str(error)
    return None


def _try(asked: dict[str, Any]) -> None:
    """On the worker of a trial."""
    from ray import tune

    job = TrainJob.model_validate(asked["trial"]["job"])
    folder = Path(asked["trial"]["folder"])
    _seen(str(folder.parents[1]))

    def report(epoch: int, _epochs: int, _map50: float) -> None:
        tune.report({"epoch": epoch, "map50": best_map50(folder)})

    try:
        run_backend(job, folder, report)
    except BackendKilledError:
        raise
    except TrainingError as error:
        (folder / "failed.txt").write_text(str(error), encoding="utf-8")
    tune.report({"epoch": _exported(job), "map50": best_map50(folder)})


def _exported(job: TrainJob) -> int:
    """The step after the last epoch: ASHA ends a trial there, and its model must exist by then."""
    return job.epochs + 1


def _seen(folder: str) -> Path:
    found = Path(folder)
    if not found.is_dir():
        raise TrainingError(
            f"this node does not see {folder}: nodes that train must share the platform's data "
            "folder, under the same path"
        )
    return found


def _keep_best(folder: Path, every: list[dict[str, Any]], errors: list[str]) -> Path:
    trials: list[dict[str, Any]] = []
    for number, settings in enumerate(every):
        trial = trial_folder(folder, number)
        trials.append(
            {
                "trial": number,
                "settings": settings,
                "epochs": len(read_curve(trial)),
                "map50": best_map50(trial),
                "finished": (trial / "model.onnx").is_file(),
            }
        )
    finished = [trial for trial in trials if trial["finished"]]
    if not finished:
        told = [file.read_text("utf-8") for file in sorted(folder.glob("trials/*/failed.txt"))]
        raise TrainingError("no trial came to an end: " + "\n".join([*told, *errors][:1]))
    best = max(finished, key=lambda trial: trial["map50"])
    found = {"best": best["trial"], "trials": trials}
    (folder / "search.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    source = trial_folder(folder, best["trial"])
    for file in source.iterdir():  # whatever its backend leaves
        if file.is_file() and file.name not in ("lock", "model.onnx"):
            shutil.copyfile(file, folder / file.name)
    part = folder / "model.part.onnx"
    shutil.copyfile(source / "model.onnx", part)
    return part.replace(folder / "model.onnx")  # last: now it is done


def _needed() -> dict[str, float]:
    """Of a node: a GPU if there are any in the cluster; niceness shares out the cores."""
    import ray

    return {"CPU": 1, "GPU": 1} if ray.cluster_resources().get("GPU", 0) >= 1 else {"CPU": 1}


def _at_once(threads: int) -> int:
    """Trials at a time: one a GPU, or as many as have `threads` cores each."""
    import ray

    there = ray.cluster_resources()
    return max(int(there.get("GPU", 0) or there.get("CPU", 1) // threads), 1)


def _nobody_listens(_epoch: int, _epochs: int, _map50: float) -> None:
    """The curve tells it, from whichever node."""
