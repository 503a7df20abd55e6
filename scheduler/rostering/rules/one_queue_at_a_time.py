"""An agent is on one queue at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

_ZERO = timedelta(0)


class OneQueueAtATime:
    """The blocks of a shift lie inside it, one after the other."""

    name = "one_queue_at_a_time"
    sentence = "An agent's blocks on queues lie inside the shift and do not overlap."
    unit = "minutes"

    def post(self, model: RosterModel) -> None:
        """State nothing: agents are shared in whole numbers, then dealt to one queue each."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure what sticks out of the shift and what is there twice."""
        for assignment in roster.assignments:
            agent = problem.agents[assignment.agent_id]
            outside, twice = _outside(assignment), _twice(assignment)
            for amount, fault in ((outside, "outside the shift"), (twice, "on two queues at once")):
                if amount > _ZERO:
                    yield Violation(
                        rule=self.name,
                        agent_id=agent.agent_id,
                        when=str(assignment.shift.day),
                        amount=amount / timedelta(minutes=1),
                        words=f"{agent.name} is {amount / timedelta(minutes=1):g} minutes {fault} "
                        f"on {assignment.shift.day:%a %d %b}",
                    )


def _outside(assignment: Assignment) -> timedelta:
    shift, total = assignment.shift, _ZERO
    for block in assignment.blocks:
        inside = min(block.end, shift.end) - max(block.start, shift.start)
        total += block.end - block.start - max(inside, _ZERO)
    return total


def _twice(assignment: Assignment) -> timedelta:
    ordered = sorted(assignment.blocks, key=lambda block: (block.start, block.end))
    total, reached = _ZERO, None
    for block in ordered:
        if reached is not None:
            total += max(min(reached, block.end) - block.start, _ZERO)
        reached = block.end if reached is None else max(reached, block.end)
    return total
