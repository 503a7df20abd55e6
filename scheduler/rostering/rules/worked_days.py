"""Days on which an agent works, in both forms: what rules about runs of days have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel

DAY = timedelta(days=1)


def past_days(problem: Problem, agent_id: str) -> frozenset[date]:
    """Dates before the horizon on which an agent's known shifts started."""
    return frozenset(a.shift.day for a in problem.past_by_agent[agent_id])


def worked_days(problem: Problem, agent_id: str, tour: Iterable[Assignment]) -> frozenset[date]:
    """Dates on which an agent works, before the horizon and in it."""
    return past_days(problem, agent_id) | {a.shift.day for a in tour}


def runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """First and last date of every run of consecutive dates, in order."""
    ordered = sorted(days)
    first = 0
    for at, day in enumerate(ordered):
        if at + 1 == len(ordered) or ordered[at + 1] - day > DAY:
            yield ordered[first], day
            first = at + 1


def works_on(model: RosterModel, agent_id: str, day: date) -> IntVar | int:
    """Return 1 or a variable that is 1 when an agent works on a date; before the horizon a fact."""
    if day < model.problem.first:
        return int(day in past_days(model.problem, agent_id))
    return model.day_worked(agent_id, day)


def gets_shift(model: RosterModel, agent_id: str, day: date, template: str) -> IntVar | int:
    """Return 1 or a variable that is 1 when an agent gets a given shift on a date."""
    if day < model.problem.first:
        past = model.problem.past_by_agent[agent_id]
        return int(any(a.shift.day == day and a.shift.template == template for a in past))
    taken = [
        c.taken
        for c in model.choices(agent_id)
        if c.option.shift.day == day and c.option.shift.template == template
    ]
    if len(taken) < 2:
        return taken[0] if taken else 0
    given = model.whole(0, 1, f"gets_{agent_id}_{day}_{template}")
    model.cp.add_max_equality(given, taken)
    return given


def weekends(problem: Problem) -> tuple[date, ...]:
    """Saturday of every weekend that has a rostered date."""
    saturdays = {
        day - (day.weekday() - 5) * DAY for day in problem.dates if day.weekday() in (5, 6)
    }
    return tuple(sorted(saturdays))
