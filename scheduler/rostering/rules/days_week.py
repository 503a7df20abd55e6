"""Working days a week, at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.contract_weeks import in_weeks, shared
from scheduler.rostering.rules.worked_days import past_days

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class DaysAWeek:
    """The contract bounds the working days of each contract week."""

    name = "days_week"
    sentence = "An agent starts shifts on at most so many days of a week."
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts of each week."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday, days in problem.weeks.items():
                most = _most(problem, agent, monday)
                before = [
                    day for day in past_days(problem, agent.agent_id) if in_weeks(day, monday)
                ]
                works = [model.day_worked(agent.agent_id, day) for day in days]
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} works on at most {most} days in the "
                    f"week of {monday:%d %b}",
                )
                model.require(clause, model.total(works) <= max(0, most - len(before)))

    def in_tour(self, terms: TourTerms) -> None:
        """Count the days of each week."""
        problem = terms.problem
        for monday, days in problem.weeks.items():
            first, last = ((day - problem.first).days for day in (days[0], days[-1]))
            most = _most(problem, terms.agent, monday)
            terms.bound_count(np.ones_like(terms.total), most, days=(first, last))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the days of each week on which a shift starts."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            new = {a.shift.day for a in tour}
            for monday in problem.weeks:
                worked = {d for d in new | past_days(problem, agent_id) if in_weeks(d, monday)}
                count, most = len(worked), _most(problem, agent, monday)
                if worked & new and count > most:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=count - most,
                        words=f"{agent.name} works on {count} days in the week of "
                        f"{monday:%d %b}; the contract says at most {most}",
                    )


def _most(problem: Problem, agent: Agent, monday: date) -> int:
    """Working days of a week; where the contract changes in it, its days count by their number."""
    return int(shared(problem, agent, monday, "max_days_week") + 0.5)
