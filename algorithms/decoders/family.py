"""What an output family is: how some kind of network says what it sees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders.candidates import Candidates
from algorithms.manifest import AlgorithmManifest

Outputs = tuple[NDArray[Any], ...]
"""Of one picture, without the batch axis, in the family's order."""

Shape = tuple[int | str | None, ...]
"""Numbers are fixed; a name or None is free."""

SCORE_SLACK = 1e-3
"""How far outside 0–1 rounding may push a score."""


class Memory(Protocol):
    """What one camera keeps between its pictures, for a family that needs more than one."""

    def candidates(
        self, outputs: Outputs, manifest: AlgorithmManifest, confidence: float, at: datetime
    ) -> Candidates:
        """As `OutputFamily.candidates`, for the camera's next picture, taken at `at`."""
        ...


def _no_faults(_outputs: Outputs, _manifest: AlgorithmManifest) -> Iterator[str]:
    yield from ()


@dataclass(frozen=True, slots=True)
class OutputFamily:
    """One way networks say what they see.

    Args:
        candidates: `(outputs, manifest, confidence)` → boxes in input pixels.
        shapes: Of each output for one picture, without the batch axis.
        faults: What in an output's values cannot come from this family, in sentences.
        suppresses: The network itself leaves one box for each thing.
        integers: Positions of outputs that may be integers; all others are float32.
        memory: Makes a camera's memory; None: one picture says everything.
    """

    candidates: Callable[[Outputs, AlgorithmManifest, float], Candidates]
    shapes: Callable[[AlgorithmManifest], tuple[Shape, ...]]
    faults: Callable[[Outputs, AlgorithmManifest], Iterator[str]] = _no_faults
    suppresses: bool = False
    integers: tuple[int, ...] = ()
    memory: Callable[[], Memory] | None = None


def scores_outside(scores: NDArray[np.float32]) -> Iterator[str]:
    """A sentence if not all scores are 0–1."""
    if scores.size and (scores.min() < -SCORE_SLACK or scores.max() > 1 + SCORE_SLACK):
        yield (
            f"scores: expected 0 to 1, got {scores.min():.3g} to {scores.max():.3g}; "
            "export with the sigmoid in the graph, and check output.family"
        )
