"""Scenarios that planners keep under a name, for everybody who compares for the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from scheduler.errors import Conflict
from scheduler.store.audit import Deed, record
from scheduler.store.schema import scenario as book


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedScenario:
    """A scenario as the book holds it.

    Attributes
    ----------
    name
        Its key within the team.
    row_version
        Rises with every change.
    document
        What it changes, as JSON.
    saved_at, saved_by
        The last change.
    """

    name: str
    row_version: int
    document: Any
    saved_at: datetime
    saved_by: str


_COLUMNS = [book.c[name] for name in BookedScenario.__slots__]


def list_scenarios(connection: Connection, team_id: int) -> tuple[BookedScenario, ...]:
    """Return a team's scenarios by name."""
    query = select(*_COLUMNS).where(book.c.team_id == team_id).order_by(book.c.name)
    return tuple(BookedScenario(**row._mapping) for row in connection.execute(query))


def keep_scenario(
    connection: Connection,
    team_id: int,
    name: str,
    document: Any,
    *,
    seen: int,
    who: str,
    at: datetime,
) -> int:
    """Keep a scenario under a name and return its version.

    Parameters
    ----------
    connection
        A writing transaction.
    team_id, name
        Its key.
    document
        What it changes, as JSON.
    seen
        The version that is replaced; 0 for a new name.
    who, at
        For the audit.

    Raises
    ------
    Conflict
        Somebody has changed it since, has taken the name, or has removed it.
    """
    here = (book.c.team_id == team_id) & (book.c.name == name)
    values = {"document": document, "row_version": seen + 1, "saved_at": at, "saved_by": who}
    known = connection.execute(select(book.c.row_version, book.c.document).where(here)).first()
    if (known.row_version if known else 0) != seen:
        raise Conflict(f"Somebody has saved the scenario {name!r} since you looked at it.")
    if known is None:
        connection.execute(insert(book).values(team_id=team_id, name=name, **values))
    elif not connection.execute(
        update(book).where(here & (book.c.row_version == seen)).values(**values)
    ).rowcount:
        raise Conflict(f"Somebody has saved the scenario {name!r} since you looked at it.")
    _note(connection, team_id, name, known.document if known else None, document, who, at)
    return seen + 1


def remove_scenario(
    connection: Connection, team_id: int, name: str, *, who: str, at: datetime
) -> bool:
    """Remove a scenario; say whether there was one."""
    here = (book.c.team_id == team_id) & (book.c.name == name)
    known = connection.execute(select(book.c.document).where(here)).first()
    if known is None:
        return False
    connection.execute(delete(book).where(here))
    _note(connection, team_id, name, known.document, None, who, at)
    return True


def _note(
    connection: Connection,
    team_id: int,
    name: str,
    before: Any,
    after: Any,
    who: str,
    at: datetime,
) -> None:
    what = "remove scenario" if after is None else "save scenario"
    deed = Deed(
        at=at, who=who, what=what, subject=name, team_id=team_id, before=before, after=after
    )
    record(connection, deed)
