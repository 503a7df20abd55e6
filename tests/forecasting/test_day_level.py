"""Days that inform each other: covariances, and forecasts from them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import MONDAY, OFFICE, history_of, poisson_counts, true_means, weeks_grid
from numpy.typing import NDArray

from forecasting.candidates import CANDIDATES
from forecasting.day_kernel import Kernel
from forecasting.day_level import DayLevel
from forecasting.series import Calendar, Series
from forecasting.special_days import SpecialDay

UTC = ZoneInfo("UTC")
FIRST = np.datetime64(MONDAY, "D")
KERNELS = [
    Kernel(wander=0.001, trend=0.0, calendar=False),
    Kernel(wander=0.03, trend=0.002, calendar=True),
    Kernel(wander=0.03, trend=0.002, calendar=True, yearly=True),
]
every_kernel = pytest.mark.parametrize("kernel", KERNELS)


def effects_of(count: int) -> NDArray[np.float64]:
    return (np.arange(count)[:, np.newaxis] % 30 == [3, 4, 5, 1]).astype(float)


def series_of(counts: NDArray, weeks: int, **options: object) -> Series:
    history = history_of(weeks_grid(weeks, zone=UTC), counts)
    return Calendar(queue="phone", opening=OFFICE, **options).series(history)


def days_factor(factor: NDArray) -> NDArray:
    return np.repeat(factor, 48)


def day_forecast(model: DayLevel, series: Series, weeks: int) -> NDArray:
    """Contacts of the days of the week after ``weeks`` weeks."""
    grid = weeks_grid(1, MONDAY + timedelta(weeks=weeks), UTC)
    is_open = true_means(grid, 1.0) > 0
    return (model.fit(series).predict(grid) * is_open).reshape(7, 48).sum(axis=1)[:5]


@every_kernel
def test_covariances_equal_their_naive_twin(kernel: Kernel) -> None:
    days = FIRST + np.arange(40)
    axis = kernel.describe(days, FIRST, effects_of(40))
    found = kernel.covariance(axis, axis)
    for i in range(0, 40, 3):
        for j in range(0, 40, 7):
            apart, least = abs(i - j), min(i, j)
            twin = 20.0 + np.exp(-apart / 6.0) + kernel.wander * least
            if i % 7 == j % 7:
                twin += 20.0 + np.exp(-apart / 280.0)
            twin += sum(a * b for a, b in zip(axis.terms[i], axis.terms[j], strict=True))
            if kernel.trend:
                # The level's part is the double integral of the slope's covariance.
                s, u = np.meshgrid(
                    (np.arange(400) + 0.5) / 400 * i, (np.arange(400) + 0.5) / 400 * j
                )
                twin += kernel.trend * np.exp(-np.abs(s - u) / 60.0).mean() * i * j
            assert found[i, j] == pytest.approx(twin, rel=1e-4)


@every_kernel
def test_covariances_are_positive_and_their_diagonal_is_the_variance(kernel: Kernel) -> None:
    axis = kernel.describe(FIRST + np.arange(90), FIRST, effects_of(90))
    covariance = kernel.covariance(axis, axis)
    np.testing.assert_allclose(covariance, covariance.T)
    np.testing.assert_allclose(np.diag(covariance), kernel.variance(axis))
    assert np.linalg.eigvalsh(covariance).min() > -1e-8


def test_a_forecast_is_the_conditional_mean() -> None:
    # The twin conditions a normal vector by elimination, one day on record after the other.
    weeks = 3
    grid = weeks_grid(weeks, zone=UTC)
    series = series_of(poisson_counts(grid, 40.0, seed=3, day_spread=0.1), weeks)
    model = DayLevel(name="twin", calendar=False)
    fitted = model.fit(series)
    roots = np.sqrt(series.record.totals)
    known = np.flatnonzero(~np.isnan(roots))
    kernel = Kernel(wander=0.001, trend=0.0, calendar=False)
    days = np.concatenate([known, [21]])
    axis = kernel.describe(FIRST + days, FIRST, np.zeros((days.size, 4)))
    joint = kernel.covariance(axis, axis)
    scale = fitted.scale
    joint[np.diag_indices(days.size)] += scale.noise(axis.weekdays)
    mean = np.zeros(days.size)
    values = (roots[known] - scale.mean[known % 7]) / scale.unit[known % 7]
    for step, value in enumerate(values):
        gain = joint[:, step] / joint[step, step]
        mean = mean + gain * (value - mean[step])
        joint = joint - np.outer(gain, joint[step])
    root = scale.mean[0] + scale.unit[0] * mean[-1]
    left = joint[-1, -1] - scale.noise(np.array([0]))[0] + 1.0
    expected = root**2 + left * fitted.solved.size * scale.unit[0] ** 2 + 0.25
    assert day_forecast(model, series, weeks)[0] == pytest.approx(expected)


def noisy(truth: NDArray, seed: int) -> NDArray:
    """Days that differ by eight per cent around the truth, and Poisson arrivals."""
    rng = np.random.default_rng(seed)
    return np.asarray(
        rng.poisson(
            np.nan_to_num(truth) * days_factor(rng.gamma(150.0, 1 / 150.0, truth.size // 48))
        )
    ).astype(float)


def test_a_place_in_the_month_that_is_busy_is_learned() -> None:
    weeks = 30
    grid = weeks_grid(weeks + 1, zone=UTC)
    days = FIRST + np.arange(7 * (weeks + 1))
    of_month = (days - days.astype("datetime64[M]")).astype(int) + 1
    truth = true_means(grid, 40.0) * days_factor(np.where(of_month <= 4, 1.3, 1.0))
    later = truth[-336:].reshape(7, 48).sum(axis=1)[:5]
    missed = np.zeros((2, 6))
    for seed in range(6):
        series = series_of(noisy(truth[:-336], seed), weeks)
        for row, calendar in enumerate((True, False)):
            found = day_forecast(DayLevel(name="", calendar=calendar), series, weeks)
            missed[row, seed] = np.abs(found / later - 1).mean()
    assert missed[0].mean() < 0.6 * missed[1].mean()


def test_the_day_after_a_day_off_is_learned() -> None:
    weeks = 30
    grid = weeks_grid(weeks + 1, zone=UTC)
    off = [7 * week for week in (5, 13, 22, 30)]
    factor = np.ones(7 * (weeks + 1))
    factor[np.array(off) + 1] = 1.4
    truth = true_means(grid, 40.0) * days_factor(factor)
    closed = tuple(SpecialDay(day=MONDAY + timedelta(days=d), kind="closed") for d in off)
    tuesdays = []
    for seed in range(6):
        series = series_of(noisy(truth[:-336], seed), weeks, special_days=closed)
        tuesdays.append(day_forecast(DayLevel(name=""), series, weeks)[1])
    usual = true_means(grid, 40.0)[-336:].reshape(7, 48)[1].sum()
    # Three examples, each as noisy as a day, earn most of the effect but not all of it.
    assert 1.2 < np.mean(tuesdays) / usual < 1.4


def test_poisson_noise_alone_moves_nothing() -> None:
    # All that varies is Poisson: the best forecast is the mean of the weekday, which a model
    # that mistakes noise for moods misses by more.
    weeks, runs = 10, 60
    target = true_means(weeks_grid(1, zone=UTC), 0.5).reshape(7, 48).sum(axis=1)[:5]
    errors = np.zeros((2, runs))
    for seed in range(runs):
        counts = poisson_counts(weeks_grid(weeks, zone=UTC), 0.5, seed=seed)
        series = series_of(counts, weeks)
        daily = counts.reshape(weeks, 7, 48).sum(axis=2)[:, :5]
        errors[0, seed] = np.mean((day_forecast(DayLevel(name=""), series, weeks) - target) ** 2)
        errors[1, seed] = np.mean((daily.mean(axis=0) - target) ** 2)
    assert errors[0].mean() < 1.3 * errors[1].mean()


def test_a_level_that_jumped_is_followed_by_the_moving_models_first() -> None:
    weeks = 16
    grid = weeks_grid(weeks, zone=UTC)
    jumped = days_factor(np.where(np.arange(7 * weeks) >= 7 * 14, 1.6, 1.0))
    truth = 1.6 * true_means(weeks_grid(1, zone=UTC), 40.0).sum()
    by_name = {model.name: model for model in CANDIDATES}
    found = np.zeros((2, 6))
    for seed in range(6):
        series = series_of(noisy(true_means(grid, 40.0) * jumped, seed), weeks)
        for row, name in enumerate(("moving days", "steady days")):
            found[row, seed] = day_forecast(by_name[name], series, weeks).sum() / truth
    moving, steady = found.mean(axis=1)
    assert steady < moving
    assert 0.9 < moving < 1.03


def test_a_trend_goes_on_and_fades() -> None:
    weeks = 30
    grid = weeks_grid(weeks, zone=UTC)
    growth = days_factor(1.01 ** (np.arange(7 * weeks) / 7.0))
    series = series_of(true_means(grid, 40.0) * growth, weeks)
    now = true_means(weeks_grid(1, zone=UTC), 40.0).sum() * 1.01**weeks
    fitted = CANDIDATES[-2].fit(series)
    year = [
        fitted.predict(weeks_grid(1, MONDAY + timedelta(weeks=weeks + k), UTC)) for k in (0, 12, 52)
    ]
    is_open = true_means(weeks_grid(1, zone=UTC), 1.0) > 0
    totals = [values[is_open].sum() / now for values in year]
    assert totals[0] == pytest.approx(1.0, abs=0.02)
    assert totals[0] < totals[1] < totals[2]
    assert totals[2] < 1.01**52


def test_two_years_tell_a_season() -> None:
    weeks = 108
    grid = weeks_grid(weeks, zone=UTC)
    phase = 2 * np.pi * np.arange(7 * weeks) / 365.25
    series = series_of(true_means(grid, 40.0) * days_factor(1 + 0.3 * np.sin(phase)), weeks)
    model = DayLevel(name="")
    errors = []
    for ahead in (4, 13, 26, 39):
        first = MONDAY + timedelta(weeks=weeks + ahead)
        target = weeks_grid(1, first, UTC)
        truth = true_means(target, 40.0).reshape(7, 48).sum(axis=1)[:5]
        later = 2 * np.pi * (7 * (weeks + ahead) + np.arange(5)) / 365.25
        truth = truth * (1 + 0.3 * np.sin(later))
        found = model.fit(series).predict(target) * (true_means(target, 1.0) > 0)
        errors.append(found.reshape(7, 48).sum(axis=1)[:5] / truth - 1)
    assert np.abs(errors).max() < 0.08


@given(seed=st.integers(0, 10_000), weeks=st.integers(1, 3))
@settings(deadline=None, derandomize=True, max_examples=20)
def test_a_short_past_gives_sane_days(seed: int, weeks: int) -> None:
    counts = poisson_counts(weeks_grid(weeks, zone=UTC), 20.0, seed=seed, day_spread=0.2)
    series = series_of(counts, weeks)
    for model in CANDIDATES[-4:]:
        found = day_forecast(model, series, weeks)
        daily = counts.reshape(weeks, 7, 48).sum(axis=2)[:, :5]
        assert (found > 0.5 * daily.min()).all()
        assert (found < 1.5 * daily.max()).all()
