"""Smaller versions of a network that a run made, with what each loses.

Each is measured as the first one was, on the same pictures, and passes the same rules as a
network that a stranger hands in.
"""

import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import thread_time
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from algorithms.admission import graph
from algorithms.dataset import read_dataset
from algorithms.detector import Detector
from algorithms.errors import DatasetError
from algorithms.evaluation import summarise
from algorithms.manifest import AlgorithmManifest
from training.card import write_card
from training.errors import TrainingError
from training.measuring import observed
from training.pictures import as_input
from training.precisions import to_float16, to_int8
from training.provenance import pictures
from training.recipes.recipe import Check, Plan
from training.runs import EXPORT, keep, kept, kept_manifest, kept_plan

Precision = Literal["fp16", "int8"]

CALIBRATION = 64
"""Pictures; more change the scales little."""

SEED = 0
TIMED = 30
"""Runs of one picture; their median counts."""


def export(
    folder: Path,
    precisions: Sequence[Precision],
    say: Callable[[str], None],
    *,
    calibrate_on: Path | None = None,
) -> dict[str, Any]:
    """Make smaller versions of a run's `model.onnx` beside it, and measure all.

    Args:
        folder: The run's.
        precisions: Which.
        say: Told what is being done.
        calibrate_on: Labelled pictures with a split `train` for int8; default: what the run was
            trained on.

    Returns:
        The content of `export.json`; versions made earlier stay in it.

    Raises:
        TrainingError: The run is not done, there is nothing to calibrate on, or a version breaks
            a rule of admission.
    """
    plan, manifest, source = kept_plan(folder), kept_manifest(folder), folder / "model.onnx"
    made = {"fp32": source}
    said: dict[str, Any] = {
        **kept(folder, EXPORT),
        "cpu": platform.processor() or platform.machine(),
    }
    for precision in precisions:
        say(f"making {precision}")
        made[precision] = folder / f"model-{precision}.onnx"
        if precision == "fp16":
            to_float16(source, made[precision])
        else:
            data = calibrate_on or plan.job.data
            paths = calibration_pictures(data, plan.checks)
            inputs = (as_input(path, manifest.input)[None] for path in paths)
            to_int8(source, made[precision], inputs)
            said["calibration"] = {"data": str(data), "pictures": len(paths), "seed": SEED}
        _check(made[precision], manifest)
    versions: dict[str, Any] = said.setdefault("versions", {})
    for precision, file in made.items():
        say(f"measuring {precision}")
        versions[precision] = _measured(file, manifest, plan)
    keep(folder, EXPORT, said)
    write_card(folder)
    return said


def calibration_pictures(data: Path, checks: Sequence[Check]) -> list[Path]:
    """Some pictures of the `train` split, always the same ones.

    Raises:
        TrainingError: There are none, or they are what the network is measured on.
    """
    try:
        paths = sorted(Path(path).resolve() for path in read_dataset(data, "train").image_paths)
    except DatasetError as error:
        raise TrainingError(
            f"int8 needs training pictures to find its scales with: {error}; "
            "say with --calibrate-on where they lie"
        ) from error
    measured_on = {path for check in checks for path in pictures(check.data, check.split)}
    if shared := measured_on.intersection(paths):
        raise TrainingError(
            f"{data}: {len(shared)} pictures of its split train are those that the network is "
            f"measured on, such as {min(shared)}; calibrate on other pictures"
        )
    number = min(CALIBRATION, len(paths))
    chosen = np.random.default_rng(SEED).choice(len(paths), number, replace=False)
    return [paths[place] for place in sorted(chosen.tolist())]


def _check(model: Path, manifest: AlgorithmManifest) -> None:
    if reasons := graph.check(model.read_bytes(), manifest):
        raise TrainingError(f"{model}: would not be admitted: " + "; ".join(reasons))


def _measured(model: Path, manifest: AlgorithmManifest, plan: Plan) -> dict[str, Any]:
    detector = Detector.load(manifest, model, threads=1)
    checks: dict[str, Any] = {}
    for check in plan.checks:
        report = summarise(observed(detector, check), manifest.thresholds.confidence)
        checks[check.name] = {
            "map50": report.map50,
            "ap50": {name: score.ap50 for name, score in report.classes.items()},
        }
    return {
        "file": model.name,
        "mib": round(model.stat().st_size / 2**20, 2),
        "cpu_ms": round(_cpu_ms(detector, manifest), 1),
        "checks": checks,
    }


def _cpu_ms(detector: Detector, manifest: AlgorithmManifest) -> float:
    """CPU time of the network alone for one picture, on one thread."""
    spec = manifest.input
    picture = np.random.default_rng(SEED).random((1, 3, spec.height, spec.width), np.float32)
    times = sorted(_times(detector, picture))
    return 1000 * times[len(times) // 2]


def _times(detector: Detector, picture: NDArray[np.float32]) -> Iterator[float]:
    detector.engine.run(picture)  # the first run allocates
    for _ in range(TIMED):
        started = thread_time()
        detector.engine.run(picture)
        yield thread_time() - started
