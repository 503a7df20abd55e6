"""No shift during leave or other time off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.people import Agent, TimeOff
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class NoShiftInTimeOff:
    """Time off is free of shifts to the minute, in absolute time."""

    name = "time_off"
    sentence = "No shift overlaps an agent's time off."
    unit = "minutes"
    each_shift_alone = True

    def post(self, model: RosterModel) -> None:
        """Forbid each option that overlaps time off."""
        for agent in model.problem.agents.values():
            for off in model.problem.time_off[agent.agent_id]:
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=_span(agent, off),
                    words=f"{agent.name} is on {off.kind} {_span(agent, off)}",
                )
                overlapping = [
                    c for c in model.choices(agent.agent_id) if overlap(c.option.shift, off) > 0
                ]
                model.forbid(clause, overlapping)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure every overlap."""
        for assignment in roster.assignments:
            agent = problem.agents[assignment.agent_id]
            for off in problem.time_off[agent.agent_id]:
                minutes = overlap(assignment.shift, off)
                if minutes > 0:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent.agent_id,
                        when=str(assignment.shift.day),
                        amount=minutes,
                        words=f"{agent.name} has shift {assignment.shift.template} on "
                        f"{assignment.shift.day:%a %d %b} but is on {off.kind} {_span(agent, off)}",
                    )


def overlap(shift: Shift, off: TimeOff) -> float:
    """Minutes that a shift and a stretch of time off share."""
    shared = min(shift.end, off.end) - max(shift.start, off.start)
    return max(0.0, shared.total_seconds() / 60)


def _span(agent: Agent, off: TimeOff) -> str:
    start, end = off.start.astimezone(agent.zone), off.end.astimezone(agent.zone)
    return f"from {start:%a %d %b %H:%M} to {end:%a %d %b %H:%M}"
