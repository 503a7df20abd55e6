"""The past lived again: nobody knows more than was known."""

from datetime import timedelta

import numpy as np
from known_series import MONDAY, OFFICE, history_of, poisson_counts, weeks_grid

from forecasting.models import EwmaWeekday, ProfileLevel, SeasonalNaive
from forecasting.rehearsal import Rehearsal
from forecasting.series import Calendar, Series
from forecasting.trials import past_origins

MODELS = (SeasonalNaive(), EwmaWeekday(), ProfileLevel())
ORIGIN = MONDAY + timedelta(weeks=14)


def rehearse(spoil: bool = False) -> Rehearsal:
    """Sixteen weeks, of which the last two may be spoiled."""
    grid = weeks_grid(16)
    counts = poisson_counts(grid, 30.0, seed=4, day_spread=0.2)
    if spoil:
        counts[grid.day_slice(ORIGIN).start :] = 0.0
    plain = Calendar(queue="phone", opening=OFFICE).series(history_of(grid, counts))
    series = Series(grid=grid, counts=plain.counts, weight=plain.weight)
    origins = past_origins(series, days=7, least_days=28)
    return Rehearsal.of(series, MODELS, origins, 7)


def test_every_trial_has_the_models_the_combination_and_the_choice() -> None:
    rehearsal = rehearse()
    for trial, rows in zip(rehearsal.trials, rehearsal.expected, strict=True):
        assert rows.shape == (len(MODELS) + 2, trial.observed.size)
        np.testing.assert_array_equal(rows[:3], trial.expected)
        low, high = trial.expected.min(axis=0), trial.expected.max(axis=0)
        assert (low - 1e-9 <= rows[3]).all()
        assert (rows[3] <= high + 1e-9).all()


def test_what_comes_later_changes_nothing_before() -> None:
    one, two = rehearse(), rehearse(spoil=True)
    upto = sum(trial.origin <= ORIGIN for trial in one.trials)
    assert upto == len(one.trials) - 1
    for a, b in zip(one.expected[:upto], two.expected[:upto], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(one.verdict(ORIGIN).weights, two.verdict(ORIGIN).weights)


def test_errors_are_those_known_at_midnight() -> None:
    rehearsal = rehearse()
    day = ORIGIN + timedelta(days=2)
    errors = rehearsal.errors(day, len(MODELS) + 1)
    assert errors.age_days.min() == 1
    twin = []
    for trial, rows in zip(rehearsal.trials, rehearsal.expected, strict=True):
        for k, lead in enumerate(trial.lead_days.tolist()):
            if trial.origin + timedelta(days=lead) <= day:
                twin.append((lead, trial.observed[k], rows[-1][k]))
    found = zip(errors.lead_days.tolist(), errors.observed, errors.expected, strict=True)
    assert list(found) == twin
