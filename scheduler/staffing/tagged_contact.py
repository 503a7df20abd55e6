"""The chances of one waiting contact, by how many are ahead of it, while agents change."""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.staffing.arguments import Floats
from scheduler.staffing.transient_kernel import backward


@njit(cache=True)
def chances(
    places: int,
    i: int,
    left_s: float,
    threshold_s: float,
    agents: Floats,
    finish: Floats,
    finishing: Floats,
    leave: float,
    interval_s: float,
    both: bool,
) -> tuple[Floats, Floats]:
    """Return P(served within the threshold) and P(waits longer if endlessly patient), by place.

    Parameters
    ----------
    places
        The contact has 0, 1, ... places - 1 others ahead.
    i, left_s
        The interval in which it comes, and how long before its end, s.
    threshold_s
        The threshold, s.
    agents, finish, finishing
        As in :func:`scheduler.staffing.transient_walk.walk`.
    leave
        Chance a second of a waiting contact to abandon.
    interval_s
        Length of an interval, s.
    both
        False where the second result is not wanted; it then means nothing.
    """
    last = i
    while threshold_s > left_s + (last - i) * interval_s and last < agents.size - 1:
        last += 1
    # Values from the start of an interval on.
    served, longer = np.zeros(places), np.ones(places)
    most = finishing.size - 1
    for at in range(last, i - 1, -1):
        begun_s = 0.0 if at == i else left_s + (at - 1 - i) * interval_s
        ended_s = threshold_s if at == last else left_s + (at - i) * interval_s
        if at < last:
            new = int(max(agents[at + 1] - agents[at], 0.0)) * most
            served, longer = _moved_up(served, new, 1.0), _moved_up(longer, new, 0.0)
        speed, time_s = agents[at] * finishing[most] * finish[at], ended_s - begun_s
        served = backward(served, 1.0, speed, leave, leave, time_s)
        if both:
            longer = backward(longer, 0.0, speed, leave, 0.0, time_s)
    return served, longer


@njit(cache=True)
def _moved_up(values: Floats, new: int, at_once: float) -> Floats:
    """Return the values just before new places open, which the first in line take."""
    result = np.empty(values.size)
    for m in range(values.size):
        result[m] = at_once if m < new else values[m - new]
    return result
