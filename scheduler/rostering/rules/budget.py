"""The budget: wages of the rostered days, at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Budget:
    """Wages are paid time at each agent's hourly cost, each shift rounded to a hundredth."""

    name = "budget"
    sentence = "Wages of the rostered days stay within the budget."
    unit = "currency"

    def post(self, model: RosterModel) -> None:
        """Bound the sum of all wages."""
        budget = model.problem.limits.budget
        if budget is None:
            return
        clause = Clause(
            rule=self.name,
            agent_id="",
            when="all days",
            words=f"Wages stay within the budget of {budget:,.2f}",
        )
        wages = model.total(
            _hundredths(agent, c.option.shift) * c.taken
            for agent in model.problem.agents.values()
            for c in model.choices(agent.agent_id)
        )
        model.require(clause, wages <= round(100 * budget))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up the wages."""
        budget = problem.limits.budget
        if budget is None:
            return
        wages = sum(_hundredths(problem.agents[a.agent_id], a.shift) for a in roster.assignments)
        if wages > round(100 * budget):
            yield Violation(
                rule=self.name,
                agent_id="",
                when="all days",
                amount=round(wages / 100 - budget, 2),
                words=f"Wages are {wages / 100:,.2f}; the budget is {budget:,.2f}",
            )


def _hundredths(agent: Agent, shift: Shift) -> int:
    return round(shift.paid_minutes * agent.hourly_cost * 100 / 60)
