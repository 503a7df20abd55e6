"""How long contacts will take: handling time by time of day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, slot_numbers, slots_a_day
from forecasting.history import History

_HALF_LIFE_WEEKS = 8.0
# Contacts' worth of trust in the overall mean before a time of day is believed to differ.
_PRIOR_CONTACTS = 200.0
_WEEK_S = 7 * 86_400.0


def handling_time(history: History, queue: str, grid: TimeGrid) -> NDArray[np.float64] | None:
    """Return the mean handling time to expect, in seconds, shape (intervals,).

    Every known interval counts by its handled contacts (offered ones where these are unknown)
    and less the older it is; times of day with few contacts are drawn to the overall mean.
    None where the history knows no handling time of the queue.

    Parameters
    ----------
    history
        The past.
    queue
        Name of the queue.
    grid
        The intervals to forecast, as long as those of the history.
    """
    of_queue = history.select(queue)
    aht_s = of_queue.aht_s[0]
    contacts = np.where(np.isnan(of_queue.handled[0]), of_queue.offered[0], of_queue.handled[0])
    known = (aht_s > 0) & (contacts > 0)
    if not known.any():
        return None
    age_weeks = np.arange(len(history.grid))[::-1] * history.grid.interval_s / _WEEK_S
    weight = (contacts * 0.5 ** (age_weeks / _HALF_LIFE_WEEKS))[known]
    overall = float(np.average(aht_s[known], weights=weight))
    slots = slot_numbers(history.grid)[known]
    size = slots_a_day(grid)
    seconds = np.bincount(slots, weight * aht_s[known], minlength=size)
    total = np.bincount(slots, weight, minlength=size)
    by_slot = (seconds + _PRIOR_CONTACTS * overall) / (total + _PRIOR_CONTACTS)
    values: NDArray[np.float64] = by_slot[slot_numbers(grid)]
    return values
