"""Connections and transactions: the same promises on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from scheduler.errors import Fault, InputError
from scheduler.free_text import takes

# Workflows pass connections on without speaking SQL themselves.
__all__ = ["Connection", "Database"]

_BUSY_S = 30.0
_READS = "callboard_reads"
_GUARDS = "callboard_guards"


class Database:
    """A roster book, by its address.

    Parameters
    ----------
    url
        ``sqlite:///path/to/book.sqlite`` or ``postgresql://user@host/name``. The file of an
        SQLite book is created, with its folder, when it is first opened.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            file = Path(self.url.database)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)  # it is nobody else's to read
        self._engine = self._make_engine(foreign_keys=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only looks: it sees one moment and hinders nobody."""
        options: dict[str, Any] = {_READS: True}
        if not self.is_sqlite:  # there each statement would see a moment of its own
            options["isolation_level"] = "REPEATABLE READ"
        with self._engine.connect() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may change things: all of it happens, or nothing.

        On SQLite it takes the pen at once, so that what it has read cannot change before it
        writes; on PostgreSQL rows are guarded by versions and constraints. Text with characters
        that nobody can see is refused, whichever column it is for.
        """
        with self._engine.connect() as plain:
            connection = plain.execution_options(**{_GUARDS: True})
            with connection.begin():
                yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Open a transaction for migrations, alone with the book.

        On SQLite foreign keys are off meanwhile: rebuilding a table would otherwise delete the
        rows that refer to it. They are checked before anything is kept.
        """
        engine = self._make_engine(foreign_keys=False) if self.is_sqlite else self._engine
        try:
            with engine.begin() as connection:
                if not self.is_sqlite:
                    # Any number will do that nothing else in this database locks.
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(726472)")
                yield connection
                if self.is_sqlite:
                    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if lost:
                        raise RuntimeError(f"the migration left rows without their owner: {lost}")
        finally:
            if engine is not self._engine:
                engine.dispose()

    def compact(self) -> None:
        """Write the book anew without what has been removed from it.

        Others wait meanwhile. On SQLite its log is emptied as far as nobody reads from it; on
        PostgreSQL older rows may stand in the server's log until that is recycled.
        """
        with self._engine.connect() as plain:
            if self.is_sqlite:
                driver: Any = plain.connection  # statements that no transaction can hold
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            else:
                plain.execution_options(isolation_level="AUTOCOMMIT")
                plain.exec_driver_sql("VACUUM (FULL)")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _make_engine(self, *, foreign_keys: bool) -> Engine:
        if not self.is_sqlite:
            engine = create_engine(self.url, pool_pre_ping=True)
            event.listen(engine, "before_cursor_execute", _refuse_unseen)
            return engine
        engine = create_engine(self.url, connect_args={"timeout": _BUSY_S})
        event.listen(engine, "before_cursor_execute", _refuse_unseen)

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, record: Any) -> None:
            del record
            # The driver's own idea of transactions starts them too late to guard what was read.
            connection.isolation_level = None
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            # What is removed is overwritten, too.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            reads = connection.get_execution_options().get(_READS, False)
            connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

        return engine


def _refuse_unseen(
    connection: Connection, cursor: Any, statement: str, rows: Any, context: Any, many: bool
) -> None:
    """Let no text into the book that terminals, mails or eyes could stumble over.

    Raises
    ------
    InputError
        A value to be written holds such characters.
    """
    del cursor, statement
    writes = context is not None and (context.isinsert or context.isupdate)
    if not writes or not connection.get_execution_options().get(_GUARDS, False):
        return
    for row in rows if many else (rows,):
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str) and not takes(value):
                expected, found = "text without control characters", repr(value)
                found = found if len(found) <= 60 else f"{found[:57]}…"
                raise InputError(Fault(column="text", expected=expected, found=found))


def _use_wal(connection: Any) -> None:
    """Write ahead to a log; SQLite does not wait by itself for others who switch it on."""
    end = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
