"""Who has left comes in no more: not by password, session, key or calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from book_week import ADA, ANA, MIA, NAME, NOW, a_known_draft, a_team, put_out
from sqlalchemy import select

from scheduler.access import Role
from scheduler.passwords import hash_password
from scheduler.store.accounts import Person, add_account, find_account, set_password
from scheduler.store.audit import deeds
from scheduler.store.database import Database
from scheduler.store.schema import address
from scheduler.store.sessions import Lasting, digest_of
from scheduler.workflows.book import change_setup, open_team
from scheduler.workflows.coming_in import Policy, Refused, SignedIn, account_here, sign_in
from scheduler.workflows.delivery import set_notice_address
from scheduler.workflows.feeds import calendar_at, make_calendar_address
from scheduler.workflows.leavers import see_off_leavers
from scheduler.workflows.tokens import caller_of, make_token

POLICY = Policy()
LAST = datetime(2026, 2, 20, tzinfo=UTC)
MORNING = LAST + timedelta(hours=10)
AFTER = LAST + timedelta(days=1, minutes=5)


def comes_in(database: Database, now: datetime) -> SignedIn | Refused:
    return sign_in(
        database, "ana", "a long word of hers", address="x", earlier="", policy=POLICY, now=now
    )


def test_a_leaver_is_out_from_the_day_after_the_last(database: Database) -> None:
    a_team(database)
    put_out(database, a_known_draft(database))
    with database.writing() as connection:
        person = Person(login="ana", name="Ana", role=Role.AGENT, team_id=1, agent_id="ana")
        account = add_account(connection, person, who="ada", at=NOW)
        hashed = hash_password("a long word of hers")
        set_password(connection, account, hashed, who="ana", at=NOW)
    feed = make_calendar_address(ANA, database, NAME, "ana", now=NOW)
    key = make_token(ADA, database, "ana", name="phone", scopes=["rosters:read"], days=30, now=NOW)
    set_notice_address(MIA, database, NAME, "mail", "ana@example.org", agent_id="ana", now=NOW)
    agents = (
        "id,name,timezone,country,contract,skills,left\n"
        "ana,Ana,Europe/London,GB,full-time,phone,2026-02-20\n"
        "ben,Ben,Europe/Paris,FR,full-time,phone,\n"
        "cleo,Cleo,Europe/London,GB,full-time,phone,\n"
    )
    seen = open_team(ADA, database, NAME).setup
    change_setup(ADA, database, NAME, {"agents.csv": agents.encode()}, seen=seen, now=NOW)

    assert see_off_leavers(database, now=MORNING) == ()
    session = comes_in(database, MORNING)
    assert isinstance(session, SignedIn)
    digest = digest_of(session.token)
    late = LAST + timedelta(hours=23, minutes=30)
    assert account_here(database, digest, policy=Policy(), now=MORNING) is not None
    assert caller_of(database, key, now=late) is not None
    assert calendar_at(database, feed, today=LAST.date()) is not None

    # Nobody has made a round yet, and still nothing opens.
    assert comes_in(database, AFTER) == Refused()
    assert caller_of(database, key, now=AFTER) is None
    assert calendar_at(database, feed, today=AFTER.date()) is None
    long = Policy(lasting=Lasting(idle=timedelta(days=9), absolute=timedelta(days=9)))
    assert account_here(database, digest, policy=long, now=late) is not None
    assert account_here(database, digest, policy=long, now=AFTER) is None

    assert see_off_leavers(database, now=AFTER) == ("ana",)
    assert see_off_leavers(database, now=AFTER) == ()
    with database.reading() as connection:
        found = find_account(connection, login="ana")
        assert found is not None
        assert not found.person.active
        assert connection.execute(select(address)).all() == []
        told = [(deed.what, deed.subject) for _, deed in deeds(connection) if deed.at == AFTER]
    assert told == [
        ("change account", "account ana"),
        ("end calendar address", "ana"),
        ("remove mail address", "ana"),
    ]


def test_the_last_day_ends_by_the_agents_own_clock(database: Database) -> None:
    a_team(database)
    agents = (
        "id,name,timezone,country,contract,skills,left\n"
        "ana,Ana,Pacific/Auckland,NZ,full-time,phone,2026-02-20\n"
    )
    files = {"agents.csv": agents.encode(), "requests.csv": b"agent_id,date,kind\n"}
    change_setup(ADA, database, NAME, files, seen=1, now=NOW)
    with database.writing() as connection:
        person = Person(login="ana", name="Ana", role=Role.AGENT, team_id=1, agent_id="ana")
        add_account(connection, person, who="ada", at=NOW)
    # Midnight in Auckland is 11:00 in UTC.
    assert see_off_leavers(database, now=LAST + timedelta(hours=10, minutes=59)) == ()
    assert see_off_leavers(database, now=LAST + timedelta(hours=11)) == ("ana",)
