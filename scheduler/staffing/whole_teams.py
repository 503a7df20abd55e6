"""Parts of an agent: which whole teams are there, and how fast they are.

Shrinkage makes 2.7 agents of 3 who are rostered. In truth there are now three, now two. Who is
away stays away for hours, not for one interval: if the team were drawn anew for every interval,
agents would leave again and again, each finishing what is in hand beside the rest, and so much
coming and going would add capacity that nobody has. So one number between 0 and 1 is drawn for
a day, and every interval has the whole team that its agents and this number add up to.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from scheduler.staffing.arguments import Floats

# Parts of an agent that differ by less are one part.
_DUST = 1e-9


def team_at(agents: Floats, draw: Floats | float) -> Floats:
    """Return the whole team of every interval, right on average over even draws.

    Parameters
    ----------
    agents
        Agents, not necessarily whole, shape (intervals,).
    draw
        Between 0 and 1, one number or one an interval.
    """
    team: Floats = np.floor(agents + np.minimum(draw, 1.0 - _DUST) + _DUST)
    return team


def whole_teams(agents: Floats) -> list[tuple[float, Floats]]:
    """Return all whole teams there may be over a day, each with its chance.

    Parameters
    ----------
    agents
        Agents, not necessarily whole, shape (intervals,).
    """
    parts = np.unique(np.round(agents - np.floor(agents + _DUST), 9))
    steps = np.unique(np.concatenate([[0.0], 1.0 - parts[parts > _DUST], [1.0]]))
    return [
        (float(high - low), team_at(agents, (low + high) / 2.0)) for low, high in pairwise(steps)
    ]


def rates_at_a_time(concurrency: int, slowdown: float) -> Floats:
    """Return how many times as many contacts an agent finishes with 0, 1, ... at a time.

    Parameters
    ----------
    concurrency
        Most contacts at a time.
    slowdown
        With j at a time each takes ``1 + slowdown (j - 1)`` times as long as alone.
    """
    at_a_time = np.arange(concurrency + 1.0)
    rates: Floats = at_a_time / (1.0 + slowdown * np.maximum(at_a_time - 1.0, 0.0))
    return rates
