"""What an agent does: look up their own shifts, and take them along as a calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forecasting.grid import local_instant
from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.exchange.calendars import agent_calendar
from scheduler.people import Agent
from scheduler.store.database import Database
from scheduler.store.tours import PublishedTour, published_tours, published_weeks
from scheduler.workflows.book import OpenTeam, opened
from scheduler.workflows.rostered import RosteredShift, rostered
from scheduler.workflows.week import require

_WEEK = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """A change of the clocks.

    Attributes
    ----------
    at
        First instant of the new time, in the zone it happens in.
    by
        How far clocks jump: positive when they go forward.
    """

    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWeek:
    """One agent's week, as it is published.

    Attributes
    ----------
    monday
        First day of the week.
    number
        Which version of its roster holds; 0 where none has been published.
    published_at
        Since when; None where none has been published.
    shifts
        The agent's own shifts, in order of time.
    clock_change
        Whether, and when, clocks change during it where the agent lives.
    """

    monday: date
    number: int
    published_at: datetime | None
    shifts: tuple[RosteredShift, ...]
    clock_change: ClockChange | None

    @property
    def paid_hours(self) -> float:
        """Paid time of the week, in hours."""
        return sum(shift.paid_minutes for shift in self.shifts) / 60


def my_details(user: User, database: Database, name: str, agent_id: str) -> Agent:
    """Return an agent's own row of the team.

    Raises
    ------
    AccessDenied
        That is not the user.
    InputError
        The team cannot be read, or the agent is no longer in it.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    return _agent(opened(database, name), agent_id)


def my_shifts(user: User, database: Database, name: str, agent_id: str, *, monday: date) -> MyWeek:
    """Return one agent's published shifts of a week.

    Parameters
    ----------
    user
        Who asks; agents see their own shifts only.
    database, name
        The book and the team.
    agent_id
        Whose shifts.
    monday
        First day of the week.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    InputError
        As for :func:`my_details`.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    agent = _agent(team, agent_id)
    tour = _tour(database, team, agent_id, monday)
    own = () if tour is None else tour.tour
    return MyWeek(
        monday=monday,
        number=0 if tour is None else tour.number,
        published_at=None if tour is None else tour.published_at,
        shifts=tuple(rostered(own, {agent_id: agent}, team.case.zone)),
        clock_change=clock_change(monday, agent.zone),
    )


def my_calendar(
    user: User, database: Database, name: str, agent_id: str, *, monday: date
) -> bytes | None:
    """Return one agent's published week as an iCalendar file; None where there is none.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    InputError
        As for :func:`my_details`.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    tour = _tour(database, team, agent_id, monday)
    if tour is None:
        return None
    return agent_calendar(_agent(team, agent_id), tour.tour, tour.published_at)


def weeks_to_show(
    user: User, database: Database, name: str, agent_id: str, *, today: date
) -> tuple[date, date]:
    """Return the Mondays of this week and the next, or of the last published week and the next.

    A case may lie in the past, as samples do; its agents should see something all the same.

    Raises
    ------
    AccessDenied
        The user is not this agent.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    this = today - timedelta(days=today.weekday())
    team = opened(database, name)
    with database.reading() as connection:
        firsts = published_weeks(connection, team.team_id, since=date.min)
    weeks = {first + n * _WEEK for first in firsts for n in range(team.case.weeks)}
    if weeks and not {this, this + _WEEK} & weeks:
        this = max(weeks)
    return this, this + _WEEK


def _agent(team: OpenTeam, agent_id: str) -> Agent:
    try:
        return team.case.team.agent(agent_id)
    except KeyError:
        expected = "an agent of the team"
        fault = Fault(file="agents.csv", column="id", expected=expected, found=repr(agent_id))
        raise InputError(fault) from None


def _tour(database: Database, team: OpenTeam, agent_id: str, monday: date) -> PublishedTour | None:
    """Return the part of the newest version that lies in a week; None where there is none.

    A roster of several weeks stands in the book under its first.
    """
    since = monday - (team.case.weeks - 1) * _WEEK
    with database.reading() as connection:
        tours = published_tours(connection, team.team_id, agent_id, since=since)
    holding = [each for each in tours if each.week <= monday]
    if not holding:
        return None
    newest = max(holding, key=lambda each: (each.week, each.number))
    days = {monday + timedelta(days=n) for n in range(7)}
    return replace(newest, tour=tuple(each for each in newest.tour if each.shift.day in days))


def clock_change(monday: date, zone: ZoneInfo) -> ClockChange | None:
    """Return the first change of the clocks in a local week, to the minute; None if none."""
    low = local_instant(monday, time(0), zone)
    high = local_instant(monday + _WEEK, time(0), zone)
    old, new = (instant.astimezone(zone).utcoffset() for instant in (low, high))
    if old is None or new is None or old == new:
        return None
    while high - low > _MINUTE:
        middle = low + (high - low) // _MINUTE // 2 * _MINUTE
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return ClockChange(at=high.astimezone(zone), by=new - old)
