"""Seats: how many people a site holds at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Seats:
    """A seat is taken for the whole shift, breaks too; who has no site or is on call needs none.

    The most people are there just when somebody has come, so only starts are looked at.
    """

    name = "seats"
    sentence = "At no moment are more people on shift at a site than it has seats."
    unit = "people"

    def post(self, model: RosterModel) -> None:
        """Bound the people on shift at each moment at which somebody could come."""
        problem = model.problem
        for site, seats in problem.limits.seats:
            choices = [
                c
                for agent_id, agent in problem.agents.items()
                if agent.site == site
                for c in model.choices(agent_id)
            ]
            past = _past(problem, site)
            shifts = [*past, *(c.option.shift for c in choices)]
            for moment in sorted({shift.start for shift in shifts}):
                clause = Clause(
                    rule=self.name,
                    agent_id="",
                    when=moment.isoformat(),
                    words=f"{site} has {seats} seats on {_local(problem, moment)}",
                )
                there = [c.taken for c in choices if _on(c.option.shift, moment)]
                had = sum(_on(shift, moment) for shift in past)
                model.require(clause, model.total(there) <= max(0, seats - had))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the people on shift at each moment at which somebody comes."""
        for site, seats in problem.limits.seats:
            past = _past(problem, site)
            new = [a.shift for a in roster.assignments if problem.agents[a.agent_id].site == site]
            for moment in sorted({shift.start for shift in (*past, *new)}):
                there = sum(_on(shift, moment) for shift in new)
                count = there + sum(_on(shift, moment) for shift in past)
                if there and count > seats:
                    yield Violation(
                        rule=self.name,
                        agent_id="",
                        when=moment.isoformat(),
                        amount=count - seats,
                        words=f"{count} people are on shift in {site} on "
                        f"{_local(problem, moment)}; it has {seats} seats",
                    )


def _past(problem: Problem, site: str) -> list[Shift]:
    return [a.shift for a in problem.past if problem.agents[a.agent_id].site == site]


def _on(shift: Shift, moment: datetime) -> bool:
    return shift.start <= moment < shift.end and not shift.on_call


def _local(problem: Problem, moment: datetime) -> str:
    local = moment.astimezone(problem.requirement.grid.zone)
    return f"{local:%a %d %b at %H:%M}, service time"
