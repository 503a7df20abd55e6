"""The contacts of one replication of a week, drawn before anybody is there to answer them.

So two rosters that are simulated with one seed meet the same customers, and what differs
between them is the roster alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from scheduler.staffing.arguments import Floats
from scheduler.staffing.week_kernel import Indices, Records

# One record a contact, times in s. gives_up: when they abandon unless answered, infinite for
# never. work_s: handling time by an agent of factor 1 with nothing else in hand. reached: when an
# agent comes to their place in the line, which they may have left. follower: the next in line.
_CONTACT = np.dtype(
    [
        *((name, "i8") for name in ("queue", "follower")),
        *((name, "f8") for name in ("came", "gives_up", "work_s", "reached", "ended")),
    ]
)


class Demand(NamedTuple):
    """What contacts are drawn from.

    Attributes
    ----------
    interval_s
        Length of an interval, s.
    offered, aht_s
        Expected contacts an interval, and mean handling times, s, shape (queues, intervals).
    spread
        Of the logarithm of the handling time, shape (queues,); -1 for exponential times.
    patience_s, redial
        Mean patience, s, and the chance to come again, shape (queues,).
    """

    interval_s: float
    offered: Floats
    aht_s: Floats
    spread: Floats
    patience_s: Floats
    redial: Floats


def draw_contacts(rng: np.random.Generator, demand: Demand) -> tuple[Records, Indices]:
    """Draw a horizon's contacts: Poisson streams, evenly spread inside every interval.

    Returns
    -------
    tuple
        The contacts, queue by queue in order of coming, then room for redials; and where each
        queue's begin and end among them, shape (queues + 1,).
    """
    counts = rng.poisson(demand.offered)
    edges = np.append(0, np.cumsum(counts.sum(axis=1)))
    contacts = np.empty(edges[-1] + _room(edges, demand.redial), dtype=_CONTACT)
    contacts["follower"] = -1
    contacts["reached"] = contacts["ended"] = np.inf
    for queue, (first, last) in enumerate(pairwise(edges)):
        mine = contacts[first:last]
        row = np.repeat(np.arange(counts.shape[1]), counts[queue])
        mine["queue"] = queue
        # Sorting a row number and a fraction together sorts the fractions inside each row.
        mine["came"] = np.sort(row + rng.random(row.size)) * demand.interval_s
        mine["work_s"] = demand.aht_s[queue][row] * _work(rng, demand.spread[queue], row.size)
        patience_s = demand.patience_s[queue]
        mine["gives_up"] = np.inf
        if patience_s < np.inf:
            mine["gives_up"] = mine["came"] + patience_s * rng.standard_exponential(row.size)
    return contacts, edges


def _room(edges: Indices, redial: Floats) -> int:
    """Return room for all redials even if every attempt is abandoned.

    Each contact then comes again geometrically often; ten standard deviations above the mean.
    """
    contacts = np.diff(edges)
    mean = contacts @ (redial / (1.0 - redial))
    variance = contacts @ (redial / (1.0 - redial) ** 2)
    return int(np.ceil(mean + 10.0 * np.sqrt(variance)))


def _work(rng: np.random.Generator, spread: float, size: int) -> Floats:
    """Draw handling times of mean 1."""
    if spread < 0.0:
        return rng.standard_exponential(size)
    return np.exp(spread * rng.standard_normal(size) - 0.5 * spread**2)
