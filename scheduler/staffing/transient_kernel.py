"""Moving a queue through time exactly: the compiled inside of ``transient``.

Both functions use uniformization: the state after a time t is that of a discrete chain after a
Poisson number of steps, and every sum has positive terms only. W. K. Grassmann, "Transient
solutions in Markovian queueing systems" (1977).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from scheduler.staffing.arguments import Floats


@njit(cache=True)
def forward(
    state: Floats, arrival: float, finish: float, agents: float, leave: float, time_s: float
) -> tuple[Floats, Floats]:
    """Return the probabilities of contacts in the system after a time, and their integral.

    Parameters
    ----------
    state
        Probability of 0, 1, ... contacts in the system; in the last state arrivals are lost.
    arrival, finish, leave
        Arrivals a second, contacts an agent finishes a second, chance a second to abandon.
    agents
        Agents on the queue.
    time_s
        How long, s.
    """
    last = state.size - 1
    going = np.empty(state.size)
    for j in range(state.size):
        going[j] = min(float(j), agents) * finish + max(j - agents, 0.0) * leave
    rate = arrival + going.max()
    if rate == 0.0 or time_s == 0.0:
        return state.copy(), state * time_s
    weight = _poisson(rate * time_s)
    now, following = state.copy(), np.empty(state.size)
    after, integral = np.zeros(state.size), np.zeros(state.size)
    beyond = 1.0
    up = arrival / rate
    for k in range(weight.size):
        beyond = max(beyond - weight[k], 0.0)
        for j in range(state.size):
            after[j] += weight[k] * now[j]
            integral[j] += beyond / rate * now[j]
        for j in range(state.size):
            stay = 1.0 - going[j] / rate - (up if j < last else 0.0)
            value = now[j] * stay
            if j > 0:
                value += now[j - 1] * up
            if j < last:
                value += now[j + 1] * going[j + 1] / rate
            following[j] = value
        now, following = following, now
    return after, integral


@njit(cache=True)
def backward(
    value: Floats, served: float, finish: float, agents: float, leave: float, time_s: float
) -> Floats:
    """Return what a waiting contact can expect a time before its expectations are known.

    Parameters
    ----------
    value
        Expectation with 0, 1, ... others ahead in the line, at the later time.
    served
        Expectation of a contact that is served in between; one that abandons has 0.
    finish, agents, leave
        As in :func:`forward`.
    time_s
        How much earlier, s.
    """
    rate = agents * finish + value.size * leave
    if rate == 0.0 or time_s == 0.0:
        return value.copy()
    weight = _poisson(rate * time_s)
    now, following = value.copy(), np.empty(value.size)
    before = np.zeros(value.size)
    for k in range(weight.size):
        for m in range(value.size):
            before[m] += weight[k] * now[m]
        for m in range(value.size):
            forth = (agents * finish + m * leave) / rate
            ahead = now[m - 1] if m > 0 else served
            # What neither moves forth nor abandons stays.
            following[m] = forth * ahead + (1.0 - forth - leave / rate) * now[m]
        now, following = following, now
    return before


@njit(cache=True)
def _poisson(mean: float) -> Floats:
    """Return the probabilities of 0, 1, ... up to where nothing is left to double precision."""
    size = int(mean + 9.0 * math.sqrt(mean) + 30.0)
    weight = np.empty(size)
    for k in range(size):
        weight[k] = math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0))
    weight /= weight.sum()
    return weight
