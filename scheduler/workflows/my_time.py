"""An agent's published time: the next shift, a month of days, and who else is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from forecasting.grid import local_instant
from scheduler.access import Action, User
from scheduler.people import Agent, TimeOff
from scheduler.store.database import Database
from scheduler.store.tours import PublishedDuty, published_assignments, published_duties
from scheduler.workflows.before_asking import agent_of
from scheduler.workflows.book import OpenTeam, opened
from scheduler.workflows.rostered import RosteredShift, rostered
from scheduler.workflows.week import require

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who is on at the same time: name and shift, as the team's roster is published."""

    name: str
    shift: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MyDay:
    """One local date of an agent: published shifts that start on it, and time off by its kind."""

    day: date
    shifts: tuple[RosteredShift, ...]
    off: str


def next_shift(
    user: User, database: Database, name: str, agent_id: str, *, now: datetime
) -> RosteredShift | None:
    """Return the published shift that an agent is on or works next; None if there is none.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    InputError
        There is no such agent in the team.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    return next(iter(_shifts(database, team, agent_of(team, agent_id), now, None)), None)


def my_month(
    user: User, database: Database, name: str, agent_id: str, *, month: date
) -> tuple[MyDay, ...]:
    """Return every date of a month as published for an agent; errors as for the next shift.

    Parameters
    ----------
    user
        Who asks; agents about themselves.
    database, name
        The book and the team.
    agent_id
        Whose month, by the agent's own calendar.
    month
        Any date in it.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    agent = agent_of(team, agent_id)
    first = month.replace(day=1)
    after = (first + 31 * _DAY).replace(day=1)
    since, until = (local_instant(day, time(0), agent.zone) for day in (first, after))
    shifts = _shifts(database, team, agent, since, until)
    own = [off for off in team.case.team.time_off if off.agent_id == agent_id]
    return tuple(
        MyDay(
            day=day,
            shifts=tuple(each for each in shifts if each.day == day),
            off=next((off.kind for off in own if _covers(off, day, agent)), ""),
        )
        for day in (first + n * _DAY for n in range((after - first).days))
    )


def colleagues_on(
    user: User, database: Database, name: str, agent_id: str, *, start: datetime, end: datetime
) -> tuple[Colleague, ...]:
    """Return who else is on between two instants by the published rosters, by start and name.

    Raises
    ------
    AccessDenied
        The user may not see published rosters of this team.
    """
    require(user, Action.SEE_PUBLISHED, of_team=name)
    team = opened(database, name)
    names = {agent.agent_id: agent.name for agent in team.case.team.agents}
    with database.reading() as connection:
        duties = published_duties(connection, team.team_id, since=start, until=end)
    others = (each for each in duties if each.agent_id != agent_id)
    found = (_colleague(each, names.get(each.agent_id, each.agent_id)) for each in others)
    return tuple(sorted(found, key=lambda each: (each.start, each.name)))


def _colleague(duty: PublishedDuty, name: str) -> Colleague:
    return Colleague(name=name, shift=duty.shift, start=duty.start, end=duty.end)


def _shifts(
    database: Database, team: OpenTeam, agent: Agent, since: datetime, until: datetime | None
) -> tuple[RosteredShift, ...]:
    with database.reading() as connection:
        found = published_assignments(
            connection, team.team_id, agent.agent_id, since=since, until=until
        )
    return tuple(rostered(found, {agent.agent_id: agent}, team.case.zone))


def _covers(off: TimeOff, day: date, agent: Agent) -> bool:
    """Say whether time off touches a local date."""
    start, end = (local_instant(each, time(0), agent.zone) for each in (day, day + _DAY))
    return off.start < end.astimezone(UTC) and start.astimezone(UTC) < off.end
