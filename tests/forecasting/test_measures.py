"""Measures of a forecast against loops and closed forms."""

from math import exp, factorial, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.measures import bias, coverage, pinball, poisson_floor, wape

NUMBERS = st.floats(0, 1000)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20)


@given(pairs=PAIRS)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_wape_and_bias_equal_their_naive_twins(pairs: list[tuple[float, float]]) -> None:
    observed, expected = (np.array(column) for column in zip(*pairs, strict=True))
    total = sum(o for o, _ in pairs)
    missed = sum(abs(e - o) for o, e in pairs) / total if total else nan
    over = sum(e - o for o, e in pairs) / total if total else nan
    assert wape(observed, expected) == pytest.approx(missed, nan_ok=True)
    assert bias(observed, expected) == pytest.approx(over, nan_ok=True, abs=1e-9)


@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=20))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_pinball_and_coverage_equal_their_naive_twins(rows: list[tuple]) -> None:
    observed, *quantiles = (np.array(column) for column in zip(*rows, strict=True))
    loss = 0.0
    for count, *values in rows:
        for level, value in zip((0.1, 0.9), values, strict=True):
            loss += level * (count - value) if count > value else (1 - level) * (value - count)
    inside = sum(low <= count <= high for count, low, high in rows)
    assert pinball(observed, np.array(quantiles), (0.1, 0.9)) == pytest.approx(
        loss / (2 * len(rows))
    )
    assert coverage(observed, *quantiles) == pytest.approx(inside / len(rows))


def test_nothing_to_score_is_not_a_number() -> None:
    empty = np.zeros(0)
    measures = [
        wape(empty, empty),
        bias(empty, empty),
        coverage(empty, empty, empty),
        pinball(empty, np.zeros((9, 0)), (0.1,) * 9),
        poisson_floor(empty),
    ]
    assert np.isnan(measures).all()


@pytest.mark.parametrize("mean", [0.3, 1.0, 4.7, 20.0])
def test_the_floor_is_the_mean_deviation_of_a_poisson_count(mean: float) -> None:
    deviation = sum(abs(n - mean) * exp(-mean) * mean**n / factorial(n) for n in range(120))
    assert poisson_floor(np.array([mean])) == pytest.approx(deviation / mean)


def test_the_floor_at_250_contacts_is_five_per_cent() -> None:
    assert poisson_floor(np.full(3, 250.0)) == pytest.approx(sqrt(2 / (pi * 250)), rel=2e-3)
    assert poisson_floor(np.full(3, 250.0)) == pytest.approx(0.05, abs=0.0005)
