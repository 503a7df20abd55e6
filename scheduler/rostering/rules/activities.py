"""Meetings, training and other work away from the queues get the time they are owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.activities import Activity
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.rules.activity_dues import blocks_of, expected, minutes_of, minutes_owed

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

_NAMED = 5


class Activities:
    """Each minute that is owed and not found has its activity's price."""

    name = "activities"
    sentence = "Meetings, training and other work away from the queues get their time every week."
    unit = "minutes of an activity missing"

    def post(self, model: RosterModel) -> None:
        """Price what each activity lacks in each week."""
        problem = model.problem
        for activity in problem.activities:
            for monday in problem.weeks:
                owed = minutes_owed(problem, activity, monday)
                missing = model.whole(0, owed, f"missing_{activity.name}_{monday}")
                done = model.activities.done(activity, monday)
                model.cp.add(model.total([missing, done]) >= owed)
                model.price(self.name, missing, activity.price)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Add up the blocks of each activity, week by week."""
        for activity in problem.activities:
            done: Counter[tuple[str, date]] = Counter()
            for each, block, monday in blocks_of(problem, roster, activity):
                done[each.agent_id, monday] += minutes_of(block)
            for monday in problem.weeks:
                given = sum(minutes for (_, week), minutes in done.items() if week == monday)
                missing = minutes_owed(problem, activity, monday) - given
                if missing > 0:
                    yield Penalty(
                        rule=self.name,
                        subject=activity.name,
                        amount=missing,
                        price=activity.price,
                        unit=self.unit,
                        words=f"{activity.name}: {missing / 60:,.1f} agent-hours missing in the "
                        f"week of {monday:%d %b}{_who(problem, activity, done, monday)}",
                    )


def _who(
    problem: Problem, activity: Activity, done: Counter[tuple[str, date]], monday: date
) -> str:
    """Name the first of those who miss something; nobody's in particular where it is shared."""
    if activity.kind == "shared":
        return ""
    missed = [
        agent.name
        for agent in expected(problem, activity, monday)
        if done[agent.agent_id, monday] < activity.minutes_week
    ]
    more = f" and {len(missed) - _NAMED} more" if len(missed) > _NAMED else ""
    return f" ({', '.join(missed[:_NAMED])}{more})"
