"""Backup of a book in one file, the same for SQLite and PostgreSQL, and the way back.

A backup is a ZIP of one JSON Lines file a table and ``book.json``, which says at which revision
the tables are and what each file must hash to. Columns are copied as they are stored, whatever
they mean, so that backups of earlier revisions stay readable.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, insert, select

from scheduler.errors import Fault, InputError
from scheduler.store.database import Database
from scheduler.store.migrate import revision_in, revisions, upgrade

_FORMAT = 1
_CONTENTS = "book.json"
_BATCH = 500
# What a damaged or locked archive ends in.
_UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
# Nobody is to be signed in again by a backup, and tries of back then do not count.
_LEFT_OUT = frozenset({"alembic_version", "web_session", "attempt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup holds.

    Attributes
    ----------
    made_at
        The moment it shows.
    revision
        Of the tables.
    rows
        How many, by table.
    digests
        SHA-256 of each table's file.
    """

    made_at: str
    revision: str
    rows: dict[str, int]
    digests: dict[str, str]


def back_up(database: Database, path: Path, *, at: datetime) -> Contents:
    """Write everything a book holds at one moment into a file, while others go on working.

    Parameters
    ----------
    database
        The book.
    path
        The file; it appears whole or not at all, and only its owner may read it.
    at
        Now.

    Raises
    ------
    InputError
        The book has no tables yet.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".backup.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                with database.reading() as connection:
                    contents = _write_tables(connection, archive, at)
                archive.writestr(_CONTENTS, json.dumps({"format": _FORMAT} | asdict(contents)))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return contents


def bring_back(database: Database, path: Path) -> Contents:
    """Fill an empty book from a backup, then bring it to the newest revision.

    Raises
    ------
    InputError
        The file is no backup, is damaged, comes from a newer program, or the book is not empty.
    """
    with _opened(path) as archive:
        contents = _read_contents(archive, path)
        _refuse_full(database)
        upgrade(database, contents.revision)
        with database.migrating() as connection:
            for table in _tables(connection):
                if table.name in contents.rows:
                    _fill(connection, table, archive)
    upgrade(database)
    return contents


def _write_tables(connection: Connection, archive: zipfile.ZipFile, at: datetime) -> Contents:
    revision = revision_in(connection)
    if revision is None:
        raise InputError(Fault(expected="a roster book with tables", found="an empty one"))
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    for table in _tables(connection):
        digest, count = hashlib.sha256(), 0
        with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
            for row in connection.execute(select(table).order_by(*table.primary_key)):
                line = json.dumps([_out(value) for value in row], ensure_ascii=False).encode()
                digest.update(line + b"\n")
                file.write(line + b"\n")
                count += 1
        counts[table.name], digests[table.name] = count, digest.hexdigest()
    made_at = at.astimezone(UTC).isoformat()
    return Contents(made_at=made_at, revision=revision, rows=counts, digests=digests)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as they are, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in _LEFT_OUT]


def _out(value: Any) -> Any:
    """Write a stored value for JSON; instants are in UTC whichever database holds them."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    rows = _read_rows(table, archive, naive=connection.dialect.name == "sqlite")
    while batch := list(islice(rows, _BATCH)):
        connection.execute(insert(table), batch)
    if connection.dialect.name != "sqlite":
        _count_on(connection, table)


def _read_rows(table: Table, archive: zipfile.ZipFile, *, naive: bool) -> Iterator[dict[str, Any]]:
    with archive.open(f"{table.name}.jsonl") as file:
        for line in file:
            yield {
                column.name: _in(value, column.type, naive=naive)
                for column, value in zip(table.columns, json.loads(line), strict=True)
            }


def _in(value: Any, kind: Any, *, naive: bool) -> Any:
    """Read what :func:`_out` wrote, as the database stores it."""
    if value is None:
        return None
    if isinstance(kind, DateTime):
        instant = datetime.fromisoformat(value)
        return instant.replace(tzinfo=None) if naive else instant
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after the last one that came back."""
    for column in table.primary_key:
        asked = "SELECT pg_get_serial_sequence(%s, %s)"
        found = connection.exec_driver_sql(asked, (table.name, column.name)).scalar()
        last = connection.execute(select(column).order_by(column.desc()).limit(1)).scalar()
        if found and last is not None:
            connection.exec_driver_sql("SELECT setval(%s, %s)", (found, last))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _UNREADABLE as error:
        raise _damaged(path, str(error)) from error


def _read_contents(archive: zipfile.ZipFile, path: Path) -> Contents:
    """Read what a backup says of itself, and check that it holds just that."""
    try:
        told = json.loads(archive.read(_CONTENTS))
        if told.pop("format") != _FORMAT:
            raise _damaged(path, "one of another format")
        contents = Contents(**told)
        for name, expected in contents.digests.items():
            with archive.open(f"{name}.jsonl") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:  # type: ignore[arg-type]  # a file that reads bytes
                    raise _damaged(path, f"the table {name} has been changed")
    except (*_UNREADABLE, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    if contents.revision not in revisions():
        raise _damaged(path, f"revision {contents.revision}, of a newer program")
    return contents


def _damaged(path: Path, found: str) -> InputError:
    return InputError(Fault(file=path.name, expected="a whole backup of a book", found=found))


def _refuse_full(database: Database) -> None:
    with database.reading() as connection:
        for table in _tables(connection):
            if connection.execute(select(table).limit(1)).first() is not None:
                expected = "an empty book, such as a new file"
                raise InputError(Fault(expected=expected, found=f"rows in the table {table.name}"))
