"""A day interval by interval, compiled: the state of the queue and what contacts meet in it."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scheduler.staffing.arguments import Floats
from scheduler.staffing.tagged_contact import chances
from scheduler.staffing.transient_kernel import forward

Indices = NDArray[np.int64]

# Probability that may pile up in the last state before the line is given more room.
_TOO_FULL = 1e-13
# Chances below this are not worth a place in the line.
_NOTHING = 1e-16


@njit(cache=True)
def walk(
    arrival: Floats,
    agents: Floats,
    finish: Floats,
    leave: float,
    interval_s: float,
    thresholds: Floats,
    times: Floats,
    weights: Floats,
    unseen: Indices,
    both: bool,
) -> Floats:
    """Return for every interval the mean queue, P(wait), and two shares for every threshold.

    The shares are those of contacts that are served within the threshold, and that would wait
    longer if they were endlessly patient.

    Parameters
    ----------
    arrival, agents, finish
        Arrivals a second, agents (a fraction is the chance of one more), and contacts an agent
        finishes a second, shape (intervals,).
    leave
        Chance a second of a waiting contact to abandon.
    interval_s
        Length of an interval, s.
    thresholds
        In seconds, shape (thresholds,).
    times
        Rising instants at which the state is looked at, s into an interval, the end last.
    weights
        Of the instants, in seconds, shape (thresholds, instants).
    unseen
        Up to which instant the next interval is out of sight, shape (thresholds,).
    both
        False where the second shares are not wanted.
    """
    rows = np.zeros((arrival.size, 2 + 2 * thresholds.size))
    # One state for either number of agents there may be; before the day all is empty.
    fewer, greater = np.ones(1), np.zeros(1)
    heads = math.floor(agents[0])
    for i in range(arrival.size):
        before, heads = heads, math.floor(agents[i])
        was_fewer, was_greater = fewer, greater
        fewer, greater = np.zeros(1), np.zeros(1)
        for more in range(2):
            here = float(heads + more)
            chance = agents[i] - heads if more else 1.0 - (agents[i] - heads)
            if chance == 0.0:
                continue
            start = _begun(chance, was_fewer, was_greater, before, here)
            size = _places(start, arrival[i], arrival[i] * interval_s, here, finish[i], leave)
            while True:
                row, end, full = _interval(
                    _resized(start, size), i, here, arrival[i], agents, finish, leave,
                    interval_s, thresholds, times, weights, unseen, both,
                )  # fmt: skip
                if full <= _TOO_FULL * interval_s:
                    break
                size += size // 2
            for column in range(row.size):
                rows[i, column] += row[column] / interval_s
            if more:
                greater = end
            else:
                fewer = end
    return rows


@njit(cache=True)
def _interval(
    state: Floats,
    i: int,
    here: float,
    arrival: float,
    agents: Floats,
    finish: Floats,
    leave: float,
    interval_s: float,
    thresholds: Floats,
    times: Floats,
    weights: Floats,
    unseen: Indices,
    both: bool,
) -> tuple[Floats, Floats, float]:
    """Return one row of :func:`walk` in seconds, the end, and the time in the last state."""
    free = min(int(here), state.size)
    going = np.empty(state.size)
    for j in range(state.size):
        going[j] = min(float(j), here) * finish[i] + max(j - here, 0.0) * leave
    row, total = np.zeros(2 + 2 * thresholds.size), np.zeros(state.size)
    now_s = 0.0
    for at in range(times.size):
        state, passed = forward(state, arrival, going, times[at] - now_s)
        now_s = times[at]
        for j in range(state.size):
            total[j] += passed[j]
        for k in range(thresholds.size):
            if at == unseen[k]:
                seen, weight, left_s = total, 1.0, np.inf
            elif weights[k, at] > 0.0:
                seen, weight, left_s = state, weights[k, at], interval_s - now_s
            else:
                continue
            end = _used(seen)
            served, longer = chances(
                max(end - free, 0), here, i, left_s, thresholds[k], agents, finish, leave,
                interval_s, both,
            )  # fmt: skip
            for j in range(end):
                row[2 + 2 * k] += weight * seen[j] * (served[j - free] if j >= free else 1.0)
                row[3 + 2 * k] += weight * seen[j] * (longer[j - free] if j >= free else 0.0)
    for j in range(free, state.size):
        row[0] += (j - here) * total[j]
        row[1] += total[j]
    return row, state, total[-1]


@njit(cache=True)
def _begun(chance: float, fewer: Floats, greater: Floats, before: int, here: float) -> Floats:
    """Return the state as an interval begins, from those after it with either number of agents.

    The contacts of leaving agents drop out of the count; idle agents leave first.
    """
    start = np.zeros(max(fewer.size, greater.size))
    for more in range(2):
        old = greater if more else fewer
        for j in range(old.size):
            kept = j - max(min(j, before + more) - int(here), 0)
            start[kept] += chance * old[j]
    return start


@njit(cache=True)
def _resized(state: Floats, size: int) -> Floats:
    result = np.zeros(size)
    for j in range(min(size, state.size)):
        result[j] = state[j]
    return result


@njit(cache=True, error_model="numpy")
def _places(
    state: Floats, arrival: float, come: float, here: float, finish: float, leave: float
) -> int:
    """Return how many states the next interval will need, at a guess.

    From where the state ends, or from the likeliest number if it is higher, up to where a
    steady line has faded; never more than all who come.
    """
    held = _used(state)
    most = held + int(come + 8.0 * math.sqrt(come)) + 20
    top, weight = 0.0, 1.0
    while top < most and weight > _NOTHING:
        top += 1.0
        going = min(top, here) * finish + max(top - here, 0.0) * leave
        weight = min(weight * arrival / going, 1.0) if going > 0.0 else 1.0
    return max(held, int(top)) + 4


@njit(cache=True)
def _used(state: Floats) -> int:
    """Return how many states there are up to the last one of any weight."""
    end = state.size
    while end > 0 and state[end - 1] < _NOTHING:
        end -= 1
    return end
