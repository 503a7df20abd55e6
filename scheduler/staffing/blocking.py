"""Busy teams, compiled: 1 / Erlang B, and the fewest agents where nobody abandons."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

TARGET_SLACK = 1e-12
"""How far below its target a service level may lie, for rounding alone."""

_NEGLIGIBLE = 1e-17


@njit(cache=True)
def inverse_blocking(load: Floats, agents: Floats) -> Floats:
    """Return 1/B, infinite where B is below the smallest number; shapes (elements,).

    Parameters
    ----------
    load
        Offered load, erlang.
    agents
        Whole numbers of agents.
    """
    result = np.ones(load.size)
    for i in range(load.size):
        result[i] = _inverse(load[i], agents[i])
    return result


@njit(cache=True)
def fewest_without_abandonment(
    load: Floats, aht_s: Floats, answer_within_s: Floats, target: Floats
) -> Counts:
    """Return the smallest number of agents that meets its target under Erlang C.

    One sum of 1/B a little below the answer, then 1/B(n + 1) = 1 + (n + 1)/A 1/B(n) up to it:
    every number that is passed over has been seen to fail.

    Parameters
    ----------
    load, aht_s, answer_within_s, target
        As in :func:`scheduler.staffing.erlang.agents_required`, shape (elements,).
    """
    counts = np.zeros(load.size, dtype=np.int64)
    for i in range(load.size):
        if load[i] == 0.0 or target[i] <= TARGET_SLACK:
            continue
        stable = math.floor(load[i]) + 1.0
        fade = answer_within_s[i] / aht_s[i]
        late = 1.0 - target[i] + TARGET_SLACK
        agents = max(stable, math.floor(_square_root_guess(load[i], fade, late)))
        idle = _inverse(load[i], agents - 1.0)
        if agents > stable and _late(load[i], agents, idle, fade) <= late:
            agents, idle = stable, _inverse(load[i], stable - 1.0)
        while _late(load[i], agents, idle, fade) > late:
            idle = 1.0 + agents / load[i] * idle
            agents += 1.0
        counts[i] = int(agents)
    return counts


@njit(cache=True, error_model="numpy")
def _inverse(load: float, agents: float) -> float:
    """Sum 1/B from the full state down."""
    total, term, left = 1.0, 1.0, agents
    while left > 0.0 and total < np.inf:
        step = left / load
        term *= step
        total += term
        left -= 1.0
        if step < 1.0 and term < _NEGLIGIBLE * (1.0 - step) * total:
            break
    return total


@njit(cache=True, error_model="numpy")
def _late(load: float, agents: float, idle: float, fade: float) -> float:
    """Return P(wait > T), C exp(-(n - A) T / aht), with ``idle`` 1/B(n - 1), ``fade`` T / aht."""
    spare = agents - load
    return load / (load + spare * idle) * math.exp(-spare * fade)


@njit(cache=True, error_model="numpy")
def _square_root_guess(load: float, fade: float, late: float) -> float:
    """Return A + beta sqrt(A) so that about the share ``late`` waits longer than the threshold.

    Newton's method on the limit P(wait > T) = exp(-beta sqrt(A) T / aht) / (1 + beta Phi / phi):
    S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many exponential servers" (1981).
    """
    root = math.sqrt(load)
    slope, aim = root * fade, math.log(late)
    # The logarithm is concave: from the right Newton's steps lead down to the answer.
    beta = -aim / (math.sqrt(math.pi / 2.0) + slope)
    step = math.inf
    while abs(step) * root > 0.5:
        density = math.exp(-0.5 * beta * beta) / math.sqrt(2.0 * math.pi)
        below = 0.5 * math.erfc(-beta / math.sqrt(2.0))
        either = density + beta * below
        step = (math.log(density / either) - beta * slope - aim) / (beta + below / either + slope)
        beta += step
    return load + beta * root
