"""Nobody is rostered before they join or after they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Employment:
    """First and last day of the employment, both included, by the agent's calendar."""

    name = "employment"
    sentence = "No shift before an agent joins or after they have left."
    unit = "shifts"
    each_shift_alone = True

    def post(self, model: RosterModel) -> None:
        """Forbid options outside the employment."""
        for agent in model.problem.agents.values():
            clause = Clause(
                rule=self.name,
                agent_id=agent.agent_id,
                when="every day",
                words=f"{agent.name} is employed {_span(agent)}",
            )
            outside = [
                c
                for c in model.choices(agent.agent_id)
                if not agent.employed_on(c.option.shift.day)
            ]
            model.forbid(clause, outside)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every starting date up."""
        for assignment in roster.assignments:
            agent, day = problem.agents[assignment.agent_id], assignment.shift.day
            if not agent.employed_on(day):
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(day),
                    amount=1,
                    words=f"{agent.name} has a shift on {day:%a %d %b}, "
                    f"but is employed {_span(agent)}",
                )


def _span(agent: Agent) -> str:
    words = [f"from {agent.joined:%a %d %b %Y}"] if agent.joined is not None else []
    words += [f"until {agent.left:%a %d %b %Y}"] if agent.left is not None else []
    return " ".join(words)
