"""People away at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.rules.contract_weeks import whole_day_off

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Away:
    """Away is who has the whole date off, or asked for it as a whole and does not work.

    Leave is a fact that no roster can mend; too much of it is told, not forbidden.
    """

    name = "away"
    sentence = "On a date at most so many people are away, on leave or because they asked for it."
    unit = "people"

    def post(self, model: RosterModel) -> None:
        """Price everybody who is away beyond the number on a date."""
        problem, most = model.problem, model.problem.limits.most_away
        for day in problem.dates if most is not None else ():
            gone, asked = _off(problem, day), _asked(problem, day)
            beyond = model.whole(0, len(gone) + len(asked), f"away_{day}")
            works = [model.day_worked(agent_id, day) for agent_id in asked]
            least = len(gone) + len(asked) - (most or 0)
            model.cp.add(model.total([beyond, *works]) >= least)
            model.price(self.name, beyond, problem.prices.away)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Count who is away on each date."""
        most = problem.limits.most_away
        works = {(a.agent_id, a.shift.day) for a in roster.assignments}
        for day in problem.dates if most is not None else ():
            asked = [each for each in _asked(problem, day) if (each, day) not in works]
            away = [problem.agents[each].name for each in (*_off(problem, day), *asked)]
            if len(away) > (most or 0):
                yield Penalty(
                    rule=self.name,
                    subject="",
                    amount=len(away) - (most or 0),
                    price=problem.prices.away,
                    unit=self.unit,
                    words=f"{len(away)} people are away on {day:%a %d %b}: {', '.join(away)}; "
                    f"at most {most} should be",
                )


def _off(problem: Problem, day: date) -> list[str]:
    """Agents who have a whole date off."""
    return [
        agent_id
        for agent_id, agent in problem.agents.items()
        if agent.employed_on(day) and whole_day_off(problem, agent, day)
    ]


def _asked(problem: Problem, day: date) -> list[str]:
    """Agents at work on a date who asked not to be."""
    asking = {
        request.agent_id
        for request in problem.requests
        if request.day == day and request.kind != "want" and request.whole_day
    }
    employed = (each for each in asking if problem.agents[each].employed_on(day))
    return sorted(set(employed) - set(_off(problem, day)))
