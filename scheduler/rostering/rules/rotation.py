"""Rotations over several weeks: each day has its shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rotations import ANY, OFF
from scheduler.rostering.rules.public_holidays import free_days
from scheduler.rostering.rules.requests import concerns
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class RotationKept:
    """An agent gets the rotation's shift and no other; leave and the like excuse from it."""

    name = "rotation"
    sentence = "An agent on a rotation gets the shift that the rotation has for the day."
    unit = "days"

    def post(self, model: RosterModel) -> None:
        """Forbid other shifts, and demand the rotation's own where nothing excuses from it."""
        problem = model.problem
        for agent in problem.agents.values():
            for day, word in _days(problem, agent):
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(day),
                    words=_words(agent, day, word),
                )
                that_day = [c for c in model.choices(agent.agent_id) if c.option.shift.day == day]
                own = [c for c in that_day if c.option.shift.template == word]
                model.forbid(clause, [c for c in that_day if c.option.shift.template != word])
                if any(not _excused(problem, agent, c.option.shift) for c in own):
                    model.require(clause, model.total(c.taken for c in own) >= 1)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Compare every day with the rotation."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            tour = tours.get(agent_id, ())
            for day, word in _days(problem, agent):
                given = [a.shift.template for a in tour if a.shift.day == day]
                wrong = [name for name in given if name != word]
                if wrong:
                    has = f"but has {', '.join(wrong)}"
                elif given or not _demanded(problem, agent, day, word):
                    continue
                else:
                    has = "but has none"
                yield Violation(
                    rule=self.name,
                    agent_id=agent_id,
                    when=str(day),
                    amount=1,
                    words=f"{_words(agent, day, word)}, {has}",
                )


def _days(problem: Problem, agent: Agent) -> Iterator[tuple[date, str]]:
    """Rostered dates for which the agent's rotation says something, and what."""
    rotation = next((r for r in problem.rotations if r.name == agent.rotation), None)
    if rotation is None or agent.rotation_start is None:
        return
    for day in problem.dates:
        word = rotation.on(day, agent.rotation_start)
        if word != ANY:
            yield day, word


def _demanded(problem: Problem, agent: Agent, day: date, word: str) -> bool:
    """Say whether an agent must work the rotation's shift of a day."""
    if word == OFF or not problem.queues_of(agent):
        return False
    shift = problem.shift_on(agent, problem.template_by_name[word], day)
    runs = shift is not None and problem.runs_on(agent, shift)
    return shift is not None and runs and not _excused(problem, agent, shift)


def _excused(problem: Problem, agent: Agent, shift: Shift) -> bool:
    """Say whether leave, a holiday, absence or the employment excuses from a shift."""
    return (
        not agent.employed_on(shift.day)
        or shift.day in free_days(problem, agent)
        or any(
            off.start < shift.end and shift.start < off.end
            for off in problem.time_off[agent.agent_id]
        )
        or any(
            request.kind == "cannot"
            and request.agent_id == agent.agent_id
            and concerns(request, shift, agent.zone)
            for request in problem.requests
        )
    )


def _words(agent: Agent, day: date, word: str) -> str:
    what = "is off" if word == OFF else f"works {word}"
    return f"{agent.name} {what} on {day:%a %d %b} by rotation {agent.rotation}"
