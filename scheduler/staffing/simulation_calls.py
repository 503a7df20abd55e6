"""One replication of a queue whose agents handle one contact at a time, compiled for speed.

The same model as in ``simulation_kernel`` with fewer draws. One clock runs to the next arrival.
The other one, to the next contact finished, counts work: an exponential amount that is used up
at the speed of all busy agents together, whatever happens in between.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from scheduler.staffing.simulation_kernel import (
    ANSWERED,
    BUSY_S,
    COLUMNS,
    IN_TIME,
    OFFERED,
    PATIENT_IN_TIME,
    STAFFED_S,
    WAIT_S,
    Floats,
    abandon,
    give_up,
    moved_up,
    patience,
)


@njit(cache=True)
def replicate_calls(
    rng: np.random.Generator,
    rate: Floats,
    agents: Floats,
    interval_s: float,
    aht_s: Floats,
    patience_s: Floats,
    within_s: float,
    short_s: float,
) -> Floats:
    """Simulate a horizon once; return the tally, shape (intervals, COLUMNS).

    Parameters as in :func:`scheduler.staffing.simulation_kernel.replicate`.
    """
    size = rate.size
    tally = np.zeros((size, COLUMNS))
    team, busy, leaving = 0.0, 0.0, 0.0
    line = np.empty((256, 3))  # came at, gives up at, interval
    head, tail = 0, 0
    work = rng.standard_exponential()
    # After the horizon nobody comes; the last agents stay until the line is empty.
    for i in range(size + 1):
        now, end, row = i * interval_s, (i + 1) * interval_s, min(i, size - 1)
        arriving = 0.0
        if i < size:
            arriving = rate[i]
            team = agents[i]
            leaving += max(busy - team, 0.0)
            busy = min(busy, team)
            tally[i, STAFFED_S] = team * interval_s
        else:
            end = np.inf
        head, busy = _taken(line, head, tail, busy, team, now, within_s, short_s, tally)
        coming = now + rng.standard_exponential() / arriving if arriving > 0.0 else np.inf
        while i < size or head < tail:
            speed = (busy + leaving) / aht_s[row]
            done = now + work / speed if speed > 0.0 else np.inf
            later = min(coming, done)
            if i < size:
                tally[i, BUSY_S] += busy * (min(later, end) - now)
            if later >= end:
                work -= speed * (end - now) if i < size else 0.0
                break
            if coming < done:
                work -= speed * (coming - now)
                now = coming
                coming += rng.standard_exponential() / arriving
                tally[i, OFFERED] += 1.0
                if busy < team:
                    busy += 1.0
                    tally[i, ANSWERED] += 1.0
                    tally[i, IN_TIME] += 1.0
                    tally[i, PATIENT_IN_TIME] += 1.0
                else:
                    if tail == line.shape[0]:
                        line, tail = moved_up(line, head, tail)
                        head = 0
                    line[tail, 0] = now
                    line[tail, 1] = now + patience(rng, patience_s)
                    line[tail, 2] = i
                    tail += 1
            else:
                now = done
                work = rng.standard_exponential()
                if leaving > 0.0 and rng.random() * (busy + leaving) < leaving:
                    leaving -= 1.0
                else:
                    busy -= 1.0
                    head, busy = _taken(line, head, tail, busy, team, now, within_s, short_s, tally)
    give_up(line, head, tail, within_s, short_s, tally)
    return tally


@njit(cache=True)
def _taken(
    line: Floats,
    head: int,
    tail: int,
    busy: float,
    team: float,
    now: float,
    within_s: float,
    short_s: float,
    tally: Floats,
) -> tuple[int, float]:
    """Give those who still wait to free agents; return the new head and who is busy."""
    while head < tail and busy < team:
        row, waited = int(line[head, 2]), now - line[head, 0]
        tally[row, PATIENT_IN_TIME] += waited <= within_s
        if line[head, 1] < now:
            abandon(line, head, within_s, short_s, tally)
        else:
            tally[row, ANSWERED] += 1.0
            tally[row, IN_TIME] += waited <= within_s
            tally[row, WAIT_S] += waited
            busy += 1.0
        head += 1
    return head, busy
