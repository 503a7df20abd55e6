"""Working days in a row, at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import DAY, past_days, runs, worked_days

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class ConsecutiveDays:
    """Runs of working days are bounded, also across the start of the horizon."""

    name = "consecutive_days"
    sentence = "An agent works at most so many local days in a row."
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Leave a free day in every window one day longer than the bound."""
        problem = model.problem
        for agent in problem.agents.values():
            before = past_days(problem, agent.agent_id)
            for last in problem.dates:
                most = problem.contract_on(agent.agent_id, last).max_consecutive_days
                window = [last - n * DAY for n in range(most + 1)]
                if not all(day in before or day >= problem.first for day in window):
                    continue
                works = [
                    model.day_worked(agent.agent_id, day) for day in window if day >= problem.first
                ]
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"up to {last}",
                    words=f"{agent.name} works at most {most} days in a row up to {last:%a %d %b}",
                )
                worked = len(before & set(window))
                model.require(clause, model.total(works) <= most - worked)

    def in_tour(self, terms: TourTerms) -> None:
        """Bound the length of every run."""
        contract = terms.problem.contract_on(terms.agent.agent_id, terms.problem.first)
        terms.most_run = min(terms.most_run, contract.max_consecutive_days)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Walk each agent's runs and say by how much the contract of any day is exceeded."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for begin, end in runs(worked_days(problem, agent_id, tour)):
                days = [day for day in problem.dates_from(begin) if problem.first <= day <= end]
                over = [
                    ((day - begin).days + 1 - most, most)
                    for day in days
                    for most in [problem.contract_on(agent_id, day).max_consecutive_days]
                ]
                beyond, most = max(over, default=(0, 0))
                if beyond > 0:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"up to {end}",
                        amount=beyond,
                        words=f"{agent.name} works {(end - begin).days + 1} days in a row up to "
                        f"{end:%a %d %b}; the contract says at most {most}",
                    )
