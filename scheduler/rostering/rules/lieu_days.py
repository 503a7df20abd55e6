"""Public holidays worked: each is owed a free day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Clause, Roster, Violation
from scheduler.rostering.rules.contract_weeks import in_weeks, shared, week_of
from scheduler.rostering.rules.worked_days import DAY, past_days, worked_days

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel


class LieuDays:
    """Within the weeks that the contract gives, an agent works a day less for each such holiday.

    Days after the horizon may still be the free ones; the next roster sees to that.
    """

    name = "lieu_days"
    sentence = (
        "A public holiday worked is owed a free day within so many weeks, "
        "where the contract says so."
    )
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Bound the working days that follow by what the holidays worked leave of them."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday, weeks in _windows(problem, agent):
                had = _worked_before(problem, agent, monday, weeks)
                left = max(0, _cap(problem, agent, monday, weeks) - had)
                days = [
                    model.day_worked(agent.agent_id, day)
                    for day in problem.dates
                    if in_weeks(day, monday, weeks)
                ]
                owed = works_holidays(model, agent, week_of(monday))
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} gets a free day within {weeks} weeks for each public "
                    f"holiday worked in the week of {monday:%d %b}",
                )
                model.require(clause, model.total([*days, *owed]) <= left)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count working days and the holidays among them."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            new = {a.shift.day for a in tour}
            for monday, weeks in _windows(problem, agent):
                owed = len(worked_holidays(problem, agent, tour, week_of(monday)))
                worked = worked_days(problem, agent_id, tour)
                count = sum(in_weeks(day, monday, weeks) for day in worked)
                beyond = count + owed - _cap(problem, agent, monday, weeks)
                if beyond > 0 and any(in_weeks(day, monday, weeks) for day in new):
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=beyond,
                        words=f"{agent.name} is owed {owed} free days for public holidays worked "
                        f"in the week of {monday:%d %b}, {beyond} more than {weeks} weeks leave",
                    )


def worked_holidays(
    problem: Problem, agent: Agent, tour: Iterable[Assignment], days: Iterable[date]
) -> list[date]:
    """Public holidays among some days that an agent works, for which a free day is owed."""
    worked = worked_days(problem, agent.agent_id, tour)
    return [day for day in days if day in worked and _owed(problem, agent, day)]


def works_holidays(model: RosterModel, agent: Agent, days: Iterable[date]) -> Iterator[IntVar]:
    """Give a variable for each rostered holiday among some days that would be owed a free day."""
    for day in days:
        rostered = model.problem.first <= day <= model.problem.last
        if rostered and _owed(model.problem, agent, day):
            yield model.day_worked(agent.agent_id, day)


def _owed(problem: Problem, agent: Agent, day: date) -> bool:
    holiday = day in problem.holidays.get(agent.country, frozenset())
    return holiday and problem.contract_on(agent.agent_id, day).lieu_weeks > 0


def _windows(problem: Problem, agent: Agent) -> Iterator[tuple[date, int]]:
    """Mondays of weeks with such holidays, each with the number of weeks that count for it."""
    holidays = problem.holidays.get(agent.country, frozenset())
    for monday in sorted({day - day.weekday() * DAY for day in holidays}):
        weeks = problem.contract_on(agent.agent_id, monday).lieu_weeks
        if weeks and any(in_weeks(day, monday, weeks) for day in problem.dates):
            yield monday, weeks


def _cap(problem: Problem, agent: Agent, monday: date, weeks: int) -> int:
    """Working days that the contract allows in some weeks."""
    mondays = [monday + 7 * n * DAY for n in range(weeks)]
    return int(sum(shared(problem, agent, each, "max_days_week") for each in mondays) + 0.5)


def _worked_before(problem: Problem, agent: Agent, monday: date, weeks: int) -> int:
    """Days worked before the horizon, those owed counted twice."""
    days = [d for d in past_days(problem, agent.agent_id) if in_weeks(d, monday, weeks)]
    return len(days) + len(worked_holidays(problem, agent, (), week_of(monday)))
