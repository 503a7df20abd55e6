"""Wishes: wants and avoids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Requests:
    """Each wish that is not granted costs its weight."""

    name = "requests"
    sentence = "Wishes to work or not to work a date or shift are granted where it is worth it."
    unit = "weight of wishes not granted"

    def post(self, model: RosterModel) -> None:
        """Price each wish by one variable that says whether it is granted."""
        price = model.problem.prices.request
        for number, request in enumerate(model.problem.requests):
            taken = [
                c.taken
                for c in model.choices(request.agent_id)
                if concerns(request, c.option.shift)
            ]
            if request.kind == "cannot":
                continue
            refused = model.whole(0, 1, f"refused{number}")
            if request.kind == "want":
                model.cp.add(model.total([refused, *taken]) >= 1)
            else:
                for variable in taken:
                    model.cp.add_implication(variable, refused)
            model.price(self.name, request.weight * refused, price)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Look every wish up in the roster."""
        tours = roster.tours()
        for request in problem.requests:
            if request.kind == "cannot":
                continue
            tour = tours.get(request.agent_id, ())
            worked = any(concerns(request, a.shift) for a in tour)
            if worked == (request.kind == "want"):
                continue
            yield Penalty(
                rule=self.name,
                subject=request.agent_id,
                amount=request.weight,
                price=problem.prices.request,
                unit=self.unit,
                words=f"{problem.agents[request.agent_id].name} wanted "
                f"{'' if request.kind == 'want' else 'not '}to work "
                f"{'shift ' + request.shift if request.shift else 'any shift'} on "
                f"{request.day:%a %d %b}",
            )


def concerns(request: Request, shift: Shift) -> bool:
    """Say whether a request is about this shift."""
    return shift.day == request.day and request.shift in ("", shift.template)
