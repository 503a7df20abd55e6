"""Queues that grow: the slope that is believed, how it goes on, and forecasts that lean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from known_series import HALF_HOUR, LONDON, OFFICE, history_of

from forecasting.day_level import DayLevel
from forecasting.grid import TimeGrid, day_numbers, weekdays_of
from forecasting.growing import Growing
from forecasting.growth import Growth
from forecasting.leaning import Leaning
from forecasting.past_errors import Errors
from forecasting.series import Calendar
from forecasting.special_days import open_share

FIRST = np.datetime64("2024-01-01", "D")
SHARES = np.array([1.3, 1.1, 1.0, 0.9, 0.7, 0.5, 0.0])


def learned(level: np.ndarray, *, luck: float = 0.1, seed: int = 0, volume: float = 800) -> Growth:
    days = FIRST + np.arange(level.size)
    weekdays = weekdays_of(days)
    rng = np.random.default_rng(seed)
    rate = volume * SHARES[weekdays] * level
    if luck:
        rate = rng.poisson(rate * rng.gamma(luck**-2, luck**2, level.size)).astype(float)
    totals = np.where(SHARES[weekdays] > 0, rate, np.nan)
    return Growth.learn(days, weekdays, totals)


def weeks_ahead(growth: Growth, *weeks: int) -> np.ndarray:
    return growth.factor(growth.last_day + 7 * np.array(weeks))


@pytest.mark.parametrize("a_week", [0.01, 0.02, -0.01])
def test_a_steady_growth_is_found_and_goes_on_fading(a_week: float) -> None:
    level = (1.0 + a_week) ** (np.arange(364) / 7.0)
    found = [weeks_ahead(learned(level, seed=seed), -26, 12, 52) for seed in range(5)]
    past, soon, late = np.log(np.mean(found, axis=0)) / np.log1p(a_week)
    assert past == pytest.approx(-26.0, rel=0.15)
    assert soon == pytest.approx(12.0, rel=0.3)
    # A slope half forgotten within a year: exp(-t/52) from t = 0 to 52 has the integral 33.
    assert 20.0 < late < 38.0


def test_without_growth_none_is_believed() -> None:
    found = [weeks_ahead(learned(np.ones(364), seed=seed), 26)[0] for seed in range(8)]
    assert np.mean(found) == pytest.approx(1.0, abs=0.03)
    assert np.max(np.abs(np.log(found))) < 0.12


def test_a_yearly_season_is_no_growth_once_two_years_are_known() -> None:
    day = np.arange(3 * 365)
    level = 1.0 + 0.25 * np.sin(2 * np.pi * (day - 60) / 365.25)
    # The last months fall steeply; a slope alone would go on falling.
    assert weeks_ahead(learned(level, luck=0.05), 12)[0] > 0.93
    assert weeks_ahead(learned(level[-364:], luck=0.05), 12)[0] < 0.95


def test_few_weeks_and_empty_days_tell_no_growth() -> None:
    assert weeks_ahead(learned(1.05 ** np.arange(28.0)), -2, 20).tolist() == [1.0, 1.0]
    nothing = Growth.learn(FIRST + np.arange(90), np.arange(90) % 7, np.full(90, np.nan))
    assert weeks_ahead(nothing, 5).tolist() == [1.0]


def test_the_factor_equals_a_dense_gaussian_process() -> None:
    """One pair of variances, every covariance as an integral: the naive twin."""
    rng = np.random.default_rng(3)
    weeks = -(np.arange(10) + 0.5)
    first, fading = weeks.min(), 52.0

    def covariance(one: float, other: float) -> float:
        grid = 0.02
        left = np.arange(0.0, one - first, grid) + grid / 2
        right = np.arange(0.0, other - first, grid) + grid / 2
        lag = np.abs(left[:, None] - right[None, :])
        return float(np.exp(-lag / fading).sum() * grid**2)

    weights = rng.standard_normal(10)
    growth = Growth(
        last_day=FIRST,
        weeks=weeks,
        weights=weights[np.newaxis],
        slopes=np.array([0.01]),
        beliefs=np.ones(1),
    )
    asked = (14.0 - 0.5) / 7.0
    moved = [
        0.01 * sum(w * covariance(at, t) for w, t in zip(weights, weeks, strict=True))
        for at in (asked, 0.0)
    ]
    expected = np.exp(moved[0] - moved[1])
    assert growth.factor(np.array([FIRST + 14]))[0] == pytest.approx(expected, rel=2e-3)


def test_the_model_forecasts_a_growing_queue_without_much_bias() -> None:
    bias = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        grid = TimeGrid.over_days(date(2024, 1, 1), 7 * 60, HALF_HOUR, LONDON)
        day = day_numbers(grid)
        mean = 40.0 * 1.01 ** (day / 7.0) * open_share(OFFICE, (), "", grid)
        counts = rng.poisson(mean * rng.gamma(900.0, 1 / 900, 7 * 60)[day]).astype(float)
        series = Calendar(queue="phone", opening=OFFICE).series(history_of(grid, counts))
        origin = grid.dates()[0] + timedelta(weeks=52)
        past = series.before(origin)
        ahead = TimeGrid.over_days(origin, 56, HALF_HOUR, LONDON)
        part = slice(len(past.grid), len(past.grid) + len(ahead))
        for model in (Growing(), DayLevel(name="without", wander=0.003)):
            expected = model.fit(past).predict(ahead) * series.weight[part]
            bias.append(expected.sum() / mean[part].sum() - 1.0)
    growing, without = np.array(bias).reshape(-1, 2).mean(axis=0)
    assert abs(growing) < 0.04
    assert abs(growing) < 0.4 * abs(without)


def some_errors(lean: float, *, trials: int = 20, luck: float = 0.1, seed: int = 0) -> Errors:
    rng = np.random.default_rng(seed)
    trial, lead = np.divmod(np.arange(trials * 7), 7)
    expected = np.full(trial.size, 1000.0)
    return Errors(
        trial=trial,
        lead_days=lead + 1,
        slots=np.zeros(trial.size, dtype=np.int64),
        expected=expected,
        observed=expected * (1.0 + lean) * rng.gamma(luck**-2, luck**2, trial.size),
        age_days=7 * (trials - trial) - lead,
    )


def test_what_every_trial_shows_is_righted_and_luck_is_not() -> None:
    lead = np.arange(1, 12)
    leaning = [Leaning.learn(some_errors(0.08, seed=seed)).factor(lead) for seed in range(10)]
    assert np.mean(leaning) == pytest.approx(1.08, abs=0.015)
    level = [Leaning.learn(some_errors(0.0, seed=seed)).factor(lead) for seed in range(10)]
    assert np.mean(level) == pytest.approx(1.0, abs=0.01)
    assert Leaning.learn(some_errors(3.0)).factor(lead).max() <= 1.25


def test_few_trials_right_nothing() -> None:
    assert np.all(Leaning.learn(some_errors(0.5, trials=5)).factor(np.arange(1, 9)) == 1.0)
    assert Leaning.learn(Errors.pool([])).factor(np.array([1, 40])).tolist() == [1.0, 1.0]


def test_the_leaning_equals_its_naive_twin() -> None:
    errors = some_errors(0.1, trials=9, seed=4)
    leaning = Leaning.learn(errors)
    for lead in range(1, 8):
        missed, expected = np.zeros(9), np.zeros(9)
        for k in range(errors.trial.size):
            if lead <= 2 * errors.lead_days[k] and errors.lead_days[k] <= 2 * lead:
                weight = 0.5 ** (errors.age_days[k] / 42.0)
                missed[errors.trial[k]] += weight * (errors.observed[k] - errors.expected[k])
                expected[errors.trial[k]] += weight * errors.expected[k]
        share = missed.sum() / expected.sum()
        noise = sum((m - share * e) ** 2 for m, e in zip(missed, expected, strict=True))
        noise *= max(min(1.5 * lead, 7.0) / 7.0, 1.0) / expected.sum() ** 2
        factor = 1.0 + max(1.0 - 2.0 * noise / share**2, 0.0) * share
        assert leaning.factors[lead - 1] == pytest.approx(factor)


def test_righted_errors_are_those_of_righted_forecasts() -> None:
    errors = some_errors(0.1, seed=2)
    leaning = Leaning.learn(errors)
    righted = leaning.righted(errors)
    np.testing.assert_allclose(righted.expected, errors.expected * leaning.factor(errors.lead_days))
    np.testing.assert_array_equal(
        replace(righted, expected=errors.expected).observed, errors.observed
    )
