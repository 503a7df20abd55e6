"""Shifts of a kind, bounded a week: what several rules have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.contract_weeks import in_weeks
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyCap:
    """How many shifts of one kind an agent gets in a week.

    Attributes
    ----------
    most
        So many at most.
    counts
        Says whether a shift is of the kind.
    words
        Says a number of such shifts: ``2 late shifts``.
    """

    most: int
    counts: Callable[[Shift], bool]
    words: Callable[[int], str]


Caps = Callable[[Problem, Agent, date], Iterator[WeeklyCap]]


def post_caps(model: RosterModel, rule: str, caps: Caps) -> None:
    """Bound the shifts of every kind in each week; those before the horizon count."""
    problem = model.problem
    for agent in problem.agents.values():
        for monday in problem.weeks:
            for cap in caps(problem, agent, monday):
                clause = Clause(
                    rule=rule,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} gets at most {cap.words(cap.most)} in the week of "
                    f"{monday:%d %b}",
                )
                taken = [
                    choice.taken
                    for choice in model.choices(agent.agent_id)
                    if _counts(cap, choice.option.shift, monday)
                ]
                had = _past(problem, cap, agent, monday)
                model.require(clause, model.total(taken) <= max(0, cap.most - had))


def exceeded_caps(problem: Problem, roster: Roster, rule: str, caps: Caps) -> Iterator[Violation]:
    """Count the shifts of every kind in each week."""
    for agent_id, tour in roster.tours().items():
        agent = problem.agents[agent_id]
        for monday in problem.weeks:
            for cap in caps(problem, agent, monday):
                new = sum(_counts(cap, each.shift, monday) for each in tour)
                count = new + _past(problem, cap, agent, monday)
                if new and count > cap.most:
                    yield Violation(
                        rule=rule,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=count - cap.most,
                        words=f"{agent.name} gets {cap.words(count)} in the week of "
                        f"{monday:%d %b}; the contract says at most {cap.most}",
                    )


def _counts(cap: WeeklyCap, shift: Shift, monday: date) -> bool:
    return in_weeks(shift.day, monday) and cap.counts(shift)


def _past(problem: Problem, cap: WeeklyCap, agent: Agent, monday: date) -> int:
    past = problem.past_by_agent[agent.agent_id]
    return sum(_counts(cap, each.shift, monday) for each in past)
