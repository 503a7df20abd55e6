"""A shift given to somebody after the roster was made: they join the meetings that are held."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.rostering.activities import ActivityBlock
from scheduler.rostering.activity_ledger import covers
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster
from scheduler.rostering.shifts import Shift


def joiner(problem: Problem, roster: Roster) -> Callable[[str, Shift], Shift]:
    """Make a function that settles a planned shift of an agent beside a roster.

    The shift gets the meetings of the roster that lie in it and that the agent belongs to, and
    its breaks as early as these let them be.
    """
    meetings = _Meetings(problem, roster)

    def settled(agent_id: str, shift: Shift) -> Shift:
        met = meetings.of(agent_id, shift)
        return shift.with_activities(met).settled() if met else shift.settled()

    return settled


def handed(problem: Problem, roster: Roster, shift: Shift, agent_id: str) -> Shift:
    """Give a shift as somebody works it to another agent.

    Of its activities those stay that are shared by people the other is one of; the other joins the
    meetings that are held, and brings no training of somebody else.
    """
    kept = [
        block
        for block in shift.activities
        if (activity := problem.activity_by_name.get(block.activity)) is not None
        and activity.kind == "shared"
        and problem.agents[agent_id] in problem.members[activity.name]
    ]
    plain = shift.with_activities(kept)
    return plain.with_activities((*kept, *_Meetings(problem, roster).of(agent_id, plain)))


class _Meetings:
    """The meetings that are held in a roster."""

    def __init__(self, problem: Problem, roster: Roster) -> None:
        names = {each.name for each in problem.activities if each.kind == "together"}
        blocks = {b for a in roster.assignments for b in a.shift.activities if b.activity in names}
        self._held = sorted(blocks, key=lambda b: (b.start, b.end, b.activity))
        self._ids = {name: {agent.agent_id for agent in problem.members[name]} for name in names}

    def of(self, agent_id: str, shift: Shift) -> list[ActivityBlock]:
        """List those that lie in an agent's shift and that the agent belongs to."""
        return [b for b in self._held if agent_id in self._ids[b.activity] and covers(shift, b)]
