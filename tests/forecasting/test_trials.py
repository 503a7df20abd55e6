"""Trials that see nothing but the past."""

from datetime import date, timedelta

import numpy as np
import pytest
from known_series import MONDAY, OFFICE, history_of, poisson_counts, weeks_grid

from forecasting.candidates import CANDIDATES
from forecasting.models import ProfileLevel
from forecasting.series import Calendar, Series
from forecasting.trials import past_origins, run_trial, run_trials


def noisy_series(weeks: int, volume: float = 20.0) -> Series:
    counts = poisson_counts(weeks_grid(weeks), volume, seed=5)
    return Calendar(queue="phone", opening=OFFICE).series(history_of(weeks_grid(weeks), counts))


@pytest.mark.parametrize("model", CANDIDATES, ids=lambda model: model.name)
def test_a_trial_sees_nothing_from_its_origin_on(model: ProfileLevel) -> None:
    series = noisy_series(8)
    origin = MONDAY + timedelta(weeks=6)
    counts = series.counts.copy()
    counts[series.grid.day_slice(origin).start :] *= 7.0
    other = Series(grid=series.grid, counts=counts, weight=series.weight)
    one, two = (run_trial(each, [model], origin, 7) for each in (series, other))
    np.testing.assert_array_equal(one.expected, two.expected)
    np.testing.assert_array_equal(7.0 * one.observed, two.observed)
    assert one.expected.shape == (1, 5 * 16)
    assert np.unique(one.lead_days).tolist() == [1, 2, 3, 4, 5]
    assert np.unique(one.slots).tolist() == list(range(18, 34))


def test_a_day_of_a_trial_is_known_when_it_is_over() -> None:
    trial = run_trial(noisy_series(8), [ProfileLevel()], MONDAY + timedelta(weeks=6), 7)
    for later in range(9):
        known = trial.known_at(trial.origin + timedelta(days=later))
        assert np.unique(trial.lead_days[known]).tolist() == list(range(1, min(later, 5) + 1))


def test_trials_without_a_record_are_left_out() -> None:
    origins = [MONDAY + timedelta(days=42 + n) for n in range(7)]
    trials = run_trials(noisy_series(8), [ProfileLevel()], origins, 1)
    assert [trial.origin for trial in trials] == origins[:5]


def test_origins_end_with_the_last_full_window() -> None:
    series = noisy_series(6)
    origins = past_origins(series, days=7, least_days=28)
    assert origins == [MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=5)]
    assert past_origins(series, days=14, least_days=28) == [date(2026, 2, 2)]
    assert past_origins(series, days=15, least_days=28) == []


def test_origins_of_short_trials_lie_as_far_apart_as_these_reach() -> None:
    origins = past_origins(noisy_series(20), days=1, least_days=28)
    assert len(origins) == 42
    assert np.diff(origins).tolist() == [timedelta(days=1)] * 41


def test_origins_go_half_a_year_back() -> None:
    origins = past_origins(noisy_series(60), days=14, least_days=28)
    assert len(origins) == 26
    assert np.diff(origins).tolist() == [timedelta(days=7)] * 25
