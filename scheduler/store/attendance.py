"""Marks of attendance: a new version at every change, the newest holds, none is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from scheduler.errors import Conflict
from scheduler.publishing.attendance import Mark
from scheduler.store.audit import Deed, record
from scheduler.store.schema import attendance as book

_OF_MARK = tuple(Mark.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedMark:
    """A mark as the book holds it, with its version, who made it and when."""

    mark: Mark
    version: int
    marked_by: str
    marked_at: datetime


def add_mark(
    connection: Connection, team_id: int, mark: Mark, *, seen: int, who: str, at: datetime
) -> int:
    """Keep a mark as the next version of its shift's and return the version.

    The note stays out of the audit: it may speak of somebody's health.

    Raises
    ------
    Conflict
        Somebody has marked the shift since version ``seen``; 0 stands for none.
    """
    key = (
        (book.c.team_id == team_id)
        & (book.c.agent_id == mark.agent_id)
        & (book.c.start_at == mark.start)
    )
    newest = connection.scalar(select(func.max(book.c.version)).where(key)) or 0
    if newest != seen:
        raise Conflict("Somebody has marked this shift since you opened it. Look at it again.")
    values = {name: getattr(mark, name) for name in _OF_MARK if name not in ("start", "end")}
    connection.execute(
        insert(book).values(
            team_id=team_id,
            start_at=mark.start,
            end_at=mark.end,
            version=seen + 1,
            marked_by=who,
            marked_at=at,
            **values,
        )
    )
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what="mark attendance",
            subject=f"{mark.agent_id} {mark.day} {mark.shift}"[:200],
            team_id=team_id,
            after={"version": seen + 1, "mark": mark.words},
        ),
    )
    return seen + 1


def list_marks(
    connection: Connection,
    team_id: int,
    first: date,
    last: date,
    *,
    agent_id: str | None = None,
) -> tuple[BookedMark, ...]:
    """Return the marks that hold now for shifts of some local dates, by agent and time.

    Parameters
    ----------
    connection
        A transaction.
    team_id, agent_id
        Whose; None for every agent of the team.
    first, last
        Local dates on which the shifts start, both included.
    """
    query = select(book).where(book.c.team_id == team_id, book.c.day.between(first, last))
    if agent_id is not None:
        query = query.where(book.c.agent_id == agent_id)
    newest: dict[tuple[str, datetime], Row[Any]] = {}
    for row in connection.execute(query.order_by(book.c.agent_id, book.c.start_at, book.c.version)):
        newest[row.agent_id, row.start_at] = row
    return tuple(_booked(row) for row in newest.values())


def _booked(row: Row[Any]) -> BookedMark:
    values = {name: getattr(row, name) for name in _OF_MARK if name not in ("start", "end")}
    return BookedMark(
        mark=Mark(start=row.start_at, end=row.end_at, **values),
        version=row.version,
        marked_by=row.marked_by,
        marked_at=row.marked_at,
    )
