"""One agent's shifts in everything that was ever published of a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

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
