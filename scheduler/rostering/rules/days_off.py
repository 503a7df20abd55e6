"""Days off: how many in a row, and two together every week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import (
    DAY,
    past_days,
    worked_days,
    works_on,
)

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class MinConsecutiveDaysOff:
    """Days off between two working days come in blocks, also across the start of the horizon."""

    name = "min_consecutive_days_off"
    sentence = "Days off between two working days come at least so many in a row."
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Keep the days after the first of a block free, as long as the block must be."""
        problem = model.problem
        for agent in problem.agents.values():
            agent_id = agent.agent_id
            worked = max(past_days(problem, agent_id), default=problem.first)
            for day in problem.dates_from(min(worked + DAY, problem.first)):
                least = problem.contract_on(agent_id, day).min_consecutive_days_off
                clause = Clause(
                    rule=self.name,
                    agent_id=agent_id,
                    when=f"from {day}",
                    words=f"{agent.name} has at least {least} days off in a row "
                    f"from {day:%a %d %b}",
                )
                for ahead in range(1, least):
                    follows = day + ahead * DAY
                    if problem.first <= follows <= problem.last:
                        off, before = works_on(model, agent_id, day), day - DAY
                        begins = works_on(model, agent_id, before) - off
                        model.require(clause, works_on(model, agent_id, follows) <= 1 - begins)

    def in_tour(self, terms: TourTerms) -> None:
        """Bound the length of every block of days off between working days."""
        contract = terms.problem.contract_on(terms.agent.agent_id, terms.problem.first)
        terms.least_off = max(terms.least_off, contract.min_consecutive_days_off)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure every gap between two working days."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for last, back in pairwise(sorted(worked_days(problem, agent_id, tour))):
                least = problem.contract_on(agent_id, last + DAY).min_consecutive_days_off
                length = (back - last).days - 1
                if 0 < length < least and back >= problem.first:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"from {last + DAY}",
                        amount=least - length,
                        words=f"{agent.name} has {length} days off in a row from "
                        f"{last + DAY:%a %d %b}; the contract says at least {least}",
                    )


class PairedDaysOff:
    """Two free days one after the other in every contract week that is known to its Sunday."""

    name = "paired_days_off"
    sentence = "Each week has two days off one after the other, where the contract says so."
    unit = "weeks"

    def post(self, model: RosterModel) -> None:
        """Let one pair of neighbouring days be free."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday in problem.weeks:
                if not _wanted(problem, agent.agent_id, monday):
                    continue
                week = [works_on(model, agent.agent_id, monday + n * DAY) for n in range(7)]
                pairs: list[IntVar] = []
                for one, other in pairwise(week):
                    free = model.whole(0, 1, f"pair_{agent.agent_id}_{monday}_{len(pairs)}")
                    model.cp.add(free + one <= 1)
                    model.cp.add(free + other <= 1)
                    pairs.append(free)
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} has two days off in a row in the week of {monday:%d %b}",
                )
                model.require(clause, model.total(pairs) >= 1)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for a pair of free days in each week."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            worked = worked_days(problem, agent_id, tours.get(agent_id, ()))
            for monday in problem.weeks:
                week = [monday + n * DAY in worked for n in range(7)]
                paired = any(not (one or other) for one, other in pairwise(week))
                if _wanted(problem, agent_id, monday) and not paired:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=1,
                        words=f"{agent.name} has no two days off in a row in the week of "
                        f"{monday:%d %b}",
                    )


def _wanted(problem: Problem, agent_id: str, monday: date) -> bool:
    sunday = monday + 6 * DAY
    return sunday <= problem.last and problem.contract_on(agent_id, sunday).paired_days_off
