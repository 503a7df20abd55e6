"""How often in several weeks together an agent may be given one and the same shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.contract_weeks import in_weeks
from scheduler.rostering.rules.worked_days import DAY
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class ShiftCapsOfPeriod:
    """Caps of the contract on single shift templates, in every window of ``period_weeks``.

    Shifts before the horizon count; what they exceed alone is not held against the new roster.
    """

    name = "most_of_shift_period"
    sentence = "An agent gets certain shifts at most so often in any so many weeks in a row."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts of each capped template in each window that ends in the horizon."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday, weeks, template, most in _caps(problem, agent):
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"{weeks} weeks from {monday}",
                    words=f"{agent.name} gets shift {template} at most {most} times in {weeks} "
                    f"weeks from {monday:%d %b}",
                )
                taken = [
                    c.taken
                    for c in model.choices(agent.agent_id)
                    if _counts(c.option.shift, template, monday, weeks)
                ]
                had = _past(problem, agent, template, monday, weeks)
                model.require(clause, model.total(taken) <= max(0, most - had))

    def in_tour(self, terms: TourTerms) -> None:
        """Count the shifts of each capped template."""
        problem = terms.problem
        for monday, weeks, template, most in _caps(problem, terms.agent):
            first = max(0, (monday - problem.first).days)
            last = min(problem.days, (monday - problem.first).days + 7 * weeks) - 1
            amounts = np.zeros_like(terms.total)
            amounts[:, terms.kinds[template]] = 1
            terms.bound_count(amounts, most, days=(first, last))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the shifts of each capped template."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for monday, weeks, template, most in _caps(problem, agent):
                new = sum(_counts(a.shift, template, monday, weeks) for a in tour)
                count = new + _past(problem, agent, template, monday, weeks)
                if new and count > most:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"{weeks} weeks from {monday}",
                        amount=count - most,
                        words=f"{agent.name} gets shift {template} {count} times in {weeks} weeks "
                        f"from {monday:%d %b}; the contract says at most {most}",
                    )


def _caps(problem: Problem, agent: Agent) -> Iterator[tuple[date, int, str, int]]:
    """Yield first Monday, weeks, template and cap of every window that ends in the horizon."""
    for last in problem.weeks:
        contract = problem.contract_on(agent.agent_id, last + 6 * DAY)
        weeks = contract.period_weeks
        for template, most in contract.most_of_shift_period:
            yield last - 7 * (weeks - 1) * DAY, weeks, template, most


def _counts(shift: Shift, template: str, monday: date, weeks: int) -> bool:
    return shift.template == template and in_weeks(shift.day, monday, weeks)


def _past(problem: Problem, agent: Agent, template: str, monday: date, weeks: int) -> int:
    past = problem.past_by_agent[agent.agent_id]
    return sum(_counts(a.shift, template, monday, weeks) for a in past)
