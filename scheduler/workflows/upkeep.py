"""Keeping the book: backup and the way back, migration, and a look at whether all is well."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scheduler.access import Action, User
from scheduler.store import backup
from scheduler.store.audit import Deed, record
from scheduler.store.backup import Contents
from scheduler.store.database import Database
from scheduler.store.examine import Finding, examine
from scheduler.store.migrate import newest_revision, revision_of, upgrade
from scheduler.workflows.week import require


def back_up(user: User, database: Database, path: Path, *, now: datetime) -> Contents:
    """Write the whole book into a file, see :func:`scheduler.store.backup.back_up`.

    Raises
    ------
    AccessDenied
        The user may not keep the book.
    """
    require(user, Action.KEEP_BOOK)
    return backup.back_up(database, path, at=now)


def bring_back(user: User, database: Database, path: Path, *, now: datetime) -> Contents:
    """Fill an empty book from a backup and note it in the audit.

    Raises
    ------
    AccessDenied
        The user may not keep the book.
    InputError
        The file is no whole backup, or the book is not empty.
    """
    require(user, Action.KEEP_BOOK)
    contents = backup.bring_back(database, path)
    with database.writing() as connection:
        subject = f"backup of {contents.made_at}"
        record(connection, Deed(at=now, who=user.who, what="restore book", subject=subject))
    return contents


def migrate(user: User, database: Database) -> tuple[str | None, str | None]:
    """Bring the book to the newest revision; return the revisions before and after.

    Raises
    ------
    AccessDenied
        The user may not keep the book.
    """
    require(user, Action.KEEP_BOOK)
    before = revision_of(database)
    upgrade(database)
    return before, newest_revision()


def look_over(user: User, database: Database) -> tuple[Finding, ...]:
    """Look whether the book is whole; nothing is changed.

    Raises
    ------
    AccessDenied
        The user may not keep the book.
    """
    require(user, Action.KEEP_BOOK)
    return tuple(examine(database))
