"""What boosted trees look at: the calendar, and levels as they were known at some origin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasting.day_record import DayRecord
from forecasting.day_table import ratio
from forecasting.grid import weekdays_of

HALF_LIFE_WEEKS = 4.0
# Leads beyond are looked at as this one: growth so far ahead is no matter for trees.
LONGEST_LEAD = 28
_WEEK = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Levels:
    """Levels of a past at the end of every day, from that day and those before it only.

    Attributes
    ----------
    rate
        Contacts per usual, fully open interval, shape (days, slots); NaN where unknown.
    """

    rate: NDArray[np.float64]

    @cached_property
    def usual(self) -> NDArray[np.float64]:
        """Mean of the weekday and slot, a week counting less the older it is, like ``rate``."""
        known = ~np.isnan(self.rate)
        both = np.stack([np.nan_to_num(self.rate), known.astype(np.float64)])
        fading = 0.5 ** (1.0 / HALF_LIFE_WEEKS)
        for row in range(_WEEK, self.rate.shape[0]):
            both[:, row] += fading * both[:, row - _WEEK]
        return ratio(both[0], both[1])

    def of_weekday(self, weeks: int) -> NDArray[np.float64]:
        """Return the mean of the last weeks' same weekday and slot over ``usual``, like ``rate``.

        Parameters
        ----------
        weeks
            How many, the day's own included.
        """
        known = ~np.isnan(self.rate)
        sums, seen = np.zeros(self.rate.shape), np.zeros(self.rate.shape)
        for back in range(0, min(_WEEK * weeks, self.rate.shape[0]), _WEEK):
            sums[back:] += np.nan_to_num(self.rate)[: self.rate.shape[0] - back]
            seen[back:] += known[: self.rate.shape[0] - back]
        return ratio(ratio(sums, seen), self.usual)


def terms_of(
    record: DayRecord, rows: NDArray[np.int64], origins: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is known of some days at their origins.

    Parameters
    ----------
    record
        The past day by day.
    rows
        Days to look at, counted from the first of the record, shape (days,).
    origins
        For every one of them the first day of which nothing is known, at most the length of the
        record and more than a week after its first day, shape (days,).

    Returns
    -------
    usual, terms
        What is usual on the weekday and slot, shape (days, slots), NaN where never seen; and
        the terms, shape (days, slots, terms).
    """
    levels = Levels(rate=record.table.without(record.odd).rate)
    # The last day of the same weekday that was known.
    same = rows - _WEEK * ((rows - origins) // _WEEK + 1)
    days = record.table.days[0] + rows
    months = days.astype("datetime64[M]")
    of_month = (days - months.astype("datetime64[D]")).astype(np.int64)
    left = ((months + 1).astype("datetime64[D]") - days).astype(np.int64)
    by_day = [
        weekdays_of(days),
        of_month,
        left,
        np.minimum(rows - origins + 1, LONGEST_LEAD),
        *record.effects(days).T,
    ]
    by_slot = [levels.of_weekday(weeks)[same] for weeks in (1, 4, 8)]
    shape = by_slot[0].shape
    slots = np.broadcast_to(np.arange(shape[1]), shape)
    wide = [np.broadcast_to(each[:, np.newaxis], shape) for each in by_day]
    return levels.usual[same], np.stack([slots, *wide, *by_slot], axis=-1).astype(np.float64)
