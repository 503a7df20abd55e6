"""Working days in a row, at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

_DAY = timedelta(days=1)


class ConsecutiveDays:
    """Runs of working days are bounded, also across the start of the horizon."""

    name = "consecutive_days"
    sentence = "An agent works at most so many local days in a row."
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Leave a free day in every window one day longer than the bound."""
        problem = model.problem
        for agent in problem.agents.values():
            most = problem.contracts[agent.agent_id].max_consecutive_days
            before = _past_days(problem, agent.agent_id)
            for last in problem.dates:
                window = [last - n * _DAY for n in range(most + 1)]
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

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Walk each agent's days and count the runs."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            most = problem.contracts[agent_id].max_consecutive_days
            worked = _past_days(problem, agent_id) | {a.shift.day for a in tour}
            for last in sorted(worked):
                if last + _DAY in worked or last < problem.first:
                    continue
                run = 1
                while last - run * _DAY in worked:
                    run += 1
                if run > most:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"up to {last}",
                        amount=run - most,
                        words=f"{agent.name} works {run} days in a row up to {last:%a %d %b}; "
                        f"the contract says at most {most}",
                    )


def _past_days(problem: Problem, agent_id: str) -> set[date]:
    return {a.shift.day for a in problem.past_by_agent[agent_id]}
