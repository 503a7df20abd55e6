"""One queue's history as models see it: what a usual, fully open day would have brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasting.day_record import DayRecord
from forecasting.day_table import DayTable, ratio
from forecasting.grid import TimeGrid, day_numbers, slot_numbers, slots_a_day
from forecasting.history import History
from forecasting.special_days import (
    OpeningHours,
    SpecialDay,
    open_share,
    public_holidays,
    volume_factor,
)


def _no_days() -> NDArray[np.datetime64]:
    return np.empty(0, dtype="datetime64[D]")


@dataclass(frozen=True, kw_only=True, eq=False)
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
    off_days
        Public holidays and closed days that are known beforehand, past and to come, sorted,
        ``datetime64[D]``.
    """

    grid: TimeGrid
    counts: NDArray[np.float64]
    weight: NDArray[np.float64]
    off_days: NDArray[np.datetime64] = field(default_factory=_no_days)

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
        past = Series(
            grid=self.grid.head(count),
            counts=self.counts[:count],
            weight=self.weight[:count],
            off_days=self.off_days,
        )
        # A day's row never depends on other days, so the table need not be built again.
        rows = int((np.datetime64(day, "D") - self.table.days[0]).astype(np.int64))
        past.__dict__["table"] = self.table.head(rows)
        return past

    @cached_property
    def table(self) -> DayTable:
        """Contacts per usual, fully open interval as days by slots."""
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

    @cached_property
    def record(self) -> DayRecord:
        """The past day by day."""
        return DayRecord(table=self.table, off_days=self.off_days)


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
        return Series(
            grid=history.grid, counts=counts, weight=weight, off_days=self._off_days(history.grid)
        )

    def _off_days(self, grid: TimeGrid) -> NDArray[np.datetime64]:
        """Return days off from a year before a grid to two years after it."""
        dates = grid.dates()
        years = range(dates[0].year - 1, dates[-1].year + 3)
        off = {
            special.day
            for special in self.special_days
            if special.kind == "closed" and special.concerns(self.queue)
        }
        if self.country:
            off |= set(public_holidays(self.country, years))
        return np.array(sorted(off), dtype="datetime64[D]")
