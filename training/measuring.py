"""A network measured on pictures that its training never saw, by the scorecards' own code."""

from typing import Any

from algorithms.dataset import read_dataset, read_origins
from algorithms.detector import Detector
from algorithms.evaluation import LOWEST_CONFIDENCE, Observations, observe, summarise
from scenarios.scorecard import make_scorecard
from training.recipes.recipe import Check


def observed(detector: Detector, check: Check) -> Observations:
    """What a detector makes of a data set."""
    return observe(
        lambda images: detector.detect(images, LOWEST_CONFIDENCE),
        detector.manifest.class_names,
        read_dataset(check.data, check.split),
    )


def measured(detector: Detector, check: Check) -> dict[str, Any]:
    """An entry of `metrics.json`.

    Returns:
        What `longan evaluate` prints, where the data lie, and the `scorecard`: bounds, slices by
        size, light and camera, and what each threshold would bring.
    """
    seen, manifest = observed(detector, check), detector.manifest
    threshold = manifest.thresholds.confidence
    report = summarise(seen, threshold, algorithm=manifest.name, version=manifest.version)
    card = make_scorecard(seen, threshold, origins=read_origins(check.data))
    return {
        **report.to_json(),
        "data": str(check.data),
        "split": check.split,
        "scorecard": card.model_dump(mode="json"),
    }
