"""Paid hours a week, at least and at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from forecasting.grid import local_instant
from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.changes import lost_shifts
from scheduler.rostering.rules.public_holidays import free_days

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

_DAY = timedelta(days=1)


class HoursAWeek:
    """Paid time of each contract week lies between the contract's bounds.

    The minimum holds for weeks that are rostered whole. A day wholly lost to time off or a public
    holiday counts as worked: it lowers the minimum by its share, minimum ÷ working days a week. A
    published shift lost to time off counts with its own length, where that is more.
    """

    name = "hours_week"
    sentence = "Paid hours in a week stay between the minimum and maximum of the contract."
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Bound the paid minutes of each week from both sides."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday in problem.weeks:
                low, high = minutes_allowed(problem, agent, monday)
                worked = _past_minutes(problem, agent, monday)
                paid = model.total(
                    c.taken * c.option.shift.paid_minutes
                    for c in model.choices(agent.agent_id)
                    if _in_week(c.option.shift.day, monday)
                )
                name, week = agent.name, f"week of {monday:%d %b}"
                at_most = f"{name} is paid at most {high / 60:g} hours in the {week}"
                at_least = f"{name} is paid at least {low / 60:g} hours in the {week}"
                model.require(self._clause(agent, monday, at_most), paid <= high - worked)
                if low > 0:
                    model.require(self._clause(agent, monday, at_least), paid >= low - worked)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up the paid minutes of each agent and week."""
        tours = roster.tours()
        for agent in problem.agents.values():
            for monday in problem.weeks:
                low, high = minutes_allowed(problem, agent, monday)
                paid = _past_minutes(problem, agent, monday) + sum(
                    a.shift.paid_minutes
                    for a in tours.get(agent.agent_id, ())
                    if _in_week(a.shift.day, monday)
                )
                if low <= paid <= high:
                    continue
                bound = f"at most {high / 60:g}" if paid > high else f"at least {low / 60:g}"
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    amount=round(max(paid - high, low - paid) / 60, 2),
                    words=f"{agent.name} is paid {paid / 60:g} hours in the week of "
                    f"{monday:%d %b}; the contract says {bound}",
                )

    def _clause(self, agent: Agent, monday: date, words: str) -> Clause:
        return Clause(
            rule=self.name, agent_id=agent.agent_id, when=f"week of {monday}", words=words
        )


def minutes_allowed(problem: Problem, agent: Agent, monday: date) -> tuple[int, int]:
    """Return least and most paid minutes of an agent's week, credit for lost days taken off."""
    contract = problem.contracts[agent.agent_id]
    high = int(contract.max_hours_week * 60 + 1e-6)
    rostered = problem.weeks[monday]
    if len(rostered) < 7 or not contract.max_days_week:
        return 0, high
    lost = {
        day
        for day in rostered
        if day.weekday() in contract.weekdays
        and (day in free_days(problem, agent) or _whole_day_off(problem, agent, day))
    }
    share = max(0, contract.max_days_week - len(lost)) / contract.max_days_week
    low = int(contract.min_hours_week * 60 * share + 1e-6)
    return max(0, low - _beyond_share(problem, agent, monday, lost)), high


def _beyond_share(problem: Problem, agent: Agent, monday: date, lost: set[date]) -> int:
    """Minutes of published shifts lost in a week, beyond what their days count for already.

    Nobody makes up for a shift that fell ill.
    """
    contract = problem.contracts[agent.agent_id]
    share = int(contract.min_hours_week * 60 / contract.max_days_week)
    return sum(
        max(0, each.shift.paid_minutes - (share if each.shift.day in lost else 0))
        for each in lost_shifts(problem, agent.agent_id)
        if _in_week(each.shift.day, monday)
    )


def _whole_day_off(problem: Problem, agent: Agent, day: date) -> bool:
    start, end = _midnight(day, agent), _midnight(day + _DAY, agent)
    return any(off.start <= start and end <= off.end for off in problem.time_off[agent.agent_id])


def _midnight(day: date, agent: Agent) -> datetime:
    return local_instant(day, time(0), agent.zone)


def _in_week(day: date, monday: date) -> bool:
    return monday <= day < monday + 7 * _DAY


def _past_minutes(problem: Problem, agent: Agent, monday: date) -> int:
    return sum(
        a.shift.paid_minutes
        for a in problem.past_by_agent[agent.agent_id]
        if _in_week(a.shift.day, monday)
    )
