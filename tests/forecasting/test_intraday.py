"""The rest of a day after its morning, against theory and against what came."""

from datetime import timedelta

import numpy as np
import pytest
from known_series import MONDAY, poisson_counts, weeks_grid
from test_scenarios import forecast_of

from forecasting.forecast import Forecast
from forecasting.intraday import update_day
from scheduler.errors import InputError

TUESDAY = 1


def halves(forecast: Forecast) -> tuple[np.ndarray, np.ndarray]:
    """Open intervals of Tuesday before and after one o'clock."""
    open_ones = np.flatnonzero(forecast.offered[0] > 0)
    day = forecast.grid.day_slice(forecast.grid.dates()[TUESDAY])
    tuesday = open_ones[(open_ones >= day.start) & (open_ones < day.stop)]
    return np.array_split(tuesday, 2)


def counts_so_far(forecast: Forecast, known: np.ndarray, factor: float) -> np.ndarray:
    so_far = np.full(forecast.offered.shape, np.nan)
    so_far[0, known] = np.rint(forecast.offered[0, known] * factor)
    return so_far


@pytest.mark.parametrize("factor", [0.7, 1.3])
@pytest.mark.parametrize("day_spread", [0.0, 0.2])
def test_a_day_is_believed_as_far_as_days_differ(day_spread: float, factor: float) -> None:
    forecast = forecast_of(day_spread)
    morning, rest = halves(forecast)
    found = update_day(forecast, counts_so_far(forecast, morning, factor))
    # Of a gamma factor with mean 1 and n contacts expected, the mean after N came is
    # (k + N) / (k + n) with k = 1 / variance (the gamma-Poisson model).
    expected = forecast.offered[0, morning].sum()
    weight = day_spread**2 * expected / (1 + day_spread**2 * expected)
    changed = found.offered[0, rest].sum() / forecast.offered[0, rest].sum()
    assert changed == pytest.approx(1 + weight * (factor - 1), abs=0.07)


def test_what_came_stands_and_other_days_stay() -> None:
    forecast = forecast_of(0.2)
    morning, rest = halves(forecast)
    so_far = counts_so_far(forecast, morning, 1.2)
    found = update_day(forecast, so_far)
    np.testing.assert_array_equal(found.offered[0, morning], so_far[0, morning])
    np.testing.assert_array_equal(found.quantiles[0, 0, morning], found.quantiles[-1, 0, morning])
    others = np.setdiff1d(np.arange(forecast.offered.shape[1]), np.concatenate([morning, rest]))
    np.testing.assert_array_equal(found.offered[0, others], forecast.offered[0, others])
    np.testing.assert_array_equal(found.quantiles[:, 0, others], forecast.quantiles[:, 0, others])
    assert "contacts came where" in found.remarks[-1].text
    nothing = np.full(forecast.offered.shape, np.nan)
    np.testing.assert_array_equal(update_day(forecast, nothing).offered, forecast.offered)


def test_afternoons_are_forecast_better_with_ranges_that_hold() -> None:
    forecast = forecast_of(0.2)
    morning, rest = halves(forecast)
    week = weeks_grid(1, MONDAY + timedelta(weeks=26))
    before, after, inside = [], [], []
    for seed in range(40):
        came = poisson_counts(week, 60.0, seed=100 + seed, day_spread=0.2)
        so_far = np.full(forecast.offered.shape, np.nan)
        so_far[0, morning] = came[morning]
        found = update_day(forecast, so_far)
        before.append(abs(forecast.offered[0, rest].sum() - came[rest].sum()))
        after.append(abs(found.offered[0, rest].sum() - came[rest].sum()))
        low, high = found.quantiles[0, 0, rest], found.quantiles[-1, 0, rest]
        inside.append(((low <= came[rest]) & (came[rest] <= high)).mean())
    assert np.sum(after) < 0.5 * np.sum(before)
    assert np.mean(inside) == pytest.approx(0.8, abs=0.1)


def test_counts_that_do_not_fit_are_refused() -> None:
    forecast = forecast_of(0.2)
    with pytest.raises(InputError, match="contacts so far"):
        update_day(forecast, np.zeros((2, 3)))
    with pytest.raises(InputError, match="contacts so far"):
        update_day(forecast, np.full(forecast.offered.shape, -1.0))
