"""From a recipe to a measured ONNX file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from algorithms.detector import Detector
from training.backends.interface import suited
from training.backends.job import TrainJob
from training.backends.process import Progress, run_backend
from training.card import draw_example, write_card
from training.errors import TrainingError
from training.measuring import measured
from training.parity import parity, reference_pictures
from training.recipes import RECIPES
from training.recipes.recipe import Ingredients, Plan
from training.runs import (
    METRICS,
    PARITY,
    drop_scratch,
    keep,
    keep_manifest,
    keep_plan,
    keep_releases,
    kept_plan,
    recorded,
    resumed,
)

Execute = Callable[[TrainJob, Path, Progress], Path]
"""Does a job in a folder, or what is left of it: `run_backend` on this machine, or Ray."""

Say = Callable[[str], None]


def train(
    recipe: str,
    given: Ingredients,
    progress: Progress,
    say: Say,
    *,
    changes: Mapping[str, Any] | None = None,
    execute: Execute = run_backend,
) -> Path:
    """Run a recipe.

    Args:
        recipe: One of `RECIPES`.
        given: Data, weights and folder.
        progress: Called after each epoch.
        say: Told what is being done.
        changes: Settings of the job that are not the recipe's own, by name.
        execute: What does the job.

    Returns:
        The run's `model.onnx`; `metrics.json` beside it holds what it was measured at.

    Raises:
        TrainingError: Unknown recipe, missing data or weights, or the backend failed.
    """
    if recipe not in RECIPES:
        raise TrainingError(f"no recipe {recipe!r}; there are {', '.join(RECIPES)}")
    changes = changes or {}
    asked = {"data": given.data, "weights": given.weights, "epochs": given.epochs, **changes}
    with recorded(given.folder, recipe, asked, given.releases):
        say(f"{recipe}: preparing the data")
        plan = RECIPES[recipe](given)
        asked_about = {"reference": reference_pictures(plan.checks)}
        plan = replace(plan, job=_changed(plan.job, {**asked_about, **changes}))
        keep_plan(given.folder, plan)
        keep_releases(given.folder, given.releases)
        return _carry_out(plan, given.folder, recipe, progress, say, execute)


def resume(folder: Path, progress: Progress, say: Say, *, execute: Execute = run_backend) -> Path:
    """Go on with a run that was killed or failed, from its last checkpoint.

    Args:
        folder: The run's.
        progress: Called after each epoch.
        say: Told what is being done.
        execute: What does the job.

    Returns:
        As `train`.

    Raises:
        TrainingError: There is no run to go on with, or the backend failed.
    """
    with resumed(folder) as recipe:
        return _carry_out(kept_plan(folder), folder, recipe, progress, say, execute)


def _changed(job: TrainJob, changes: Mapping[str, Any]) -> TrainJob:
    try:
        return TrainJob.model_validate({**job.model_dump(), **changes})
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}, got {e['input']!r}" for e in error.errors())
        raise TrainingError(f"the job cannot be changed so: {wrong}") from error


def _carry_out(
    plan: Plan, folder: Path, recipe: str, progress: Progress, say: Say, execute: Execute
) -> Path:
    say(f"{recipe}: training")
    model = execute(plan.job, folder, progress)
    manifest = suited(plan.algorithm, folder)
    detector = Detector.load(manifest, model, threads=plan.job.threads)
    keep(folder, PARITY, parity(detector, folder) or {})
    metrics: dict[str, object] = {}
    for check in plan.checks:
        say(f"{recipe}: measuring on {check.name}")
        metrics[check.name] = measured(detector, check)
    keep(folder, METRICS, metrics)
    keep_manifest(folder, manifest)
    if plan.job.reference:
        draw_example(detector, plan.job.reference[len(plan.job.reference) // 2], folder)
    write_card(folder)
    drop_scratch(folder)
    return model
