"""Who is on shift in an interval, whatever queue they are on, breaks included."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster
from scheduler.rostering.shifts import Shift

Span = tuple[int, int]


def span_finder(problem: Problem) -> Callable[[Shift], Span]:
    """Make a function that gives the first interval a shift touches and the one after the last.

    Who is on call is not on shift: their first and last are the same.
    """
    grid = problem.requirement.grid

    @cache
    def span(shift: Shift) -> Span:
        if shift.on_call:
            return (0, 0)
        touched = np.flatnonzero(grid.overlap(shift.start, shift.end) > 0)
        return (int(touched[0]), int(touched[-1]) + 1) if touched.size else (0, 0)

    return span


def counts(problem: Problem, roster: Roster, among: Callable[[Agent], bool]) -> list[int]:
    """How many of some agents are on shift in each interval, past shifts included."""
    span = span_finder(problem)
    found = [0] * len(problem.requirement.grid)
    for assignment in (*problem.past, *roster.assignments):
        if among(problem.agents[assignment.agent_id]):
            for at in range(*span(assignment.shift)):
                found[at] += 1
    return found
