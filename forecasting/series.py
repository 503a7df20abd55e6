"""One queue's history as models see it: what a usual, fully open day would have brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, weekdays_of
from forecasting.history import History
from forecasting.special_days import (
    OpeningHours,
    SpecialDay,
    open_share,
    public_holidays,
    volume_factor,
)

Weekly = NDArray[np.float64]
"""A value for every weekday and slot of the day, shape (7, slots)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Contacts of one queue with what made an interval unusual set apart.

    Attributes
    ----------
    grid
        The intervals.
    counts
        Contacts an interval, shape (intervals,); NaN where unknown, closed or on a day that
        must neither train nor score, such as a public holiday.
    weight
        Share of the interval open times factor of special days, shape (intervals,).
    """

    grid: TimeGrid
    counts: NDArray[np.float64]
    weight: NDArray[np.float64]

    def days_known(self) -> int:
        """Return the days from the first with a known count to the end of the grid."""
        known = ~np.isnan(self.counts)
        if not known.any():
            return 0
        dates = self.grid.local_dates
        return int((dates[-1] - dates[np.argmax(known)]).astype(np.int64)) + 1

    def before(self, day: date) -> Series:
        """Return what was known at local midnight of a date."""
        count = int(np.searchsorted(self.grid.local_dates, np.datetime64(day, "D")))
        return Series(
            grid=self.grid.head(count),
            counts=self.counts[:count],
            weight=self.weight[:count],
        )

    def table(self) -> DayTable:
        """Return contacts per usual, fully open interval as days by slots."""
        rows, slots = day_numbers(self.grid), slot_numbers(self.grid)
        shape = (rows[-1] + 1, slots_a_day(self.grid))
        known = ~np.isnan(self.counts) & (self.weight > 0)
        rates = self.counts[known] / self.weight[known]
        # In the night of a clock change two intervals share a slot: the slot holds their mean.
        sums, seen = np.zeros(shape), np.zeros(shape)
        np.add.at(sums, (rows[known], slots[known]), rates)
        np.add.at(seen, (rows[known], slots[known]), 1.0)
        days = self.grid.local_dates[0] + np.arange(shape[0])
        return DayTable(days=days, rate=ratio(sums, seen))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """Weekday of every day, 0 = Monday."""
        return weekdays_of(self.days)

    @property
    def age_weeks(self) -> NDArray[np.float64]:
        """Age of every day in weeks, 0 for the last."""
        return np.arange(self.days.size - 1, -1, -1) / 7.0

    @property
    def known_days(self) -> NDArray[np.bool_]:
        """Whether anything is known of a day."""
        known: NDArray[np.bool_] = np.logical_or.reduce(~np.isnan(self.rate), axis=1)
        return known

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


def day_numbers(grid: TimeGrid) -> NDArray[np.int64]:
    """Return the calendar day of every interval, counted from the grid's first."""
    numbers: NDArray[np.int64] = (grid.local_dates - grid.local_dates[0]).astype(np.int64)
    return numbers


def slot_numbers(grid: TimeGrid) -> NDArray[np.int64]:
    """Return the slot of the day of every interval, from 0 at local midnight."""
    return grid.local_minutes * 60 // int(grid.interval_s)


def slots_a_day(grid: TimeGrid) -> int:
    """Return how many slots a day of 24 hours has."""
    return -(-86_400 // int(grid.interval_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What is known beforehand about the days of one queue.

    Attributes
    ----------
    queue
        Name of the queue.
    opening
        Its usual hours.
    special_days
        Closed, short and campaign days of any queue.
    country
        Whose public holidays are no usual days; empty for none.
    """

    queue: str
    opening: OpeningHours
    special_days: tuple[SpecialDay, ...] = ()
    country: str = ""

    def weight(self, grid: TimeGrid) -> NDArray[np.float64]:
        """Return share open times factor of special days for every interval."""
        share = open_share(self.opening, self.special_days, self.queue, grid)
        return share * volume_factor(self.special_days, self.queue, grid)

    def holidays(self, grid: TimeGrid) -> dict[date, str]:
        """Return the public holidays among the grid's dates, with their names."""
        if not self.country:
            return {}
        dates = set(grid.dates())
        named = public_holidays(self.country, {day.year for day in dates})
        return {day: name for day, name in named.items() if day in dates}

    def series(self, history: History) -> Series:
        """Return the series that models learn from.

        Public holidays and closed intervals become unknown; short and campaign days are
        brought to the level of a usual day through their weight.
        """
        weight = self.weight(history.grid)
        counts = np.where(weight > 0, history.select(self.queue).offered[0], np.nan)
        for day in self.holidays(history.grid):
            counts[history.grid.day_slice(day)] = np.nan
        return Series(grid=history.grid, counts=counts, weight=weight)
