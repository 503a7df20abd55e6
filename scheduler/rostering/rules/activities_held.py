"""Activities that must be held are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.activities import Activity
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.rules.activity_dues import blocks_of, expected, minutes_of, times_held

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class ActivitiesHeld:
    """A meeting that must be held takes place, whoever can come; other work is done in full."""

    name = "activities_held"
    sentence = "Activities that must be held take place as often, or get as much time, as they say."
    unit = "times, or minutes where hours are shared"

    def post(self, model: RosterModel) -> None:
        """Demand what each week owes."""
        problem = model.problem
        for activity in _demanded(problem):
            for monday in problem.weeks:
                if activity.kind == "shared":
                    done = model.activities.done(activity, monday)
                    clause = self._clause(activity, monday)
                    model.require(clause, done >= activity.minutes_week)
                elif activity.kind == "together":
                    held = model.activities.held(activity, monday)
                    clause = self._clause(activity, monday)
                    model.require(clause, held >= activity.times_week)
                else:
                    for agent in expected(problem, activity, monday):
                        own = model.activities.own(activity, agent.agent_id, monday)
                        clause = self._clause(activity, monday, agent)
                        model.require(clause, own >= activity.times_week)

    def _clause(self, activity: Activity, monday: date, agent: Agent | None = None) -> Clause:
        """Say what a week demands."""
        whom = f"{agent.name} does {activity.name}" if agent else f"{activity.name} takes place"
        if activity.kind == "shared":
            words = f"{activity.name} gets {activity.minutes_week / 60:g} hours"
        else:
            words = f"{whom} {_times(activity.times_week)}"
        return Clause(
            rule=self.name,
            agent_id=agent.agent_id if agent else "",
            when=f"week of {monday}",
            words=f"{words} in the week of {monday:%d %b}",
        )

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count what each week has."""
        for activity in _demanded(problem):
            done: Counter[tuple[str, date]] = Counter()
            for each, block, monday in blocks_of(problem, roster, activity):
                shared = activity.kind == "shared"
                done["" if shared else each.agent_id, monday] += minutes_of(block) if shared else 1
            held = Counter(times_held(problem, roster, activity).values())
            for monday in problem.weeks:
                lacks: list[tuple[Agent | None, int]]
                if activity.kind == "shared":
                    lacks = [(None, activity.minutes_week - done["", monday])]
                elif activity.kind == "together":
                    lacks = [(None, activity.times_week - held[monday])]
                else:
                    lacks = [
                        (agent, activity.times_week - done[agent.agent_id, monday])
                        for agent in expected(problem, activity, monday)
                    ]
                for agent, lack in lacks:
                    if lack > 0:
                        clause = self._clause(activity, monday, agent)
                        found = f"{lack} minutes" if activity.kind == "shared" else _times(lack)
                        yield Violation(
                            rule=self.name,
                            agent_id=clause.agent_id,
                            when=clause.when,
                            amount=lack,
                            words=f"{clause.words}: {found} too little",
                        )


def _demanded(problem: Problem) -> list[Activity]:
    return [each for each in problem.activities if each.must and problem.members[each.name]]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
