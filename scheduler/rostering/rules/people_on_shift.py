"""How many people may get one and the same shift on a date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class PeopleOnShift:
    """Caps on shift templates; dates are each agent's own."""

    name = "people_on_shift"
    sentence = "Certain shifts are given to at most so many people on one date."
    unit = "people"

    def post(self, model: RosterModel) -> None:
        """Bound the options of each capped template and date."""
        problem = model.problem
        for template, most in problem.limits.people_on_shift:
            every = [
                c
                for agent_id in problem.agents
                for c in model.choices(agent_id)
                if c.option.shift.template == template
            ]
            for day in problem.dates:
                clause = Clause(
                    rule=self.name,
                    agent_id="",
                    when=str(day),
                    words=f"At most {most} people get shift {template} on {day:%a %d %b}",
                )
                taken = [c.taken for c in every if c.option.shift.day == day]
                model.require(clause, model.total(taken) <= most)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the people on each capped template and date."""
        for template, most in problem.limits.people_on_shift:
            given = [a.shift.day for a in roster.assignments if a.shift.template == template]
            for day in sorted(set(given)):
                if given.count(day) > most:
                    yield Violation(
                        rule=self.name,
                        agent_id="",
                        when=str(day),
                        amount=given.count(day) - most,
                        words=f"{given.count(day)} people get shift {template} on {day:%a %d %b}; "
                        f"at most {most} may",
                    )
