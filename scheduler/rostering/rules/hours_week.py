"""Paid hours a week, at least and at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Clause, Roster, Violation
from scheduler.rostering.rules.changes import lost_shifts
from scheduler.rostering.rules.contract_weeks import (
    HAIR,
    in_weeks,
    lost_days,
    paid_minutes,
    shared,
    week_of,
)
from scheduler.rostering.rules.lieu_days import worked_holidays, works_holidays
from scheduler.rostering.rules.worked_days import DAY

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class HoursAWeek:
    """Paid time of each contract week lies between the contract's bounds.

    The minimum holds for weeks that are rostered whole. A day wholly lost to time off, a public
    holiday or before and after the employment counts as worked: it lowers the minimum by its
    share, minimum ÷ working days a week. So does a public holiday worked that is owed a free day.
    A published shift lost to time off counts with its own length, where that is more.
    """

    name = "hours_week"
    sentence = "Paid hours in a week stay between the minimum and maximum of the contract."
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Bound the paid minutes of each week from both sides."""
        problem = model.problem
        for agent in problem.agents.values():
            past = problem.past_by_agent[agent.agent_id]
            for monday in problem.weeks:
                low, high = minutes_allowed(problem, agent, monday)
                worked = paid_minutes(past, monday)
                paid = model.total(
                    c.taken * c.option.shift.paid_minutes
                    for c in model.choices(agent.agent_id)
                    if in_weeks(c.option.shift.day, monday)
                )
                name, week = agent.name, f"week of {monday:%d %b}"
                at_most = f"{name} is paid at most {high / 60:g} hours in the {week}"
                at_least = f"{name} is paid at least {low / 60:g} hours in the {week}"
                most = max(0, high - worked)
                model.require(self._clause(agent, monday, at_most), paid <= most)
                if low > 0:
                    owed = [
                        share * on
                        for day, share in _lieu_shares(problem, agent, monday)
                        for on in works_holidays(model, agent, [day])
                    ]
                    least = low - worked - _lieu_credit(problem, agent, (), monday)
                    credit = model.total([paid, *owed])
                    model.require(self._clause(agent, monday, at_least), credit >= least)

    def in_tour(self, terms: TourTerms) -> None:
        """Count the paid minutes of each week; a minimum can be held for one week alone."""
        problem, paid = terms.problem, terms.paid_minutes
        for monday, days in problem.weeks.items():
            low, high = minutes_allowed(problem, terms.agent, monday)
            first, last = ((day - problem.first).days for day in (days[0], days[-1]))
            if low > 0 and len(days) < problem.days:
                terms.refuse("a least number of paid hours in each of several weeks")
            if low > 0:
                terms.bound_total(paid, low, high)
            else:
                terms.bound_count(paid, high, days=(first, last))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up the paid minutes of each agent and week."""
        tours = roster.tours()
        for agent in problem.agents.values():
            tour = tours.get(agent.agent_id, ())
            for monday in problem.weeks:
                low, high = minutes_allowed(problem, agent, monday)
                low -= _lieu_credit(problem, agent, tour, monday)
                new = paid_minutes(tour, monday)
                paid = new + paid_minutes(problem.past_by_agent[agent.agent_id], monday)
                if low <= paid <= high or (paid > high and not new):
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
    high = int(shared(problem, agent, monday, "max_hours_week") * 60 + HAIR)
    rostered = problem.weeks[monday]
    if len(rostered) < 7 or not shared(problem, agent, monday, "max_days_week"):
        return 0, high
    low = shared(problem, agent, monday, "min_hours_week") * 60
    lost = set(lost_days(problem, agent, rostered))
    low -= sum(_share(problem, agent, day) for day in lost)
    return max(0, int(low + HAIR) - _beyond_share(problem, agent, monday, lost)), high


def _beyond_share(problem: Problem, agent: Agent, monday: date, lost: set[date]) -> int:
    """Minutes of published shifts lost in a week, beyond what their days count for already.

    Nobody makes up for a shift that fell ill.
    """
    return sum(
        max(0, each.shift.paid_minutes - int(_share(problem, agent, day) if day in lost else 0))
        for each in lost_shifts(problem, agent.agent_id)
        for day in [each.shift.day]
        if in_weeks(day, monday)
    )


def _share(problem: Problem, agent: Agent, day: date) -> float:
    """Minutes by which a lost day lowers the minimum of its week."""
    contract = problem.contract_on(agent.agent_id, day)
    days = contract.max_days_week
    return contract.min_hours_week * 60 / days if days else 0.0


def _lieu_shares(problem: Problem, agent: Agent, monday: date) -> Iterator[tuple[date, int]]:
    """Holidays whose free day may fall into a week, with the minutes it would lower it by."""
    weeks = problem.contract_on(agent.agent_id, monday + 6 * DAY).lieu_weeks
    if weeks:
        share = int(_share(problem, agent, monday) + HAIR)
        for day in week_of(monday - 7 * (weeks - 1) * DAY, weeks):
            yield day, share


def _lieu_credit(problem: Problem, agent: Agent, tour: tuple[Assignment, ...], monday: date) -> int:
    return sum(
        share * len(worked_holidays(problem, agent, tour, [day]))
        for day, share in _lieu_shares(problem, agent, monday)
    )
