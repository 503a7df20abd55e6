"""The fewest agents where nobody abandons, compiled: a square-root guess and a short walk."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scheduler.staffing.blocking import Floats, inverse

Counts = NDArray[np.int64]

TARGET_SLACK = 1e-12
"""How far below its target a service level may lie, for rounding alone."""


@njit(cache=True)
def fewest_without_abandonment(
    load: Floats, aht_s: Floats, answer_within_s: Floats, target: Floats
) -> Counts:
    """Return the smallest number of agents that meets its target under Erlang C.

    1/B is worked out once, a little below the answer; then 1/B(n) = 1 + n/A 1/B(n - 1) leads
    up to it. So every number that is passed over has been seen to fail.

    Parameters
    ----------
    load, aht_s, answer_within_s, target
        As in :func:`scheduler.staffing.erlang.agents_required`, shape (elements,).
    """
    counts = np.zeros(load.size, dtype=np.int64)
    for i in range(load.size):
        if load[i] > 0.0 and target[i] > TARGET_SLACK:
            late = 1.0 - target[i] + TARGET_SLACK
            counts[i] = _fewest(load[i], answer_within_s[i] / aht_s[i], late)
    return counts


@njit(cache=True, error_model="numpy")
def _fewest(load: float, fade: float, late: float) -> int:
    """Return the least n with P(wait > T) at most ``late``; ``fade`` is T / aht."""
    stable = math.floor(load) + 1.0
    agents = max(stable, math.floor(_guess(load, fade, late)))
    idle = inverse(load, agents - 1.0)
    if agents > stable and _later(load, agents, idle, fade) <= late:
        agents, idle = stable, inverse(load, stable - 1.0)
    while _later(load, agents, idle, fade) > late:
        idle = 1.0 + agents / load * idle
        agents += 1.0
    return int(agents)


@njit(cache=True, error_model="numpy")
def _later(load: float, agents: float, idle: float, fade: float) -> float:
    """Return P(wait > T) = C exp(-(n - A) T / aht) from ``idle``, 1/B(n - 1)."""
    spare = agents - load
    return load / (load + spare * idle) * math.exp(-spare * fade)


@njit(cache=True, error_model="numpy")
def _guess(load: float, fade: float, late: float) -> float:
    """Return A + beta sqrt(A) so that about the share ``late`` waits longer than the threshold.

    Newton's method on the limit P(wait > T) = exp(-beta sqrt(A) T / aht) / (1 + beta Phi / phi):
    S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many exponential servers" (1981).
    """
    root = math.sqrt(load)
    slope, aim = root * fade, math.log(late)
    # The logarithm is concave: from the right Newton's steps lead down to the answer.
    beta = -aim / (math.sqrt(math.pi / 2.0) + slope)
    step = math.inf
    while abs(step) * root > 1.5:
        density = math.exp(-0.5 * beta * beta) / math.sqrt(2.0 * math.pi)
        below = 0.5 * math.erfc(-beta / math.sqrt(2.0))
        either = density + beta * below
        step = (math.log(density / either) - beta * slope - aim) / (beta + below / either + slope)
        beta += step
    return load + beta * root
