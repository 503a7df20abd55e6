"""Working days a week, at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
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
            most = problem.contracts[agent.agent_id].max_days_week
            for monday, days in problem.weeks.items():
                before = {
                    a.shift.day
                    for a in problem.past_by_agent[agent.agent_id]
                    if 0 <= (a.shift.day - monday).days < 7
                }
                works = [model.day_worked(agent.agent_id, day) for day in days]
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} works on at most {most} days in the "
                    f"week of {monday:%d %b}",
                )
                model.require(clause, model.total(works) <= most - len(before))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the days of each week on which a shift starts."""
        for agent_id, tour in roster.tours().items():
            agent, most = problem.agents[agent_id], problem.contracts[agent_id].max_days_week
            worked = [a.shift.day for a in (*problem.past_by_agent[agent_id], *tour)]
            for monday in problem.weeks:
                count = len({day for day in worked if 0 <= (day - monday).days < 7})
                if count > most:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=count - most,
                        words=f"{agent.name} works on {count} days in the week of "
                        f"{monday:%d %b}; the contract says at most {most}",
                    )
