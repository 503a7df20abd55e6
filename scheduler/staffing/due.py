"""When deferred contacts fall due, counted in the open time of a horizon that repeats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from scheduler.staffing.arguments import Floats
from scheduler.staffing.channels import Queue

Indices = NDArray[np.int64]


def open_clock(open_s: Floats) -> Floats:
    """Return the open seconds since the start at every edge, shape (intervals + 1,)."""
    return np.concatenate([[0.0], np.cumsum(open_s)])


def due_instants(queue: Queue, grid: TimeGrid, open_s: Floats) -> tuple[Floats, Floats]:
    """Return when the first and the last contact of every interval fall due.

    Parameters
    ----------
    queue
        The queue, with its deadline and clock.
    grid
        The intervals of the horizon.
    open_s
        Open seconds of every interval, shape (intervals,), some above 0.

    Returns
    -------
    tuple of ndarray
        Open seconds from the start of the horizon, shape (intervals,) each; what falls due
        after the horizon lies as far beyond its open seconds as the next cycle is gone.
    """
    clock = open_clock(open_s)
    if queue.answer_within.business_days:
        return _same_time_later(grid, open_s, clock, queue.answer_within.business_days)
    span = queue.answer_within_s
    if queue.clock == "business":
        return clock[:-1] + span, clock[1:] + span
    edges = np.arange(len(grid) + 1) * grid.interval_s
    cycles, rest = np.divmod(edges + span, edges[-1])
    due = cycles * clock[-1] + np.interp(rest, edges, clock)
    return due[:-1], due[1:]


def _same_time_later(
    grid: TimeGrid, open_s: Floats, clock: Floats, days: int
) -> tuple[Floats, Floats]:
    """Move contacts to the same local time some opening days later."""
    minutes, step = grid.local_minutes, grid.interval_s / 60.0
    spans = [grid.day_slice(day) for day in grid.dates()]
    spans = [span for span in spans if open_s[span].any()]
    first, last = np.zeros(len(grid)), np.zeros(len(grid))
    for number, span in enumerate(spans):
        cycles, target = divmod(number + days, len(spans))
        ahead = cycles * clock[-1]
        first[span] = ahead + _clock_at(minutes[span], spans[target], minutes, clock)
        last[span] = ahead + _clock_at(minutes[span] + step, spans[target], minutes, clock)
    # Who comes while the queue is closed counts as coming when it next opens.
    opening, wraps = next_open(open_s)
    closed = open_s <= 0.0
    first = np.where(closed, first[opening] + wraps * clock[-1], first)
    return first, np.where(closed, first, last)


def _clock_at(
    at_minutes: NDArray[np.number], day: slice, minutes: Indices, clock: Floats
) -> Floats:
    """Return the open clock when wall clocks of a day first show these minutes."""
    # On the night when clocks go back some minutes come twice; the first time counts.
    shown = np.maximum.accumulate(minutes[day])
    reached: Floats = clock[day.start + np.searchsorted(shown, at_minutes)]
    return reached


def next_open(open_s: Floats) -> tuple[Indices, Indices]:
    """Return the next open interval, each itself if open, and 1 where it lies in the next cycle."""
    size = open_s.size
    numbers = np.where(open_s > 0.0, np.arange(size), 2 * size)
    following = np.minimum.accumulate(numbers[::-1])[::-1]
    wraps = (following >= size).astype(np.int64)
    return np.where(wraps == 1, numbers.min(), following), wraps
