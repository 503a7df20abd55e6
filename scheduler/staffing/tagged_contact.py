"""The chances of one waiting contact, by how many are ahead of it, while agents change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc

from scheduler.staffing.arguments import Floats
from scheduler.staffing.transient_kernel import backward


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayRates:
    """A day in rates a second, by interval.

    Attributes
    ----------
    arrival
        Contacts that come a second.
    agents
        Agents on the queue.
    finish
        Contacts that an agent finishes a second.
    leave
        Chance a second of a waiting contact to abandon.
    interval_s
        Length of an interval, s.
    """

    arrival: Floats
    agents: NDArray[np.int64]
    finish: Floats
    leave: float
    interval_s: float


def chances(
    day: DayRates, i: int, left_s: float, threshold: float, size: int
) -> tuple[Floats, Floats]:
    """Return P(served within the threshold) and P(still waiting then), by others ahead.

    The contact comes ``left_s`` before the end of interval i.
    """
    if threshold <= left_s or i == day.agents.size - 1:
        return chances_unchanged(day, i, threshold, size)
    later = chances(day, i + 1, day.interval_s, threshold - left_s, size)
    agents, finish = float(day.agents[i]), float(day.finish[i])
    # New agents take the first in line at once.
    new = min(max(int(day.agents[i + 1] - day.agents[i]), 0), size)
    shares = [
        backward(
            np.concatenate([np.full(new, at_once), values[: size - new]]),
            at_once,
            finish,
            agents,
            day.leave,
            left_s,
        )
        for at_once, values in zip((1.0, 0.0), later, strict=True)
    ]
    return shares[0], shares[1]


def chances_unchanged(day: DayRates, i: int, threshold: float, size: int) -> tuple[Floats, Floats]:
    """Return the same where agents do not change.

    With m ahead exp(-wait / patience) of a contact that stays is a beta variable with the
    parameters x = agents patience / aht and m + 1; without abandonment the wait is a gamma
    variable.
    """
    speed, ahead = day.agents[i] * day.finish[i], np.arange(1.0, size + 1.0)
    if speed == 0.0:
        return np.zeros(size), np.full(size, np.exp(-day.leave * threshold))
    if day.leave == 0.0:
        served = gammainc(ahead, speed * threshold)
        return served, 1.0 - served
    x, stays = speed / day.leave, np.exp(-day.leave * threshold)
    served = x / (x + ahead) * betainc(ahead, x + 1.0, -np.expm1(-day.leave * threshold))
    return served, stays * betainc(x, ahead, stays)
