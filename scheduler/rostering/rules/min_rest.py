"""Rest between two shifts, in absolute time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, combinations_with_replacement, product
from typing import TYPE_CHECKING

import numpy as np

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import Choice, RosterModel


class MinRest:
    """Rest is absolute time: a night of clock changes gains or loses an hour."""

    name = "min_rest"
    sentence = "Between the end of a shift and the start of the next lies the contract's rest."
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Let at most one of two shifts that are too close be worked."""
        problem = model.problem
        for agent in problem.agents.values():
            for choice in model.choices(agent.agent_id):
                for done in problem.past_by_agent[agent.agent_id]:
                    if _too_close(problem, agent, done.shift, choice.option.shift):
                        clause = self._clause(problem, agent, done.shift, choice.option.shift)
                        model.require(clause, choice.taken <= 0)
            for one, other, taken in _at_most_one(model, agent):
                model.require(self._clause(problem, agent, one, other), model.total(taken) <= 1)

    def in_tour(self, terms: TourTerms) -> None:
        """Forbid successions of neighbouring days that leave too little rest."""
        rest = terms.problem.contract_on(terms.agent.agent_id, terms.problem.first).min_rest
        start, end = (
            np.array(
                [
                    [0.0 if s is None else getattr(s, edge).timestamp() for s in row]
                    for row in terms.shifts
                ]
            ).reshape(terms.allowed.shape)
            for edge in ("start", "end")
        )
        there = np.array([[s is not None for s in row] for row in terms.shifts]).reshape(
            start.shape
        )
        for ahead in (1, 2):
            close = start[ahead:, None, :] - end[:-ahead, :, None] < rest.total_seconds()
            close &= there[ahead:, None, :] & there[:-ahead, :, None]
            if ahead == 1:
                terms.follows[1:] &= ~close
            elif close.any():
                terms.refuse("rest that spans a whole day is not held within a tour")

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


def _at_most_one(model: RosterModel, agent: Agent) -> Iterator[tuple[Shift, Shift, list[IntVar]]]:
    """Give sets of choices of which any two are too close, with a first and a last of them.

    Together they hold every pair that is too close. Where a date offers many starts and lengths,
    all within rest of each other, a few sets stand for thousands of pairs.
    """
    problem = model.problem
    by_day: dict[date, list[Choice]] = {}
    for choice in sorted(model.choices(agent.agent_id), key=lambda c: _order(c.option.shift)):
        by_day.setdefault(choice.option.shift.day, []).append(choice)

    def close(one: Choice, other: Choice) -> bool:
        return _too_close(problem, agent, one.option.shift, other.option.shift)

    dense = {day for day, these in by_day.items() if all(close(*p) for p in combinations(these, 2))}
    for day in dense:
        these = by_day[day]
        if len(these) > 1:
            yield these[0].option.shift, these[-1].option.shift, [c.taken for c in these]
    for one, other in combinations_with_replacement(sorted(by_day), 2):
        if one in dense and other in dense:
            yield from _chain(by_day[one], by_day[other], close) if one < other else ()
            continue
        pairs = product(by_day[one], by_day[other]) if one < other else combinations(by_day[one], 2)
        for first, second in pairs:
            if close(first, second):
                yield first.option.shift, second.option.shift, [first.taken, second.taken]


def _chain(
    before: list[Choice], after: list[Choice], close: Callable[[Choice, Choice], bool]
) -> Iterator[tuple[Shift, Shift, list[IntVar]]]:
    """Set each start of a date, and all before it, against what ends too late for it."""
    for number, last in enumerate(after):
        if (
            number + 1 < len(after)
            and after[number + 1].option.shift.start == last.option.shift.start
        ):
            continue
        late = [choice for choice in before if close(choice, last)]
        if late:
            taken = [choice.taken for choice in (*late, *after[: number + 1])]
            yield late[0].option.shift, last.option.shift, taken


def _order(shift: Shift) -> tuple[datetime, datetime]:
    return shift.start, shift.end


def _too_close(problem: Problem, agent: Agent, one: Shift, other: Shift) -> bool:
    """Say whether the rest that the later shift's contract wants does not fit between two."""
    first, second = sorted((one, other), key=_order)
    rest = problem.contract_on(agent.agent_id, second.day).min_rest
    return second.start - first.end < rest
