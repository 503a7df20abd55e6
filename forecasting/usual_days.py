"""How many contacts were usual in each interval of the past, judged by the days around it.

A day's usual total is the median total of the same weekday in the four weeks before and after,
so that one strange day, or one of its neighbours, does not move it. An interval's usual share of
its day comes from the same neighbours. Neither looks at the day itself: what is missing from a
day does not make its own absence usual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, day_numbers, slot_numbers, slots_a_day

NEIGHBOURS = 8
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UsualDays:
    """What was usual for one queue.

    Attributes
    ----------
    interval
        Usual contacts of every interval, shape (intervals,); NaN where nothing compares.
    day
        Usual contacts of every calendar day of the grid, shape (days,); NaN likewise.
    """

    interval: Floats
    day: Floats


def usual_days(
    grid: TimeGrid, offered: Floats, among: Mask, segment: NDArray[np.int64]
) -> UsualDays:
    """Tell what was usual, from the days that may be compared with each other.

    Parameters
    ----------
    grid
        The intervals.
    offered
        Contacts of one queue, shape (intervals,); NaN where unknown.
    among
        Intervals that say what is usual: open, and on a day that nothing sets apart.
    segment
        Which level every calendar day belongs to, shape (days,): days of different levels are
        not compared.
    """
    rows, slots = day_numbers(grid), slot_numbers(grid)
    days = int(rows[-1]) + 1
    table = np.full((days, slots_a_day(grid)), np.nan)
    counted = among & ~np.isnan(offered)
    # In the night of a clock change two intervals share a slot: it holds the later one.
    table[rows[counted], slots[counted]] = offered[counted]
    usable = ~np.isnan(table).all(axis=1)
    total = np.where(usable, np.nansum(table, axis=1), np.nan)
    weekday = np.zeros(days, dtype=np.int64)
    weekday[rows] = grid.weekdays
    level = np.full(days, np.nan)
    share = np.full(table.shape, np.nan)
    for day in range(days):
        near = _neighbours(day, weekday, segment, usable)
        if near.size:
            level[day] = np.median(total[near])
            share[day] = _shares(table[near])
    interval = (level[:, None] * share)[rows, slots]
    return UsualDays(interval=interval, day=level)


def _neighbours(
    day: int, weekday: NDArray[np.int64], segment: NDArray[np.int64], usable: Mask
) -> NDArray[np.int64]:
    """Return the nearest days of the same weekday and level, or the nearest days of that level."""
    alike = usable & (segment == segment[day])
    alike[day] = False
    same = np.flatnonzero(alike & (weekday == weekday[day]))
    found = same if same.size > 1 else np.flatnonzero(alike)
    nearest = np.argsort(np.abs(found - day), kind="stable")[:NEIGHBOURS]
    return found[nearest]


def _shares(table: Floats) -> Floats:
    """Return each slot's share of the days' contacts; equal shares where there were none."""
    sums = np.nansum(table, axis=0)
    known = ~np.isnan(table).all(axis=0)
    if sums.sum() == 0:
        return np.where(known, 1 / max(int(known.sum()), 1), np.nan)
    return np.where(known, sums / sums.sum(), np.nan)
