"""A fresh book for every test, on both databases."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from scheduler.store.database import Database
from scheduler.store.migrate import upgrade

_NUMBERS = count(1)


def _find(program: str) -> Path | None:
    """Find a program of the PostgreSQL server, which Debian keeps off the path."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / program).exists():
            return folder / program
    found = shutil.which(program)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a server that lives as long as the tests, or of the one that is named."""
    named = os.environ.get("CALLBOARD_TEST_POSTGRES")
    if named:
        yield named
        return
    initdb, server = _find("initdb"), _find("pg_ctl")
    if initdb is None or server is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    # The server refuses to run as root, and pytest's own folders are closed to anybody else.
    home = Path(tempfile.mkdtemp(prefix="callboard-postgres-"))
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_other:
        shutil.chown(home, "postgres", "postgres")
    data, port = home / "data", _free_port()

    def run(*words: str | Path) -> None:
        told = subprocess.run(  # the database's own programs
            [*as_other, *map(str, words)], cwd=home, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr

    run(initdb, "--pgdata", data, "--auth", "trust", "--username", "callboard", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off"
    options += " -c unix_socket_directories='' -c log_destination=stderr"
    run(server, "--pgdata", data, "--log", home / "log", "--wait", "-o", options, "start")
    try:
        yield f"postgresql://callboard@127.0.0.1:{port}"
    finally:
        run(server, "--pgdata", data, "--mode", "immediate", "stop")
        shutil.rmtree(home)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A book without tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/book.sqlite")
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgres")
    name = f"book_{os.getpid()}_{next(_NUMBERS)}"
    keeper = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    database = Database(f"{server}/{name}")
    yield database
    database.close()
    with keeper.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    keeper.dispose()


@pytest.fixture
def database(empty: Database) -> Database:
    """A book with today's tables."""
    upgrade(empty)
    return empty
