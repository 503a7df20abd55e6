"""Shifts on public holidays have a price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class HolidaysWorked:
    """The premium for those whose contract includes public holidays, on their own calendar."""

    name = "holidays_worked"
    sentence = "Public holidays are worked only where it is worth the premium."
    unit = "minutes on public holidays"

    def post(self, model: RosterModel) -> None:
        """Price the paid minutes of shifts that start on a holiday."""
        for agent in model.problem.agents.values():
            for choice in model.choices(agent.agent_id):
                shift = choice.option.shift
                if _on_holiday(model.problem, agent, shift):
                    minutes = shift.paid_minutes * choice.taken
                    model.price(self.name, minutes, model.problem.prices.holidays_worked)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Look every starting date up."""
        for assignment in roster.assignments:
            agent, shift = problem.agents[assignment.agent_id], assignment.shift
            if _on_holiday(problem, agent, shift):
                yield Penalty(
                    rule=self.name,
                    subject=agent.agent_id,
                    amount=shift.paid_minutes,
                    price=problem.prices.holidays_worked,
                    unit=self.unit,
                    words=f"{agent.name} works on {shift.day:%a %d %b}, a public holiday in "
                    f"{agent.country}",
                )


def _on_holiday(problem: Problem, agent: Agent, shift: Shift) -> bool:
    return shift.day in problem.holidays.get(agent.country, frozenset())
