"""The level of a day from all days like it, times a profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from forecasting.day_kernel import DayAxis, Kernel
from forecasting.day_record import DayRecord
from forecasting.day_table import Weekly, completed
from forecasting.grid import TimeGrid, weekdays_of
from forecasting.profile import over_the_day
from forecasting.series import Series

# Older days say little about the next weeks; a yearly season takes two years to tell.
_MOST_DAYS = 400
_TWO_YEARS = 2 * 350
# The variance of a Poisson count's square root.
_POISSON = 0.25
# With the variances of the kernel, a day's own noise has this part of half the variance of the
# difference between days a week apart; where these are few, days differ by about a fifth.
_OWN_NOISE = 1.0 / 2.2
_ASSUMED = 0.2**2 / 4.0
_LEAST_PAIRS = 4
# A level that wanders so much a day, in units of a day's noise, is found anew within weeks.
_MOVING = 0.01
_ELSEWHERE_HALF_LIFE_WEEKS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLevel:
    """Kriging: days that share weekday, week or place in the month inform each other.

    The square root of a day's contacts is a Gaussian process over the days, with covariances
    as :class:`~forecasting.day_kernel.Kernel` states them and a noise of which the Poisson
    part is known. The best linear forecast follows by solving for the days on record
    (Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", algorithm 2.1).

    Attributes
    ----------
    wander, trend, calendar
        See :class:`~forecasting.day_kernel.Kernel`.
    """

    name: str
    wander: float = 0.001
    trend: float = 0.0
    calendar: bool = True
    usual_error: float = 0.95

    @property
    def adaptive(self) -> bool:
        """Whether the level moves so fast that a few weeks change it."""
        return self.wander >= _MOVING

    def fit(self, past: Series) -> _FittedDays:
        """Weigh the days of the past by their covariances."""
        return self.learn(past.record)

    def learn(self, record: DayRecord) -> _FittedDays:
        """Weigh days on record by their covariances."""
        roots = np.sqrt(record.totals)
        known = np.flatnonzero(~np.isnan(roots))
        yearly = known.size > 0 and int(known[-1] - known[0]) >= _TWO_YEARS
        kept = (2 if yearly else 1) * _MOST_DAYS
        known = known[known >= roots.size - kept]
        scale = _Scale.learn(roots, record.table.weekdays, known)
        kernel = Kernel(wander=self.wander, trend=self.trend, calendar=self.calendar, yearly=yearly)
        days = record.table.days[known]
        axis = kernel.describe(days, record.table.days[0], record.effects(days))
        return _FittedDays(
            record=record,
            kernel=kernel,
            axis=axis,
            scale=scale,
            solved=_solve(kernel, axis, scale, roots[known]),
            elsewhere=completed(record.table.weekly_mean(_ELSEWHERE_HALF_LIFE_WEEKS)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scale:
    """What brings the square roots of days to a common scale.

    ``mean`` and ``unit`` have shape (7,), NaN on weekdays never seen; ``own`` is the variance
    of a day's own noise in those units.
    """

    mean: NDArray[np.float64]
    unit: NDArray[np.float64]
    own: float

    @classmethod
    def learn(
        cls, roots: NDArray[np.float64], weekdays: NDArray[np.int64], known: NDArray[np.int64]
    ) -> _Scale:
        mean = np.full(7, np.nan)
        for weekday in np.unique(weekdays[known]):
            mean[weekday] = roots[known][weekdays[known] == weekday].mean()
        # A quiet weekday moves less than a busy one, yet more than in proportion: the
        # geometric mean of both rules.
        usual = np.sqrt(np.nanmean(mean**2)) if known.size else 1.0
        unit = np.sqrt(np.maximum(mean, _POISSON) * max(float(usual), _POISSON))
        poisson = float(np.median(_POISSON / unit[weekdays[known]] ** 2)) if known.size else 1.0
        around = np.full(roots.size, np.nan)
        around[known] = (roots[known] - mean[weekdays[known]]) / unit[weekdays[known]]
        apart = around[7:] - around[:-7]
        apart = apart[~np.isnan(apart)]
        spread = poisson + _ASSUMED
        if apart.size >= _LEAST_PAIRS:
            spread = float((1.4826 * np.median(np.abs(apart))) ** 2 / 2.0)
        own = _OWN_NOISE * max(spread - poisson, 0.1 * poisson)
        return cls(mean=mean, unit=unit, own=own)

    def noise(self, weekdays: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the variance of noise, Poisson's included, in units of a day's own."""
        return np.asarray(1.0 + _POISSON / self.unit[weekdays] ** 2 / self.own)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Solved:
    """A factor of the covariances of known days and the weights of their deviations."""

    factor: NDArray[np.float64]
    weights: NDArray[np.float64]
    size: float


def _solve(
    kernel: Kernel, axis: DayAxis, scale: _Scale, roots: NDArray[np.float64]
) -> _Solved | None:
    if not roots.size:
        return None
    around = (roots - scale.mean[axis.weekdays]) / scale.unit[axis.weekdays]
    covariance = kernel.covariance(axis, axis)
    covariance[np.diag_indices(roots.size)] += scale.noise(axis.weekdays)
    factor, _ = cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False)
    weights = cho_solve((factor, True), around, check_finite=False)
    # How large deviations are in units of the covariance; the assumed size bounds it.
    size = float(np.clip(around @ weights / roots.size, 0.25 * scale.own, 4.0 * scale.own))
    return _Solved(factor=factor, weights=weights, size=size)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _FittedDays:
    """The days on record, ready to be asked about others."""

    record: DayRecord
    kernel: Kernel
    axis: DayAxis
    scale: _Scale
    solved: _Solved | None
    elsewhere: Weekly

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        """Return the mean contacts per usual, fully open interval."""
        days = np.unique(grid.local_dates)
        return over_the_day(grid, self._totals(days), self.record.profile, self.elsewhere)

    def _totals(self, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
        if self.solved is None:
            return np.full(days.size, np.nan)
        first = self.record.table.days[0]
        asked = self.kernel.describe(days, first, self.record.effects(days))
        across = self.kernel.covariance(asked, self.axis)
        weekdays = weekdays_of(days)
        unit = self.scale.unit[weekdays]
        root = np.maximum(self.scale.mean[weekdays] + unit * (across @ self.solved.weights), 0.0)
        explained = cho_solve((self.solved.factor, True), across.T, check_finite=False).T
        left = 1.0 + self.kernel.variance(asked) - (across * explained).sum(axis=1)
        # The mean of a square is the square of the mean plus the variance; far ahead, where
        # nothing is known, the variance is not believed beyond a sixteenth of the square.
        variance = np.minimum(left * self.solved.size * unit**2, root**2 / 16.0)
        # The root of a count that is 0 on most days hardly varies.
        return np.asarray(root**2 + variance + np.minimum(root, _POISSON))
