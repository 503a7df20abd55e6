"""Early, late and unsocial-hour shifts, bounded a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from forecasting.grid import local_instant
from scheduler.people import Agent
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import DAY
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

KINDS = ("early", "late", "unsocial")


class HoursOfDay:
    """What is early or late is the team's to say; whose clock it is, never: the agent's."""

    name = "hours_of_day"
    sentence = (
        "An agent gets at most so many early, late and unsocial-hour shifts a week, "
        "by the agent's clock."
    )
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts of each kind in each week."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday in problem.weeks:
                for kind, most in _bounds(problem, agent, monday):
                    clause = Clause(
                        rule=self.name,
                        agent_id=agent.agent_id,
                        when=f"week of {monday}",
                        words=f"{agent.name} gets at most {most} {kind} shifts in the week of "
                        f"{monday:%d %b}",
                    )
                    taken = [
                        c.taken
                        for c in model.choices(agent.agent_id)
                        if _counts(problem.limits, kind, c.option.shift, agent, monday)
                    ]
                    had = _past(problem, kind, agent, monday)
                    model.require(clause, model.total(taken) <= max(0, most - had))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the shifts of each kind in each week."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for monday in problem.weeks:
                for kind, most in _bounds(problem, agent, monday):
                    new = sum(_counts(problem.limits, kind, a.shift, agent, monday) for a in tour)
                    count = new + _past(problem, kind, agent, monday)
                    if new and count > most:
                        yield Violation(
                            rule=self.name,
                            agent_id=agent_id,
                            when=f"week of {monday}",
                            amount=count - most,
                            words=f"{agent.name} gets {count} {kind} shifts in the week of "
                            f"{monday:%d %b}; the contract says at most {most}",
                        )


def kinds_of(limits: TeamLimits, shift: Shift, agent: Agent) -> frozenset[str]:
    """Which of early, late and unsocial a shift is, by the agent's clock."""
    found = set()
    if shift.start < _at(shift.day, limits.early_before, agent):
        found.add("early")
    if shift.end > _at(shift.day, limits.late_after, agent):
        found.add("late")
    overnight = limits.unsocial_until <= limits.unsocial_from
    for back in (-1, 0, 1):
        night = shift.day + back * DAY
        begins = _at(night, limits.unsocial_from, agent)
        ends = _at(night + overnight * DAY, limits.unsocial_until, agent)
        if shift.start < ends and begins < shift.end:
            found.add("unsocial")
    return frozenset(found)


def _at(day: date, clock: time, agent: Agent) -> datetime:
    return local_instant(day, clock, agent.zone)


def _bounds(problem: Problem, agent: Agent, monday: date) -> Iterator[tuple[str, int]]:
    contract = problem.contract_on(agent.agent_id, monday + 6 * DAY)
    for kind in KINDS:
        most = getattr(contract, f"max_{kind}_week")
        if most is not None:
            yield kind, most


def _counts(limits: TeamLimits, kind: str, shift: Shift, agent: Agent, monday: date) -> bool:
    return monday <= shift.day < monday + 7 * DAY and kind in kinds_of(limits, shift, agent)


def _past(problem: Problem, kind: str, agent: Agent, monday: date) -> int:
    past = problem.past_by_agent[agent.agent_id]
    return sum(_counts(problem.limits, kind, a.shift, agent, monday) for a in past)
