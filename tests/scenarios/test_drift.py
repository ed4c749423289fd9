from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scenarios.drift import BINS, EDGES, ENOUGH, SCENE, Tally, bin_of, compare
from scenarios.statistics import kolmogorov_smirnov, kolmogorov_tail, psi

histograms = st.lists(st.integers(0, 5000), min_size=BINS, max_size=BINS)


def values(counts: Sequence[int]) -> list[int]:
    return np.repeat(np.arange(len(counts)), counts).tolist()


@settings(deadline=None)
@given(histograms)
def test_what_is_equal_has_not_drifted(counts: list[int]) -> None:
    assert psi(counts, counts) == 0


@settings(deadline=None)
@given(histograms, histograms)
def test_psi_is_never_negative_and_knows_no_direction(one: list[int], other: list[int]) -> None:
    assert psi(one, other) >= -1e-12
    assert psi(one, other) == pytest.approx(psi(other, one), abs=1e-9)


@settings(deadline=None)
@given(st.integers(2000, 5000), st.floats(1, 3))
def test_psi_grows_the_further_a_distribution_moves(n: int, width: float) -> None:
    def bell(centre: float) -> list[int]:
        weight = np.exp(-(((np.arange(BINS) - centre) / width) ** 2) / 2)
        return [int(count) for count in n * weight / weight.sum()]

    apart = [psi(bell(2), bell(2 + shift)) for shift in range(4)]

    assert apart[0] == 0
    assert all(nearer < further for nearer, further in pairwise(apart))


def test_psi_of_a_textbook_case() -> None:
    # (0.2 - 0.1) ln 2 + (0.8 - 0.9) ln(8/9), on so many that the half things don't matter
    assert psi([1_000_000, 9_000_000], [2_000_000, 8_000_000]) == pytest.approx(0.081093, abs=1e-5)


@settings(deadline=None)
@given(histograms, histograms)
def test_the_distance_is_scipys(one: list[int], other: list[int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    one, other = [c // 50 for c in one], [c // 50 for c in other]
    assume(sum(one) and sum(other))

    distance, _ = kolmogorov_smirnov(one, other)

    theirs = stats.ks_2samp(values(one), values(other), method="asymp").statistic
    assert distance == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None)
@given(st.floats(0, 5))
def test_the_tail_is_scipys(x: float) -> None:
    special = pytest.importorskip("scipy.special")

    assert kolmogorov_tail(x) == pytest.approx(special.kolmogorov(x), abs=1e-9)


@pytest.mark.parametrize(("x", "p"), [(1.2238, 0.10), (1.3581, 0.05), (1.6276, 0.01)])
def test_the_tail_is_that_of_the_tables(x: float, p: float) -> None:
    assert kolmogorov_tail(x) == pytest.approx(p, abs=1e-4)


def test_histograms_of_other_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="same two or more bins, got 2 and 3"):
        psi([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="one is empty"):
        kolmogorov_smirnov([0, 0], [1, 2])


def test_too_little_tells_nothing() -> None:
    few, enough = [ENOUGH - 1, *[0] * 9], [ENOUGH, *[0] * 9]

    assert compare(few, enough) is None
    assert compare(enough, few) is None
    assert compare(enough, enough) is not None


def test_chance_alone_seldom_looks_like_drift() -> None:
    random = np.random.default_rng(0)
    draws = (random.multinomial(ENOUGH, [1 / BINS] * BINS).tolist() for _ in range(400))
    shifts = [compare(one, other) for one, other in zip(draws, draws, strict=True)]

    drifted = [s for s in shifts if s is not None and s.band != "stable"]
    assert len(drifted) / len(shifts) < 0.1


@pytest.mark.parametrize(("moved", "band"), [(0, "stable"), (2000, "moderate"), (4000, "major")])
def test_bands(moved: int, band: str) -> None:
    shift = compare([5000, 5000, *[0] * 8], [5000 - moved, 5000 + moved, *[0] * 8])

    assert shift is not None
    assert shift.band == band


def test_every_measure_has_as_many_bins() -> None:
    assert {len(edges) + 1 for edges in EDGES.values()} == {BINS}
    assert (bin_of("motion", 0.0), bin_of("confidence", 1.0), bin_of("brightness", 25.0)) == (
        0,
        9,
        1,
    )


def test_a_track_counts_once_in_each_bin_and_nothing_without_a_track() -> None:
    tally = Tally()
    for _ in range(50):
        tally.tracks("rider-helmet@0.1.0", [7, -1], [0.85, 0.5])
    tally.tracks("rider-helmet@0.1.0", [7, 8], [0.95, 0.85])
    tally.scene(120.0, 45.0, None)

    counts = tally.take()

    assert counts[("rider-helmet@0.1.0", "confidence")] == [0, 0, 0, 0, 0, 0, 0, 0, 2, 1]
    assert counts[(SCENE, "brightness")][4] == 1
    assert (SCENE, "motion") not in counts
    assert tally.take() == {}
