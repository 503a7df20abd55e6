"""The past of a queue day by day: levels, days that stand out, and where days off lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import DayTable, Weekly
from forecasting.grid import weekdays_of
from forecasting.profile import ProfileMemory, day_totals

# A day that stands alone by so many robust standard deviations teaches nothing about others.
_ODD_SCALES = 4.0
# So many days in a row on one side are a new level, not an accident.
_RUN_OF_A_SHIFT = 3
# Neighbours on either side that tell a day's level.
_NEIGHBOURS = 8
# A day off is felt for so many open days after it.
_FELT_DAYS = 3
_A_WEEK = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class DayRecord:
    """What models of the day's level learn from; all of it lies before the origin.

    Attributes
    ----------
    table
        Usual contacts as days by slots.
    off_days
        Public holidays and closed days known beforehand, past and to come, ``datetime64[D]``.
    """

    table: DayTable
    off_days: NDArray[np.datetime64]

    @cached_property
    def usual_weekdays(self) -> NDArray[np.bool_]:
        """Weekdays, shape (7,), on which contacts are on record more often than not."""
        since = int(np.argmax(self.table.known_days))
        weekdays = self.table.weekdays[since:]
        known = np.bincount(weekdays[self.table.known_days[since:]], minlength=7)
        usual: NDArray[np.bool_] = 2 * known > np.bincount(weekdays, minlength=7)
        return usual

    @cached_property
    def odd(self) -> NDArray[np.bool_]:
        """Days, shape (days,), far from their neighbours without a reason in the calendar."""
        totals = day_totals(self.table, ProfileMemory().learn(self.table))
        known = np.flatnonzero(~np.isnan(totals))
        off = stand_alone(np.sqrt(totals[known]), self.table.weekdays[known])
        odd = np.zeros(totals.size, dtype=bool)
        odd[known[off]] = True
        explained = self.effects(self.table.days).any(axis=1)
        return odd & ~explained

    @cached_property
    def profile(self) -> Weekly:
        """Shares of the day without odd days, shape (7, slots); NaN where never seen."""
        return ProfileMemory().learn(self.table.without(self.odd))

    @cached_property
    def totals(self) -> NDArray[np.float64]:
        """What each usual whole day would have brought, shape (days,); NaN unknown or odd."""
        return day_totals(self.table.without(self.odd), self.profile)

    def with_totals(self, totals: NDArray[np.float64]) -> DayRecord:
        """Return the same days with other totals, shape (days,)."""
        other = DayRecord(table=self.table, off_days=self.off_days)
        # What else is known of the days is the same, and need not be found again.
        known = {name: getattr(self, name) for name in ("usual_weekdays", "odd", "profile")}
        other.__dict__.update(known, totals=totals)
        return other

    def effects(self, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
        """Return what days off do to the days around them, shape (days, 5), 0 or 1.

        First, second and third open day after a day off, the day before one, and days between
        two that lie within a week, as after Christmas. A day without records on a usual
        weekday counts as a day off for the days after it.

        Parameters
        ----------
        days
            Dates from the table's first on.
        """
        first = self.table.days[0]
        rows = (days - first).astype(np.int64)
        span = first + np.arange(max(self.table.days.size, rows.max(initial=0) + 1))
        usual = self.usual_weekdays[weekdays_of(span)]
        off = np.isin(span, self.off_days)
        off[: self.table.days.size] |= ~self.table.known_days
        # What lies before the first record says nothing.
        off[: int(np.argmax(self.table.known_days))] = False
        # Open days since the last day off, counted from one.
        is_open = usual & ~off
        opened = np.cumsum(is_open)
        at_off = np.maximum.accumulate(np.where(usual & off, opened, -span.size))
        since = np.where(is_open, opened - at_off, 0)
        after = since[:, np.newaxis] == np.arange(1, _FELT_DAYS + 1)
        before = is_open & np.isin(span + 1, self.off_days)
        between = is_open & self._between(span)
        return np.asarray(np.column_stack([after, before, between])[rows], dtype=np.float64)

    def _between(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Tell which dates lie between two days off that are at most a week apart."""
        later = np.searchsorted(self.off_days, days)
        inside = (later > 0) & (later < self.off_days.size)
        gap = np.zeros(days.size, dtype=np.int64)
        after, before = self.off_days[later[inside]], self.off_days[later[inside] - 1]
        gap[inside] = (after - before).astype(np.int64)
        return inside & (gap <= _A_WEEK)


def stand_alone(roots: NDArray[np.float64], weekdays: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which days lie far from the days around them, weekdays allowed for.

    Parameters
    ----------
    roots
        Square roots of the days' contacts, shape (days,).
    weekdays
        0 = Monday, shape (days,).
    """
    if roots.size < 2 * 7:
        return np.zeros(roots.size, dtype=bool)
    level = np.zeros(roots.size)
    for _ in range(3):
        usual = _weekday_medians(roots - level, weekdays)[weekdays]
        level = _running_median(roots - usual)
    apart = roots - level - usual
    # 1.4826 median absolute deviations are a normal standard deviation; Poisson noise is 1/2.
    scale = max(1.4826 * float(np.median(np.abs(apart))), 0.5)
    side = np.where(np.abs(apart) > _ODD_SCALES * scale, np.sign(apart), 0.0)
    alone: NDArray[np.bool_] = (side != 0) & ~_in_runs(side)
    return alone


def _weekday_medians(
    values: NDArray[np.float64], weekdays: NDArray[np.int64]
) -> NDArray[np.float64]:
    medians = np.zeros(7)
    for weekday in np.unique(weekdays):
        medians[weekday] = np.median(values[weekdays == weekday])
    return medians


def _running_median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    width = 2 * _NEIGHBOURS + 1
    edge = np.full(_NEIGHBOURS, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, values, edge]), width)
    return np.asarray(np.nanmedian(windows, axis=1), dtype=np.float64)


def _in_runs(side: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which days belong to a run of days on the same side of their level."""
    starts = np.flatnonzero(np.diff(side, prepend=np.nan) != 0)
    lengths = np.diff(starts, append=side.size)
    long: NDArray[np.bool_] = np.repeat(lengths >= _RUN_OF_A_SHIFT, lengths)
    return long
