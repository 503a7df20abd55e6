"""Runs of days that the end of the horizon cuts off before they are long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.rules.worked_days import DAY, worked_days, works_on

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class OpenEnd:
    """What the next roster must go on with: days still to work, or still to be free.

    The contract's shortest runs forbid nothing at the end of the horizon; here they cost.
    """

    name = "open_end"
    sentence = "Runs of working days or days off that the horizon cuts short bind the next roster."
    unit = "days still owed"

    def post(self, model: RosterModel) -> None:
        """Price each run that may begin near the end and reach it."""
        problem = model.problem
        for agent in problem.agents.values():
            for day, works, owed in _beginnings(problem, agent):
                opened = model.whole(0, 1, f"open_{agent.agent_id}_{day}_{works}")
                before = works_on(model, agent.agent_id, day - DAY)
                days = [works_on(model, agent.agent_id, each) for each in problem.dates_from(day)]
                worked = sum(days[1:], start=days[0])
                if works:
                    model.cp.add(opened >= worked - before - (len(days) - 1))
                else:
                    model.cp.add(opened >= before - worked)
                model.price(self.name, owed * opened, problem.prices.open_end)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Look at the run that reaches the last day."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            worked = worked_days(problem, agent_id, tours.get(agent_id, ()))
            for day, works, owed in _beginnings(problem, agent):
                run = all((each in worked) == works for each in problem.dates_from(day))
                if run and (day - DAY in worked) != works:
                    yield Penalty(
                        rule=self.name,
                        subject=agent_id,
                        amount=owed,
                        price=problem.prices.open_end,
                        unit=self.unit,
                        words=f"{agent.name} must {'work' if works else 'be free'} {owed} days "
                        f"more after {problem.last:%a %d %b}",
                    )


def _beginnings(problem: Problem, agent: Agent) -> Iterator[tuple[date, bool, int]]:
    """First days of runs that would be too short at the end, of work or not, and what is owed."""
    for works, key in ((True, "min_consecutive_days"), (False, "min_consecutive_days_off")):
        least = getattr(problem.contract_on(agent.agent_id, problem.last), key)
        for length in range(1, least):
            yield problem.last - (length - 1) * DAY, works, least - length
