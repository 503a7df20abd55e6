"""Forecasts as they would have been made in the past, beside what came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, day_numbers, slot_numbers
from forecasting.models import Model
from forecasting.series import Series

# Half a year of weekly trials, or six weeks of daily ones, tell how models do nowadays.
_MOST_TRIALS = 42
_OLDEST = timedelta(weeks=26)
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A forecast by every model from one origin in the past, beside what came.

    Only intervals that can be scored are held.

    Attributes
    ----------
    origin
        First local date forecast; the models saw nothing of it or later.
    days
        Number of days forecast.
    lead_days
        1 for intervals of the first day, 2 for the next …, shape (intervals,).
    slots
        Slot of the day of every interval, shape (intervals,).
    expected
        Contacts, shape (models, intervals).
    observed
        Contacts, shape (intervals,).
    """

    origin: date
    days: int
    lead_days: NDArray[np.int64]
    slots: NDArray[np.int64]
    expected: NDArray[np.float64]
    observed: NDArray[np.float64]

    def known_at(self, day: date) -> NDArray[np.bool_]:
        """Tell which intervals had come by local midnight of a date, shape (intervals,)."""
        return self.lead_days <= (day - self.origin).days


def run_trial(series: Series, models: Sequence[Model], origin: date, days: int) -> Trial:
    """Forecast some past days from what was known before them, as far as the series reaches."""
    past = series.before(origin)
    days = min(days, (series.grid.dates()[-1] - origin).days + 1)
    grid = TimeGrid.over_days(origin, days, series.grid.interval, series.grid.zone)
    window = slice(len(past.grid), len(past.grid) + len(grid))
    observed = series.counts[window]
    known = ~np.isnan(observed)
    expected = [model.fit(past).predict(grid) for model in models] if known.any() else []
    return Trial(
        origin=origin,
        days=days,
        lead_days=(day_numbers(grid) + 1)[known],
        slots=slot_numbers(grid)[known],
        expected=np.array([each * series.weight[window] for each in expected])[:, known]
        if known.any()
        else np.zeros((len(models), 0)),
        observed=observed[known],
    )


def run_trials(
    series: Series, models: Sequence[Model], origins: Iterable[date], days: int
) -> list[Trial]:
    """Try all models at some origins; leave out trials of which nothing is on record."""
    trials = (run_trial(series, models, origin, days) for origin in origins)
    return [trial for trial in trials if trial.observed.size]


def past_origins(series: Series, *, days: int, least_days: int) -> list[date]:
    """Return the origins, oldest first, whose days end inside the series.

    They lie a week apart, or as far as they reach where that is less, and no more than half a
    year back.

    Parameters
    ----------
    series
        The past.
    days
        Length of every trial.
    least_days
        Days since the first known count that the first trial must leave to learn from.
    """
    latest = series.grid.dates()[-1] + timedelta(days=1 - days)
    step = min(days, _WEEK)
    room = (series.days_known() - days - least_days) // step + 1
    count = min(room, _MOST_TRIALS, _OLDEST // timedelta(days=step))
    return [latest - timedelta(days=step * k) for k in reversed(range(max(count, 0)))]
