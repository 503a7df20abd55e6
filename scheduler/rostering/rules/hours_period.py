"""Paid hours of several weeks together: the contract's period, and the average of the law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.contract_weeks import (
    HAIR,
    in_weeks,
    lost_days,
    paid_minutes,
    week_of,
)
from scheduler.rostering.rules.worked_days import DAY

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """Paid minutes of some weeks, from a Monday on, and who says so."""

    monday: date
    weeks: int
    low: int
    high: int | None
    says: str

    @property
    def when(self) -> str:
        return f"{self.weeks} weeks from {self.monday}"


class HoursAPeriod:
    """Every window of so many contract weeks that ends in the horizon has its bounds.

    Maxima count what was worked before the horizon. Minima hold for windows that are rostered
    whole; lost days lower them as they lower those of a week.
    """

    name = "hours_period"
    sentence = (
        "Paid hours of any so many weeks in a row stay between the bounds of the contract "
        "and of the law."
    )
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Bound the paid minutes of each window."""
        problem = model.problem
        for agent in problem.agents.values():
            past = problem.past_by_agent[agent.agent_id]
            for bound in _bounds(problem, agent):
                paid = model.total(
                    c.taken * c.option.shift.paid_minutes
                    for c in model.choices(agent.agent_id)
                    if in_weeks(c.option.shift.day, bound.monday, bound.weeks)
                )
                had = paid_minutes(past, bound.monday, bound.weeks)
                if bound.high is not None:
                    clause = self._clause(agent, bound, f"at most {bound.high / 60:g}")
                    model.require(clause, paid <= max(0, bound.high - had))
                if bound.low > 0:
                    clause = self._clause(agent, bound, f"at least {bound.low / 60:g}")
                    model.require(clause, paid >= bound.low - had)

    def in_tour(self, terms: TourTerms) -> None:
        """Bound the paid minutes of windows that span the horizon; others may only have a most."""
        problem, paid = terms.problem, terms.paid_minutes
        for bound in _bounds(problem, terms.agent):
            begin = (bound.monday - problem.first).days
            days = (max(0, begin), min(problem.days, begin + 7 * bound.weeks) - 1)
            if bound.low > 0 and days != (0, problem.days - 1):
                terms.refuse("a least number of paid hours in part of the horizon")
            if bound.low > 0:
                terms.bound_total(paid, bound.low, paid.sum() if bound.high is None else bound.high)
            elif bound.high is not None:
                terms.bound_count(paid, bound.high, days=days)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up the paid minutes of each window."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            tour = tours.get(agent_id, ())
            for bound in _bounds(problem, agent):
                new = paid_minutes(tour, bound.monday, bound.weeks)
                past = problem.past_by_agent[agent_id]
                paid = new + paid_minutes(past, bound.monday, bound.weeks)
                over = paid - bound.high if new and bound.high is not None else 0
                if max(over, bound.low - paid) <= 0:
                    continue
                words = f"at most {(bound.high or 0) / 60:g}"
                words = words if over > 0 else f"at least {bound.low / 60:g}"
                yield Violation(
                    rule=self.name,
                    agent_id=agent_id,
                    when=bound.when,
                    amount=round(max(over, bound.low - paid) / 60, 2),
                    words=f"{agent.name} is paid {paid / 60:g} hours in {bound.weeks} weeks from "
                    f"{bound.monday:%d %b}; {bound.says} says {words}",
                )

    def _clause(self, agent: Agent, bound: _Bound, words: str) -> Clause:
        return Clause(
            rule=self.name,
            agent_id=agent.agent_id,
            when=bound.when,
            words=f"{agent.name} is paid {words} hours in {bound.weeks} weeks from "
            f"{bound.monday:%d %b}, as {bound.says} says",
        )


def _bounds(problem: Problem, agent: Agent) -> Iterator[_Bound]:
    for last in problem.weeks:
        contract = problem.contract_on(agent.agent_id, last + 6 * DAY)
        begin = last - 7 * (contract.period_weeks - 1) * DAY
        low = _least(problem, agent, begin, contract.period_weeks)
        most = contract.max_hours_period
        high = None if most is None else int(most * 60 + HAIR)
        yield _Bound(
            monday=begin, weeks=contract.period_weeks, low=low, high=high, says="the contract"
        )
        law = problem.law_on(agent.agent_id, last + 6 * DAY)
        if law is not None and law.average_hours is not None:
            yield _Bound(
                monday=last - 7 * (law.average_weeks - 1) * DAY,
                weeks=law.average_weeks,
                low=0,
                high=int(law.average_hours * 60 * law.average_weeks + HAIR),
                says=f"the law ({law.name})",
            )


def _least(problem: Problem, agent: Agent, begin: date, weeks: int) -> int:
    """Least paid minutes of a window, credit for lost days taken off; 0 unless rostered whole."""
    days = week_of(begin, weeks)
    contract = problem.contract_on(agent.agent_id, days[-1])
    if days[0] < problem.first or days[-1] > problem.last or not contract.max_days_week:
        return 0
    low = contract.min_hours_period * 60
    a_day = low / weeks / contract.max_days_week
    return max(0, int(low - a_day * len(list(lost_days(problem, agent, days))) + HAIR))
