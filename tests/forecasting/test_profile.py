"""The intraday profile and what it says about whole days."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import MONDAY, poisson_counts, true_means, weeks_grid
from numpy.typing import NDArray

from forecasting.day_table import DayTable
from forecasting.profile import ProfileMemory, day_totals, over_the_day

UTC = ZoneInfo("UTC")


def table_of(counts: NDArray) -> DayTable:
    """Zeros are closed."""
    rate = counts.reshape(-1, 48)
    days = np.datetime64(MONDAY, "D") + np.arange(len(rate))
    return DayTable(days=days, rate=np.where(rate > 0, rate, np.nan))


def test_the_shares_of_a_week_that_repeats_are_exact() -> None:
    means = true_means(weeks_grid(4), 40.0)
    profile = ProfileMemory().learn(table_of(means))
    truth = means[:336].reshape(7, 48)
    with np.errstate(invalid="ignore"):
        truth = truth / truth.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(profile[:5], np.where(truth[:5] > 0, truth[:5], np.nan))
    assert np.isnan(profile[5:]).all()


@given(seed=st.integers(0, 10_000), volume=st.floats(0.05, 50.0), weeks=st.integers(1, 6))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_shares_sum_to_one_and_are_not_negative(seed: int, volume: float, weeks: int) -> None:
    counts = poisson_counts(weeks_grid(weeks), volume, seed=seed)
    rate = np.where(true_means(weeks_grid(weeks), 1.0) > 0, counts, np.nan).reshape(-1, 48)
    days = np.datetime64(MONDAY, "D") + np.arange(len(rate))
    profile = ProfileMemory().learn(DayTable(days=days, rate=rate))
    assert (profile[:5, 18:34] >= 0).all()
    sums = np.nansum(profile[:5], axis=1)
    assert np.all(np.isclose(sums, 1.0) | (sums == 0.0))


def test_a_change_common_to_all_days_is_learned_within_weeks() -> None:
    means = true_means(weeks_grid(20, zone=UTC), 200.0).reshape(-1, 48)
    later = means.copy()
    # From week 16 on the afternoon brings half as much again on every day.
    later[7 * 16 :, 26:] *= 1.5
    before, after = (ProfileMemory().learn(table_of(each)) for each in (means, later))
    gained = np.nanmean(after[:5, 28:32] / before[:5, 28:32])
    truth = 1.5 / (1 + 0.5 * np.nansum(before[0, 26:]))
    assert 1 + 0.7 * (truth - 1) < gained < truth


def test_few_contacts_borrow_the_shape_of_the_other_weekdays() -> None:
    rng = np.random.default_rng(4)
    means = true_means(weeks_grid(8), 0.5)
    truth = means[:48] / means[:48].sum()
    errors = []
    for prior in (100.0, 0.0):
        missed = 0.0
        for _ in range(20):
            counts = np.where(means > 0, rng.poisson(means), np.nan).reshape(-1, 48)
            days = np.datetime64(MONDAY, "D") + np.arange(len(counts))
            profile = ProfileMemory(prior=prior).learn(DayTable(days=days, rate=counts))
            missed += np.nansum(np.abs(profile[0] - truth))
        errors.append(missed)
    assert errors[0] < 0.85 * errors[1]


def test_whole_days_are_told_from_the_slots_that_are_known() -> None:
    profile = np.full((7, 4), np.nan)
    profile[0] = [0.1, 0.2, 0.3, 0.4]
    rate = np.array([[1.0, 2.0, 3.0, 4.0], [np.nan, np.nan, 3.0, 4.0], [1.0, 2.0, np.nan, np.nan]])
    days = np.datetime64("2026-01-05", "D") + 7 * np.arange(3)
    totals = day_totals(DayTable(days=days, rate=rate), profile)
    assert totals[:2] == pytest.approx([10.0, 10.0])
    assert np.isnan(totals[2])  # three tenths of a day tell too little


def test_totals_are_laid_over_the_day_or_taken_from_elsewhere() -> None:
    grid = weeks_grid(1)
    profile = np.full((7, 48), np.nan)
    profile[0, 20:22] = 0.5
    elsewhere = np.full((7, 48), 3.0)
    totals = np.array([8.0, *[np.nan] * 6])
    values = over_the_day(grid, totals, profile, elsewhere)
    assert values[20:22].tolist() == [4.0, 4.0]
    assert (np.delete(values, [20, 21]) == 3.0).all()
