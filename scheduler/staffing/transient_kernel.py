"""Moving a queue through time exactly: the compiled inside of ``transient``.

Both functions use uniformization: the state after a time t is that of a discrete chain after a
Poisson number of steps, and every sum has positive terms only. W. K. Grassmann, "Transient
solutions in Markovian queueing systems" (1977).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.staffing.arguments import Floats

# Chances below this are dropped: of a state, and relative to the likeliest number of steps.
_NOTHING = 1e-20
# What no longer changes by more than this in a step is taken for steady.
_STEADY = 1e-15
# Steps made in one go; even. Between them one looks which states are still of any weight.
_STEPS = 16


@njit(cache=True, error_model="numpy")
def forward(state: Floats, arrival: float, going: Floats, time_s: float) -> tuple[Floats, Floats]:
    """Return the probabilities of contacts in the system after a time, and their integral.

    Parameters
    ----------
    state
        Probability of 0, 1, ... contacts in the system; in the last state arrivals are lost.
    arrival
        Arrivals a second.
    going
        Contacts finished or given up a second with 0, 1, ... in the system.
    time_s
        How long, s.
    """
    size = state.size
    # Where nothing ever happens any pace will do.
    rate = (arrival + max(going)) or 1.0
    share = _poisson(rate * time_s)
    held = np.zeros(share.size)
    beyond = 1.0
    for k in range(share.size):
        beyond = max(beyond - share[k], 0.0)
        held[k] = beyond / rate
    up, down, stay = arrival / rate, np.zeros(size), np.zeros(size)
    for j in range(size):
        down[j] = going[j + 1] / rate if j + 1 < size else 0.0
        stay[j] = 1.0 - going[j] / rate - (up if j + 1 < size else 0.0)
    # An empty place on either side: the inner loop asks no questions about borders.
    now, other = np.zeros(size + 2), np.zeros(size + 2)
    for j in range(size):
        now[j + 1] = state[j]
    after, integral = np.zeros(size), np.zeros(size)
    low, high = 0, size
    for k in range(0, share.size, _STEPS):
        while low < high - 1 and now[low + 1] < _NOTHING:
            low += 1
        while low < high - 1 and now[high] < _NOTHING:
            high -= 1
        for j in range(size + 2):
            if j <= low or j > high:
                now[j] = 0.0
            other[j] = 0.0
        low, high = max(low - _STEPS, 0), min(high + _STEPS, size)
        _steps_forward(
            now[low : high + 2], other[low : high + 2], up, stay[low:high], down[low:high],
            after[low:high], integral[low:high], share[k : k + _STEPS], held[k : k + _STEPS],
        )  # fmt: skip
    return after, integral


@njit(cache=True)
def _steps_forward(
    now: Floats, other: Floats, up: float, stay: Floats, down: Floats,
    after: Floats, integral: Floats, share: Floats, held: Floats,
) -> None:  # fmt: skip
    """Make an even number of steps, to and fro between two arrays, and add up what passes."""
    for k in range(0, share.size, 2):
        for j in range(after.size):
            after[j] += share[k] * now[j + 1]
            integral[j] += held[k] * now[j + 1]
            other[j + 1] = now[j] * up + now[j + 1] * stay[j] + now[j + 2] * down[j]
        for j in range(after.size):
            after[j] += share[k + 1] * other[j + 1]
            integral[j] += held[k + 1] * other[j + 1]
            now[j + 1] = other[j] * up + other[j + 1] * stay[j] + other[j + 2] * down[j]


@njit(cache=True, error_model="numpy")
def backward(
    value: Floats, served: float, speed: float, leave: float, own: float, time_s: float
) -> Floats:
    """Return what a waiting contact can expect a time before its expectations are known.

    Parameters
    ----------
    value
        Expectation with 0, 1, ... others ahead in the line, at the later time.
    served
        Expectation of a contact that is served in between; one that abandons has 0.
    speed
        Contacts that all agents finish a second.
    leave, own
        Chance a second to abandon, of each contact ahead and of this one.
    time_s
        How much earlier, s.
    """
    rate = (speed + value.size * leave) or 1.0
    share = _poisson(rate * time_s)
    forth, stay = np.empty(value.size), np.empty(value.size)
    # The place before the first is with an agent.
    now, other, before = np.empty(value.size + 1), np.empty(value.size + 1), np.zeros(value.size)
    now[0] = other[0] = served
    for m in range(value.size):
        forth[m] = (speed + m * leave) / rate
        # What neither moves forth nor abandons stays.
        stay[m] = 1.0 - own / rate - forth[m]
        now[m + 1] = value[m]
    left = 1.0
    for k in range(0, share.size, _STEPS):
        _steps_back(now, other, forth, stay, before, share[k : k + _STEPS])
        change = 0.0
        for m in range(value.size):
            change = max(change, abs(now[m + 1] - other[m + 1]))
        for step in range(k, k + _STEPS):
            left -= share[step]
        if change < _STEADY:
            for m in range(value.size):
                before[m] += left * now[m + 1]
            break
    return before


@njit(cache=True)
def _steps_back(
    now: Floats, other: Floats, forth: Floats, stay: Floats, before: Floats, share: Floats
) -> None:
    """Make an even number of steps, to and fro between two arrays, and add up what passes."""
    for k in range(0, share.size, 2):
        for m in range(before.size):
            before[m] += share[k] * now[m + 1]
            other[m + 1] = now[m] * forth[m] + now[m + 1] * stay[m]
        for m in range(before.size):
            before[m] += share[k + 1] * other[m + 1]
            now[m + 1] = other[m] * forth[m] + other[m + 1] * stay[m]


@njit(cache=True, error_model="numpy")
def _poisson(mean: float) -> Floats:
    """Return the probabilities of 0, 1, ... steps, up to where nothing is left, then zeros."""
    mode = int(mean)
    first, last, share = mode, mode, 1.0
    while first > 0 and share > _NOTHING:
        share *= first / mean
        first -= 1
    share = 1.0
    while share > _NOTHING:
        last += 1
        share *= mean / last
    weight = np.zeros(_STEPS * (last // _STEPS + 1))
    weight[mode], total = 1.0, 1.0
    for k in range(mode, first, -1):
        weight[k - 1] = weight[k] * k / mean
        total += weight[k - 1]
    for k in range(mode, last):
        weight[k + 1] = weight[k] * mean / (k + 1.0)
        total += weight[k + 1]
    for k in range(first, last + 1):
        weight[k] /= total
    return weight
