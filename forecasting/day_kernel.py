"""How alike days are: covariances of the square root of a day's contacts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.calendar_terms import month_terms, year_terms
from forecasting.grid import weekdays_of

# Variances in units of a day's own noise, and how many days an effect lasts.
_ANY = 20.0  # the mean and every weekday's own: whatever they are, the data tell them
_WEEKDAY_DRIFT, _WEEKDAY_DAYS = 1.0, 280.0
_MOOD, _MOOD_DAYS = 1.0, 6.0
_MONTH = 1.0
_OFF_DAY = 3.0
_YEAR = 10.0
_TREND_DAYS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """The effects that days share, and how large they are.

    The covariance is a sum: a mean, an effect of the weekday that drifts within a year, a
    level that wanders, a damped trend, moods that last about a week, and where asked for the
    place in the month, days off and the season of the year. All variances are relative to a
    day's own noise and none is fitted: kernels that differ compete on past errors.

    Attributes
    ----------
    wander
        Variance that the level gains a day, as a random walk does.
    trend
        Variance of the slope of the level, in noise units a day squared. The level's trend is
        an integrated Ornstein-Uhlenbeck process (Taylor, Cumberland & Sy 1994, "A stochastic
        model for analysis of longitudinal AIDS data", Journal of the American Statistical
        Association 89): it goes on and fades within months.
    calendar, yearly
        Whether the place in the month and days off, and the season of the year, matter.
    """

    wander: float
    trend: float
    calendar: bool
    yearly: bool = False

    def describe(
        self, days: NDArray[np.datetime64], first: np.datetime64, effects: NDArray[np.float64]
    ) -> DayAxis:
        """Return what the covariance of some days depends on.

        Parameters
        ----------
        days
            Dates, ``datetime64[D]``.
        first
            The date from which the level wanders.
        effects
            Effects of days off, shape (days, effects).
        """
        terms = [np.zeros((days.size, 1))]
        if self.calendar:
            terms += [np.sqrt(_MONTH) * month_terms(days), np.sqrt(_OFF_DAY) * effects]
        if self.yearly:
            terms += [np.sqrt(_YEAR) * year_terms(days)]
        return DayAxis(
            position=(days - first).astype(np.int64),
            weekdays=weekdays_of(days),
            terms=np.column_stack(terms),
        )

    def covariance(self, left: DayAxis, right: DayAxis) -> NDArray[np.float64]:
        """Return covariances without noise, shape (left days, right days)."""
        apart = np.abs(left.position[:, np.newaxis] - right.position)
        same_weekday = left.weekdays[:, np.newaxis] == right.weekdays
        lag = np.arange(int(apart.max(initial=0)) + 1)
        by_lag = _ANY + _MOOD * np.exp(-lag / _MOOD_DAYS) - _damped(lag, self.trend)
        weekday_by_lag = _ANY + _WEEKDAY_DRIFT * np.exp(-lag / _WEEKDAY_DAYS)
        total = by_lag[apart] + same_weekday * weekday_by_lag[apart] + left.terms @ right.terms.T
        rate = self.wander + 2.0 * self.trend * _TREND_DAYS
        total += rate * np.minimum(left.position[:, np.newaxis], right.position)
        if self.trend > 0:
            total += _damped(left.position, self.trend)[:, np.newaxis]
            total += _damped(right.position, self.trend) - _damped(0, self.trend)
        return np.asarray(total, dtype=np.float64)

    def variance(self, axis: DayAxis) -> NDArray[np.float64]:
        """Return the diagonal of a covariance, shape (days,)."""
        position = axis.position
        return np.asarray(
            2.0 * _ANY
            + _MOOD
            + _WEEKDAY_DRIFT
            + (axis.terms**2).sum(axis=1)
            + (self.wander + 2.0 * self.trend * _TREND_DAYS) * position
            + 2.0 * (_damped(position, self.trend) - _damped(0, self.trend)),
            dtype=np.float64,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayAxis:
    """Days as a kernel sees them.

    Attributes
    ----------
    position
        Days since the level began to wander, shape (days,).
    weekdays
        0 = Monday, shape (days,).
    terms
        Regressors, shape (days, terms), whose products are covariances.
    """

    position: NDArray[np.int64]
    weekdays: NDArray[np.int64]
    terms: NDArray[np.float64]


def _damped(lag: NDArray[np.int64] | int, trend: float) -> NDArray[np.float64]:
    """Return the bounded part of an integrated Ornstein-Uhlenbeck covariance."""
    return np.asarray(trend * _TREND_DAYS**2 * np.exp(-np.asarray(lag) / _TREND_DAYS))
