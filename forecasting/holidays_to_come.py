"""What public holidays to come will bring, from those before."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import completed
from forecasting.grid import TimeGrid, slot_numbers
from forecasting.history import History
from forecasting.series import Calendar, Series

_HALF_LIFE_WEEKS = 8.0


def holiday_factor(
    history: History,
    series: Series,
    calendar: Calendar,
    grid: TimeGrid,
    weight: NDArray[np.float64],
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the factor of public holidays to come, learned from those before, in words too.

    A holiday that the special days describe is left to them.

    Parameters
    ----------
    history, series
        The past, with and without public holidays.
    calendar
        The queue's days.
    grid, weight
        The intervals to come, and what they are open for, shape (intervals,).
    """
    factor = np.ones(len(grid))
    texts = []
    learned, seen = _learned_holiday_factor(history, series, calendar)
    for day, name in _undescribed(calendar, grid).items():
        today = grid.day_slice(day)
        if not weight[today].any():
            continue
        factor[today] = learned
        basis = (
            f"at {learned:.0%} of a usual day, as on {seen} public holidays before"
            if seen
            else "as a usual day, for the history holds no public holiday with contacts"
        )
        texts.append(f"{day} ({name}) is forecast {basis}; a special day overrules this")
    return factor, texts


def _learned_holiday_factor(
    history: History, series: Series, calendar: Calendar
) -> tuple[float, int]:
    """Return contacts of past public holidays over those of usual days, and their number."""
    offered = history.select(calendar.queue).offered[0]
    weekly = completed(series.table.weekly_mean(_HALF_LIFE_WEEKS))
    usual = weekly[series.grid.weekdays, slot_numbers(series.grid)] * series.weight
    came, expected, seen = 0.0, 0.0, 0
    for day in _undescribed(calendar, series.grid):
        today = series.grid.day_slice(day)
        known = ~np.isnan(offered[today]) & (series.weight[today] > 0)
        if known.any():
            came += float(offered[today][known].sum())
            expected += float(usual[today][known].sum())
            seen += 1
    return (came / expected, seen) if expected > 0 else (1.0, 0)


def _undescribed(calendar: Calendar, grid: TimeGrid) -> dict[date, str]:
    described = {each.day for each in calendar.special_days if each.concerns(calendar.queue)}
    holidays = calendar.holidays(grid)
    return {day: name for day, name in holidays.items() if day not in described}
