"""From a recipe to a measured ONNX file."""

import json
from collections.abc import Callable
from pathlib import Path

from algorithms.detector import Detector
from algorithms.evaluation import evaluate_algorithm
from training.backends.process import Progress, run_backend
from training.errors import TrainingError
from training.recipes import RECIPES
from training.recipes.recipe import Ingredients
from training.runs import recorded


def train(recipe: str, given: Ingredients, progress: Progress, say: Callable[[str], None]) -> Path:
    """Run a recipe.

    Args:
        recipe: One of `RECIPES`.
        given: Data, weights and folder.
        progress: Called after each epoch.
        say: Told what is being done.

    Returns:
        The run's `model.onnx`; `metrics.json` beside it holds what it was measured at.

    Raises:
        TrainingError: Unknown recipe, missing data or weights, or the backend failed.
    """
    if recipe not in RECIPES:
        raise TrainingError(f"no recipe {recipe!r}; there are {', '.join(RECIPES)}")
    asked = {"data": given.data, "weights": given.weights, "epochs": given.epochs}
    with recorded(given.folder, recipe, asked):
        say(f"{recipe}: preparing the data")
        plan = RECIPES[recipe](given)
        model = run_backend(plan.job, given.folder, progress)
        detector = Detector.load(plan.algorithm, model, threads=plan.job.threads)
        metrics: dict[str, object] = {}
        for check in plan.checks:
            say(f"{recipe}: measuring on {check.name}")
            report = evaluate_algorithm(detector.manifest, detector.detect, check.data, check.split)
            metrics[check.name] = report.to_json()
        (given.folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    return model
