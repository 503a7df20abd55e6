"""kill -9 in the middle of publishing, importing and migrating: the book is whole each time.

A child process does nothing but that one thing, again and again, until it is killed at a moment
drawn from a seed. Then the book is opened anew and counted.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from builders import EARLY, LONDON, MONDAY
from sqlalchemy import func, inspect, select

from scheduler.access import Role, User
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import date_shift
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.history import digest_of, keep_history, list_imports, read_history_csv
from scheduler.store.migrate import newest_revision, revision_of, revisions, upgrade
from scheduler.store.outbox import set_address
from scheduler.store.rosters import Origin, read_roster, save_draft
from scheduler.store.schema import metadata, outbox, roster, shift, team
from scheduler.store.setups import add_team, save_setup
from scheduler.workflows.publish import put_out

KILLS = int(os.environ.get("CALLBOARD_KILLS", "4"))
MANY = 50
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIA = User(name="Mia", role=Role.MANAGER)
PEOPLE = [f"agent-{n}" for n in range(40)]


def killed_while(work: Callable[[], None], *, within_s: float, dice: random.Random) -> None:
    """Run work in a child until it is killed, at a moment drawn from the dice."""
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(tell, b"!")
            work()
            signal.pause()
        finally:
            os._exit(1)
    os.read(ready, 1)
    time.sleep(dice.uniform(0, within_s))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(tell)


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # moments to kill at, no secrets


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def a_team(database: Database) -> int:
    with database.writing() as connection:
        key = add_team(connection, "Support", who="ada", at=NOW)
        save_setup(connection, key, {"case.toml": b"x"}, seen=0, who="ada", at=NOW)
        set_address(connection, key, "webhook", "https://example.org", who="ada", at=NOW)
    return key


def whole(database: Database) -> None:
    """Demand what holds of every book: sound pages, no orphan, an unbroken audit, a free pen."""
    with database.writing() as connection:
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert first_broken(connection) is None


def a_roster() -> Roster:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    return Roster.of(
        Assignment(
            agent_id=who,
            shift=date_shift(EARLY, day, zone=LONDON, agent_zone=LONDON),
            queues=("phone",),
        )
        for who in PEOPLE
        for day in days
    )


def test_killed_while_publishing(database: Database) -> None:
    key, made, url, dice = a_team(database), a_roster(), address(database), dice_of(1)
    origin = Origin(team_id=key, week=MONDAY, setup_version=1)

    def publish_for_ever() -> None:
        own = Database(url)
        while True:
            with own.writing() as connection:
                draft = save_draft(connection, origin, made, who="mia", at=NOW)
                booked = read_roster(connection, draft)
                newest = connection.scalar(select(func.max(roster.c.number))) or 0
                put_out(connection, booked, {}, seen=1, after=newest, note="", user=MIA, at=NOW)

    database.close()
    for _ in range(KILLS):
        killed_while(publish_for_ever, within_s=0.5, dice=dice)
        whole(database)
        with database.reading() as connection:
            rows = connection.execute(select(roster).order_by(roster.c.roster_id)).all()
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            states = [row.state for row in rows]
            assert states == ["superseded"] * (len(rows) - 1) + ["published"] * bool(rows)
            shifts = connection.execute(
                select(func.count()).select_from(shift).group_by(shift.c.roster_id)
            )
            assert [count for (count,) in shifts] == [len(made.assignments)] * len(rows)
            told = [deed.what for _, deed in deeds(connection)]
            assert told.count("publish") == len(rows)
            assert connection.scalar(select(func.count()).select_from(outbox)) == len(rows)
        database.close()
    assert rows or KILLS < MANY


def test_killed_while_importing(database: Database) -> None:
    key, url, dice = a_team(database), address(database), dice_of(2)

    def text(number: int) -> bytes:
        return b"".join(b"%d,%d\n" % (number, n) for n in range(20_000))

    def import_for_ever() -> None:
        own = Database(url)
        while True:
            with own.writing() as connection:
                seen, _ = read_history_csv(connection, key)
                file = text(seen + 1)
                keep_history(
                    connection,
                    key,
                    file,
                    seen=seen,
                    digest=digest_of(file),
                    name="calls.csv",
                    report="",
                    who="mia",
                    at=NOW,
                )

    database.close()
    for _ in range(KILLS):
        killed_while(import_for_ever, within_s=0.5, dice=dice)
        whole(database)
        with database.reading() as connection:
            found = list_imports(connection, key)
            assert [each.number for each in found] == list(range(1, len(found) + 1))
            for each in found[-2:]:
                _, content = read_history_csv(connection, key, each.number)
                assert content == text(each.number)
            told = [deed.what for _, deed in deeds(connection)]
            assert told.count("import history") == len(found)
        database.close()
    assert found or KILLS < MANY


def test_killed_while_migrating(empty: Database) -> None:
    url, dice = address(empty), dice_of(3)
    ends = set()
    for number in range(KILLS):
        wipe(empty)
        upgrade(empty, revisions()[0])
        a_first_team(empty)
        empty.close()
        killed_while(lambda: upgrade(Database(url)), within_s=0.3, dice=dice)
        at = revision_of(empty)
        ends.add(at)
        assert at in (revisions()[0], newest_revision()), number
        with empty.reading() as connection:
            names = set(inspect(connection).get_table_names()) - {"alembic_version"}
            complete = names == set(metadata.tables)
            assert complete == (at == newest_revision())
            assert connection.scalar(select(team.c.name)) == "Support"
        upgrade(empty)
        whole(empty)
        empty.close()
    assert len(ends) == 2 or KILLS < MANY


def a_first_team(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(team.insert().values(name="Support", setup_version=0))


def wipe(database: Database) -> None:
    database.close()
    if database.is_sqlite:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database.url.database}{suffix}").unlink(missing_ok=True)
        return
    with database.writing() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
