"""Whether a queue grows, how fast, and how long that may go on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from forecasting.calendar_terms import year_terms
from forecasting.day_table import ratio

_WEEK = 7
_MOST_WEEKS = 130
_LEAST_WEEKS = 6
_TWO_YEARS_OF_WEEKS = 100
# A slope is half forgotten within a year: what grew for months goes on for months.
_FADING_WEEKS = 52.0
# Variances in units of a week's noise: of the mean, and of the terms of a yearly season.
_ANY, _SEASON = 1e4, 10.0
# Of the slope, a week squared, and of a level that wanders, a week: each pair is tried.
_SLOPES = (0.0, 1e-3, 1e-2, 1e-1)
_WANDERS = (0.0, 0.02, 0.1, 0.5)
_MOST_LOG_GROWTH = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Growth:
    """How the level moved in the long run, and what to expect of it.

    Attributes
    ----------
    last_day
        The origin is its end, ``datetime64[D]``.
    weeks
        Ages of the weeks known, in weeks before the origin, shape (weeks,), negative.
    weights
        What the slope learned from each of them, for every pair of variances, shape
        (pairs, weeks).
    slopes
        Variance of the slope of every pair, shape (pairs,).
    beliefs
        Probability of every pair, shape (pairs,).
    """

    last_day: np.datetime64
    weeks: NDArray[np.float64]
    weights: NDArray[np.float64]
    slopes: NDArray[np.float64]
    beliefs: NDArray[np.float64]

    @classmethod
    def learn(
        cls, days: NDArray[np.datetime64], weekdays: NDArray[np.int64], totals: NDArray[np.float64]
    ) -> Growth:
        """Learn from totals of days.

        The logarithm of a week's level is a Gaussian process: a mean, a slope that changes
        slowly (an integrated Ornstein-Uhlenbeck process), a level that wanders, the season of
        the year where two years are known, and noise. How large slope and wandering are is not
        known; each pair of their variances counts with its likelihood, so that a slope is
        believed as far as it is seen.

        Parameters
        ----------
        days, weekdays
            Consecutive dates and their weekdays, 0 = Monday, shape (days,).
        totals
            Contacts of usual whole days, NaN where unknown, shape (days,).
        """
        level, worth = _weekly_levels(weekdays, totals)
        known = np.flatnonzero((worth > 0) & (level > 0))
        if known.size < _LEAST_WEEKS:
            nothing = np.zeros(0)
            return cls(
                last_day=days[-1],
                weeks=nothing,
                weights=np.zeros((1, 0)),
                slopes=np.zeros(1),
                beliefs=np.ones(1),
            )
        weeks = np.asarray(-(known + 0.5), dtype=np.float64)
        logs = np.log(level[known])
        noise = np.diag(1.0 / worth[known])
        fixed = np.full((known.size, known.size), _ANY)
        if known[-1] - known[0] >= _TWO_YEARS_OF_WEEKS:
            middle = days[-1] - (_WEEK * known + _WEEK // 2)
            terms = year_terms(middle)
            fixed = fixed + _SEASON * (terms @ terms.T)
        around = logs - logs.mean()
        wandering = np.minimum(weeks[:, np.newaxis], weeks) - weeks.min()
        sloping = _slope_covariance(weeks, weeks, weeks.min())
        weights, scores, slopes = [], [], []
        for slope, wander in product(_SLOPES, _WANDERS):
            covariance = fixed + noise + wander * wandering + slope * sloping
            factor = cho_factor(covariance, lower=True, check_finite=False)
            solved = cho_solve(factor, around, check_finite=False)
            # The noise's own size is not known either: it is the one that fits best.
            size = max(float(around @ solved) / known.size, 1e-12)
            determinant = 2.0 * float(np.log(np.diag(factor[0])).sum())
            scores.append(-0.5 * (known.size * np.log(size) + determinant))
            weights.append(solved)
            slopes.append(slope)
        beliefs = np.exp(np.array(scores) - max(scores))
        return cls(
            last_day=days[-1],
            weeks=weeks,
            weights=np.array(weights),
            slopes=np.array(slopes),
            beliefs=beliefs / beliefs.sum(),
        )

    def factor(self, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
        """Return the level that the slope alone explains, over that at the origin, shape (days,).

        Parameters
        ----------
        days
            Dates, past or to come.
        """
        if not self.weeks.size:
            return np.ones(days.size)
        asked = ((days - self.last_day).astype(np.float64) - 0.5) / _WEEK
        first = float(self.weeks.min())
        places = np.append(np.maximum(asked, first), 0.0)
        moved = _slope_covariance(places, self.weeks, first) @ self.weights.T
        log_growth = (moved * self.slopes) @ self.beliefs
        apart = np.clip(log_growth[:-1] - log_growth[-1], -_MOST_LOG_GROWTH, _MOST_LOG_GROWTH)
        return np.asarray(np.exp(apart))


def _weekly_levels(
    weekdays: NDArray[np.int64], totals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return levels of weeks before the origin, the last first, and the share of each known."""
    known = ~np.isnan(totals)
    seen = np.bincount(weekdays[known], minlength=7).astype(np.float64)
    usual = np.bincount(weekdays[known], totals[known], minlength=7) / np.maximum(seen, 1)
    expected = np.where(known, usual[weekdays], 0.0)
    week = np.arange(totals.size)[::-1] // _WEEK
    share = np.asarray(np.bincount(week, expected) / max(usual.sum(), 1e-12), dtype=np.float64)
    level = ratio(np.bincount(week, np.nan_to_num(totals)).astype(np.float64), share)
    share = np.where(share > 0.2, share, 0.0)
    return level[:_MOST_WEEKS], share[:_MOST_WEEKS]


def _slope_covariance(
    left: NDArray[np.float64], right: NDArray[np.float64], first: float
) -> NDArray[np.float64]:
    """Return covariances of an integrated Ornstein-Uhlenbeck process whose slope has variance 1.

    Taylor, Cumberland & Sy 1994, "A stochastic model for analysis of longitudinal AIDS data",
    Journal of the American Statistical Association 89.

    Parameters
    ----------
    left, right
        Places in weeks, none before ``first``, where the process is 0.
    first
        Its start.
    """
    one, other = (left - first)[:, np.newaxis], right - first
    fading = _FADING_WEEKS
    bounded = np.exp(-one / fading) + np.exp(-other / fading) - 1.0
    bounded = bounded - np.exp(-np.abs(one - other) / fading)
    return np.asarray(2.0 * fading * np.minimum(one, other) + fading**2 * bounded)
