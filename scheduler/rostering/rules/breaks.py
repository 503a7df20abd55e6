"""Breaks are where the shift says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.breaks import Break
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Breaks:
    """A break with a fixed time is at that time, one in a window starts in the window.

    The solver places breaks by counts of agents who work alike, see
    :mod:`scheduler.rostering.placing`.
    """

    name = "breaks"
    sentence = (
        "Breaks are at their time or in their window, as long as the shift says, "
        "with the least time at work between them."
    )
    unit = "breaks"

    def post(self, model: RosterModel) -> None:
        """State nothing: where agents are counted, their breaks are placed."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Hold every shift's breaks against those of its template on that date."""
        for assignment in roster.assignments:
            agent, shift = problem.agents[assignment.agent_id], assignment.shift
            planned = problem.planned(agent, shift)
            if planned is None:
                continue
            for words in _faults(agent, planned, shift):
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(shift.day),
                    amount=1,
                    words=f"{agent.name} on {shift.day:%a %d %b}, shift {shift.template}: {words}",
                )


def _faults(agent: Agent, planned: Shift, shift: Shift) -> Iterator[str]:
    """Say what is wrong with the breaks of a shift, given the shift without its placed breaks."""
    for rest in planned.breaks:
        if rest not in shift.breaks:
            yield f"no break {_words(rest, agent)}"
    placed = sorted(set(shift.breaks) - set(planned.breaks), key=lambda rest: rest.start)
    for number, window in enumerate(planned.windows):
        first, last = (at.astimezone(agent.zone) for at in (window.starts[0], window.starts[-1]))
        minutes = window.length.total_seconds() / 60
        wanted = f"{minutes:g} minutes that start from {first:%H:%M} to {last:%H:%M}"
        if number >= len(placed):
            yield f"no break of {wanted}"
            continue
        rest = placed[number]
        if window.at(rest.start) != rest or not first <= rest.start <= last:
            yield f"the break {_words(rest, agent)} is not one of {wanted}"
    for rest in placed[len(planned.windows) :]:
        yield f"a break {_words(rest, agent)} that the shift does not have"
    gap = max((window.gap for window in planned.windows), default=None)
    for one, other in pairwise(sorted(shift.breaks, key=lambda rest: rest.start)):
        if gap is not None and other.start - one.end < gap:
            yield f"too little time between the breaks {_words(one, agent)}, {_words(other, agent)}"


def _words(rest: Break, agent: Agent) -> str:
    start, end = rest.start.astimezone(agent.zone), rest.end.astimezone(agent.zone)
    return f"{start:%H:%M}-{end:%H:%M}"
