"""Against published values and, where it is installed, SciPy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.statistics import (
    Share,
    cohens_kappa,
    compare,
    fisher_exact,
    two_proportion_z,
    wilson,
)

shares = st.integers(1, 300).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))


def test_wilson_gives_the_bounds_newcombe_published() -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0000, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, n), bounds in published.items():
        assert wilson(hits, n) == pytest.approx(bounds, abs=5e-5)


def test_the_bounds_of_a_difference_are_those_newcombe_published() -> None:
    # Newcombe 1998, "Interval estimation for the difference", table II, method 10.
    published = {
        ((56, 70), (48, 80)): (0.0524, 0.3339),
        ((9, 10), (3, 10)): (0.1705, 0.8090),
        ((5, 56), (0, 29)): (-0.0381, 0.1926),
        ((10, 10), (0, 20)): (0.6791, 1.0000),
    }
    for (larger, smaller), bounds in published.items():
        difference = compare(Share(*smaller), Share(*larger))

        assert difference is not None
        assert (difference.low, difference.high) == pytest.approx(bounds, abs=5e-5)


def test_fishers_tea_gives_its_known_value() -> None:
    assert fisher_exact(Share(3, 4), Share(1, 4)) == pytest.approx(34 / 70)


def test_kappa_gives_cohens_known_value() -> None:
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    assert cohens_kappa(pairs) == pytest.approx(0.4)


def test_kappa_says_nothing_where_chance_explains_all() -> None:
    assert cohens_kappa([]) is None
    assert cohens_kappa([("y", "y")] * 9) is None


@settings(deadline=None)  # the first call imports SciPy
@given(shares, shares)
def test_the_tests_agree_with_scipy(first: Share, second: Share) -> None:
    stats = pytest.importorskip("scipy.stats")
    table = [[first.hits, first.n - first.hits], [second.hits, second.n - second.hits]]

    assert fisher_exact(first, second) == pytest.approx(stats.fisher_exact(table).pvalue)
    if 0 < first.hits + second.hits < first.n + second.n:
        chi2 = stats.chi2_contingency(table, correction=False)
        z, p = two_proportion_z(first, second)
        assert z * z == pytest.approx(chi2.statistic, abs=1e-9)
        assert p == pytest.approx(chi2.pvalue, abs=1e-9)


@settings(deadline=None)
@given(shares)
def test_wilson_agrees_with_scipy(share: Share) -> None:
    stats = pytest.importorskip("scipy.stats")
    theirs = stats.binomtest(share.hits, share.n).proportion_ci(method="wilson")

    assert (share.low, share.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(shares, shares)
def test_swapping_the_periods_turns_the_effect_around(first: Share, second: Share) -> None:
    there, back = compare(first, second), compare(second, first)

    assert there is not None
    assert back is not None
    assert there.effect == pytest.approx(-back.effect)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p_value == pytest.approx(back.p_value)
    assert there.low <= there.effect <= there.high


def test_small_numbers_are_tested_exactly_and_nothing_is_not_compared() -> None:
    small, large = compare(Share(1, 9), Share(5, 9)), compare(Share(300, 500), Share(400, 500))

    assert small is not None
    assert large is not None
    assert (small.test, large.test) == ("Fisher exact", "two-proportion z")
    assert compare(Share(0, 0), Share(1, 2)) is None


def test_more_hits_than_tries_are_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        Share(3, 2)
