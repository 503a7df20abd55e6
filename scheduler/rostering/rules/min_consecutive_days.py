"""Working days in a row, at least."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import DAY, past_days, runs, worked_days, works_on

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class MinConsecutiveDays:
    """Nobody comes in for a single day, where the contract says so.

    A run that the end of the horizon cuts off may still go on: it breaks nothing. Nor does one
    that touches an open start.
    """

    name = "min_consecutive_days"
    sentence = "Who works, works at least so many local days in a row."
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Let every day that begins a run be followed by the rest of its least length."""
        problem = model.problem
        for agent in problem.agents.values():
            agent_id = agent.agent_id
            begin = _begin(problem, agent_id)
            for day in problem.dates_from(begin):
                if day == begin and _may_be_older(problem, day):
                    continue
                least = problem.contract_on(agent_id, day).min_consecutive_days
                clause = Clause(
                    rule=self.name,
                    agent_id=agent_id,
                    when=f"from {day}",
                    words=f"{agent.name} works at least {least} days in a row from {day:%a %d %b}",
                )
                for ahead in range(1, least):
                    follows = day + ahead * DAY
                    if problem.first <= follows <= problem.last:
                        on, before = works_on(model, agent_id, day), day - DAY
                        begins = on - works_on(model, agent_id, before)
                        model.require(clause, works_on(model, agent_id, follows) >= begins)

    def in_tour(self, terms: TourTerms) -> None:
        """Bound the length of every run."""
        contract = terms.problem.contract_on(terms.agent.agent_id, terms.problem.first)
        terms.least_run = max(terms.least_run, contract.min_consecutive_days)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure every run that ends before the last day and could have been longer."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            for begin, end in runs(worked_days(problem, agent_id, tours.get(agent_id, ()))):
                least = problem.contract_on(agent_id, begin).min_consecutive_days
                length = (end - begin).days + 1
                ends_inside = problem.first - DAY <= end < problem.last
                if length < least and ends_inside and not _may_be_older(problem, begin):
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"from {begin}",
                        amount=least - length,
                        words=f"{agent.name} works {length} days in a row from "
                        f"{begin:%a %d %b}; the contract says at least {least}",
                    )


def _may_be_older(problem: Problem, begin: date) -> bool:
    """Say whether a run may have begun before the first day that is known of it."""
    return problem.open_start and begin == problem.first


def _begin(problem: Problem, agent_id: str) -> date:
    """First day of the run that reaches the start of the horizon, or that start."""
    past, day = past_days(problem, agent_id), problem.first
    while day - DAY in past:
        day -= DAY
    return day
