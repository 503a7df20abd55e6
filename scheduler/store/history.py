"""Imports of history: the whole history after each, known by the file that brought it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from scheduler.errors import Conflict
from scheduler.store.audit import Deed, record
from scheduler.store.schema import history_import as book


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryImport:
    """One import of history into a team's book.

    Attributes
    ----------
    number
        Counts a team's imports from 1 without gaps.
    digest, name
        SHA-256 and name of the file that came. The file itself is not kept: exports name people.
    imported_at, imported_by
        When, and by whom.
    report
        What the reader had to say about it.
    """

    number: int
    digest: str
    name: str
    imported_at: datetime
    imported_by: str
    report: str


def digest_of(data: bytes) -> str:
    """Return the name under which the book knows a file: its SHA-256."""
    return sha256(data).hexdigest()


def find_import(connection: Connection, team_id: int, digest: str) -> HistoryImport | None:
    """Return the import that a file was brought by; None if it never was."""
    return next((each for each in list_imports(connection, team_id) if each.digest == digest), None)


def list_imports(connection: Connection, team_id: int) -> tuple[HistoryImport, ...]:
    """Return a team's imports, the first first."""
    columns = [book.c[name] for name in HistoryImport.__slots__]
    rows = connection.execute(
        select(*columns).where(book.c.team_id == team_id).order_by(book.c.number)
    )
    return tuple(HistoryImport(**row._asdict()) for row in rows)


def read_history_csv(
    connection: Connection, team_id: int, number: int | None = None
) -> tuple[int, bytes | None]:
    """Return the number of an import and the whole history after it; 0 and None for none.

    Parameters
    ----------
    connection
        A transaction.
    team_id
        Whose history.
    number
        Which import; None for the newest.
    """
    query = select(book.c.number, book.c.content).where(book.c.team_id == team_id)
    if number is not None:
        query = query.where(book.c.number == number)
    row = connection.execute(query.order_by(book.c.number.desc()).limit(1)).first()
    return (0, None) if row is None else (row.number, zlib.decompress(row.content))


def keep_history(
    connection: Connection,
    team_id: int,
    whole: bytes,
    *,
    seen: int,
    digest: str,
    name: str,
    report: str,
    who: str,
    at: datetime,
) -> int:
    """Keep the history with a file added to it, and return the number of the import.

    The same file again changes nothing and returns the number of the first time.

    Parameters
    ----------
    connection
        A writing transaction.
    team_id
        Whose history.
    whole
        The whole history after the import, as ``history.csv``.
    seen
        Number of the import that it was added to; 0 for the first.
    digest, name, report
        What came, and what the reader had to say.
    who, at
        Who brought it, when.

    Raises
    ------
    Conflict
        Another import has come in between.
    """
    before = find_import(connection, team_id, digest)
    if before is not None:
        return before.number
    newest, _ = read_history_csv(connection, team_id)
    try:
        if newest != seen:
            raise _overtaken()
        with connection.begin_nested():
            connection.execute(
                insert(book).values(
                    team_id=team_id,
                    number=seen + 1,
                    digest=digest,
                    name=name,
                    imported_at=at,
                    imported_by=who,
                    report=report,
                    content=zlib.compress(whole),
                )
            )
    except IntegrityError:
        raise _overtaken() from None
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what="import history",
            subject=name,
            team_id=team_id,
            before={"import": seen},
            after={"import": seen + 1, "sha256": digest},
            reason=report,
        ),
    )
    return seen + 1


def _overtaken() -> Conflict:
    return Conflict("Another history has been imported meanwhile. Please import yours again.")
