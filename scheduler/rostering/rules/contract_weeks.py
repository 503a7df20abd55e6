"""Contract weeks: what a contract that may change in mid-week says about one, and days lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from forecasting.grid import local_instant
from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment
from scheduler.rostering.rules.public_holidays import free_days
from scheduler.rostering.rules.worked_days import DAY

HAIR = 1e-6


def week_of(monday: date, weeks: int = 1) -> list[date]:
    """Dates of a contract week, or of several."""
    return [monday + n * DAY for n in range(7 * weeks)]


def in_weeks(day: date, monday: date, weeks: int = 1) -> bool:
    """Say whether a date lies in a contract week, or in several from one on."""
    return monday <= day < monday + 7 * weeks * DAY


def shared(problem: Problem, agent: Agent, monday: date, key: str) -> float:
    """Add up a weekly figure of the contract, each day bringing its own contract's seventh."""
    days = week_of(monday)
    values = [float(getattr(problem.contract_on(agent.agent_id, day), key)) for day in days]
    return values[0] if len(set(values)) == 1 else sum(values) / 7


def lost_days(problem: Problem, agent: Agent, days: Iterable[date]) -> Iterator[date]:
    """Days on which the contract would let an agent work, were it not for leave and the like.

    Lost are days wholly in time off, public holidays that are free, and days before the agent
    joins or after they leave.
    """
    holidays = free_days(problem, agent)
    for day in days:
        if day.weekday() not in problem.contract_on(agent.agent_id, day).weekdays:
            continue
        if not agent.employed_on(day) or day in holidays or whole_day_off(problem, agent, day):
            yield day


def whole_day_off(problem: Problem, agent: Agent, day: date) -> bool:
    """Say whether an agent's time off covers a whole local day."""
    start, end = midnight(day, agent), midnight(day + DAY, agent)
    return any(off.start <= start and end <= off.end for off in problem.time_off[agent.agent_id])


def midnight(day: date, agent: Agent) -> datetime:
    """Return the instant at which an agent's local day begins."""
    return local_instant(day, time(0), agent.zone)


def paid_minutes(worked: Iterable[Assignment], monday: date, weeks: int = 1) -> int:
    """Paid minutes of the shifts that start in a contract week, or in several from one on."""
    return sum(a.shift.paid_minutes for a in worked if in_weeks(a.shift.day, monday, weeks))
