"""Only the weekdays of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import EVERY_DAY, WEEKDAYS, Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class ContractWeekdays:
    """A contract may name the weekdays on which its people start shifts."""

    name = "weekdays"
    sentence = "Shifts start only on weekdays of the agent's contract, by the agent's calendar."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Forbid options on other weekdays."""
        for agent in model.problem.agents.values():
            for weekday in sorted(EVERY_DAY):
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=WEEKDAYS[weekday],
                    words=f"{agent.name} never works on a {WEEKDAYS[weekday]}",
                )
                on_it = [
                    c
                    for c in model.choices(agent.agent_id)
                    if c.option.shift.day.weekday() == weekday
                    and not _allowed(model.problem, agent, c.option.shift.day)
                ]
                model.forbid(clause, on_it)

    def in_tour(self, terms: TourTerms) -> None:
        """Forbid other weekdays."""
        for at, day in enumerate(terms.problem.dates):
            if not _allowed(terms.problem, terms.agent, day):
                terms.allowed[at] = False

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every weekday up in the contract."""
        for assignment in roster.assignments:
            agent, day = problem.agents[assignment.agent_id], assignment.shift.day
            if not _allowed(problem, agent, day):
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(day),
                    amount=1,
                    words=f"{agent.name} has a shift on {day:%a %d %b}, "
                    f"but never works on a {WEEKDAYS[day.weekday()]}",
                )


def _allowed(problem: Problem, agent: Agent, day: date) -> bool:
    return day.weekday() in problem.contract_on(agent.agent_id, day).weekdays
