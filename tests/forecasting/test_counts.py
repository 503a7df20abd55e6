"""The distribution of counts against sums over its probabilities."""

from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.counts import excess_of, probability, quantile

FEW = st.floats(0.01, 14.9)
EXCESS = st.sampled_from([0.0, 0.02, 0.3, 4.0])


def chances(mean: float, excess: float, upto: int) -> list[float]:
    """Negative binomial probabilities, Poisson's without excess, from their definition."""
    if excess == 0.0:
        return [exp(n * log(mean) - mean - lgamma(n + 1)) for n in range(upto + 1)]
    r = 1.0 / excess
    p = r / (r + mean)
    return [
        exp(lgamma(n + r) - lgamma(r) - lgamma(n + 1) + r * log(p) + n * log(1 - p))
        for n in range(upto + 1)
    ]


@given(mean=FEW, excess=EXCESS, count=st.integers(0, 60))
@settings(deadline=None, derandomize=True, max_examples=80)
def test_probabilities_of_few_are_sums(mean: float, excess: float, count: int) -> None:
    below, upto = probability(np.array([float(count)]), np.array([mean]), np.array([excess]))
    each = chances(mean, excess, count)
    assert upto[0] == pytest.approx(sum(each), abs=1e-9)
    assert below[0] == pytest.approx(sum(each[:-1]), abs=1e-9)


@given(mean=FEW, excess=EXCESS, level=st.floats(0.01, 0.99))
@settings(deadline=None, derandomize=True, max_examples=80)
def test_quantiles_of_few_are_the_least_counts(mean: float, excess: float, level: float) -> None:
    found = quantile(np.array([[level]]), np.array([mean]), np.array([excess]))[0, 0]
    assert found == int(found)
    each = chances(mean, excess, int(found))
    assert sum(each) >= level - 1e-9
    assert sum(each[:-1]) < level + 1e-9


@pytest.mark.parametrize("mean", [20.0, 200.0])
@pytest.mark.parametrize("excess", [0.0, 0.01])
def test_many_are_nearly_normal_on_the_root_scale(mean: float, excess: float) -> None:
    exact = np.cumsum(chances(mean, excess, 2000))
    for level in (0.1, 0.5, 0.9):
        found = quantile(np.array([[level]]), np.array([mean]), np.array([excess]))[0, 0]
        # One contact, for a count is whole, and a skewness that roots leave.
        assert found == pytest.approx(int(np.searchsorted(exact, level)), abs=1.0 + 0.01 * mean)


def test_a_quantile_is_the_inverse_of_the_probability_of_many() -> None:
    levels, mean = np.linspace(0.05, 0.95, 7)[:, np.newaxis], np.array([50.0])
    counts = quantile(levels, mean, np.array([0.02]))
    for level, count in zip(levels[:, 0], counts[:, 0], strict=True):
        below, upto = probability(np.array([count]), mean, np.array([0.02]))
        assert below[0] == upto[0] == pytest.approx(level)


def test_nothing_is_expected_nothing_comes() -> None:
    assert not quantile(np.full((3, 2), 0.99), np.zeros(2), np.array([0.0, 1.0])).any()


def test_the_excess_is_the_variance_beyond_poissons() -> None:
    rng = np.random.default_rng(7)
    for excess in (0.0, 0.05, 0.5):
        rate = rng.gamma(1 / excess, excess, 20_000) if excess else np.ones(20_000)
        mean = rng.choice([0.2, 3.0, 40.0], 20_000)
        counts = rng.poisson(mean * rate).astype(float)
        found = excess_of(counts, mean, np.ones(20_000))
        assert found == pytest.approx(excess, abs=0.002 + 0.06 * excess)


@given(rows=st.lists(st.tuples(st.floats(0, 99), st.floats(0.01, 99)), min_size=1, max_size=9))
@settings(deadline=None, derandomize=True, max_examples=80)
def test_the_excess_equals_its_naive_twin(rows: list[tuple[float, float]]) -> None:
    above = below = 0.0
    for number, (observed, mean) in enumerate(rows):
        worth = (number + 1) / max(mean, 0.5)
        above += worth * ((observed - mean) ** 2 - mean)
        below += worth * mean**2
    observed, mean = (np.array(column) for column in zip(*rows, strict=True))
    weights = np.arange(1.0, len(rows) + 1.0)
    found = excess_of(observed, mean, weights)
    assert found == pytest.approx(min(max(above / below, 0.0), 25.0), abs=1e-9)
