"""Shifts that may not follow each other from one day to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.worked_days import DAY, gets_shift

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class ForbiddenSuccessions:
    """Each pair alone: forbidding early after night says nothing about late after night."""

    name = "forbidden_successions"
    sentence = "Certain shifts do not follow each other from one local day to the next."
    unit = "successions"

    def post(self, model: RosterModel) -> None:
        """Let at most one of the two be worked."""
        problem = model.problem
        for agent in problem.agents.values():
            for day in problem.dates:
                contract = problem.contract_on(agent.agent_id, day)
                for before, after in sorted(contract.forbidden_successions):
                    clause = Clause(
                        rule=self.name,
                        agent_id=agent.agent_id,
                        when=str(day),
                        words=f"{agent.name} does not work {after} on {day:%a %d %b} "
                        f"after {before} the day before",
                    )
                    one = gets_shift(model, agent.agent_id, day - DAY, before)
                    other = gets_shift(model, agent.agent_id, day, after)
                    model.require(clause, one + other <= 1)

    def in_tour(self, terms: TourTerms) -> None:
        """Forbid each pair on every day."""
        contract = terms.problem.contract_on(terms.agent.agent_id, terms.problem.first)
        for before, after in contract.forbidden_successions:
            terms.follows[:, terms.kinds[before], terms.kinds[after]] = False

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look at the shifts of each day and of the day before."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            known = (*problem.past_by_agent[agent_id], *tour)
            had = {(a.shift.day, a.shift.template) for a in known}
            for day, after in sorted({(a.shift.day, a.shift.template) for a in tour}):
                for pair in sorted(problem.contract_on(agent_id, day).forbidden_successions):
                    if pair[1] == after and (day - DAY, pair[0]) in had:
                        yield Violation(
                            rule=self.name,
                            agent_id=agent_id,
                            when=str(day),
                            amount=1,
                            words=f"{agent.name} works {after} on {day:%a %d %b} after {pair[0]} "
                            "the day before, which the contract forbids",
                        )
