"""Rest between two shifts, in absolute time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel


class MinRest:
    """Rest is absolute time: a night of clock changes gains or loses an hour."""

    name = "min_rest"
    sentence = "Between the end of a shift and the start of the next lies the contract's rest."
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Let at most one of two shifts that are too close be worked."""
        problem = model.problem
        for agent in problem.agents.values():
            by_shift: dict[Shift, list[IntVar]] = {}
            for choice in model.choices(agent.agent_id):
                by_shift.setdefault(choice.option.shift, []).append(choice.taken)
            for shift, taken in by_shift.items():
                if len(taken) > 1:  # one shift on two queues overlaps itself
                    clause = self._clause(problem, agent, shift, shift)
                    model.require(clause, model.total(taken) <= 1)
                for done in problem.past_by_agent[agent.agent_id]:
                    if _too_close(problem, agent, done.shift, shift):
                        clause = self._clause(problem, agent, done.shift, shift)
                        model.require(clause, model.total(taken) <= 0)
            for one, other in combinations(sorted(by_shift, key=_order), 2):
                if _too_close(problem, agent, one, other):
                    clause = self._clause(problem, agent, one, other)
                    model.require(clause, model.total(by_shift[one] + by_shift[other]) <= 1)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure the time from the latest end so far to each start of the roster."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            last: Shift | None = None
            shifts = [a.shift for a in (*problem.past_by_agent[agent_id], *tour)]
            for shift in sorted(shifts, key=_order):
                rest = problem.contract_on(agent_id, shift.day).min_rest
                new = shift.day >= problem.first
                if last is not None and new and shift.start - last.end < rest:
                    had = (shift.start - last.end) / timedelta(hours=1)
                    need = rest / timedelta(hours=1)
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=str(shift.day),
                        amount=round(need - had, 2),
                        words=f"{agent.name} has {had:g} hours between shift {last.template} of "
                        f"{last.day:%a %d %b} and shift {shift.template} of {shift.day:%a %d %b}; "
                        f"the contract says at least {need:g}",
                    )
                if last is None or shift.end > last.end:
                    last = shift

    def _clause(self, problem: Problem, agent: Agent, one: Shift, other: Shift) -> Clause:
        rest = problem.contract_on(agent.agent_id, other.day).min_rest
        return Clause(
            rule=self.name,
            agent_id=agent.agent_id,
            when=f"{one.day} to {other.day}",
            words=f"{agent.name} rests {rest / timedelta(hours=1):g} hours after a shift of "
            f"{one.day:%a %d %b}",
        )


def _order(shift: Shift) -> tuple[datetime, datetime]:
    return shift.start, shift.end


def _too_close(problem: Problem, agent: Agent, one: Shift, other: Shift) -> bool:
    """Say whether the rest that the later shift's contract wants does not fit between two."""
    first, second = sorted((one, other), key=_order)
    rest = problem.contract_on(agent.agent_id, second.day).min_rest
    return second.start - first.end < rest
