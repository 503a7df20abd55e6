"""Rest between two shifts, in absolute time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
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
            rest = problem.contracts[agent.agent_id].min_rest
            by_shift: dict[Shift, list[IntVar]] = {}
            for choice in model.choices(agent.agent_id):
                by_shift.setdefault(choice.option.shift, []).append(choice.taken)
            for shift, taken in by_shift.items():
                if len(taken) > 1:  # one shift on two queues overlaps itself
                    model.require(self._clause(agent, shift, shift, rest), model.total(taken) <= 1)
                for done in problem.past_by_agent[agent.agent_id]:
                    if _too_close(done.shift, shift, rest):
                        clause = self._clause(agent, done.shift, shift, rest)
                        model.require(clause, model.total(taken) <= 0)
            for one, other in combinations(sorted(by_shift, key=lambda s: s.start), 2):
                if _too_close(one, other, rest):
                    clause = self._clause(agent, one, other, rest)
                    model.require(clause, model.total(by_shift[one] + by_shift[other]) <= 1)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure the time from the latest end so far to each start."""
        for agent_id, tour in roster.tours().items():
            agent, rest = problem.agents[agent_id], problem.contracts[agent_id].min_rest
            last: Shift | None = None
            shifts = [a.shift for a in (*problem.past_by_agent[agent_id], *tour)]
            for shift in sorted(shifts, key=lambda s: (s.start, s.end)):
                if last is not None and shift.start - last.end < rest:
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

    def _clause(self, agent: Agent, one: Shift, other: Shift, rest: timedelta) -> Clause:
        return Clause(
            rule=self.name,
            agent_id=agent.agent_id,
            when=f"{one.day} to {other.day}",
            words=f"{agent.name} rests {rest / timedelta(hours=1):g} hours after a shift of "
            f"{one.day:%a %d %b}",
        )


def _too_close(one: Shift, other: Shift, rest: timedelta) -> bool:
    first, second = sorted((one, other), key=lambda s: (s.start, s.end))
    return second.start - first.end < rest
