"""No shift on a public holiday of the agent's country."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class PublicHolidaysFree:
    """Public holidays are the agent's own, on the agent's own calendar."""

    name = "public_holidays"
    sentence = (
        "No shift starts on a public holiday of the agent's country, "
        "unless the contract includes public holidays."
    )
    unit = "shifts"
    each_shift_alone = True

    def post(self, model: RosterModel) -> None:
        """Forbid options that start on a holiday."""
        for agent in model.problem.agents.values():
            for day in sorted(free_days(model.problem, agent)):
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(day),
                    words=f"{day:%a %d %b} is a public holiday for {agent.name} ({agent.country})",
                )
                starting = [c for c in model.choices(agent.agent_id) if c.option.shift.day == day]
                model.forbid(clause, starting)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every starting date up."""
        for assignment in roster.assignments:
            agent, day = problem.agents[assignment.agent_id], assignment.shift.day
            if day in free_days(problem, agent):
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(day),
                    amount=1,
                    words=f"{agent.name} has shift {assignment.shift.template} on "
                    f"{day:%a %d %b}, a public holiday in {agent.country}",
                )


def free_days(problem: Problem, agent: Agent) -> frozenset[date]:
    """Rostered dates on which the agent's country has a holiday that frees the agent."""
    holidays = problem.holidays.get(agent.country, frozenset()) & frozenset(problem.dates)
    return frozenset(
        day
        for day in holidays
        if not problem.contract_on(agent.agent_id, day).works_public_holidays
    )
