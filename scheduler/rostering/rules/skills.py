"""An agent serves only queues of their skills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Skills:
    """Who may sit on which queue."""

    name = "skills"
    sentence = "An agent serves only queues that are among their skills."
    unit = "queues"

    def post(self, model: RosterModel) -> None:
        """State nothing: agents are shared only among queues that they can serve."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every queue up in the agent's skills."""
        for assignment in roster.assignments:
            agent = problem.agents[assignment.agent_id]
            served = dict.fromkeys((*assignment.queues, *(b.queue for b in assignment.blocks)))
            lacking = [queue for queue in served if queue not in agent.skills]
            if lacking:
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(assignment.shift.day),
                    amount=len(lacking),
                    words=f"{agent.name} serves {', '.join(lacking)} on "
                    f"{assignment.shift.day:%a %d %b} without the skill",
                )
