"""Whether the exported network answers as the framework did before the export."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from algorithms.dataset import read_dataset
from algorithms.detector import Detector
from training.backends.job import REFERENCE
from training.errors import TrainingError
from training.recipes.recipe import Check

ABSOLUTE, RELATIVE = 1e-3, 1e-4
"""How far ONNX Runtime may be from the framework: of each number, the sum of both."""

REFERENCES = 4
"""Pictures whose raw answers are compared."""


def reference_pictures(checks: Iterable[Check]) -> tuple[Path, ...]:
    """Pictures to ask both the framework and ONNX about: some of the first check, evenly spread."""
    for check in checks:
        paths = sorted(str(path) for path in read_dataset(check.data, check.split).image_paths)
        step = max(1, len(paths) // REFERENCES)
        return tuple(Path(path).absolute() for path in paths[::step][:REFERENCES])
    return ()


def parity(detector: Detector, folder: Path) -> dict[str, Any] | None:
    """Compare the network with what the framework answered before the export.

    Args:
        detector: Holds the exported network.
        folder: The run's; None is returned where its backend kept no reference.

    Raises:
        TrainingError: They differ by more than rounding.
    """
    if not (folder / REFERENCE).is_file():
        return None
    with np.load(folder / REFERENCE) as kept:
        pictures, wanted = kept["input"], kept["output"]
    # One at a time: what a picture gets must not depend on its neighbours.
    got = np.concatenate([detector.engine.run(pictures[i : i + 1]) for i in range(len(pictures))])
    if got.shape != wanted.shape:
        raise TrainingError(
            f"{folder}: the framework gave {wanted.shape}, the exported network {got.shape}; "
            "they are not the same network"
        )
    apart = np.abs(got - wanted)
    largest = float(apart.max())
    if not (apart <= ABSOLUTE + RELATIVE * np.abs(wanted)).all():
        raise TrainingError(
            f"{folder}: the exported network answers other than the framework did, by up to "
            f"{largest:.3g} where {ABSOLUTE:g} + {RELATIVE:g} of the value are allowed; "
            "the export is broken"
        )
    return {
        "pictures": len(pictures),
        "largest_difference": largest,
        "allowed": {"absolute": ABSOLUTE, "relative": RELATIVE},
    }
