"""A week's rosters in a line each: who made them when, which is published, without their shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from scheduler.store.rosters import State
from scheduler.store.schema import roster


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """A roster of the book without its shifts, see :class:`scheduler.store.rosters.BookedRoster`.

    ``result`` is what its solve answered, or what was worked out for it, as JSON.
    """

    roster_id: int
    state: State
    number: int | None
    row_version: int
    based_on: int | None
    setup_version: int
    made_at: datetime
    made_by: str
    published_at: datetime | None
    published_by: str | None
    note: str
    result: Any


def roster_lines(connection: Connection, team_id: int, week: date) -> tuple[RosterLine, ...]:
    """Return a week's rosters, the newest first."""
    columns = [roster.c[name] for name in RosterLine.__slots__]
    rows = connection.execute(
        select(*columns)
        .where(roster.c.team_id == team_id, roster.c.week == week)
        .order_by(roster.c.roster_id.desc())
    )
    return tuple(RosterLine(**row._asdict()) for row in rows)
