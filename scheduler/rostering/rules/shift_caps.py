"""How often a week an agent may be given one and the same shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster, Violation
from scheduler.rostering.rules.shifts_a_week import WeeklyCap, exceeded_caps, post_caps
from scheduler.rostering.rules.worked_days import DAY

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class ShiftCaps:
    """Caps of the contract on single shift templates."""

    name = "most_of_shift"
    sentence = "An agent gets certain shifts at most so often a week."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts of each capped template in each week."""
        post_caps(model, self.name, _caps)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the shifts of each capped template."""
        return exceeded_caps(problem, roster, self.name, _caps)


def _caps(problem: Problem, agent: Agent, monday: date) -> Iterator[WeeklyCap]:
    for template, most in problem.contract_on(agent.agent_id, monday + 6 * DAY).most_of_shift:
        yield WeeklyCap(
            most=most,
            counts=lambda shift, name=template: shift.template == name,  # type: ignore[misc]  # the default binds the name
            words=lambda number, name=template: f"shift {name} {number} times",  # type: ignore[misc]  # as above
        )
