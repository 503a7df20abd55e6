"""Wishes: wants and avoids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forecasting.grid import local_instant
from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
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
            zone = model.problem.agents[request.agent_id].zone
            taken = [
                c.taken
                for c in model.choices(request.agent_id)
                if concerns(request, c.option.shift, zone)
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

    def in_tour(self, terms: TourTerms) -> None:
        """Price each wish on the day it is about; one that reaches over days cannot be held."""
        price = terms.problem.prices.request
        for request in terms.problem.requests:
            if request.kind == "cannot" or request.agent_id != terms.agent.agent_id:
                continue
            about = [*concerned(terms, request)]
            if request.kind == "want":
                terms.price_always += request.weight * price
            if len({at for at, _ in about}) > 1:
                terms.refuse(f"a wish about hours {when(request)} reaches over two days")
            for at, kind in about:
                sign = -1 if request.kind == "want" else 1
                terms.price[at, kind] += sign * request.weight * price

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Look every wish up in the roster."""
        tours = roster.tours()
        for request in problem.requests:
            if request.kind == "cannot":
                continue
            agent, tour = problem.agents[request.agent_id], tours.get(request.agent_id, ())
            worked = any(concerns(request, a.shift, agent.zone) for a in tour)
            if worked == (request.kind == "want"):
                continue
            yield Penalty(
                rule=self.name,
                subject=request.agent_id,
                amount=request.weight,
                price=problem.prices.request,
                unit=self.unit,
                words=f"{agent.name} wanted {'' if request.kind == 'want' else 'not '}to work "
                f"{'shift ' + request.shift if request.shift else 'any shift'} {when(request)}",
            )


def concerns(request: Request, shift: Shift, zone: ZoneInfo) -> bool:
    """Say whether a request is about this shift.

    Parameters
    ----------
    request
        The request; with a window it is about shifts that overlap the window.
    shift
        The shift.
    zone
        The agent's zone, by whose clock the window is.
    """
    if request.shift not in ("", shift.template):
        return False
    if request.window_from is None and request.window_until is None:
        return shift.day == request.day
    opens, until = request.window_from or time(0), request.window_until or time(0)
    closes = request.day + timedelta(days=until <= opens)
    start, end = local_instant(request.day, opens, zone), local_instant(closes, until, zone)
    return shift.start < end and start < shift.end


def concerned(terms: TourTerms, request: Request) -> Iterator[tuple[int, int]]:
    """Yield day and kind of every shift of a tour that a request is about."""
    for at, row in enumerate(terms.shifts):
        if abs((terms.problem.dates[at] - request.day).days) <= 1:
            for kind, shift in enumerate(row):
                if shift is not None and concerns(request, shift, terms.agent.zone):
                    yield at, kind


def when(request: Request) -> str:
    """Say which date, and which hours of it, a request is about."""
    words = [f"on {request.day:%a %d %b}"]
    words += [f"from {request.window_from:%H:%M}"] if request.window_from is not None else []
    words += [f"until {request.window_until:%H:%M}"] if request.window_until is not None else []
    return " ".join(words)
