"""The models: exact where the truth is exact, and nothing but the past is used."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import (
    HALF_HOUR,
    LONDON,
    MONDAY,
    OFFICE,
    bank_history,
    history_of,
    poisson_counts,
    true_means,
    weeks_grid,
)
from numpy.typing import NDArray

from forecasting.candidates import CANDIDATES
from forecasting.grid import TimeGrid
from forecasting.models import EwmaWeekday, Model, ProfileLevel, SeasonalNaive
from forecasting.series import Calendar, Series
from forecasting.special_days import OpeningHours

every_model = pytest.mark.parametrize("model", CANDIDATES, ids=lambda model: model.name)


def series_of(counts: NDArray, weeks: int, opening: OpeningHours = OFFICE) -> Series:
    return Calendar(queue="phone", opening=opening).series(history_of(weeks_grid(weeks), counts))


def next_week(weeks: int) -> TimeGrid:
    return weeks_grid(1, MONDAY + timedelta(weeks=weeks))


@every_model
@pytest.mark.parametrize("weeks", [1, 2, 9])
def test_a_week_that_repeats_is_forecast_exactly(model: Model, weeks: int) -> None:
    series = series_of(true_means(weeks_grid(weeks), 40.0), weeks)
    grid = next_week(weeks)
    is_open = true_means(grid, 1.0) > 0
    # Common profiles are exact too, for all weekdays share one. Models of square roots add
    # the variance that they always expect.
    np.testing.assert_allclose(
        model.fit(series).predict(grid)[is_open], true_means(grid, 40.0)[is_open], rtol=0.02
    )


def test_seasonal_naive_equals_its_naive_twin_on_the_bank() -> None:
    history = bank_history()
    series = Calendar(queue="phone", opening=OpeningHours.parse("Mon-Fri 07:00-21:00")).series(
        history
    )
    grid = TimeGrid.over_days(
        history.grid.dates()[-1] + timedelta(days=1), 14, HALF_HOUR, history.grid.zone
    )
    known = {
        start.replace(tzinfo=None): count
        for start, count in zip(history.grid.starts_local(), history.offered[0], strict=True)
        if not np.isnan(count)
    }
    predicted = SeasonalNaive().fit(series).predict(grid)
    for start, value in zip(grid.starts_local(), predicted, strict=True):
        wall = start.replace(tzinfo=None)
        if wall.weekday() < 5 and 7 <= wall.hour < 21:
            weeks_back = (wall - timedelta(weeks=n) for n in range(1, 13))
            assert value == next(known[then] for then in weeks_back if then in known)


def test_ewma_gives_a_day_of_one_half_life_half_the_weight() -> None:
    counts = np.where(np.arange(672) < 336, 30.0, 60.0)
    series = series_of(counts, 2, OpeningHours.always())
    predicted = EwmaWeekday(half_life_weeks=1.0).fit(series).predict(next_week(2))
    np.testing.assert_allclose(predicted, 50.0)


def test_a_deviation_of_the_level_fades_day_by_day() -> None:
    grid = weeks_grid(10)
    _, which = np.unique(grid.local_dates, return_inverse=True)
    # On the root scale whole weeks lie 3 above or below 30 in turn, so every weekday's mean is
    # 30; of 69 products of neighbouring deviations 60 are positive and 9 negative.
    root = 30.0 + np.where(np.arange(70) // 7 % 2 == 0, 3.0, -3.0)
    counts = (root**2 / 48)[which]
    series = series_of(counts, 10, OpeningHours.always())
    fitted = ProfileLevel(half_life_weeks=1e9).fit(series)
    fade = (60 - 9) / 69
    fading = fade ** np.arange(1, 8)
    expected = (30.0 - 3.0 * fading) ** 2 + 9.0 * (1 - fading**2)
    daily = fitted.predict(next_week(10)).reshape(7, 48).sum(axis=1)
    np.testing.assert_allclose(daily, expected)


def test_profile_level_follows_a_level_that_moved() -> None:
    weeks = 12
    grid = weeks_grid(weeks)
    moved = np.where(np.arange(len(grid)) >= 336 * 10, 1.6, 1.0)
    series = series_of(true_means(grid, 40.0) * moved, weeks)
    target = next_week(weeks)
    is_open = true_means(target, 1.0) > 0
    truth = 1.6 * true_means(target, 40.0)[is_open].sum()
    assert ProfileLevel().fit(series).predict(target)[is_open].sum() > 0.85 * truth


@every_model
def test_an_unknown_day_neither_trains_nor_poisons(model: Model) -> None:
    counts = true_means(weeks_grid(6), 40.0)
    gaps = counts.copy()
    for day in (3, 20, 32):
        gaps[48 * day : 48 * (day + 1)] = np.nan
    # Some slots of a day are missing: the rest of the day still tells its level.
    gaps[48 * 15 + 20 : 48 * 15 + 26] = np.nan
    full, holed = (model.fit(series_of(each, 6)).predict(next_week(6)) for each in (counts, gaps))
    np.testing.assert_allclose(holed, full, rtol=0.02)


@every_model
@given(seed=st.integers(0, 10_000), volume=st.floats(0.0, 0.5), weeks=st.integers(1, 5))
@settings(deadline=None, derandomize=True, max_examples=25)
def test_few_contacts_never_give_a_negative_or_unknown_mean(
    model: Model, seed: int, volume: float, weeks: int
) -> None:
    series = series_of(poisson_counts(weeks_grid(weeks), volume, seed=seed), weeks)
    predicted = model.fit(series).predict(next_week(weeks))
    assert np.isfinite(predicted).all()
    assert (predicted >= 0).all()


@every_model
def test_nothing_known_means_nothing_expected(model: Model) -> None:
    series = series_of(np.full(672, np.nan), 2)
    assert not model.fit(series).predict(next_week(2)).any()


@every_model
def test_the_night_of_a_clock_change_is_forecast(model: Model) -> None:
    first = MONDAY + timedelta(weeks=11)
    history = history_of(weeks_grid(11), np.full(len(weeks_grid(11)), 8.0))
    series = Calendar(queue="phone", opening=OpeningHours.always()).series(history)
    grid = TimeGrid.over_days(first, 14, HALF_HOUR, LONDON)
    assert len(grid) == 14 * 48 - 2
    np.testing.assert_allclose(model.fit(series).predict(grid), 8.0, rtol=0.02)


@pytest.mark.parametrize("model", CANDIDATES[2:], ids=lambda model: model.name)
def test_a_quiet_queue_is_forecast_without_bias(model: Model) -> None:
    # Square roots pull the mean down unless the variance is put back: at five contacts a day
    # by about five per cent.
    weeks, runs = 8, 40
    target = next_week(weeks)
    is_open = true_means(target, 1.0) > 0
    truth = true_means(target, 0.4)[is_open].sum()
    totals = []
    for seed in range(runs):
        counts = poisson_counts(weeks_grid(weeks), 0.4, seed=seed)
        predicted = model.fit(series_of(counts, weeks)).predict(target)
        totals.append(predicted[is_open].sum())
    standard_error = np.std(totals) / np.sqrt(runs)
    assert np.mean(totals) == pytest.approx(truth, abs=4 * standard_error + 0.01 * truth)
