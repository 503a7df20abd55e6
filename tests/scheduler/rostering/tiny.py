"""Tiny problems for the test that tries every roster: what their cases are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from builders import MONDAY, problem, requirement

from scheduler.people import TimeOff
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment
from scheduler.rostering.shifts import ShiftTemplate

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiny:
    """A problem small enough to try every roster, and the rule it is about."""

    rule: str
    sentence: str
    problem: Problem


def over(days: int, first: date = MONDAY, **rest: object) -> Problem:
    """A problem over some days, with a requirement of its own unless one is given."""
    need = rest.pop("need", None) or requirement(first=first, days=days)
    return problem(first=first, days=days, need=need, **rest)  # type: ignore[arg-type]  # tests mix freely


def assigned(p: Problem, day: date, template: ShiftTemplate) -> Assignment:
    """The first agent's shift on a date."""
    person = p.team.agents[0]
    shift = p.shift_on(person, template, day)
    assert shift is not None
    return Assignment(agent_id=person.agent_id, shift=shift, queues=("phone",))


def with_past(p: Problem, *past: tuple[int, ShiftTemplate]) -> Problem:
    """The problem after shifts so many days from its first."""
    return replace(p, past=tuple(assigned(p, p.first + n * DAY, t) for n, t in past))


def off(start: datetime, end: datetime) -> TimeOff:
    """Leave of the first agent."""
    return TimeOff(agent_id="ana", start=start, end=end)


def at(day: int, hour: int) -> datetime:
    """An hour of March 2026, in London's winter time."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)
