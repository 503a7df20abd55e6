"""From shares to whole tours: fix what is almost whole, look for new tours, and so on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np

from scheduler.rostering.columns.generate import price_all
from scheduler.rostering.columns.master import Fractional, Master
from scheduler.rostering.columns.pricing import Pricer

_SURE = 0.99
_AT_ONCE = 0.05
_ROUNDS = 20


def dive(
    master: Master,
    pricers: Sequence[Pricer],
    *,
    stop: Callable[[], bool],
    hurry: Callable[[], bool],
) -> list[int]:
    """Choose a whole tour for each of some agents, the tours of the others as they are.

    Every tour whose share is almost one is fixed; where there is none, those with the largest
    shares, a twentieth of the agents at once. Then tours are looked for that fit the rest, until
    ``hurry`` says that there is no time for that. Once ``stop`` says so, everybody left gets the
    tour with the largest share.

    Returns
    -------
    list of int
        One tour, by its number, for each agent of ``pricers``. Nothing stays fixed that was free.
    """
    free = {pricer.agent: pricer for pricer in pricers}
    chosen: list[int] = []
    now = master.solve()
    while free:
        for agent, tour in _next(master, now, list(free), all_of_them=stop()):
            master.fix(tour)
            chosen.append(tour)
            del free[agent]
        for _ in range(_ROUNDS if free else 0):
            now = master.solve()
            if hurry():
                break
            added, _ = price_all(master, list(free.values()), now.duals, quick=True, stop=hurry)
            if not added:
                break
        else:
            now = master.solve() if free else now
    for pricer in pricers:
        master.release(pricer.agent)
    return chosen


def _next(
    master: Master, now: Fractional, free: list[int], *, all_of_them: bool
) -> list[tuple[int, int]]:
    """Return agents to fix next, and their tours."""
    best = []
    for agent in free:
        tours = [at for at in master.of_agent[agent] if at < len(now.shares)]
        tour = max(tours, key=lambda at: (now.shares[at], -at))
        best.append((float(now.shares[tour]), agent, tour))
    best.sort(key=lambda each: (-each[0], each[1]))
    sure = int(np.sum([share >= _SURE for share, _, _ in best]))
    count = len(best) if all_of_them else max(sure, ceil(_AT_ONCE * len(best)))
    return [(agent, tour) for _, agent, tour in best[:count]]
