"""Deferred work (email, social): what is due when, and how much of it is done in time.

Contacts are worked off first come, first served, as a fluid: good to about a point of service
level below 90 % utilisation, too kind above. Time is counted in *open seconds*, in which alone
work is done; a deadline of the wall clock becomes the open time before it.

The horizon is taken as a cycle, usually a week: it is handed the same backlog that it hands
over. So work that falls due after its end is due at the matching time at its start, where as
much work waits as the horizon hands over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from scheduler.staffing.arguments import Floats
from scheduler.staffing.channels import Queue
from scheduler.staffing.due import due_instants, next_open, open_clock
from scheduler.staffing.search import Counts, smallest
from scheduler.staffing.shrinkage import whole_up

# Open seconds within which two instants are one.
_SAME_S = 1e-6
# Fluid work knows no chance; above this utilisation chance makes the backlog grow.
_HIGHEST_UTILISATION = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class DeferredWork:
    """The work of one deferred queue over a cyclic horizon; arrays of shape (intervals,).

    Contacts come evenly over their interval and fall due evenly between two instants.

    Attributes
    ----------
    offered
        Contacts an interval.
    work_s
        Agent-seconds of work that they bring.
    open_s
        Open seconds of the interval.
    due_from, due_to
        When the first and the last contact of the interval fall due, in open seconds from the
        start of the horizon.
    """

    offered: Floats
    work_s: Floats
    open_s: Floats
    due_from: Floats
    due_to: Floats

    @cached_property
    def clock(self) -> Floats:
        """Open seconds since the start at every edge, shape (intervals + 1,)."""
        return open_clock(self.open_s)

    @cached_property
    def reachable(self) -> NDArray[np.bool_]:
        """Whether contacts of an interval meet open time before they fall due."""
        comes = np.where(self.open_s > 0.0, -np.inf, self.clock[:-1])
        return np.asarray((self.clock[-1] > 0.0) & (self.due_to > comes + _SAME_S))

    @cached_property
    def due_s(self) -> Floats:
        """Agent-seconds that must be done by the end of every interval since the start.

        What cannot be done in time is due as if it came when the queue next opens.
        """
        if not self.clock[-1]:
            return np.zeros(self.offered.size)
        due = self._due_by(self.clock[1:])
        for cycle in range(1, self.cycles):
            later = cycle * self.clock[-1]
            due += self._due_by(self.clock[1:] + later) - self._due_by(np.array([later]))
        return due

    @cached_property
    def arrived_s(self) -> Floats:
        """Agent-seconds that can be done by the end of every interval, the backlog included."""
        handed = [
            self.work_s.sum() - self._due_by(np.array([cycle * self.clock[-1]]))[0]
            for cycle in range(1, self.cycles)
        ]
        return np.asarray(np.cumsum(self.work_s) + sum(handed))

    @cached_property
    def cycles(self) -> int:
        """Cycles until the last contact of the first one is due."""
        cycle = self.clock[-1]
        return 1 + int(np.ceil(self.due_to.max() / cycle + 1.0)) if cycle else 1

    def _due_by(self, instants: Floats) -> Floats:
        """Sum the work of one cycle that is due by open instants, shape as given."""
        opening, wraps = next_open(self.open_s)
        again = self.due_from[opening] + wraps * self.clock[-1]
        first = np.where(self.reachable, self.due_from, again)
        length = np.where(self.reachable, self.due_to - self.due_from, 0.0)
        share = (instants[:, None] - first + _SAME_S) / np.maximum(length, _SAME_S)
        due: Floats = np.clip(share, 0.0, 1.0) @ self.work_s
        return due

    def overall(self, share: Floats) -> float:
        """Return the mean of a share over all contacts; 1 if there are none."""
        total = self.offered.sum()
        return float(share @ self.offered / total) if total > 0.0 else 1.0


def deferred_work(
    queue: Queue, grid: TimeGrid, *, offered: Floats, aht_s: Floats, open_share: Floats
) -> DeferredWork:
    """Lay out the work of a deferred queue with its deadlines.

    Parameters
    ----------
    queue
        The queue, with its deadline and clock.
    grid
        The intervals of the horizon.
    offered, aht_s, open_share
        Contacts, mean handling time in seconds and share of the interval in which the queue is
        open, shape (intervals,) each. Contacts may also come while it is closed.
    """
    open_s = open_share * grid.interval_s
    due = due_instants(queue, grid, open_s) if open_s.any() else (open_s, open_s)
    return DeferredWork(
        offered=offered, work_s=offered * aht_s, open_s=open_s, due_from=due[0], due_to=due[1]
    )


def deferred_ceiling(work: DeferredWork) -> Floats:
    """Return the share of every interval's contacts that any number of agents can do in time.

    Below 1 where contacts fall due before the queue opens again, such as 24 hours by the wall
    clock from Friday evening; ``work.overall`` turns it into the service level out of reach.
    """
    return np.where(work.reachable | (work.offered <= 0.0), 1.0, 0.0)


def deferred_done(
    work: DeferredWork, capacity_s: Floats, *, backlog_s: float | None = None
) -> Floats:
    """Return the agent-seconds of work that are done in every interval, shape (intervals,).

    Parameters as in :func:`deferred_service_level`.
    """
    at_start, usable = _at_start(work, capacity_s, backlog_s), _usable(work, capacity_s)
    if at_start == np.inf:
        return usable
    done: Floats = work.work_s - np.diff(_left(work.work_s, usable, at_start))
    return np.clip(done, 0.0, usable)


def deferred_service_level(
    work: DeferredWork, capacity_s: Floats, *, backlog_s: float | None = None
) -> Floats:
    """Return the share of every interval's contacts that is finished in time.

    Exact for a fluid where deadlines are a whole number of intervals, else off by at most what
    one interval holds.

    Parameters
    ----------
    work
        The work and its deadlines.
    capacity_s
        Agent-seconds that can be worked in every interval, shape (intervals,); what stands in
        closed intervals is not used.
    backlog_s
        Agent-seconds that wait at the start. None: as much as the horizon hands over, without
        end, and nothing in time, if the capacity is below the work.

    Returns
    -------
    ndarray
        Shape (intervals,); 1 where nothing is offered.
    """
    at_start = _at_start(work, capacity_s, backlog_s)
    if not work.clock[-1] or at_start == np.inf:
        return np.where(work.offered > 0.0, 0.0, 1.0)
    cycles, size = work.cycles + 1, work.offered.size
    work_s, clock = np.tile(work.work_s, cycles), open_clock(np.tile(work.open_s, cycles))
    arrived = open_clock(work_s)
    done = arrived - _left(work_s, np.tile(_usable(work, capacity_s), cycles), at_start)
    first = np.interp(work.due_from, clock, done) - arrived[:size]
    last = np.interp(work.due_to, clock, done) - arrived[1 : size + 1]
    return np.where(work.offered > 0.0, _share_above(first, last, 1e-9 * arrived[size]), 1.0)


def deferred_agents(work: DeferredWork, target: float) -> int:
    """Return the least level headcount, the same in all open time, that keeps a target.

    The target is kept over the whole horizon, at no more than 95 % utilisation. Where no number
    of agents reaches it, the answer is for that share of what can be reached.

    Parameters
    ----------
    work
        The work and its deadlines.
    target
        Share of contacts to finish in time, 0 to below 1.
    """
    total, opens = work.work_s.sum(), work.open_s[work.open_s > 0.0]
    if not total or not opens.size:
        return 0

    def level(agents: float) -> float:
        return work.overall(deferred_service_level(work, agents * work.open_s))

    least = int(whole_up(total / opens.sum() / _HIGHEST_UTILISATION))
    # With this many a whole horizon's work is done in any open interval: more do not help.
    most = max(least, int(whole_up(total / opens.min())))
    reached = level(most)
    goal = target if reached >= target else target * reached

    def meets(agents: Counts, _: Counts) -> NDArray[np.bool_]:
        return np.array([n >= least and level(n) >= goal - 1e-12 for n in agents])

    return int(smallest(meets, np.array([least]))[0])


def _usable(work: DeferredWork, capacity_s: Floats) -> Floats:
    return np.where(work.open_s > 0.0, capacity_s, 0.0)


def _at_start(work: DeferredWork, capacity_s: Floats, backlog_s: float | None) -> float:
    """Return the backlog at the start; unless given, what the horizon hands over."""
    if backlog_s is not None:
        return backlog_s
    usable = _usable(work, capacity_s)
    if usable.sum() < work.work_s.sum() * (1.0 - 1e-12):
        return float("inf")
    # From an empty start one cycle is enough: what it hands over it hands over again.
    return float(_left(work.work_s, usable, 0.0)[-1])


def _left(work_s: Floats, capacity_s: Floats, at_start: float) -> Floats:
    """Return the backlog at every edge: it never falls below none."""
    net = open_clock(work_s - capacity_s)
    return np.maximum(at_start + net, net - np.minimum.accumulate(net))


def _share_above(first: Floats, last: Floats, slack: float) -> Floats:
    """Return the share of a stretch in which a straight line between two values is not negative."""
    up, down = np.maximum(first, last), np.minimum(first, last)
    crossing = up / np.where(up - down > slack, up - down, 1.0)
    return np.where(down >= -slack, 1.0, np.where(up < -slack, 0.0, np.clip(crossing, 0.0, 1.0)))
