"""At most one shift a local day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class OneShiftADay:
    """Nobody starts two shifts on one date of their own calendar."""

    name = "one_shift_a_day"
    sentence = "An agent starts at most one shift on a local day."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts that start on each local date by one."""
        for agent in model.problem.agents.values():
            for day in model.problem.dates:
                works = model.works(agent.agent_id, day)
                if len(works) > 1:
                    clause = Clause(
                        rule=self.name,
                        agent_id=agent.agent_id,
                        when=str(day),
                        words=f"{agent.name} works at most one shift on {day:%a %d %b}",
                    )
                    model.require(clause, model.total(works) <= 1)

    def in_tour(self, terms: TourTerms) -> None:
        """Say nothing: a tour has one shift a day by the way it is built."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the shifts that start on each local date."""
        for agent_id, tour in roster.tours().items():
            for day, count in sorted(Counter(a.shift.day for a in tour).items()):
                if count > 1:
                    name = problem.agents[agent_id].name
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=str(day),
                        amount=count - 1,
                        words=f"{name} has {count} shifts on {day:%a %d %b}; one is allowed",
                    )
