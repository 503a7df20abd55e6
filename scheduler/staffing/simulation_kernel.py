"""One replication of one queue, event by event: the compiled inside of ``simulate``.

Agents are counted by the number of contacts they handle, since exponential handling times leave
nothing else to remember. Who abandons is found out only when an agent comes free: the contact
at the head of the line has left if its patience ran out before.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Columns of a tally, one row an interval. Contacts count where they came.
(
    OFFERED,
    ANSWERED,
    IN_TIME,
    ABANDONED,
    ABANDONED_IN_TIME,
    ABANDONED_SHORTLY,
    PATIENT_IN_TIME,
    WAIT_S,
    BUSY_S,
    STAFFED_S,
) = range(10)
COLUMNS = 10


@njit(cache=True)
def replicate(
    rng: np.random.Generator,
    rate: Floats,
    agents: Floats,
    interval_s: float,
    aht_s: Floats,
    patience_s: Floats,
    within_s: float,
    short_s: float,
    finishing: Floats,
) -> Floats:
    """Simulate a horizon once; return the tally, shape (intervals, COLUMNS).

    Parameters
    ----------
    rng
        Where all chance comes from.
    rate
        Contacts a second, shape (intervals,).
    agents
        Whole numbers of agents, shape (intervals,).
    interval_s, aht_s
        Length of an interval, and mean handling times, shape (intervals,), s.
    patience_s
        One mean of exponential patience, or equally likely ones to draw from, s.
    within_s, short_s
        Threshold of the target and of a short abandon, s.
    finishing
        Contacts that an agent with 0, 1, ... at a time finishes in the time ``aht_s``.
    """
    size = rate.size
    tally = np.zeros((size, COLUMNS))
    here = np.zeros(finishing.size)  # agents by contacts in hand
    leaving = np.zeros(finishing.size)  # who finish what they have and take no more
    line = np.empty((256, 3))  # came at, gives up at, interval
    head, tail = 0, 0
    # After the horizon nobody comes; the last agents stay until the line is empty.
    for i in range(size + 1):
        now, end, row = i * interval_s, (i + 1) * interval_s, min(i, size - 1)
        arriving = rate[i] if i < size else 0.0
        if i < size:
            _resize(here, leaving, agents[i])
            head = _serve(here, line, head, tail, now, within_s, short_s, tally)
            tally[i, STAFFED_S] = here.sum() * (here.size - 1) * interval_s
        else:
            end = np.inf
        while i < size or head < tail:
            ending = _speed(here, leaving, finishing) / aht_s[row]
            total = arriving + ending
            later = now + rng.standard_exponential() / total if total > 0.0 else np.inf
            if i < size:
                tally[i, BUSY_S] += _in_hand(here) * (min(later, end) - now)
            if later >= end:
                break
            now = later
            if rng.random() * total < arriving:
                if tail == line.shape[0]:
                    line, tail = moved_up(line, head, tail)
                    head = 0
                line[tail, 0] = now
                line[tail, 1] = now + patience(rng, patience_s)
                line[tail, 2] = i
                tail += 1
                tally[i, OFFERED] += 1.0
            else:
                _finish(here, leaving, finishing, rng.random())
            head = _serve(here, line, head, tail, now, within_s, short_s, tally)
    give_up(line, head, tail, within_s, short_s, tally)
    return tally


@njit(cache=True)
def _speed(here: Floats, leaving: Floats, finishing: Floats) -> float:
    """Return the contacts that all agents together finish in one handling time."""
    total = 0.0
    for j in range(1, here.size):
        total += (here[j] + leaving[j]) * finishing[j]
    return total


@njit(cache=True)
def _in_hand(here: Floats) -> float:
    total = 0.0
    for j in range(1, here.size):
        total += j * here[j]
    return total


@njit(cache=True)
def _resize(here: Floats, leaving: Floats, agents: float) -> None:
    """Bring the number of agents to a new one; those with the fewest contacts leave first."""
    for j in range(here.size):
        going = min(max(here.sum() - agents, 0.0), here[j])
        here[j] -= going
        leaving[j] += going
    leaving[0] = 0.0
    here[0] += max(agents - here.sum(), 0.0)


@njit(cache=True)
def _finish(here: Floats, leaving: Floats, finishing: Floats, chance: float) -> None:
    """Finish one contact, of an agent drawn in proportion to their speed."""
    left = chance * _speed(here, leaving, finishing)
    drawn, stays = 0, True
    for j in range(1, here.size):
        for remains in (True, False):
            weight = (here[j] if remains else leaving[j]) * finishing[j]
            if weight > 0.0 and left >= 0.0:
                drawn, stays = j, remains
                left -= weight
    group = here if stays else leaving
    group[drawn] -= 1.0
    group[drawn - 1] += 1.0


@njit(cache=True)
def _serve(
    here: Floats,
    line: Floats,
    head: int,
    tail: int,
    now: float,
    within_s: float,
    short_s: float,
    tally: Floats,
) -> int:
    """Give waiting contacts to the agents with the fewest in hand; return the new head."""
    level = 0
    while head < tail:
        while level < here.size - 1 and here[level] == 0.0:
            level += 1
        if level == here.size - 1:
            break
        row, waited = int(line[head, 2]), now - line[head, 0]
        tally[row, PATIENT_IN_TIME] += waited <= within_s
        if line[head, 1] < now:
            abandon(line, head, within_s, short_s, tally)
        else:
            tally[row, ANSWERED] += 1.0
            tally[row, IN_TIME] += waited <= within_s
            tally[row, WAIT_S] += waited
            here[level] -= 1.0
            here[level + 1] += 1.0
        head += 1
    return head


@njit(cache=True)
def patience(rng: np.random.Generator, patience_s: Floats) -> float:
    """Draw how long a contact is willing to wait, s."""
    if patience_s.size == 1:
        return rng.standard_exponential() * float(patience_s[0])
    return float(patience_s[int(rng.random() * patience_s.size)])


@njit(cache=True)
def abandon(line: Floats, head: int, within_s: float, short_s: float, tally: Floats) -> None:
    """Count a contact of the line that has given up."""
    row, waited = int(line[head, 2]), line[head, 1] - line[head, 0]
    tally[row, ABANDONED] += 1.0
    tally[row, ABANDONED_IN_TIME] += waited <= within_s
    tally[row, ABANDONED_SHORTLY] += waited <= short_s


@njit(cache=True)
def give_up(
    line: Floats, head: int, tail: int, within_s: float, short_s: float, tally: Floats
) -> None:
    """Let those whom nobody will ever answer abandon, if they do."""
    for k in range(head, tail):
        if line[k, 1] < np.inf:
            abandon(line, k, within_s, short_s, tally)


@njit(cache=True)
def moved_up(line: Floats, head: int, tail: int) -> tuple[Floats, int]:
    """Return a line with room for as many again, and its new tail."""
    waiting = tail - head
    longer = np.empty((2 * waiting + 256, 3))
    for k in range(waiting):
        for field in range(3):
            longer[k, field] = line[head + k, field]
    return longer, waiting
