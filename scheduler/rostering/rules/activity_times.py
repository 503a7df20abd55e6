"""Activities lie where they may, for those who belong to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.activities import Activity, ActivityBlock
from scheduler.rostering.activity_ledger import covers
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster, Violation
from scheduler.rostering.rules.activity_dues import blocks_of, minutes_of, times_held
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class ActivityTimes:
    """One thing at a time, in its window, as long and as often as it says.

    The solver places activities by counts of agents who work alike, see
    :mod:`scheduler.rostering.activity_places`.
    """

    name = "activity_times"
    sentence = (
        "Activities are inside the shift and their window, beside breaks, never two at once and "
        "at most one alone a shift; who is at work when people come together joins them."
    )
    unit = "activities, or people too many"

    def post(self, model: RosterModel) -> None:
        """State nothing: where agents are counted, their activities are placed."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look at every block, then at everybody who should have one."""
        for assignment in roster.assignments:
            for words in _faults(problem, assignment):
                yield self._violation(problem, assignment, words)
        for activity in problem.activities:
            if activity.kind == "together":
                yield from self._absent(problem, roster, activity)
            yield from self._too_often(problem, roster, activity)
            yield from self._too_many(problem, roster, activity)

    def _violation(self, problem: Problem, assignment: Assignment, words: str) -> Violation:
        agent, day = problem.agents[assignment.agent_id], assignment.shift.day
        return Violation(
            rule=self.name,
            agent_id=agent.agent_id,
            when=str(day),
            amount=1,
            words=f"{agent.name} on {day:%a %d %b}: {words}",
        )

    def _absent(self, problem: Problem, roster: Roster, activity: Activity) -> Iterator[Violation]:
        """Find members who are at work all the time and not with the others."""
        held = {block for _, block, _ in blocks_of(problem, roster, activity)}
        members = {agent.agent_id for agent in problem.members[activity.name]}
        for assignment in roster.assignments:
            if assignment.agent_id not in members:
                continue
            planned = _planned(problem, assignment)
            for block in sorted(held, key=lambda block: (block.start, block.end)):
                if covers(planned, block) and block not in assignment.shift.activities:
                    words = f"at work and not with the others at {_words(problem, block)}"
                    yield self._violation(problem, assignment, words)

    def _too_often(
        self, problem: Problem, roster: Roster, activity: Activity
    ) -> Iterator[Violation]:
        """Find weeks with more of an activity than it asks for."""
        done: Counter[tuple[str, date]] = Counter()
        if activity.kind == "together":
            done.update(("", monday) for monday in times_held(problem, roster, activity).values())
        for each, block, monday in blocks_of(problem, roster, activity):
            if activity.kind == "shared":
                done["", monday] += minutes_of(block)
            elif activity.kind == "each":
                done[each.agent_id, monday] += 1
        shared = activity.kind == "shared"
        most = activity.minutes_week if shared else activity.times_week
        for (agent_id, monday), times in done.items():
            if times > most:
                told = f"{times} minutes" if shared else f"{times} times"
                yield Violation(
                    rule=self.name,
                    agent_id=agent_id,
                    when=f"week of {monday}",
                    amount=times - most,
                    words=f"{activity.name} is held {told} in the week of {monday:%d %b}; "
                    f"{most} are asked for",
                )

    def _too_many(
        self, problem: Problem, roster: Roster, activity: Activity
    ) -> Iterator[Violation]:
        """Find moments with more people at an activity than may be."""
        most = activity.at_once
        blocks = [block for _, block, _ in blocks_of(problem, roster, activity)]
        for start in sorted({block.start for block in blocks}) if most is not None else ():
            busy = sum(block.start <= start < block.end for block in blocks)
            if most is not None and busy > most:
                yield Violation(
                    rule=self.name,
                    agent_id="",
                    when=start.isoformat(),
                    amount=busy - most,
                    words=f"{busy} people are at {activity.name} at {start:%a %d %b %H:%M} UTC; "
                    f"at most {most} may",
                )


def _planned(problem: Problem, assignment: Assignment) -> Shift:
    """Return a shift as its template has it, or as it is where the template has another."""
    agent = problem.agents[assignment.agent_id]
    return problem.planned(agent, assignment.shift) or assignment.shift.with_activities(())


def _faults(problem: Problem, assignment: Assignment) -> Iterator[str]:
    """Say what is wrong with the activities of one shift."""
    shift, agent = assignment.shift, problem.agents[assignment.agent_id]
    alone = 0
    for block in shift.activities:
        words = _words(problem, block)
        activity = problem.activity_by_name.get(block.activity)
        if activity is None or agent not in problem.members[activity.name]:
            yield f"does not belong to {words}"
            continue
        alone += activity.kind != "together"
        if not activity.shortest <= block.end - block.start <= activity.longest:
            yield f"{words} is too short or too long"
        if not _in_window(problem, activity, agent, block):
            yield f"{words} is not in its window"
        if not covers(shift.with_activities(()), block):
            yield f"{words} is not inside the shift, or during a break"
    if alone > 1:
        yield f"{alone} activities are done alone in one shift; one may be"
    for one, other in pairwise(shift.activities):
        if other.start < one.end:
            yield f"{_words(problem, one)} and {_words(problem, other)} at once"


def _in_window(problem: Problem, activity: Activity, agent: Agent, block: ActivityBlock) -> bool:
    windows = problem.activity_windows(activity, agent)
    return any(start <= block.start and block.end <= end for start, end in windows)


def _words(problem: Problem, block: ActivityBlock) -> str:
    zone = problem.requirement.grid.zone
    start, end = block.start.astimezone(zone), block.end.astimezone(zone)
    return f"{block.activity} {start:%H:%M}-{end:%H:%M}"
