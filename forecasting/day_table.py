"""A series as days by slots of the day: the form in which models see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import weekdays_of

Weekly = NDArray[np.float64]
"""A value for every weekday and slot of the day, shape (7, slots)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DayTable:
    """Usual contacts as consecutive calendar days by slots of the day.

    Attributes
    ----------
    days
        Local dates, shape (days,), ``datetime64[D]``.
    rate
        Contacts per fully open interval, shape (days, slots); NaN where unknown.
    """

    days: NDArray[np.datetime64]
    rate: NDArray[np.float64]

    @cached_property
    def weekdays(self) -> NDArray[np.int64]:
        """Weekday of every day, 0 = Monday."""
        return weekdays_of(self.days)

    @property
    def age_weeks(self) -> NDArray[np.float64]:
        """Age of every day in weeks, 0 for the last."""
        return np.arange(self.days.size - 1, -1, -1) / 7.0

    @cached_property
    def known_days(self) -> NDArray[np.bool_]:
        """Whether anything is known of a day."""
        known: NDArray[np.bool_] = np.logical_or.reduce(~np.isnan(self.rate), axis=1)
        return known

    def head(self, count: int) -> DayTable:
        """Return the table of the first days."""
        return DayTable(days=self.days[:count], rate=self.rate[:count])

    def without(self, left_out: NDArray[np.bool_]) -> DayTable:
        """Return the table with some days, shape (days,), made unknown."""
        rate = np.where(left_out[:, np.newaxis], np.nan, self.rate)
        return DayTable(days=self.days, rate=rate)

    def weekly_mean(self, half_life_weeks: float) -> Weekly:
        """Return the mean of every weekday and slot, NaN where nothing is known.

        Parameters
        ----------
        half_life_weeks
            Age at which a day counts half as much as the last.
        """
        weights = 0.5 ** (self.age_weeks / half_life_weeks)
        known = ~np.isnan(self.rate)
        weekday = self.weekdays == np.arange(7)[:, np.newaxis]
        by_weekday = weekday * weights
        return ratio(by_weekday @ np.nan_to_num(self.rate), by_weekday @ known)


def completed(weekly: Weekly) -> Weekly:
    """Fill what was never seen: from the other weekdays, else from the nearest known slot."""
    known = ~np.isnan(weekly)
    seen = known.sum(axis=0)
    common = np.nan_to_num(weekly).sum(axis=0) / np.maximum(seen, 1)
    slots = np.arange(seen.size)
    if seen.any():
        common = np.interp(slots, slots[seen > 0], common[seen > 0])
    return np.where(known, weekly, common)


def ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, with NaN where the divisor is not positive."""
    quotient: NDArray[np.float64] = np.divide(
        above, below, out=np.full(below.shape, np.nan), where=below > 0
    )
    return quotient


def shares(values: Weekly) -> Weekly:
    """Return each weekday's values over their sum, 0 where the sum is."""
    totals = np.broadcast_to(values.sum(axis=1, keepdims=True), values.shape)
    return np.nan_to_num(ratio(values, totals))
