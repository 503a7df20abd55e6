"""How wide to be: trials at past origins and the quantiles their errors justify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from forecasting.grid import TimeGrid, day_numbers
from forecasting.models import Model
from forecasting.series import Series

LEVELS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Probabilities of the quantiles of every forecast: p10, p20 … p90."""

# Errors of leads up to so many days apart are pooled.
_NEAR_DAYS = 3
# Two or three weeks may agree by luck: with fewer trials nothing is concluded from them.
LEAST_TRIALS = 4
# What is assumed instead: days differ by about a fifth from what was expected.
_ASSUMED_DAY_SPREAD = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A forecast as it would have been made in the past, beside what came.

    Attributes
    ----------
    origin
        First local date forecast; the model saw nothing of it or later.
    end
        First local date after the trial.
    lead_days
        1 for intervals of the first day, 2 for the next …, shape (intervals,).
    expected, observed
        Contacts an interval, shape (intervals,); only intervals that can be scored.
    """

    origin: date
    end: date
    lead_days: NDArray[np.int64]
    expected: NDArray[np.float64]
    observed: NDArray[np.float64]


def run_trial(series: Series, model: Model, origin: date, days: int) -> Trial:
    """Forecast some past days from what was known before them."""
    past = series.before(origin)
    grid = TimeGrid.over_days(origin, days, series.grid.interval, series.grid.zone)
    window = slice(len(past.grid), len(past.grid) + len(grid))
    expected = model.fit(past).predict(grid) * series.weight[window]
    observed = series.counts[window]
    known = ~np.isnan(observed)
    return Trial(
        origin=origin,
        end=origin + timedelta(days=days),
        lead_days=day_numbers(grid)[known] + 1,
        expected=expected[known],
        observed=observed[known],
    )


def past_origins(series: Series, *, days: int, step: int, least_days: int) -> list[date]:
    """Return the origins, oldest first, whose days end inside the series.

    Parameters
    ----------
    series
        The past.
    days
        Length of every trial.
    step
        Days from one origin to the next.
    least_days
        Days since the first known count that the first trial must leave to learn from.
    """
    latest = series.grid.dates()[-1] + timedelta(days=1 - days)
    count = (series.days_known() - days - least_days) // step + 1
    return [latest - timedelta(days=step * k) for k in reversed(range(max(count, 0)))]


def choose(trials: Sequence[Sequence[Trial]]) -> int:
    """Return the number of the model that erred least; the last one where trials are few.

    Parameters
    ----------
    trials
        For every model the trials at the same origins.
    """
    if len(trials[0]) < LEAST_TRIALS:
        return len(trials) - 1
    errors = [
        sum(float(np.abs(each.expected - each.observed).sum()) for each in of_model)
        for of_model in trials
    ]
    return int(np.argmin(errors))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """The distribution of a model's errors, learned where the truth was already known.

    Counts are compared on the square-root scale ``sqrt(x + 3/8)``, on which the noise of
    arrivals hardly depends on how many are expected (Anscombe 1948, "The transformation of
    Poisson, binomial and negative-binomial data", Biometrika 35).

    Attributes
    ----------
    lead_days
        Lead of every error, shape (errors,).
    errors
        Observed minus expected on the square-root scale, shape (errors,).
    """

    lead_days: NDArray[np.int64]
    errors: NDArray[np.float64]

    @classmethod
    def learn(cls, trials: Sequence[Trial], usual: float) -> Spread:
        """Pool the errors of trials; where these are few, assume a spread.

        Parameters
        ----------
        trials
            Trials of one model.
        usual
            Mean contacts of an open interval, for the assumption.
        """
        if len(trials) < LEAST_TRIALS:
            return cls._assumed(usual)
        errors = [_root(trial.observed) - _root(trial.expected) for trial in trials]
        return cls(
            lead_days=np.concatenate([trial.lead_days for trial in trials]),
            errors=np.concatenate(errors),
        )

    @classmethod
    def _assumed(cls, usual: float) -> Spread:
        # On this scale Poisson noise has variance 1/4, a day's factor 1/4 of its own variance
        # times the mean.
        scale = np.sqrt(0.25 + _ASSUMED_DAY_SPREAD**2 / 4.0 * usual)
        errors = norm.ppf((np.arange(999) + 0.5) / 999, scale=scale)
        return cls(lead_days=np.ones(errors.size, dtype=np.int64), errors=errors)

    def quantiles(
        self,
        expected: NDArray[np.float64],
        lead_days: NDArray[np.int64],
        levels: Sequence[float] = LEVELS,
    ) -> NDArray[np.float64]:
        """Return counts not exceeded with given probabilities, shape (levels, intervals).

        Parameters
        ----------
        expected
            Mean contacts, shape (intervals,); where 0, every quantile is 0.
        lead_days
            Lead of every interval in days, from 1, shape (intervals,).
        levels
            Probabilities, rising.
        """
        roots = np.broadcast_to(_root(expected), (len(levels), expected.size)).copy()
        for lead in np.unique(lead_days):
            shift = np.quantile(self._near(int(lead)), levels)
            roots[:, lead_days == lead] += shift[:, np.newaxis]
        counts = np.maximum(np.maximum(roots, 0.0) ** 2 - 0.375, 0.0)
        # Rounding may turn two equal quantiles round.
        counts = np.maximum.accumulate(counts, axis=0)
        return np.where(expected > 0, counts, 0.0)

    def _near(self, lead: int) -> NDArray[np.float64]:
        """Return the errors of similar leads, or of the nearest that were tried."""
        apart = np.abs(self.lead_days - lead)
        return self.errors[apart <= max(_NEAR_DAYS, int(apart.min()))]


def _root(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    roots: NDArray[np.float64] = np.sqrt(counts + 0.375)
    return roots
