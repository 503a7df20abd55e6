"""A book in a file and back, from and to both databases."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from builders import EARLY, LONDON, MONDAY
from sqlalchemy import MetaData, select, text, update

from scheduler.access import Role
from scheduler.errors import InputError
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import date_shift
from scheduler.store.accounts import Person, add_account, find_account, set_password
from scheduler.store.audit import first_broken
from scheduler.store.backup import back_up, bring_back
from scheduler.store.database import Database
from scheduler.store.examine import examine
from scheduler.store.forecasts import freeze_forecast
from scheduler.store.migrate import revisions, upgrade
from scheduler.store.rosters import Origin, publish, published_roster, save_draft
from scheduler.store.schema import audit, roster
from scheduler.store.sessions import Lasting, account_in_session, digest_of, open_session
from scheduler.store.setups import add_team, save_setup

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = Person(login="ada", name="Ada 阿达", role=Role.ADMINISTRATOR)


def a_roster() -> Roster:
    shift = date_shift(EARLY, MONDAY, zone=LONDON, agent_zone=LONDON)
    return Roster.of([Assignment(agent_id="ana", shift=shift, queues=("phone",))])


def fill(database: Database) -> str:
    """Write a bit of everything, and return the token of a session."""
    with database.writing() as connection:
        team_id = add_team(connection, "Support", who="ada", at=NOW)
        files = {"case.toml": b"\x00\xff binary"}
        save_setup(connection, team_id, files, seen=0, who="ada", at=NOW)
        frozen = freeze_forecast(connection, team_id, MONDAY, b"a,b\n", who="ada", at=NOW)
        origin = Origin(
            team_id=team_id, week=MONDAY, setup_version=1, forecast_id=frozen, result={"gap": 0.1}
        )
        key = save_draft(connection, origin, a_roster(), who="mia", at=NOW)
        publish(connection, key, seen=1, after=0, note="for you", who="mia", at=NOW)
        save_draft(connection, replace(origin, based_on=key), a_roster(), who="mia", at=NOW)
        ada = add_account(connection, ADA, who="callboard", at=NOW)
        set_password(connection, ada, "$hash", who="ada", at=NOW)
        return open_session(connection, ada, at=NOW)


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, as the database itself shows it, instants without their zone."""
    found = MetaData()
    with database.reading() as connection:
        found.reflect(connection)
        return {
            table.name: [
                tuple(
                    value.astimezone(UTC).replace(tzinfo=None)
                    if isinstance(value, datetime) and value.tzinfo
                    else bytes(value)
                    if isinstance(value, memoryview)
                    else value
                    for value in row
                )
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in found.sorted_tables
            if table.name not in ("web_session", "attempt")
        }


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Database]:
    """A new book in a file, whatever the first one is."""
    found = Database(f"sqlite:///{tmp_path}/other.sqlite")
    yield found
    found.close()


def test_a_book_comes_back_row_by_row_and_goes_on(
    database: Database, other: Database, tmp_path: Path
) -> None:
    token = fill(database)
    file = tmp_path / "backups" / "book.zip"
    made = back_up(database, file, at=NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    assert bring_back(other, file) == made
    assert everything(other) == everything(database)
    with other.writing() as connection:
        assert first_broken(connection) is None
        assert account_in_session(connection, digest_of(token), Lasting(), at=NOW) is None
        found = find_account(connection, login="ada")
        assert found is not None
        assert (found.person, found.password) == (ADA, "$hash")
        shown = published_roster(connection, 1, MONDAY)
        assert shown is not None
        assert shown.roster == a_roster()
        add_team(connection, "Sales", who="ada", at=NOW)  # keys and audit go on from the last
        assert first_broken(connection) is None


def test_a_file_fills_either_database(database: Database, other: Database, tmp_path: Path) -> None:
    upgrade(other)
    fill(other)
    file = tmp_path / "book.zip"
    back_up(other, file, at=NOW)
    bring_back(database, file)
    assert everything(database) == everything(other)
    with database.writing() as connection:
        assert add_team(connection, "Sales", who="ada", at=NOW) == 2
        origin = Origin(team_id=2, week=MONDAY, setup_version=0)
        assert save_draft(connection, origin, a_roster(), who="mia", at=NOW) == 3


@pytest.mark.parametrize("revision", revisions())
def test_backups_of_every_earlier_revision_come_back(
    empty: Database, other: Database, tmp_path: Path, revision: str
) -> None:
    upgrade(empty, revision)
    with empty.writing() as connection:
        connection.execute(text("INSERT INTO team (name, setup_version) VALUES ('Support', 0)"))
    file = tmp_path / "book.zip"
    assert back_up(empty, file, at=NOW).revision == revision
    bring_back(other, file)
    with other.reading() as connection:
        assert connection.scalar(text("SELECT name FROM team")) == "Support"


def test_a_backup_shows_one_moment_while_others_write(
    database: Database, tmp_path: Path, other: Database
) -> None:
    fill(database)

    def write(number: int) -> None:
        with database.writing() as connection:
            add_team(connection, f"team {number}", who="ada", at=NOW)

    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(write, number) for number in range(30)]
        files = [tmp_path / f"{n}.zip" for n in range(3)]
        for file in files:
            back_up(database, file, at=NOW)
        for each in written:
            each.result()
    bring_back(other, files[-1])
    with other.reading() as connection:
        assert first_broken(connection) is None
        teams = connection.scalar(text("SELECT count(*) FROM team"))
        told = connection.scalar(text("SELECT count(*) FROM audit WHERE what = 'add team'"))
    assert teams == told


def test_a_book_that_is_not_empty_is_left_alone(
    database: Database, other: Database, tmp_path: Path
) -> None:
    fill(database)
    back_up(database, tmp_path / "book.zip", at=NOW)
    upgrade(other)
    with other.writing() as connection:
        add_team(connection, "Mine", who="ada", at=NOW)
    before = everything(other)
    with pytest.raises(InputError, match="an empty book"):
        bring_back(other, tmp_path / "book.zip")
    assert everything(other) == before


def rewritten(file: Path, member: str, data: bytes) -> Path:
    """A copy of a backup in which one file is another."""
    copy = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name == member else old.read(name))
    return copy


def test_a_damaged_or_foreign_file_is_refused_and_leaves_nothing(
    database: Database, other: Database, tmp_path: Path
) -> None:
    fill(database)
    file = tmp_path / "book.zip"
    back_up(database, file, at=NOW)
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("book.json"))
    half = tmp_path / "half.zip"
    half.write_bytes(file.read_bytes()[:-200])
    text_file = tmp_path / "text.zip"
    text_file.write_text("hello")
    for wrong in (
        tmp_path / "nowhere.zip",
        text_file,
        half,
    ):
        with pytest.raises(InputError, match="a whole backup"):
            bring_back(other, wrong)
    for member, data in (
        ("team.jsonl", b'[1, "Other", 1]\n'),
        ("book.json", json.dumps(told | {"revision": "9999"}).encode()),
        ("book.json", json.dumps(told | {"format": 2}).encode()),
        ("book.json", b"{}"),
        ("book.json", b"no"),
    ):
        with pytest.raises(InputError, match="a whole backup"):
            bring_back(other, rewritten(file, member, data))
    assert everything(other) == {}


def test_an_empty_book_has_nothing_to_back_up(empty: Database, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="with tables"):
        back_up(empty, tmp_path / "book.zip", at=NOW)
    assert list(tmp_path.glob("*.zip")) == []
    assert list(tmp_path.glob(".backup*")) == []


def test_a_whole_book_is_found_whole(database: Database) -> None:
    fill(database)
    found = list(examine(database))
    assert {each.what for each in found} >= {"tables", "rows", "audit", "publications"}
    assert [each for each in found if not each.good] == []


def test_what_is_wrong_with_a_book_is_found(empty: Database) -> None:
    (first,) = examine(empty)
    assert (first.what, first.good) == ("tables", False)
    upgrade(empty, revisions()[0])
    (first,) = examine(empty)
    assert "callboard migrate" in first.words
    upgrade(empty)
    fill(empty)
    with empty.migrating() as connection:  # as somebody would who owns the tables
        if empty.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_no_update"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        connection.execute(update(audit).where(audit.c.number == 2).values(who="nobody"))
        published = roster.c.state == "published"
        connection.execute(update(roster).where(published).values(number=2))
        connection.execute(text("UPDATE account SET active = FALSE"))
    if empty.is_sqlite:
        Path(str(empty.url.database)).chmod(0o644)
    wrong = {each.what for each in examine(empty) if not each.good}
    assert wrong == {"audit", "publications", "administrators"} | (
        {"file"} if empty.is_sqlite else set()
    )
