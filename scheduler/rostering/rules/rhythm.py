"""A weekly rhythm: starts of one week lie close together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import DAY
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel


class Rhythm:
    """Starts are compared by the agent's clock, so a change of clocks moves nobody's rhythm."""

    name = "rhythm"
    sentence = "Shifts of one week start at the same time of day, give or take a tolerance."
    unit = "minutes"

    def post(self, model: RosterModel) -> None:
        """Let no two starts of a week be used that lie too far apart."""
        problem = model.problem
        for agent in problem.agents.values():
            for monday in problem.weeks:
                most = _tolerance(problem, agent, monday)
                if most is None:
                    continue
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} starts within {most} minutes of the same time of day "
                    f"in the week of {monday:%d %b}",
                )
                used = _starts_used(model, agent, monday)
                before = _past_starts(problem, agent, monday)
                for start, variable in used.items():
                    if any(abs(start - past) > most for past in before):
                        model.require(clause, variable <= 0)
                for one, other in combinations(sorted(used), 2):
                    if other - one > most:
                        model.require(clause, used[one] + used[other] <= 1)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Compare every start with all others of its week."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for monday in problem.weeks:
                most = _tolerance(problem, agent, monday)
                new = {_start(agent, a.shift) for a in tour if _in_week(a.shift, monday)}
                every = new | _past_starts(problem, agent, monday)
                apart = max((abs(one - other) for one in new for other in every), default=0)
                if most is not None and apart > most:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=apart - most,
                        words=f"{agent.name} starts up to {apart} minutes apart in the week of "
                        f"{monday:%d %b}; the contract says at most {most}",
                    )


def _tolerance(problem: Problem, agent: Agent, monday: date) -> int | None:
    """Minutes that starts of a week may lie apart; None for no limit."""
    tolerance = problem.contract_on(agent.agent_id, monday + 6 * DAY).start_tolerance
    return None if tolerance is None else tolerance // timedelta(minutes=1)


def _starts_used(model: RosterModel, agent: Agent, monday: date) -> dict[int, IntVar]:
    """For each start that an agent's week offers, a variable that is 1 when it is used."""
    by_start: dict[int, list[IntVar]] = {}
    for choice in model.choices(agent.agent_id):
        if _in_week(choice.option.shift, monday):
            by_start.setdefault(_start(agent, choice.option.shift), []).append(choice.taken)
    used = {}
    for start, taken in by_start.items():
        used[start] = model.whole(0, 1, f"start_{agent.agent_id}_{monday}_{start}")
        for variable in taken:
            model.cp.add_implication(variable, used[start])
    return used


def _past_starts(problem: Problem, agent: Agent, monday: date) -> set[int]:
    past = problem.past_by_agent[agent.agent_id]
    return {_start(agent, a.shift) for a in past if _in_week(a.shift, monday)}


def _start(agent: Agent, shift: Shift) -> int:
    """Minute of the day at which a shift starts by the agent's clock."""
    local = shift.start.astimezone(agent.zone)
    return local.hour * 60 + local.minute


def _in_week(shift: Shift, monday: date) -> bool:
    return monday <= shift.day < monday + 7 * DAY
