"""Only the shifts that an agent may get, on days that they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class AllowedShifts:
    """An agent's list of shift templates; an empty list allows all."""

    name = "allowed_shifts"
    sentence = "An agent gets only shifts from their own list, on weekdays the shift runs."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Forbid templates off the list; options exist only on days that a template runs."""
        for agent in model.problem.agents.values():
            if not agent.shifts:
                continue
            for template in model.problem.templates:
                if template.name in agent.shifts:
                    continue
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when="every day",
                    words=f"{agent.name} never works shift {template.name}",
                )
                of_it = [
                    c
                    for c in model.choices(agent.agent_id)
                    if c.option.shift.template == template.name
                ]
                model.forbid(clause, of_it)

    def in_tour(self, terms: TourTerms) -> None:
        """Forbid templates off the list."""
        for name, kind in terms.kinds.items():
            if terms.agent.shifts and name not in terms.agent.shifts:
                terms.allowed[:, kind] = False

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every assignment up in the agent's list and the template's weekdays."""
        for assignment in roster.assignments:
            agent, shift = problem.agents[assignment.agent_id], assignment.shift
            if agent.shifts and shift.template not in agent.shifts:
                words = f"{agent.name} may not work shift {shift.template}"
            elif not problem.runs_on(agent, shift):
                words = f"shift {shift.template} does not run on {shift.day:%A}s"
            else:
                continue
            yield Violation(
                rule=self.name,
                agent_id=agent.agent_id,
                when=str(shift.day),
                amount=1,
                words=f"{words}, but is given on {shift.day:%a %d %b}",
            )
