"""How sure a share is, and whether two of them differ: what stands behind every KPI."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, erfc, exp, log, sqrt
from typing import Literal

Z_95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""

SMALL = 5.0
"""Below so many expected in any cell the normal approximation does not hold (Cochran)."""

_AS_LIKELY = 1 + 1e-7
"""Probabilities that differ by rounding only are the same."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`, with 95 % Wilson bounds; rate and bounds are None where `n` is 0.

    Raises:
        ValueError: Not `0 <= hits <= n`.
    """

    hits: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.n:
            raise ValueError(f"expected 0 <= hits <= n, got {self.hits} of {self.n}")

    @property
    def rate(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def low(self) -> float | None:
        return wilson(self.hits, self.n)[0] if self.n else None

    @property
    def high(self) -> float | None:
        return wilson(self.hits, self.n)[1] if self.n else None


def wilson(hits: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Bounds of a share (Wilson's score interval, without continuity correction).

    Args:
        hits: How many of them.
        n: Of how many, at least 1.
        z: Quantile of the normal distribution.
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"expected 0 <= hits <= n and n >= 1, got {hits} of {n}")
    p = hits / n
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if hits == 0 else (centre - spread) / scale
    high = 1.0 if hits == n else (centre + spread) / scale
    return low, high


@dataclass(frozen=True, slots=True)
class Difference:
    """Two shares compared.

    Args:
        effect: The second rate minus the first.
        low: Lower 95 % bound of the effect.
        high: Upper 95 % bound of the effect.
        p_value: Two-sided; how likely a difference as large is by chance alone.
        test: What gave it: pooled z-test, or Fisher's where a cell expects fewer than `SMALL`.
    """

    effect: float
    low: float
    high: float
    p_value: float
    test: Literal["two-proportion z", "Fisher exact"]


def compare(first: Share, second: Share) -> Difference | None:
    """Whether two independent shares differ; None where one of them is of nothing.

    The bounds are Newcombe's hybrid score interval (1998, method 10), made of Wilson's.
    """
    if not first.n or not second.n:
        return None
    p1, p2 = first.hits / first.n, second.hits / second.n
    low1, high1 = wilson(first.hits, first.n)
    low2, high2 = wilson(second.hits, second.n)
    effect = p2 - p1
    hits, n = first.hits + second.hits, first.n + second.n
    rarest = min(hits, n - hits) * min(first.n, second.n) / n
    exact = rarest < SMALL
    return Difference(
        effect=effect,
        low=effect - sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2),
        high=effect + sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2),
        p_value=fisher_exact(first, second) if exact else two_proportion_z(first, second)[1],
        test="Fisher exact" if exact else "two-proportion z",
    )


def two_proportion_z(first: Share, second: Share) -> tuple[float, float]:
    """The pooled z statistic of the second against the first, and its two-sided p-value."""
    pooled = (first.hits + second.hits) / (first.n + second.n)
    error = sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n))
    if error == 0:
        return 0.0, 1.0
    z = (second.hits / second.n - first.hits / first.n) / error
    return z, erfc(abs(z) / sqrt(2))


def fisher_exact(first: Share, second: Share) -> float:
    """Two-sided p-value: all tables with these sums that are no likelier than this one."""
    hits, n = first.hits + second.hits, first.n + second.n
    lowest, highest = max(0, hits - second.n), min(hits, first.n)
    ways = [comb(first.n, k) * comb(second.n, hits - k) for k in range(lowest, highest + 1)]
    observed = ways[first.hits - lowest]
    return min(1.0, sum(w for w in ways if w <= observed * _AS_LIKELY) / comb(n, hits))


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement of two judges beyond chance: 1 always, 0 as by chance.

    None where nothing was judged, or where both gave one and the same verdict throughout, so that
    chance alone explains all.
    """
    n = len(pairs)
    if n == 0:
        return None
    agreed = sum(a == b for a, b in pairs) / n
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(first[verdict] * second[verdict] for verdict in first) / (n * n)
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def psi(reference: Sequence[int], current: Sequence[int]) -> float:
    """Population stability index of two histograms over the same bins; 0 where they are equal.

    `sum((q - p) * ln(q / p))`, which is Jeffreys' divergence (Siddiqi, Credit Risk Scorecards,
    2006). Every bin counts half a thing more than it holds, so that an empty one is no infinity.
    Of two samples of one population it is about `(bins - 1) * (1 / n + 1 / m)` by chance alone
    (Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020).

    Raises:
        ValueError: Not as many bins, or fewer than two.
    """
    _same_bins(reference, current)
    n, m = sum(reference) + len(reference) / 2, sum(current) + len(current) / 2
    shares = [((r + 0.5) / n, (c + 0.5) / m) for r, c in zip(reference, current, strict=True)]
    return sum((q - p) * log(q / p) for p, q in shares)


def kolmogorov_smirnov(reference: Sequence[int], current: Sequence[int]) -> tuple[float, float]:
    """The two-sample statistic of two histograms over the same bins, and its p-value.

    What is binned differs no more than what was counted, so the p-value is never too small by the
    binning. It is the asymptotic one with Stephens' correction (1970), and holds for values that do
    not depend on each other.

    Raises:
        ValueError: Not as many bins, fewer than two, or one histogram is empty.
    """
    _same_bins(reference, current)
    n, m = sum(reference), sum(current)
    if not n or not m:
        raise ValueError("expected something in both histograms, one is empty")
    sums = zip(accumulate(reference), accumulate(current), strict=True)
    distance = max(abs(r / n - c / m) for r, c in sums)
    root = sqrt(n * m / (n + m))
    return distance, kolmogorov_tail((root + 0.12 + 0.11 / root) * distance)


def kolmogorov_tail(x: float) -> float:
    """Probability that Kolmogorov's statistic exceeds `x`."""
    if x < 0.2:
        return 1.0  # to 12 decimals; the series below needs ever more terms
    terms = ((-1) ** (k - 1) * exp(-2 * k * k * x * x) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))


def _same_bins(reference: Sequence[int], current: Sequence[int]) -> None:
    if len(reference) != len(current) or len(current) < 2:
        raise ValueError(
            f"expected two histograms over the same two or more bins, got {len(reference)} and "
            f"{len(current)}"
        )
