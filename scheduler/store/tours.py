"""Published shifts, looked up by whom and when: one agent's versions, a team's coming days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from scheduler.rostering.roster import Assignment
from scheduler.store.rosters import read_assignment
from scheduler.store.schema import roster, shift


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTour:
    """One agent's shifts in one version of a week, in order of time."""

    week: date
    number: int
    published_at: datetime
    tour: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDuty:
    """Who works when by the newest version: no queues, no breaks, no pay."""

    agent_id: str
    day: date
    shift: str
    start: datetime
    end: datetime


def published_duties(
    connection: Connection, team_id: int, *, since: datetime, until: datetime | None = None
) -> tuple[PublishedDuty, ...]:
    """Return a team's shifts of the versions that hold now, by start and agent.

    Parameters
    ----------
    connection
        A transaction.
    team_id
        Whose.
    since, until
        Only shifts that end after ``since`` and start before ``until``; None for no end.
    """
    query = (
        select(shift.c.agent_id, shift.c.day, shift.c.name, shift.c.start_at, shift.c.end_at)
        .join(roster, roster.c.roster_id == shift.c.roster_id)
        .where(roster.c.team_id == team_id, roster.c.state == "published", shift.c.end_at > since)
        .order_by(shift.c.start_at, shift.c.agent_id)
    )
    if until is not None:
        query = query.where(shift.c.start_at < until)
    return tuple(
        PublishedDuty(
            agent_id=row.agent_id, day=row.day, shift=row.name, start=row.start_at, end=row.end_at
        )
        for row in connection.execute(query)
    )


def published_assignments(
    connection: Connection,
    team_id: int,
    agent_id: str,
    *,
    since: datetime,
    until: datetime | None = None,
) -> tuple[Assignment, ...]:
    """Return one agent's assignments of the versions that hold now, in order of time.

    Parameters
    ----------
    connection
        A transaction.
    team_id, agent_id
        Whose.
    since, until
        Only shifts that end after ``since`` and start before ``until``; None for no end.
    """
    query = (
        select(shift.c.detail)
        .join(roster, roster.c.roster_id == shift.c.roster_id)
        .where(
            roster.c.team_id == team_id,
            roster.c.state == "published",
            shift.c.agent_id == agent_id,
            shift.c.end_at > since,
        )
        .order_by(shift.c.start_at)
    )
    if until is not None:
        query = query.where(shift.c.start_at < until)
    return tuple(read_assignment(detail) for detail in connection.scalars(query))


def published_weeks(connection: Connection, team_id: int, *, since: date) -> tuple[date, ...]:
    """Return the Mondays from ``since`` on whose roster is published, in order."""
    query = select(roster.c.week).where(
        roster.c.team_id == team_id, roster.c.state == "published", roster.c.week >= since
    )
    return tuple(connection.scalars(query.order_by(roster.c.week)))


def published_tours(
    connection: Connection, team_id: int, agent_id: str, *, since: date
) -> tuple[PublishedTour, ...]:
    """Return an agent's shifts in every published version, week by week, the oldest first.

    Parameters
    ----------
    connection
        A transaction.
    team_id, agent_id
        Whose shifts; versions in which the agent has none are there, too.
    since
        First Monday wanted.
    """
    versions = connection.execute(
        select(roster.c.roster_id, roster.c.week, roster.c.number, roster.c.published_at)
        .where(roster.c.team_id == team_id, roster.c.number.is_not(None), roster.c.week >= since)
        .order_by(roster.c.week, roster.c.number)
    ).all()
    own = connection.execute(
        select(shift.c.roster_id, shift.c.detail)
        .where(
            shift.c.agent_id == agent_id,
            shift.c.roster_id.in_([row.roster_id for row in versions]),
        )
        .order_by(shift.c.start_at)
    )
    tours: dict[int, list[Assignment]] = {}
    for row in own:
        tours.setdefault(row.roster_id, []).append(read_assignment(row.detail))
    return tuple(
        PublishedTour(
            week=row.week,
            number=row.number,
            published_at=row.published_at,
            tour=tuple(tours.get(row.roster_id, ())),
        )
        for row in versions
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedWeek:
    """Who works when in a week's publication that holds now, and the set-up it was made with."""

    week: date
    setup_version: int
    assignments: tuple[Assignment, ...]


def published_between(
    connection: Connection, team_id: int, first: date, last: date
) -> tuple[PublishedWeek, ...]:
    """Return the publications that hold now of the weeks that some dates touch, in order.

    Parameters
    ----------
    connection
        A transaction.
    team_id
        Whose.
    first, last
        Dates, both included.
    """
    monday = first - timedelta(days=first.weekday())
    rows = connection.execute(
        select(roster.c.roster_id, roster.c.week, roster.c.setup_version)
        .where(
            roster.c.team_id == team_id,
            roster.c.state == "published",
            roster.c.week.between(monday, last),
        )
        .order_by(roster.c.week)
    ).all()
    found: dict[int, list[Assignment]] = {row.roster_id: [] for row in rows}
    own = select(shift.c.roster_id, shift.c.detail).where(shift.c.roster_id.in_(list(found)))
    for row in connection.execute(own.order_by(shift.c.start_at, shift.c.agent_id)):
        found[row.roster_id].append(read_assignment(row.detail))
    return tuple(
        PublishedWeek(
            week=row.week,
            setup_version=row.setup_version,
            assignments=tuple(found[row.roster_id]),
        )
        for row in rows
    )
