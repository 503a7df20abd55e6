"""Imports of history: known by their file, whole, one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from scheduler.errors import Conflict
from scheduler.store.audit import deeds
from scheduler.store.database import Database
from scheduler.store.history import (
    digest_of,
    find_import,
    keep_history,
    list_imports,
    read_history_csv,
)
from scheduler.store.setups import add_team

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def keep(connection: Connection, file: bytes, whole: bytes, seen: int) -> int:
    return keep_history(
        connection,
        1,
        whole,
        seen=seen,
        digest=digest_of(file),
        name="calls.csv",
        report="10 rows",
        who="mia",
        at=NOW,
    )


def test_the_same_file_again_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        add_team(connection, "Support", who="ada", at=NOW)
        assert read_history_csv(connection, 1) == (0, None)
        assert keep(connection, b"a", b"A", 0) == 1
        assert keep(connection, b"b", b"AB", 1) == 2
        assert keep(connection, b"a", b"other", 2) == 1
        assert read_history_csv(connection, 1) == (2, b"AB")
        first, second = list_imports(connection, 1)
        assert (first.number, first.name, first.report) == (1, "calls.csv", "10 rows")
        assert (first.imported_at, first.imported_by) == (NOW, "mia")
        assert find_import(connection, 1, digest_of(b"b")) == second
        assert find_import(connection, 1, digest_of(b"c")) is None
        told = [deed for _, deed in deeds(connection) if deed.what == "import history"]
        assert [deed.after["import"] for deed in told] == [1, 2]


def test_a_history_added_to_an_older_one_is_refused(database: Database) -> None:
    with database.writing() as connection:
        add_team(connection, "Support", who="ada", at=NOW)
        keep(connection, b"a", b"A", 0)
        with pytest.raises(Conflict, match="meanwhile"):
            keep(connection, b"b", b"B", 0)


def test_of_many_who_import_at_once_each_number_has_one(database: Database) -> None:
    with database.writing() as connection:
        add_team(connection, "Support", who="ada", at=NOW)

    def bring(number: int) -> bool:
        try:
            with database.writing() as connection:
                keep(connection, bytes([number]), b"x", 0)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(bring, range(12))) == 1
    with database.reading() as connection:
        assert [each.number for each in list_imports(connection, 1)] == [1]
