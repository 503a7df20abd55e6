"""Accounts, sessions and tries in the book, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from scheduler.access import EVERY_TEAM, Role, User
from scheduler.errors import Conflict, InputError
from scheduler.store.accounts import (
    Person,
    add_account,
    all_accounts,
    change_account,
    find_account,
    read_account,
    set_password,
)
from scheduler.store.attempts import Limits, begin_try, forget_tries
from scheduler.store.audit import deeds
from scheduler.store.database import Database
from scheduler.store.schema import attempt, web_session
from scheduler.store.sessions import (
    Lasting,
    account_in_session,
    digest_of,
    end_session,
    forget_ended_sessions,
    note_seen,
    open_session,
)
from scheduler.store.setups import add_team

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIA = Person(login="Mia@Example.org ", name="Mia", role=Role.MANAGER)
LASTING = Lasting(idle=timedelta(hours=1), absolute=timedelta(hours=12))


def add(connection: Connection, person: Person = MIA) -> int:
    return add_account(connection, person, who="ada", at=NOW)


def live(connection: Connection, token: str, at: datetime) -> tuple[int, bool] | None:
    return account_in_session(connection, digest_of(token), LASTING, at=at)


def test_an_account_comes_back_and_its_login_ignores_case(database: Database) -> None:
    with database.writing() as connection:
        team_id = add_team(connection, "Support", who="ada", at=NOW)
        key = add(connection)
        ana = Person(login="ana", name="Ana", role=Role.AGENT, team_id=team_id, agent_id="a-1")
        add(connection, ana)
    with database.reading() as connection:
        found = find_account(connection, login=" MIA@example.ORG")
        assert found == read_account(connection, key)
        assert found is not None
        assert (found.person, found.team, found.version) == (MIA, None, 1)
        assert (found.password, found.one_time_until) == (None, None)
        mia, anas = (each.user for each in reversed(list(all_accounts(connection))))
        assert mia == User(name="Mia", role=Role.MANAGER, team=EVERY_TEAM, login="mia@example.org")
        assert anas == User(
            name="Ana", role=Role.AGENT, team="Support", agent_id="a-1", login="ana"
        )
        assert find_account(connection, login="nobody") is None
        with pytest.raises(KeyError):
            read_account(connection, 99)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"login": "  "}, "login"),
        ({"name": ""}, "name"),
        ({"login": "x" * 101}, "login"),
        ({"agent_id": "a-1"}, "agent"),
        ({"role": Role.AGENT, "agent_id": "a-1"}, "team"),
        ({"role": Role.AGENT, "team_id": 1}, "agent"),
        ({"role": Role.ADMINISTRATOR, "team_id": 1}, "team"),
    ],
)
def test_nobodys_accounts_are_refused(change: dict[str, object], column: str) -> None:
    with pytest.raises(InputError) as told:
        replace(MIA, **change)  # type: ignore[arg-type]  # fields by name
    assert [fault.column for fault in told.value.faults] == [column]


def test_a_login_is_taken_once_and_so_is_a_providers_person(database: Database) -> None:
    with database.writing() as connection:
        add(connection)
        ben = add(connection, replace(MIA, login="ben", subject="https://id#7"))
        for same in (MIA, replace(MIA, login="bo", subject="https://id#7")):
            with pytest.raises(Conflict, match="already"):
                add(connection, same)
        with pytest.raises(Conflict, match="already"):
            change_account(connection, ben, MIA, seen=1, who="ada", at=NOW)
        found = find_account(connection, subject="https://id#7")
        assert found is not None
        assert found.account_id == ben
        assert len(list(all_accounts(connection))) == 2


def test_a_change_needs_the_newest_version_and_ends_sessions(database: Database) -> None:
    with database.writing() as connection:
        key = add(connection)
        token = open_session(connection, key, at=NOW)
        off = replace(MIA, active=False)
        change_account(connection, key, off, seen=1, who="ada", at=NOW, reason="has left")
        assert live(connection, token, NOW) is None
        with pytest.raises(Conflict, match="changed since"):
            change_account(connection, key, MIA, seen=1, who="ada", at=NOW)
    with database.reading() as connection:
        last = list(deeds(connection))[-1][1]
        assert (last.before, last.after) == ({"active": True}, {"active": False})
        assert (last.who, last.reason) == ("ada", "has left")


def test_a_new_password_ends_every_session_and_is_not_in_the_audit(database: Database) -> None:
    with database.writing() as connection:
        key = add(connection)
        tokens = [open_session(connection, key, at=NOW) for _ in range(2)]
        until = NOW + timedelta(days=1)
        set_password(connection, key, "$hash", who="ada", at=NOW, one_time_until=until)
        assert [live(connection, token, NOW) for token in tokens] == [None, None]
        found = read_account(connection, key)
        assert (found.password, found.one_time_until) == ("$hash", until)
        set_password(connection, key, "$other", who="mia", at=NOW)
        assert read_account(connection, key).one_time_until is None
        told = [(deed.what, str(deed)) for _, deed in deeds(connection)][-2:]
        assert [what for what, _ in told] == ["set one-time password", "set password"]
        assert not any("$" in words for _, words in told)


def test_the_book_keeps_no_token(database: Database) -> None:
    with database.writing() as connection:
        token = open_session(connection, add(connection), at=NOW)
        (row,) = connection.execute(select(web_session)).all()
    assert row.digest == digest_of(token) != token
    assert len(token) >= 43  # 32 random bytes
    assert token not in str(row)


def test_sessions_end_when_idle_and_at_the_latest_after_their_time(database: Database) -> None:
    idle, absolute = LASTING.idle, LASTING.absolute
    with database.writing() as connection:
        key = add(connection)
        token = open_session(connection, key, at=NOW)
        digest = digest_of(token)
        assert live(connection, token, NOW + timedelta(seconds=59)) == (key, False)
        assert live(connection, token, NOW + idle - timedelta(seconds=1)) == (key, True)
        assert live(connection, token, NOW + idle) is None
        for halves in range(1, 24):
            note_seen(connection, digest, at=NOW + halves * idle / 2)
        assert live(connection, token, NOW + absolute - timedelta(seconds=1)) == (key, True)
        assert live(connection, token, NOW + absolute) is None
        other = open_session(connection, key, at=NOW + absolute)
        forget_ended_sessions(connection, LASTING, at=NOW + absolute)
        assert [row.digest for row in connection.execute(select(web_session))] == [digest_of(other)]
        assert end_session(connection, digest_of(other)) == key
        assert end_session(connection, digest_of(other)) is None


def test_tries_are_borne_per_login_whatever_the_address(database: Database) -> None:
    limits = Limits(per_login=3, per_address=100, window=timedelta(minutes=15))

    def attempt_at(minute: int, login: str = "mia") -> timedelta | None:
        with database.writing() as connection:
            at = NOW + timedelta(minutes=minute)
            return begin_try(connection, login, f"10.0.0.{minute}", limits, at=at)

    assert [attempt_at(minute) for minute in (0, 1, 2)] == [None, None, None]
    assert attempt_at(3, " MIA") == timedelta(minutes=12)
    assert attempt_at(3, "ben") is None
    assert attempt_at(15) is None  # the first is forgotten; refused tries do not count
    assert attempt_at(15) == timedelta(minutes=1)
    with database.writing() as connection:
        forget_tries(connection, "Mia")
    assert attempt_at(16) is None


def test_tries_are_borne_per_address_whatever_the_login(database: Database) -> None:
    limits = Limits(per_login=5, per_address=3)
    with database.writing() as connection:
        told = [
            begin_try(connection, f"login-{n}", "10.0.0.1", limits, at=NOW) is None
            for n in range(5)
        ]
        assert told == [True, True, True, False, False]
        assert begin_try(connection, "login-9", "10.0.0.2", limits, at=NOW) is None
        rows = connection.execute(select(attempt)).all()
    assert len(rows) == 4
    assert not any("login-" in str(row) for row in rows)  # it may be a password


def test_of_twenty_tries_at_once_no_more_than_five_are_made(database: Database) -> None:
    def attempt_once(_: int) -> bool:
        with database.writing() as connection:
            return begin_try(connection, "mia", "10.0.0.1", Limits(), at=NOW) is None

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt_once, range(20))) == Limits().per_pair


def test_whoever_guesses_locks_out_themselves_and_not_the_owner(database: Database) -> None:
    def attempt_from(address: str) -> bool:
        with database.writing() as connection:
            return begin_try(connection, "mia", address, Limits(), at=NOW) is None

    assert [attempt_from("10.0.0.1") for _ in range(6)] == [True] * 5 + [False]
    assert attempt_from("10.0.0.2")
