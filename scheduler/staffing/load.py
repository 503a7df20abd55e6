"""Offered load: contacts an interval into erlang, where it matters for the waiting line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scheduler.staffing.arguments import Floats


def lagged_load(
    offered: Floats, aht_s: Floats, open_share: Floats, interval_s: float, *, lag: bool = True
) -> Floats:
    """Return the load, in erlang, that every interval is staffed for.

    The agents busy now work on contacts that came about one handling time ago. So the load is
    the arrival rate, averaged over the interval shifted back by one handling time, times the
    handling time: "lagged SIPP" of L. Green, P. Kolesar and J. Soares, "Improving the SIPP
    approach for staffing service systems that have cyclic demands" (2001). Before the first
    contacts, after a closure too, the rate is taken to be that of the interval in which they
    come, so that a line which starts empty gets its full load.

    Parameters
    ----------
    offered
        Contacts an interval, shape (intervals,).
    aht_s
        Mean handling time, s, shape (intervals,).
    open_share
        Share of the interval in which contacts can come, 0 to 1, shape (intervals,).
    interval_s
        Length of an interval, s.
    lag
        False for the load of the interval's own rate.

    Returns
    -------
    ndarray
        Shape (intervals,); 0 where nothing is offered or the queue is closed.
    """
    active = (offered > 0.0) & (open_share > 0.0)
    rate = np.where(active, offered / (np.where(active, open_share, 1.0) * interval_s), 0.0)
    if lag and active.any():
        rate = np.where(active, _shifted_back(_filled_back(rate, active), aht_s, interval_s), 0.0)
    return rate * aht_s


def _filled_back(rate: Floats, active: NDArray[np.bool_]) -> Floats:
    """Give every inactive interval the rate of the next active one, the last where none is."""
    numbers = np.where(active, np.arange(rate.size), rate.size)
    following = np.minimum.accumulate(numbers[::-1])[::-1]
    last = np.flatnonzero(active)[-1]
    return rate[np.where(following < rate.size, following, last)]


def _shifted_back(rate: Floats, by_s: Floats, interval_s: float) -> Floats:
    """Average the rate over every interval shifted back; before the start it is the first."""
    edges = np.arange(rate.size + 1) * interval_s
    total = np.concatenate([[0.0], np.cumsum(rate) * interval_s])

    def until(instant: Floats) -> Floats:
        arrived: Floats = np.interp(instant, edges, total) + np.minimum(instant, 0.0) * rate[0]
        return arrived

    return (until(edges[1:] - by_s) - until(edges[:-1] - by_s)) / interval_s
