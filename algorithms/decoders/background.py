"""A brightness plane; what is new in it is told by each camera's memory (`standing.py`)."""

from datetime import datetime

import numpy as np

from algorithms.decoders.candidates import Candidates
from algorithms.decoders.family import OutputFamily, Outputs, Shape
from algorithms.manifest import AlgorithmManifest
from algorithms.standing import StandingThings


class Background:
    """What one camera keeps between its pictures."""

    def __init__(self) -> None:
        self._things = StandingThings()

    def candidates(
        self, outputs: Outputs, manifest: AlgorithmManifest, confidence: float, at: datetime
    ) -> Candidates:
        """What is new in the next picture.

        Args:
            outputs: One, `(1, height, width)`, brightness 0–255.
            manifest: Its first class is what is found.
            confidence: Lowest score kept.
            at: When the picture was taken.
        """
        (plane,) = outputs
        new = self._things.update(np.asarray(plane[0], np.float32), at)
        sure = [thing for thing in new if thing.score >= confidence]
        return Candidates(
            np.array([thing.box for thing in sure], np.float32).reshape(-1, 4),
            np.array([thing.score for thing in sure], np.float32),
            np.zeros(len(sure), np.int64),
        )


def candidates(_outputs: Outputs, _manifest: AlgorithmManifest, _confidence: float) -> Candidates:
    """Nothing: in a single picture nothing is new."""
    return Candidates(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int64))


def _shapes(manifest: AlgorithmManifest) -> tuple[Shape, ...]:
    return ((1, manifest.input.height, manifest.input.width),)


FAMILY = OutputFamily(candidates, _shapes, suppresses=True, memory=Background)
