"""How often a week an agent may be given one and the same shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import DAY
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class ShiftCaps:
    """Caps of the contract on single shift templates."""

    name = "most_of_shift"
    sentence = "An agent gets certain shifts at most so often a week."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts of each capped template in each week."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday in problem.weeks:
                for template, most in _caps(problem, agent, monday):
                    clause = Clause(
                        rule=self.name,
                        agent_id=agent.agent_id,
                        when=f"week of {monday}",
                        words=f"{agent.name} gets shift {template} at most {most} times in the "
                        f"week of {monday:%d %b}",
                    )
                    taken = [
                        c.taken
                        for c in model.choices(agent.agent_id)
                        if _counts(c.option.shift, template, monday)
                    ]
                    had = _past(problem, agent, template, monday)
                    model.require(clause, model.total(taken) <= max(0, most - had))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the shifts of each capped template."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for monday in problem.weeks:
                for template, most in _caps(problem, agent, monday):
                    new = sum(_counts(a.shift, template, monday) for a in tour)
                    count = new + _past(problem, agent, template, monday)
                    if new and count > most:
                        yield Violation(
                            rule=self.name,
                            agent_id=agent_id,
                            when=f"week of {monday}",
                            amount=count - most,
                            words=f"{agent.name} gets shift {template} {count} times in the week "
                            f"of {monday:%d %b}; the contract says at most {most}",
                        )


def _caps(problem: Problem, agent: Agent, monday: date) -> tuple[tuple[str, int], ...]:
    return problem.contract_on(agent.agent_id, monday + 6 * DAY).most_of_shift


def _counts(shift: Shift, template: str, monday: date) -> bool:
    return shift.template == template and monday <= shift.day < monday + 7 * DAY


def _past(problem: Problem, agent: Agent, template: str, monday: date) -> int:
    past = problem.past_by_agent[agent.agent_id]
    return sum(_counts(a.shift, template, monday) for a in past)
