"""What activities are owed in a week, and what a roster gives them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from scheduler.people import Agent
from scheduler.rostering.activities import Activity, ActivityBlock
from scheduler.rostering.activity_ledger import week_of
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.rules.contract_weeks import whole_day_off
from scheduler.rostering.rules.worked_days import DAY

_MINUTE = timedelta(minutes=1)


def expected(problem: Problem, activity: Activity, monday: date) -> tuple[Agent, ...]:
    """List who belongs to an activity and is not away for all rostered days of a week."""
    return tuple(
        agent
        for agent in problem.members[activity.name]
        if any(
            agent.employed_on(day) and not whole_day_off(problem, agent, day)
            for day in problem.weeks[monday]
        )
    )


def minutes_owed(problem: Problem, activity: Activity, monday: date) -> int:
    """Minutes of all agents together that a week should have of an activity."""
    people = 1 if activity.kind == "shared" else len(expected(problem, activity, monday))
    return people * activity.minutes_week if problem.members[activity.name] else 0


def blocks_of(
    problem: Problem, roster: Roster, activity: Activity
) -> Iterator[tuple[Assignment, ActivityBlock, date]]:
    """Every block of an activity in a roster, with whose it is and the Monday of its week.

    People come together in a week of the service; what is done alone belongs to its shift's week.
    """
    for each in roster.assignments:
        for block in each.shift.activities:
            if block.activity == activity.name:
                day = each.shift.day
                own = day - day.weekday() * DAY
                together = activity.kind == "together"
                yield each, block, week_of(problem, block.start) if together else own


def minutes_of(block: ActivityBlock) -> int:
    """Whole minutes of a block."""
    return (block.end - block.start) // _MINUTE


def times_held(problem: Problem, roster: Roster, activity: Activity) -> dict[datetime, date]:
    """When people come together for an activity, and the Monday of the week that counts it."""
    return {block.start: monday for _, block, monday in blocks_of(problem, roster, activity)}
