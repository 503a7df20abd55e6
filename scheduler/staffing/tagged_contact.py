"""The chances of one waiting contact, by how many are ahead of it, while agents change."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from scheduler.staffing.arguments import Floats
from scheduler.staffing.transient_kernel import backward


@njit(cache=True)
def chances(
    places: int,
    here: float,
    i: int,
    left_s: float,
    threshold_s: float,
    agents: Floats,
    finish: Floats,
    leave: float,
    interval_s: float,
    both: bool,
) -> tuple[Floats, Floats]:
    """Return P(served within the threshold) and P(waits longer if endlessly patient), by place.

    Parameters
    ----------
    places
        The contact has 0, 1, ... places - 1 others ahead.
    here
        Agents at work when the contact comes.
    i, left_s
        The interval in which it comes, and how long before its end, s.
    threshold_s
        The threshold, s.
    agents, finish
        Agents, and contacts an agent finishes a second, by interval. A fraction of an agent is
        the chance of one more.
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
    # Values from the start of an interval on, for either number of agents in it.
    served, served_more = np.zeros(places), np.zeros(places)
    longer, longer_more = np.ones(places), np.ones(places)
    for at in range(last, i - 1, -1):
        begun_s = 0.0 if at == i else left_s + (at - 1 - i) * interval_s
        ended_s = threshold_s if at == last else left_s + (at - i) * interval_s
        next_served, next_served_more = served, served_more
        next_longer, next_longer_more = longer, longer_more
        for more in range(2):
            heads = here if at == i else math.floor(agents[at]) + more
            speed, time_s = heads * finish[at], ended_s - begun_s
            taken, waiting = next_served, next_longer
            if at < last:
                taken = _mixed(next_served, next_served_more, agents[at + 1], heads, 1.0)
                waiting = _mixed(next_longer, next_longer_more, agents[at + 1], heads, 0.0)
            taken = backward(taken, 1.0, speed, leave, leave, time_s)
            if both:
                waiting = backward(waiting, 0.0, speed, leave, 0.0, time_s)
            if more:
                served_more, longer_more = taken, waiting
            else:
                served, longer = taken, waiting
            if at == i or agents[at] == heads:
                break
    return served, longer


@njit(cache=True)
def _mixed(
    values: Floats, values_more: Floats, agents: float, before: float, at_once: float
) -> Floats:
    """Average over both numbers of agents that may come on; new ones take the first in line."""
    whole = math.floor(agents)
    result = np.zeros(values.size)
    for more in range(2):
        chance = agents - whole if more else 1.0 - (agents - whole)
        new = max(int(whole + more - before), 0)
        for m in range(result.size if chance > 0.0 else 0):
            later = at_once
            if m >= new:
                later = values_more[m - new] if more else values[m - new]
            result[m] += chance * later
    return result
