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
    finishing: Floats,
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
        Arrivals a second, whole numbers of agents, and contacts a second that an agent finishes
        who has one in hand, shape (intervals,).
    finishing
        How many times as many an agent finishes with 0, 1, ... at a time, as many as can be.
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
    state, before = np.ones(1), agents[0]  # before the day all is empty
    for i in range(arrival.size):
        start = _begun(state, before, agents[i], finishing.size - 1)
        size = _places(
            start, arrival[i], arrival[i] * interval_s, agents[i], finish[i], finishing, leave
        )
        while True:
            row, state, full = _interval(
                _resized(start, size), i, arrival[i], agents, finish, finishing, leave,
                interval_s, thresholds, times, weights, unseen, both,
            )  # fmt: skip
            if full <= _TOO_FULL * interval_s:
                break
            size += size // 2
        rows[i] = row / interval_s
        before = agents[i]
    return rows


@njit(cache=True)
def _interval(
    state: Floats,
    i: int,
    arrival: float,
    agents: Floats,
    finish: Floats,
    finishing: Floats,
    leave: float,
    interval_s: float,
    thresholds: Floats,
    times: Floats,
    weights: Floats,
    unseen: Indices,
    both: bool,
) -> tuple[Floats, Floats, float]:
    """Return one row of :func:`walk` in seconds, the end, and the time in the last state."""
    places = int(agents[i]) * (finishing.size - 1)
    free = min(places, state.size)
    going = np.empty(state.size)
    for j in range(state.size):
        going[j] = _going(j, agents[i], finish[i], finishing, leave)
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
                max(end - free, 0), i, left_s, thresholds[k], agents, finish, finishing, leave,
                interval_s, both,
            )  # fmt: skip
            for j in range(end):
                row[2 + 2 * k] += weight * seen[j] * (served[j - free] if j >= free else 1.0)
                row[3 + 2 * k] += weight * seen[j] * (longer[j - free] if j >= free else 0.0)
    for j in range(free, state.size):
        row[0] += (j - places) * total[j]
        row[1] += total[j]
    return row, state, total[-1]


@njit(cache=True)
def _going(j: int, here: float, finish: float, finishing: Floats, leave: float) -> float:
    """Return the contacts finished or given up a second with j in the system, spread evenly."""
    most = finishing.size - 1
    waiting, each, one_more = max(j - here * most, 0.0), most, 0.0
    if j < here * most:
        each = int(j // here)
        one_more = j - each * here
    more = finishing[each + 1] if one_more > 0.0 else 0.0
    speed: float = (here - one_more) * finishing[each] + one_more * more
    return speed * finish + waiting * leave


@njit(cache=True)
def _begun(state: Floats, before: float, here: float, most: int) -> Floats:
    """Return the state as an interval begins, from the one in which the last ended.

    Those with the fewest contacts leave first; what they have in hand drops out of the count.
    """
    start = np.zeros(state.size)
    leaving = before - here
    for j in range(state.size):
        gone = 0.0
        if leaving > 0.0:
            held = min(float(j), before * most)
            each = held // before
            with_more = held - each * before
            gone = each * leaving + max(leaving - (before - with_more), 0.0)
        start[int(j - gone)] += state[j]
    return start


@njit(cache=True)
def _resized(state: Floats, size: int) -> Floats:
    result = np.zeros(size)
    for j in range(min(size, state.size)):
        result[j] = state[j]
    return result


@njit(cache=True, error_model="numpy")
def _places(
    state: Floats,
    arrival: float,
    come: float,
    here: float,
    finish: float,
    finishing: Floats,
    leave: float,
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
        going = _going(int(top), here, finish, finishing, leave)
        weight = min(weight * arrival / going, 1.0) if going > 0.0 else 1.0
    return max(held, int(top)) + 4


@njit(cache=True)
def _used(state: Floats) -> int:
    """Return how many states there are up to the last one of any weight."""
    end = state.size
    while end > 0 and state[end - 1] < _NOTHING:
        end -= 1
    return end
