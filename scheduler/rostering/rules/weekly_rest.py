"""One long rest every week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.contract_weeks import midnight
from scheduler.rostering.rules.worked_days import DAY
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel

_HOUR = timedelta(hours=1)


class WeeklyRest:
    """Every contract week that is known to its Sunday has its rest.

    The rest begins in the week, and at least a day of it lies there; what is longer may reach
    into the next week, as from Saturday evening to Monday morning. The week before the horizon is
    looked at too, for a rest that must go on in it. Rest is absolute time.
    """

    name = "weekly_rest"
    sentence = "Each week has one uninterrupted rest of the length that contract or law demand."
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Keep a rest free of shifts that begins with the week or after one of them."""
        problem = model.problem
        for agent in problem.agents.values():
            choices = model.choices(agent.agent_id)
            past = [a.shift for a in problem.past_by_agent[agent.agent_id]]
            for monday, rest in _weeks(problem, agent):
                shifts = [*past, *(c.option.shift for c in choices)]
                kept: list[IntVar] = []
                for begin in _beginnings(agent, monday, rest, shifts):
                    if any(_meet(shift, begin, begin + rest) for shift in past):
                        continue
                    free = model.whole(0, 1, f"rest_{agent.agent_id}_{monday}_{len(kept)}")
                    for choice in choices:
                        if _meet(choice.option.shift, begin, begin + rest):
                            model.cp.add_implication(choice.taken, free.negated())
                    kept.append(free)
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} has {rest / _HOUR:g} hours of uninterrupted rest in the "
                    f"week of {monday:%d %b}",
                )
                model.require(clause, model.total(kept) >= 1)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Find the longest rest of each week."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            shifts = [a.shift for a in (*problem.past_by_agent[agent_id], *tour)]
            for monday, rest in _weeks(problem, agent):
                longest = _longest_rest(agent, monday, rest, shifts)
                if longest < rest:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=round((rest - longest) / _HOUR, 2),
                        words=f"{agent.name} rests {longest / _HOUR:g} hours on end in the week "
                        f"of {monday:%d %b}; contract or law say at least {rest / _HOUR:g}",
                    )


def _weeks(problem: Problem, agent: Agent) -> Iterator[tuple[date, timedelta]]:
    """Mondays of the weeks to look at and the rest they need, where the past still allows it."""
    past = [a.shift for a in problem.past_by_agent[agent.agent_id]]
    mondays = tuple(problem.weeks)
    for monday in (mondays[0] - 7 * DAY, *mondays):
        rest = problem.contract_on(agent.agent_id, monday + 6 * DAY).weekly_rest
        if not rest or monday + 6 * DAY > problem.last:
            continue
        if _longest_rest(agent, monday, rest, past) >= rest:
            yield monday, rest


def _latest(agent: Agent, monday: date, rest: timedelta) -> datetime:
    """When the rest of a week begins at the latest, so that a day of it lies in the week."""
    return midnight(monday + 7 * DAY, agent) - min(rest, DAY)


def _beginnings(
    agent: Agent, monday: date, rest: timedelta, shifts: Iterable[Shift]
) -> list[datetime]:
    """When the rest of a week may begin: with the week, or after a shift."""
    earliest, latest = midnight(monday, agent), _latest(agent, monday, rest)
    return sorted({earliest, *(s.end for s in shifts if earliest < s.end <= latest)})


def _meet(shift: Shift, start: datetime, end: datetime) -> bool:
    return shift.start < end and start < shift.end


def _longest_rest(
    agent: Agent, monday: date, rest: timedelta, shifts: Iterable[Shift]
) -> timedelta:
    """Return the longest rest that begins in time; nothing counts beyond what is needed."""
    free_from, latest = midnight(monday, agent), _latest(agent, monday, rest)
    longest = timedelta(0)
    for shift in sorted(shifts, key=lambda s: s.start):
        if free_from <= latest:
            longest = max(longest, shift.start - free_from)
        free_from = max(free_from, shift.end)
    return rest if free_from <= latest else min(longest, rest)
