"""Regressors of the month and the year."""

import numpy as np
import pytest

from forecasting.calendar_terms import month_terms, year_terms


def days(first: str, count: int) -> np.ndarray:
    return np.datetime64(first, "D") + np.arange(count)


def test_month_effects_have_variance_about_one_on_every_day() -> None:
    variance = (month_terms(days("2024-01-01", 800)) ** 2).sum(axis=1)
    assert variance.min() > 0.75
    assert variance.max() < 1.15


@pytest.mark.parametrize(
    ("first", "length"), [("2023-02-01", 28), ("2024-02-01", 29), ("2023-04-01", 30)]
)
def test_months_begin_alike_and_end_alike_whatever_their_length(first: str, length: int) -> None:
    january = month_terms(days("2023-01-01", 31))
    month = month_terms(days(first, length))
    np.testing.assert_allclose(month[:8], january[:8], atol=1e-12)
    np.testing.assert_allclose(month[-6:], january[-6:], atol=1e-12)


def test_days_far_apart_in_a_month_have_nothing_in_common() -> None:
    likeness = month_terms(days("2023-01-01", 31)) @ month_terms(days("2023-01-01", 31)).T
    assert likeness[0, 1] > 0.5
    assert abs(likeness[0, 14]) < 0.01
    assert abs(likeness[0, 30]) < 0.01


def test_the_season_of_the_year_returns_after_a_year() -> None:
    year = year_terms(days("2023-03-01", 366))
    assert year.shape == (366, 8)
    np.testing.assert_allclose(year[365], year[0], atol=0.02)
    # The first wave is the strongest: two sines and cosines, 1 / order squared each.
    np.testing.assert_allclose((year**2).sum(axis=1), sum(1 / k**2 for k in range(1, 5)))
