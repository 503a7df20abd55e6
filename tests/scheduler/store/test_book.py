"""The book's promises: versions, conflicts, the audit, instants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from builders import EARLY, LATE, LONDON, MONDAY
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from scheduler.errors import Conflict, InputError
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import ShiftTemplate, date_shift
from scheduler.store.audit import Deed, deeds, first_broken, record
from scheduler.store.database import Database
from scheduler.store.forecasts import freeze_forecast, read_forecast
from scheduler.store.rosters import (
    Origin,
    change_draft,
    publish,
    published_roster,
    read_roster,
    roster_ids,
    save_draft,
)
from scheduler.store.schema import audit
from scheduler.store.setups import add_team, read_setup, save_setup, team_names

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITERS = 50


def assignment(agent_id: str = "ana", template: ShiftTemplate = EARLY, day: int = 0) -> Assignment:
    shift = date_shift(template, MONDAY + timedelta(days=day), zone=LONDON, agent_zone=LONDON)
    return Assignment(agent_id=agent_id, shift=shift, queues=("phone",))


def roster(*assignments: Assignment) -> Roster:
    return Roster.of(assignments or (assignment(),))


def a_team(connection: Connection, name: str = "Support") -> int:
    team_id = add_team(connection, name, who="ada", at=NOW)
    save_setup(connection, team_id, {"case.toml": b"name = 'x'"}, seen=0, who="ada", at=NOW)
    return team_id


def a_draft(connection: Connection, team_id: int, made: Roster | None = None) -> int:
    origin = Origin(team_id=team_id, week=MONDAY, setup_version=1, result={"gap": 0.0, "seed": 7})
    return save_draft(connection, origin, made or roster(), who="mia", at=NOW)


def put_out(connection: Connection, roster_id: int, *, seen: int = 1, after: int = 0) -> int:
    return publish(
        connection, roster_id, seen=seen, after=after, note="here it is", who="mia", at=NOW
    )


def test_a_roster_comes_back_as_it_went_in(database: Database) -> None:
    made = roster(assignment(), assignment("ben", LATE, 3))
    with database.writing() as connection:
        key = a_draft(connection, a_team(connection), made)
    with database.reading() as connection:
        found = read_roster(connection, key)
        assert found.roster == made
        assert (found.state, found.number, found.version) == ("draft", None, 1)
        assert found.origin.result == {"gap": 0.0, "seed": 7}
        assert (found.made_at, found.made_by, found.note) == (NOW, "mia", "")
        with pytest.raises(KeyError):
            read_roster(connection, key + 1)


def test_publications_are_numbered_and_replace_each_other(database: Database) -> None:
    with database.writing() as connection:
        team_id = a_team(connection)
        first, second = a_draft(connection, team_id), a_draft(connection, team_id)
        assert published_roster(connection, team_id, MONDAY) is None
        assert put_out(connection, first) == 1
        assert put_out(connection, second, after=1) == 2
    with database.reading() as connection:
        old, new = read_roster(connection, first), read_roster(connection, second)
        assert (old.state, old.number, new.state, new.number) == ("superseded", 1, "published", 2)
        assert published_roster(connection, team_id, MONDAY) == new
        assert (new.published_at, new.published_by, new.note) == (NOW, "mia", "here it is")
        assert roster_ids(connection, team_id, MONDAY) == (first, second)


def test_publishing_twice_is_publishing_once(database: Database) -> None:
    with database.writing() as connection:
        key = a_draft(connection, a_team(connection))
        assert put_out(connection, key) == put_out(connection, key) == 1
        published = [deed for _, deed in deeds(connection) if deed.what == "publish"]
        assert len(published) == 1


def test_a_publication_never_changes(database: Database) -> None:
    with database.writing() as connection:
        key = a_draft(connection, a_team(connection))
        put_out(connection, key)
    with database.writing() as connection, pytest.raises(Conflict, match="changed or published"):
        change_draft(connection, key, roster(assignment("ben")), seen=2, who="mia", at=NOW)


def test_a_stale_change_is_refused_and_leaves_nothing(database: Database) -> None:
    with database.writing() as connection:
        key = a_draft(connection, a_team(connection))
        other = roster(assignment("ben"))
        assert change_draft(connection, key, other, seen=1, who="mia", at=NOW, reason="ill") == 2
    with database.writing() as connection, pytest.raises(Conflict):
        change_draft(connection, key, roster(), seen=1, who="max", at=NOW)
    with database.reading() as connection:
        assert read_roster(connection, key).roster == other
        last = list(deeds(connection))[-1][1]
        assert (last.before, last.after) == (
            [f"ana {MONDAY} early phone"],
            [f"ben {MONDAY} early phone"],
        )
        assert last.reason == "ill"


@pytest.mark.parametrize(("seen", "after"), [(2, 0), (1, 1)])
def test_publishing_what_one_has_not_seen_is_refused(
    database: Database, seen: int, after: int
) -> None:
    with database.writing() as connection:
        key = a_draft(connection, a_team(connection))
    with database.writing() as connection, pytest.raises(Conflict):
        put_out(connection, key, seen=seen, after=after)
    with database.reading() as connection:
        assert read_roster(connection, key).state == "draft"


def test_of_fifty_who_change_one_draft_each_version_has_one_winner(database: Database) -> None:
    with database.writing() as connection:
        key = a_draft(connection, a_team(connection))

    def change(who: int) -> int | None:
        try:
            with database.writing() as connection:
                made = roster(assignment(f"agent-{who}"))
                return change_draft(connection, key, made, seen=1, who=str(who), at=NOW)
        except Conflict:
            return None

    with ThreadPoolExecutor(WRITERS) as pool:
        won = [answer for answer in pool.map(change, range(WRITERS)) if answer]
    assert won == [2]
    with database.reading() as connection:
        assert read_roster(connection, key).version == 2
        assert first_broken(connection) is None


def test_of_fifty_who_publish_their_own_draft_one_wins(database: Database) -> None:
    with database.writing() as connection:
        team_id = a_team(connection)
        drafts = [a_draft(connection, team_id) for _ in range(WRITERS)]

    def offer(key: int) -> int | None:
        try:
            with database.writing() as connection:
                return put_out(connection, key)
        except Conflict:
            return None

    with ThreadPoolExecutor(WRITERS) as pool:
        won = [answer for answer in pool.map(offer, drafts) if answer]
    assert won == [1]
    with database.reading() as connection:
        states = [read_roster(connection, key).state for key in drafts]
        assert sorted(states) == ["draft"] * (WRITERS - 1) + ["published"]


def test_set_ups_have_versions(database: Database) -> None:
    files = {"case.toml": b"one", "agents.csv": b"two"}
    with database.writing() as connection:
        team_id = add_team(connection, "Support", who="ada", at=NOW)
        assert save_setup(connection, team_id, files, seen=0, who="ada", at=NOW) == 1
        assert save_setup(connection, team_id, {"a": b""}, seen=1, who="ada", at=NOW) == 2
        with pytest.raises(Conflict, match="version 2, you saw 1"):
            save_setup(connection, team_id, files, seen=1, who="max", at=NOW)
        with pytest.raises(Conflict, match="named Support"):
            add_team(connection, "Support", who="ada", at=NOW)
        for name in (" ", "*", "x" * 101):
            with pytest.raises(InputError):
                add_team(connection, name, who="ada", at=NOW)
    with database.reading() as connection:
        assert team_names(connection) == {"Support": team_id}
        assert read_setup(connection, team_id) == (2, {"a": b""})
        assert read_setup(connection, team_id, 1) == (1, files)
        for version in (3, -1):
            with pytest.raises(KeyError):
                read_setup(connection, team_id, version)


def test_a_frozen_forecast_is_kept_once(database: Database) -> None:
    with database.writing() as connection:
        team_id = a_team(connection)
        keys = {
            freeze_forecast(connection, team_id, MONDAY, content, who="mia", at=NOW)
            for content in (b"a", b"b", b"a")
        }
        assert sorted(read_forecast(connection, key) for key in keys) == [b"a", b"b"]
        with pytest.raises(KeyError):
            read_forecast(connection, 99)


def test_an_error_takes_everything_back(database: Database) -> None:
    def stumble() -> None:
        with database.writing() as connection:
            a_draft(connection, a_team(connection))
            raise RuntimeError("the cable")

    with pytest.raises(RuntimeError, match="cable"):
        stumble()
    with database.reading() as connection:
        assert team_names(connection) == {}
        assert list(deeds(connection)) == []


def test_the_audit_only_grows(database: Database) -> None:
    with database.writing() as connection:
        a_team(connection)
    for deed in (update(audit).values(who="nobody"), delete(audit)):
        with pytest.raises(DBAPIError, match="only grows"), database.writing() as connection:
            connection.execute(deed)
    with database.reading() as connection:
        assert [number for number, _ in deeds(connection)] == [1, 2]
        assert first_broken(connection) is None


def test_a_changed_audit_is_noticed(database: Database) -> None:
    with database.writing() as connection:
        for n in range(3):
            record(connection, Deed(at=NOW, who="ada", what="test", subject=str(n)))
    with database.migrating() as connection:  # as somebody would who owns the tables
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_no_update"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        connection.execute(update(audit).where(audit.c.number == 2).values(who="nobody"))
    with database.reading() as connection:
        assert first_broken(connection) == 2


def test_instants_come_back_in_utc_and_need_an_offset(database: Database) -> None:
    sydney = datetime(2026, 4, 5, 2, 30, fold=1, tzinfo=ZoneInfo("Australia/Sydney"))
    odd = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with database.writing() as connection:
        for moment in (sydney, odd):
            record(connection, Deed(at=moment, who="a", what="b", subject="c"))
    with database.reading() as connection:
        found = [deed.at for _, deed in deeds(connection)]
        # Python holds times that clocks show twice to differ from the same instant elsewhere.
        assert found == [moment.astimezone(UTC) for moment in (sydney, odd)]
        assert {moment.tzinfo for moment in found} == {UTC}
        assert first_broken(connection) is None
    naive = datetime.combine(date(2026, 1, 1), time(9))
    with pytest.raises(StatementError, match="needs an offset"), database.writing() as connection:
        record(connection, Deed(at=naive, who="a", what="b", subject="c"))
