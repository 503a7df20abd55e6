"""Where a backtest looks: windows to score, and trials whose errors are known before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import weekdays_of
from forecasting.series import Series
from forecasting.trials import past_origins
from scheduler.errors import Fault, InputError

# The first trial learns from four weeks: fewer say little about weekdays.
LEAST_DAYS = 28
# The first half of the history only teaches models, and measures how far they may be trusted.
_TEACHES_ONLY = 2
_YEAR_DAYS = 365


def choose_windows(
    series: Series, days: int, count: int, first: date | None = None, every: int | None = None
) -> list[date]:
    """Return the first dates of the windows to score, rising.

    Parameters
    ----------
    series
        The past.
    days
        Length of a window.
    count
        Windows wanted, fewer where there is no room.
    first, every
        Where the windows are stated: the first one's first date, and the days from one to
        the next. Only weekdays with contacts on record more often than not are counted, and
        the last window ends with the last of these. Otherwise windows lie evenly over the last
        half of the series, at most over its last year.

    Raises
    ------
    InputError
        Only one of ``first`` and ``every``, no positive number of days, or less than four weeks
        on record before ``first``.
    """
    if first is None and every is None:
        return _spread(series, days, count)
    if first is None or every is None or every < 1:
        raise InputError(
            Fault(
                column="first_origin, every",
                expected="a date and a number of days from 1, or neither",
                found=f"{first or 'no date'} and {'no number' if every is None else every}",
            )
        )
    return _stated(series, days, count, first, every)


def _stated(series: Series, days: int, count: int, first: date, every: int) -> list[date]:
    """Return windows from a date on, ``every`` usual days apart, that end with the last one."""
    earliest = series.grid.dates()[-1] - timedelta(days=series.days_known() - 1 - LEAST_DAYS)
    if first < earliest:
        expected = f"four weeks on record before it: {earliest} or later"
        raise InputError(Fault(column="first_origin", expected=expected, found=f"{first}"))
    weekdays = series.record.usual_weekdays
    dates = np.array(series.grid.dates(), dtype="datetime64[D]")
    usual = dates[weekdays[weekdays_of(dates)]]
    if not usual.size:
        return []
    starts = usual[usual >= np.datetime64(first, "D")][::every]
    ends = starts + days
    held = np.searchsorted(usual, ends) - np.searchsorted(usual, starts)
    whole = held == np.busday_count(starts, ends, weekmask=weekdays)
    chosen: list[date] = starts[whole][:count].tolist()
    return chosen


def _spread(series: Series, days: int, count: int) -> list[date]:
    """Return windows that lie evenly over the last half of what is known."""
    dates = series.grid.dates()
    known = np.unique(series.grid.local_dates[~np.isnan(series.counts)])
    if not known.size:
        return []
    first = known[0] + max(series.days_known() // _TEACHES_ONLY, LEAST_DAYS)
    last = np.datetime64(dates[-1], "D") + 1 - days
    first = max(first, last - _YEAR_DAYS)
    starts = np.arange(first, last + 1)
    holding = np.searchsorted(known, starts + days) > np.searchsorted(known, starts)
    starts = starts[holding]
    usual = np.unique(weekdays_of(starts)).size
    chosen: list[date] = starts[_places(starts.size, count, usual)].tolist()
    return chosen


def _places(size: int, count: int, usual: int) -> NDArray[np.int64]:
    """Return places from the last of ``size`` backwards, evenly, and on all weekdays."""
    if size <= count:
        return np.arange(size)
    step = (size - 1) / max(count - 1, 1)
    whole_weeks = usual * round(step / usual)
    if whole_weeks and abs(step - whole_weeks) < 0.5:
        step = whole_weeks - 0.5
    back: NDArray[np.int64] = np.rint(step * np.arange(count)[::-1]).astype(np.int64)
    return size - 1 - back


def all_origins(series: Series, windows: Sequence[date], days: int) -> list[date]:
    """Return the windows to score and, before each, the trials that its forecast would make."""
    found = set(windows)
    for window in windows:
        found.update(past_origins(series.before(window), days=days, least_days=LEAST_DAYS))
    return sorted(found)
