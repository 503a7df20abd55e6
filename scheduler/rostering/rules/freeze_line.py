"""Before the freeze line nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation, Worked
from scheduler.rostering.rules.changes import days_worked, named, published_days

if TYPE_CHECKING:
    from scheduler.rostering.variables import Choice, RosterModel


class FreezeLine:
    """A published shift that starts before the freeze line is worked, and no other is.

    A shift lost to time off is not worked, of course.
    """

    name = "freeze_line"
    sentence = "What starts before the freeze line stays as it was published."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Demand the published shifts that start before the line, and forbid others."""
        problem = model.problem
        if problem.published is None:
            return
        line, known = problem.published.freeze, published_days(problem)
        for agent_id in problem.agents:
            early: dict[Worked, list[Choice]] = {}
            for choice in model.choices(agent_id):
                work = Worked.of(choice.option.shift)
                if work.start < line:
                    early.setdefault(work, []).append(choice)
            for day in problem.dates:
                clause = _clause(problem, agent_id, day)
                kept = [w for w in known.get((agent_id, day), ()) if w.start < line]
                for work in kept:
                    taken = [choice.taken for choice in early.get(work, ())]
                    model.require(clause, model.total(taken) >= 1)
                for work, choices in early.items():
                    if work.day == day and work not in kept:
                        model.forbid(clause, choices)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Compare what starts before the line with what was published."""
        if problem.published is None:
            return
        line = problem.published.freeze
        known, now = published_days(problem), days_worked(problem, roster)
        for agent_id, day in sorted({*known, *now}):
            before, after = (days.get((agent_id, day), frozenset()) for days in (known, now))
            moved = [work for work in before ^ after if work.start < line]
            if moved:
                yield Violation(
                    rule=self.name,
                    agent_id=agent_id,
                    when=str(day),
                    amount=len(moved),
                    words=f"{_clause(problem, agent_id, day).words}, "
                    f"but now it is {named(after)} instead of {named(before)}",
                )


def _clause(problem: Problem, agent_id: str, day: date) -> Clause:
    return Clause(
        rule=FreezeLine.name,
        agent_id=agent_id,
        when=str(day),
        words=f"{problem.agents[agent_id].name} keeps {day:%a %d %b} as published "
        "before the freeze line",
    )
