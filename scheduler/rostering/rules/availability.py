"""Dates and shifts on which an agent cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.requests import concerned, concerns, when

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class Availability:
    """Requests of the kind ``cannot`` are facts, not wishes."""

    name = "availability"
    sentence = "No shift that the agent has said they cannot work."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Forbid the options that each such request is about."""
        for request in _facts(model.problem):
            clause = Clause(
                rule=self.name,
                agent_id=request.agent_id,
                when=str(request.day),
                words=_words(model.problem, request),
            )
            zone = model.problem.agents[request.agent_id].zone
            meant = [
                c
                for c in model.choices(request.agent_id)
                if concerns(request, c.option.shift, zone)
            ]
            model.forbid(clause, meant)

    def in_tour(self, terms: TourTerms) -> None:
        """Forbid the shifts that each such request is about."""
        for request in _facts(terms.problem):
            if request.agent_id == terms.agent.agent_id:
                for at, kind in concerned(terms, request):
                    terms.allowed[at, kind] = False

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for shifts that somebody cannot work."""
        tours = roster.tours()
        for request in _facts(problem):
            zone = problem.agents[request.agent_id].zone
            for assignment in tours.get(request.agent_id, ()):
                if concerns(request, assignment.shift, zone):
                    yield Violation(
                        rule=self.name,
                        agent_id=request.agent_id,
                        when=str(request.day),
                        amount=1,
                        words=f"{_words(problem, request)}, but the roster has "
                        f"{assignment.shift.template}",
                    )


def _facts(problem: Problem) -> Iterator[Request]:
    return (request for request in problem.requests if request.kind == "cannot")


def _words(problem: Problem, request: Request) -> str:
    what = f"shift {request.shift}" if request.shift else "at all"
    return f"{problem.agents[request.agent_id].name} cannot work {what} {when(request)}"
