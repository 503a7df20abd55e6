"""Weekends: how many, and never half of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import (
    DAY,
    past_days,
    weekends,
    worked_days,
    works_on,
)

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class MaxWeekends:
    """A weekend is worked when a shift starts on its Saturday or Sunday, by the agent's calendar.

    Weekends before the horizon count with what is known of them.
    """

    name = "max_weekends"
    sentence = "Of any so many weekends in a row an agent works at most some."
    unit = "weekends"

    def post(self, model: RosterModel) -> None:
        """Bound the worked weekends of every window that ends in the horizon."""
        problem = model.problem
        for agent in problem.agents.values():
            for saturday in weekends(problem):
                most, window = _window(problem, agent, saturday)
                if most is None:
                    continue
                had = sum(1 for each in window if _worked_before(problem, agent, each))
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"up to {saturday + DAY}",
                    words=f"{agent.name} works at most {most} of {len(window)} weekends "
                    f"up to {saturday + DAY:%a %d %b}",
                )
                new = self._new(model, agent, window)
                model.require(clause, model.total(new) <= max(0, most - had))

    def _new(self, model: RosterModel, agent: Agent, window: list[date]) -> list[IntVar]:
        """Make a variable for each weekend that the roster may make a worked one."""
        found = []
        for saturday in window:
            days = _rostered(model.problem, saturday)
            if days and not _worked_before(model.problem, agent, saturday):
                weekend = model.whole(0, 1, f"weekend_{agent.agent_id}_{saturday}")
                for day in days:
                    model.cp.add_implication(model.day_worked(agent.agent_id, day), weekend)
                found.append(weekend)
        return found

    def in_tour(self, terms: TourTerms) -> None:
        """Count weekends; windows shorter than the horizon cannot be held where they bind."""
        problem, agent = terms.problem, terms.agent
        contract = problem.contract_on(agent.agent_id, problem.first)
        saturdays = weekends(problem)
        if contract.max_weekends is None or contract.max_weekends >= len(saturdays):
            return
        if contract.of_weekends < len(saturdays):
            terms.refuse("windows of weekends shorter than the horizon")
        amounts, at_start = np.zeros_like(terms.total), np.zeros(problem.days, dtype=np.int64)
        for saturday in saturdays:
            days = _rostered(problem, saturday)
            amounts[(days[0] - problem.first).days] = 1
            if len(days) > 1:  # a Sunday counts where the Saturday before it is free
                at_start[(days[1] - problem.first).days] = 1
        terms.bound_count(amounts, contract.max_weekends, at_start=at_start)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the worked weekends of every window; what was before is nobody's fault now."""
        for agent_id, tour in roster.tours().items():
            agent, days = problem.agents[agent_id], {a.shift.day for a in tour}
            for saturday in weekends(problem):
                most, window = _window(problem, agent, saturday)
                before = {each for each in window if _worked_before(problem, agent, each)}
                new = {each for each in window if not days.isdisjoint(_rostered(problem, each))}
                count = len(before | new)
                if most is not None and new - before and count > most:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"up to {saturday + DAY}",
                        amount=count - most,
                        words=f"{agent.name} works {count} of {len(window)} weekends up to "
                        f"{saturday + DAY:%a %d %b}; the contract says at most {most}",
                    )


class CompleteWeekends:
    """Saturday and Sunday together, or neither."""

    name = "complete_weekends"
    sentence = "Saturday and Sunday are worked both or not at all, where the contract says so."
    unit = "weekends"

    def post(self, model: RosterModel) -> None:
        """Make both days of each weekend equal."""
        for agent in model.problem.agents.values():
            for saturday in _whole(model.problem, agent):
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"weekend of {saturday}",
                    words=f"{agent.name} works the whole weekend of {saturday:%d %b} or none of it",
                )
                one, other = (
                    works_on(model, agent.agent_id, day) for day in (saturday, saturday + DAY)
                )
                model.require(clause, one == other)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for weekends of which one day is worked."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            days = worked_days(problem, agent_id, tours.get(agent_id, ()))
            for saturday in _whole(problem, agent):
                if (saturday in days) != (saturday + DAY in days):
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"weekend of {saturday}",
                        amount=1,
                        words=f"{agent.name} works half the weekend of {saturday:%d %b}",
                    )


def _window(problem: Problem, agent: Agent, saturday: date) -> tuple[int | None, list[date]]:
    """Weekends that are counted together up to this one, and how many may be worked."""
    contract = problem.contract_on(agent.agent_id, saturday)
    window = [saturday - 7 * n * DAY for n in range(contract.of_weekends)]
    return contract.max_weekends, window


def _rostered(problem: Problem, saturday: date) -> list[date]:
    return [day for day in (saturday, saturday + DAY) if problem.first <= day <= problem.last]


def _worked_before(problem: Problem, agent: Agent, saturday: date) -> bool:
    return not past_days(problem, agent.agent_id).isdisjoint((saturday, saturday + DAY))


def _whole(problem: Problem, agent: Agent) -> list[date]:
    """Saturdays of the weekends that end in the horizon and must be whole."""
    return [
        saturday
        for saturday in weekends(problem)
        if saturday + DAY <= problem.last
        and problem.contract_on(agent.agent_id, saturday).complete_weekends
    ]
