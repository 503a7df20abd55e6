"""How many people a shift should have on a date, such as one on call every night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.shifts import Shift, ShiftTemplate

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class LeastOnShift:
    """Each person missing from a date has a price; a date is one on which the shift runs."""

    name = "least_on_shift"
    sentence = "Certain shifts, such as those on call, have at least so many people on every date."
    unit = "people missing"

    def post(self, model: RosterModel) -> None:
        """Price the people missing from each template and date."""
        problem = model.problem
        for template, wanted in _wanted(problem):
            choices = [
                choice
                for agent_id in problem.agents
                for choice in model.choices(agent_id)
                if choice.option.shift.template == template.name
            ]
            for day in _running(problem, template):
                there = [
                    c.taken for c in choices if _date(problem, template, c.option.shift) == day
                ]
                short = model.whole(0, wanted, f"least_{template.name}_{day}")
                model.cp.add(model.total([short, *there]) >= wanted)
                model.price(self.name, short, problem.prices.least_on_shift)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Count the people on each template and date."""
        for template, wanted in _wanted(problem):
            there = Counter(
                _date(problem, template, each.shift)
                for each in roster.assignments
                if each.shift.template == template.name
            )
            days = [day for day in _running(problem, template) if there[day] < wanted]
            if days:
                yield Penalty(
                    rule=self.name,
                    subject=template.name,
                    amount=sum(wanted - there[day] for day in days),
                    price=problem.prices.least_on_shift,
                    unit=self.unit,
                    words=f"shift {template.name} has fewer than {wanted} people on "
                    + ", ".join(f"{day:%a %d %b}" for day in days),
                )


def _wanted(problem: Problem) -> Iterator[tuple[ShiftTemplate, int]]:
    for name, wanted in problem.limits.least_on_shift:
        yield problem.template_by_name[name], wanted


def _running(problem: Problem, template: ShiftTemplate) -> list[date]:
    return [day for day in problem.dates if day.weekday() in template.weekdays]


def _date(problem: Problem, template: ShiftTemplate, shift: Shift) -> date:
    """Date on which a shift starts: the service's where the template is in its zone."""
    if template.zone == "agent":
        return shift.day
    return shift.start.astimezone(problem.requirement.grid.zone).date()
