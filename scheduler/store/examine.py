"""Whether a book is whole: its tables, its rows, its audit, its publications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from scheduler.access import Role
from scheduler.store.audit import first_broken
from scheduler.store.database import Database
from scheduler.store.migrate import newest_revision, revision_in
from scheduler.store.schema import account, roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what
        What it is, such as ``audit``.
    good
        Whether it is as it should be.
    words
        What was found.
    """

    what: str
    good: bool
    words: str


def examine(database: Database) -> Iterator[Finding]:
    """Look a book over without changing anything; what comes later rests on what comes first."""
    with database.reading() as connection:
        found, newest = revision_in(connection), newest_revision()
        if found != newest:
            words = f"at revision {found or 'none'}, this program works with {newest}"
            yield Finding(what="tables", good=False, words=f"{words}: run callboard migrate")
            return
        yield Finding(what="tables", good=True, words=f"at revision {found}")
        yield _integrity(connection)
        if database.is_sqlite:
            yield _privacy(Path(str(database.url.database)))
        broken = first_broken(connection)
        yield Finding(
            what="audit",
            good=broken is None,
            words="every row fits the one before"
            if broken is None
            else f"row {broken} is not as it was written",
        )
        yield _publications(connection)
        yield _administrators(connection)


def _integrity(connection: Connection) -> Finding:
    if connection.dialect.name != "sqlite":
        words = "PostgreSQL keeps keys itself; pg_amcheck looks deeper"
        return Finding(what="rows", good=True, words=words)
    told = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    good = list(told) == ["ok"] and not lost
    words = (
        "whole, and every row has its owner" if good else f"{told[0]}; {len(lost)} without owner"
    )
    return Finding(what="rows", good=good, words=words)


def _privacy(file: Path) -> Finding:
    mode = file.stat().st_mode & 0o777
    good = not mode & 0o077
    words = "only its owner may read it" if good else f"others may read it: chmod 600 {file}"
    return Finding(what="file", good=good, words=words)


def _publications(connection: Connection) -> Finding:
    """Each week's publications are numbered 1, 2, 3 … without a gap, the last one in force."""
    weeks = connection.execute(
        select(
            roster.c.team_id,
            roster.c.week,
            func.count(roster.c.number).label("count"),
            func.max(roster.c.number).label("last"),
        )
        .where(roster.c.number.is_not(None))
        .group_by(roster.c.team_id, roster.c.week)
    ).all()
    gaps = [row for row in weeks if row.count != row.last]
    words = f"{len(weeks)} weeks, numbered without a gap"
    if gaps:
        words = f"numbers are missing in the week of {gaps[0].week}"
    return Finding(what="publications", good=not gaps, words=words)


def _administrators(connection: Connection) -> Finding:
    count = connection.scalar(
        select(func.count())
        .select_from(account)
        .where(account.c.active, account.c.role == Role.ADMINISTRATOR)
    )
    words = f"{count} may sign in" if count else "nobody; callboard serve makes the first"
    return Finding(what="administrators", good=bool(count), words=words)
