"""Contacts of whole days and weeks, with the range of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid

Period = Literal["day", "week"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    """Contacts of days or weeks.

    Attributes
    ----------
    starts
        First local date of every period; weeks begin on Monday, and the first and the last
        hold only what the grid holds of them.
    offered
        Mean contacts, shape (queues, periods).
    levels
        Probabilities of the quantiles, shape (levels,).
    quantiles
        Contacts not exceeded with these probabilities, shape (levels, queues, periods).
    """

    starts: tuple[date, ...]
    offered: NDArray[np.float64]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]


def total_over(
    grid: TimeGrid,
    period: Period,
    offered: NDArray[np.float64],
    paths: NDArray[np.float64],
    levels: NDArray[np.float64],
) -> Totals:
    """Add intervals up.

    A range of a sum is not the sum of ranges: the intervals of a day are neither independent
    nor bound to each other, so the quantiles are those of the sums of scenarios.

    Parameters
    ----------
    grid
        The intervals.
    period
        What to add up.
    offered
        Mean contacts, shape (queues, intervals).
    paths
        Scenarios, shape (scenarios, queues, intervals).
    levels
        Probabilities.
    """
    starts, which = np.unique(_period_starts(grid, period), return_inverse=True)
    member = (which[:, np.newaxis] == np.arange(starts.size)).astype(np.float64)
    return Totals(
        starts=tuple(starts.tolist()),
        offered=offered @ member,
        levels=levels,
        quantiles=np.quantile(paths @ member, levels, axis=0),
    )


def _period_starts(grid: TimeGrid, period: Period) -> NDArray[np.datetime64]:
    dates = grid.local_dates
    if period == "day":
        return dates
    return np.asarray(dates - grid.weekdays * np.timedelta64(1, "D"), dtype="datetime64[D]")
