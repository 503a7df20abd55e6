"""Coverage: the agents a roster puts on each queue and interval, beside what is required."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.envelope import answered_in_time
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """What a roster provides; arrays of shape (queues, intervals).

    Attributes
    ----------
    minutes
        Agent-minutes on the queue, breaks taken off, shrinkage not.
    scheduled
        The same in agents: minutes ÷ length of the interval.
    shortfall, surplus
        Agents below and above the requirement. 0 for deferred queues: their requirement is one
        way to be in time, and work that is late is told by the rule about due dates.
    service_level
        Expected by the interval's own curve; 1 where nothing is expected. NaN for deferred
        queues, whose service shows only over days.
    """

    minutes: NDArray[np.float64]
    scheduled: NDArray[np.float64]
    shortfall: NDArray[np.float64]
    surplus: NDArray[np.float64]
    service_level: NDArray[np.float64]


def agent_minutes(problem: Problem, roster: Roster) -> NDArray[np.float64]:
    """Agent-minutes on each queue and interval, shape (queues, intervals).

    An agent is on one queue in a block; one with several queues and no blocks gives each an equal
    part of the time. A past shift that reaches into the grid counts: the night before the week is
    still on the queue.
    """
    total = np.zeros((len(problem.queue_names), len(problem.requirement.grid)))
    alike: dict[object, list[Assignment]] = {}
    for each in (*problem.past, *roster.assignments):
        key = (each.shift.worked, each.queues, each.blocks)
        alike.setdefault(key, []).append(each)
    for group in alike.values():
        _add_minutes(total, problem, group[0], times=len(group))
    return total


def minutes_of(problem: Problem, assignment: Assignment) -> NDArray[np.float64]:
    """Minutes that one assignment gives each queue and interval, shape (queues, intervals)."""
    total = np.zeros((len(problem.queue_names), len(problem.requirement.grid)))
    _add_minutes(total, problem, assignment)
    return total


def _add_minutes(
    total: NDArray[np.float64], problem: Problem, assignment: Assignment, *, times: int = 1
) -> None:
    for block in assignment.blocks:
        row = problem.requirement.index_of(block.queue)
        total[row] += times * problem.presence(assignment.shift, block)
    if not assignment.blocks:
        minutes = problem.presence(assignment.shift) / max(1, len(assignment.queues))
        for queue in assignment.queues:
            total[problem.requirement.index_of(queue)] += times * minutes


def cover(problem: Problem, roster: Roster) -> Coverage:
    """Lay a roster over its requirement."""
    need = problem.requirement
    minutes = agent_minutes(problem, roster)
    scheduled = minutes * 60 / need.grid.interval_s
    level = np.full(scheduled.shape, np.nan)
    waits = np.array([[not queue.deferred] for queue in need.queues])
    for row, queue in enumerate(need.queues):
        if not queue.deferred:
            level[row] = expected_level(need.curves[row], scheduled[row])
            level[row, need.offered[row] <= 0] = 1.0
    return Coverage(
        minutes=minutes,
        scheduled=scheduled,
        shortfall=np.maximum(need.required - scheduled, 0.0) * waits,
        surplus=np.maximum(scheduled - need.required, 0.0) * waits,
        service_level=level,
    )


def answered_by_envelope(problem: Problem, roster: Roster) -> list[dict[int, int]]:
    """Read the envelopes of a problem at the agents that a roster has there.

    Returns
    -------
    list of dict
        For each queue: thousandths of contacts answered in time, by interval with contacts.
    """
    minutes = np.floor(agent_minutes(problem, roster) + 1e-6).astype(np.int64)
    length = problem.requirement.grid.interval // timedelta(minutes=1)
    return [
        {
            at: answered_in_time(pieces, int(minutes[row, at]), length)
            for at, pieces in envelopes.items()
        }
        for row, envelopes in enumerate(problem.envelopes)
    ]


def expected_level(curve: NDArray[np.float64], agents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read a curve at any number of agents, linear between whole numbers.

    Parameters
    ----------
    curve : (intervals, N + 1)
        Service level with 0 … N agents; the last value holds beyond N.
    agents : (intervals,)
        Agents present, not necessarily whole.
    """
    last = curve.shape[1] - 1
    clipped = np.clip(agents, 0.0, last)
    below = np.floor(clipped).astype(np.int64)
    above = np.minimum(below + 1, last)
    rows = np.arange(curve.shape[0])
    part = clipped - below
    return np.asarray((1 - part) * curve[rows, below] + part * curve[rows, above])
