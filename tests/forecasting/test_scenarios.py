"""Paths and totals: whole days move together as they did."""

from datetime import date, timedelta

import numpy as np
import pytest
from known_series import MONDAY, history_of, poisson_counts, true_means, weeks_grid
from test_forecast import AHT, ALL, NEXT, noisy, small_forecast

from forecasting.forecast import Forecast, make_forecast
from scheduler.errors import InputError


def forecast_of(
    day_spread: float, *, weeks: int = 26, seed: int = 8, volume: float = 60.0
) -> Forecast:
    grid = weeks_grid(weeks)
    counts = poisson_counts(grid, volume, seed=seed, day_spread=day_spread)
    week = weeks_grid(1, MONDAY + timedelta(weeks=weeks))
    return make_forecast(history_of(grid, counts), week, opening=ALL, aht_s=AHT)


def test_paths_are_whole_numbers_in_opening_hours_and_follow_the_seed() -> None:
    forecast = make_forecast(noisy(), NEXT, opening=ALL, aht_s=AHT)
    paths = forecast.paths(200, seed=3)
    assert paths.shape == (200, 2, len(NEXT))
    assert (paths >= 0).all()
    np.testing.assert_array_equal(paths, np.rint(paths))
    assert not paths[:, forecast.offered == 0].any()
    np.testing.assert_array_equal(paths, forecast.paths(200, seed=3))
    assert (paths != forecast.paths(200, seed=4)).any()


def test_paths_lie_around_the_mean_with_the_range_of_the_intervals() -> None:
    forecast = forecast_of(0.2)
    paths = forecast.paths(3000, seed=1)[:, 0]
    busy = forecast.offered[0] > 0
    mean = paths[:, busy].mean(axis=0)
    assert mean.sum() == pytest.approx(forecast.total("phone"), rel=0.06)
    # Ranges of intervals are those of all slots together, paths of one: on average alike.
    below = (paths < forecast.quantiles[0, 0]).mean(axis=0)[busy]
    upto = (paths <= forecast.quantiles[-1, 0]).mean(axis=0)[busy]
    assert below.mean() == pytest.approx(0.1, abs=0.05)
    assert upto.mean() == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("day_spread", [0.0, 0.2])
def test_intervals_of_a_day_move_together_as_they_did(day_spread: float) -> None:
    forecast = forecast_of(day_spread)
    tuesday = forecast.grid.day_slice(forecast.grid.dates()[1])
    day = forecast.paths(4000, seed=1)[:, 0, tuesday]
    together = np.corrcoef(day[:, 20], day[:, 32])[0, 1]
    mean = true_means(forecast.grid, 60.0)[tuesday][[20, 32]]
    # The day's factor is all that two intervals share; little is added by unsure weekdays.
    shared = np.prod([day_spread * m / np.sqrt(m + (day_spread * m) ** 2) for m in mean])
    assert together == pytest.approx(shared, abs=0.15)


def test_totals_of_days_and_weeks_add_up() -> None:
    forecast = make_forecast(noisy(), weeks_grid(2, NEXT.dates()[0]), opening=ALL, aht_s=AHT)
    days, weeks = forecast.totals("day"), forecast.totals("week")
    assert days.starts == tuple(forecast.grid.dates())
    assert weeks.starts == (date(2026, 3, 30), date(2026, 4, 6))
    for row in range(2):
        for number, day in enumerate(forecast.grid.dates()):
            twin = forecast.offered[row, forecast.grid.day_slice(day)].sum()
            assert days.offered[row, number] == pytest.approx(twin)
        assert weeks.offered[row].sum() == pytest.approx(forecast.offered[row].sum())
    paths = forecast.paths(2000, seed=0)[:, 0]
    twin = np.quantile([path[336:].sum() for path in paths], 0.1)
    assert weeks.quantiles[0, 0, 1] == pytest.approx(twin)
    assert (np.diff(weeks.quantiles, axis=0) >= 0).all()


def test_the_range_of_a_day_is_neither_the_sum_nor_the_root_of_ranges() -> None:
    forecast = forecast_of(0.2)
    tuesday = forecast.grid.day_slice(forecast.grid.dates()[1])
    intervals = (forecast.quantiles[-1] - forecast.quantiles[0])[0, tuesday]
    total = forecast.totals("day").quantiles[:, 0, 1]
    assert np.sqrt((intervals**2).sum()) < 0.75 * (total[-1] - total[0])
    assert total[-1] - total[0] < 1.1 * intervals.sum()


def test_ranges_of_days_hold_eighty_per_cent() -> None:
    inside = total = 0
    for seed in range(12):
        truth = weeks_grid(27)
        counts = poisson_counts(truth, 60.0, seed=seed, day_spread=0.15)
        past = history_of(weeks_grid(26), counts[: len(weeks_grid(26))])
        week = weeks_grid(1, MONDAY + timedelta(weeks=26))
        days = make_forecast(past, week, opening=ALL, aht_s=AHT).totals("day").quantiles[:, 0]
        came = counts[-len(week) :].reshape(7, 48)[:5].sum(axis=1)
        inside += int(((days[0, :5] <= came) & (came <= days[-1, :5])).sum())
        total += 5
    # 60 days: the standard error of the share is 0.05.
    assert inside / total == pytest.approx(0.8, abs=0.13)


def test_queues_that_moved_together_go_on_to() -> None:
    grid = weeks_grid(20)
    rng = np.random.default_rng(2)
    factor = np.repeat(rng.gamma(25.0, 0.04, 140), 48)[: len(grid)]
    counts = [rng.poisson(true_means(grid, 80.0) * factor).astype(float) for _ in range(2)]
    week = weeks_grid(1, MONDAY + timedelta(weeks=20))
    forecast = make_forecast(history_of(grid, *counts), week, opening=ALL, aht_s=AHT)
    days = forecast.paths(3000, seed=1)[:, :, week.day_slice(week.dates()[2])].sum(axis=2)
    assert np.corrcoef(days.T)[0, 1] > 0.6


def test_a_what_if_scales_its_paths() -> None:
    forecast = forecast_of(0.0, weeks=8)
    more = forecast.scaled(volume=1.5)
    np.testing.assert_allclose(more.paths(5, seed=1), 1.5 * forecast.paths(5, seed=1))


def test_a_short_history_has_assumed_paths() -> None:
    forecast = forecast_of(0.0, weeks=1)
    days = forecast.totals("day")
    spread = (days.quantiles[-1] - days.quantiles[0])[0, 0] / days.offered[0, 0]
    # Days differ by about a fifth times the part that a day shares, 80 % lie within 1.28 of it.
    assert 0.3 < spread < 0.6


def test_paths_that_are_refused() -> None:
    with pytest.raises(InputError, match="forecast read"):
        small_forecast().paths(3, seed=1)
    with pytest.raises(InputError, match="at least one"):
        forecast_of(0.0, weeks=2).paths(0, seed=1)
