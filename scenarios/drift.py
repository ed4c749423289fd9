"""Whether a version still sees what it was used to: confidence and scene against a reference.

Values are counted into fixed bins, per camera, and what a week holds is compared with the first
week of the version there. Whole weeks, so that nights and Sundays weigh the same on both sides. A
camera that goes dark or is turned from one hour to the next is told by `algorithms.camera_health`;
this here is for what comes slowly: seasons, new helmets, a lens that clouds over.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from scenarios.statistics import kolmogorov_smirnov, psi

Measure = Literal["confidence", "brightness", "contrast", "motion"]
"""Of a version: how sure it is of each track. Of the scene: mean and standard deviation of the
brightness (0–255), and the share of the picture that moves (0–1)."""

EDGES: dict[Measure, tuple[float, ...]] = {
    "confidence": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "brightness": (25, 50, 75, 100, 125, 150, 175, 200, 225),
    "contrast": (10, 20, 30, 40, 50, 60, 70, 80, 90),
    "motion": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
}
"""Between the bins; a value on an edge lies above it."""

BINS = 10

Band = Literal["stable", "moderate", "major"]

BANDS: tuple[Band, ...] = ("stable", "moderate", "major")
"""From the mildest: PSI below 0.1, up to 0.25, and above: the usual ones (Siddiqi 2006)."""

MODERATE, MAJOR = 0.1, 0.25

REFERENCE = timedelta(days=7)
"""The first so long of a version at a camera are what later is compared with."""

WINDOW = timedelta(days=7)
"""What is compared."""

ENOUGH = 400
"""Values on each side below which chance alone reaches `MODERATE` in one of twenty looks:
`16.9 * (1 / n + 1 / m)`, where 16.9 is the 95 % quantile of chi-square with nine degrees."""

SCENE = ""
"""In the place of an algorithm: values of the picture, whoever analyses it."""

MOST_TRACKS = 5000


@dataclass(frozen=True, slots=True)
class Shift:
    """Two histograms compared.

    Args:
        psi: How far apart they are.
        p_value: Kolmogorov and Smirnov's; of scenes it says little, as one second is like the last.
    """

    psi: float
    p_value: float

    @property
    def band(self) -> Band:
        return "stable" if self.psi < MODERATE else "moderate" if self.psi <= MAJOR else "major"


def compare(reference: Sequence[int], current: Sequence[int]) -> Shift | None:
    """How far the second histogram is from the first; None where one holds too little to tell."""
    if min(sum(reference), sum(current)) < ENOUGH:
        return None
    _, p_value = kolmogorov_smirnov(reference, current)
    return Shift(psi(reference, current), p_value)


def bin_of(measure: Measure, value: float) -> int:
    """The bin a value is counted in, 0 to `BINS` − 1."""
    return bisect_right(EDGES[measure], value)


Counts = dict[tuple[str, Measure], list[int]]
"""Algorithm (`name@version`, or `SCENE`) and measure → values in each bin."""


class Tally:
    """Counts what one camera's pictures and tracks are like, until somebody takes the counts."""

    def __init__(self) -> None:
        self._counts: Counts = {}
        self._counted: set[tuple[str, int, int]] = set()

    def scene(self, brightness: float, contrast: float, motion: float | None) -> None:
        """Count a picture; `motion` is None where nobody looks for it."""
        self._count(SCENE, "brightness", bin_of("brightness", brightness))
        self._count(SCENE, "contrast", bin_of("contrast", contrast))
        if motion is not None:
            self._count(SCENE, "motion", bin_of("motion", motion))

    def tracks(
        self, algorithm: str, track_ids: Sequence[int], confidences: Sequence[float]
    ) -> None:
        """Count what a version found in a picture.

        A track counts once for each bin, so that what is parked does not outweigh what passes;
        what has no track (an id below 0) was seen once only and does not count.
        """
        if len(self._counted) > MOST_TRACKS:
            self._counted.clear()
        for track, confidence in zip(track_ids, confidences, strict=True):
            seen = (algorithm, track, bin_of("confidence", confidence))
            if track >= 0 and seen not in self._counted:
                self._counted.add(seen)
                self._count(algorithm, "confidence", seen[2])

    def take(self) -> Counts:
        """What was counted since the last call."""
        counts, self._counts = self._counts, {}
        return counts

    def _count(self, algorithm: str, measure: Measure, bin_: int) -> None:
        self._counts.setdefault((algorithm, measure), [0] * BINS)[bin_] += 1
