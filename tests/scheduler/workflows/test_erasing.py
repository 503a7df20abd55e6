"""Erasing a person: no byte of them is left in the book, and the audit stays whole."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from book_week import ADA, ANA, MIA, MONDAY, NAME, NOW, OTHER, PAT, QUICK, put_out, tiny_files
from sqlalchemy import MetaData, select, update
from sqlalchemy.exc import DatabaseError

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, InputError
from scheduler.publishing.requests import GiveAway, Preference
from scheduler.rostering.roster import Assignment, Roster
from scheduler.store.accounts import Person, add_account
from scheduler.store.audit import deeds, first_broken
from scheduler.store.backup import back_up, bring_back
from scheduler.store.columns import canonical
from scheduler.store.database import Database
from scheduler.store.examine import examine
from scheduler.store.migrate import revisions, upgrade
from scheduler.store.schema import audit
from scheduler.store.scrub import Scrub
from scheduler.store.sessions import open_session
from scheduler.workflows.asking import ask_for
from scheduler.workflows.attendance import Seen, mark_attendance
from scheduler.workflows.book import change_setup, open_team, start_team
from scheduler.workflows.booked_week import plan_of
from scheduler.workflows.deciding import decide_request
from scheduler.workflows.delivery import set_notice_address
from scheduler.workflows.drafts import copy_draft, make_draft, see_roster
from scheduler.workflows.erasing import erase_person
from scheduler.workflows.feeds import make_calendar_address
from scheduler.workflows.hours import hours_for_payroll
from scheduler.workflows.tokens import make_token

ID, CALLED, LOGIN, MAIL = "zq77", "Zoë Quartz", "zoe.q@example.org", "zoe@home.example"
ZOE = User(name=CALLED, role=Role.AGENT, agent_id=ID, team=NAME, login=LOGIN)
TRACES = (ID, CALLED.casefold(), LOGIN, MAIL)
LATER = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def fill(database: Database) -> None:
    """A published week in which Zoë works, asks, is marked, signs in and is written to."""
    files = tiny_files()
    files["agents.csv"] = files["agents.csv"].replace(b"ana,Ana", f"{ID},{CALLED}".encode())
    files["case.toml"] += (
        f'\n[[activities]]\nname = "coaching"\nagents = ["ben", "{ID}"]  # {CALLED}, too\n'
        'kind = "each"\nlength = "30m"\ntimes_week = 1\nprice = 0\n'
    ).encode()
    files["requests.csv"] = f"agent_id,date,shift,kind\n{ID},2026-02-27,,avoid\n".encode()
    files["time_off.csv"] = f"agent_id,start,end,kind\n{ID},2026-03-20,2026-03-21,sick\n".encode()
    start_team(ADA, database, NAME, files, now=NOW)
    with database.writing() as connection:
        person = Person(login=LOGIN, name=CALLED, role=Role.AGENT, team_id=1, agent_id=ID)
        account = add_account(connection, person, who="ada", at=NOW)
        open_session(connection, account, at=NOW)
    set_notice_address(MIA, database, NAME, "mail", MAIL, agent_id=ID, now=NOW)
    set_notice_address(MIA, database, NAME, "mail", "ben@home.example", agent_id="ben", now=NOW)
    make_calendar_address(ZOE, database, NAME, ID, now=NOW)
    make_token(ZOE, database, LOGIN, name="phone", scopes=["rosters:read"], days=9, now=NOW)
    key, _ = make_draft(MIA, database, NAME, week=MONDAY, now=NOW, params=QUICK, replications=10)
    assert key is not None
    first = copy_draft(MIA, database, key, now=NOW, roster=known(database, key))
    put_out(database, first)
    ask = GiveAway(agent_id=ID, day=MONDAY, shift="day", other_id="cleo")
    swap = ask_for(ZOE, database, NAME, ask, now=NOW)
    decide_request(
        MIA, database, swap.request_id, approve=False, reason=f"No, {CALLED}.", seen=1, now=NOW
    )
    wish = Preference(agent_id=ID, day=MONDAY + 8 * DAY, kind="avoid")
    ask_for(ZOE, database, NAME, wish, now=NOW)
    note = f"{CALLED} has a private reason"
    mark_attendance(MIA, database, NAME, ID, MONDAY, Seen(kind="sick", note=note), now=LATER)


def known(database: Database, key: int) -> Roster:
    team = open_team(MIA, database, NAME)
    forecast_id = see_roster(MIA, database, key).origin.forecast_id
    problem = plan_of(database, team, MONDAY, forecast_id).problem
    assignments = []
    for n, pair in enumerate([(ID, "ben")] * 3 + [("ben", "cleo")] * 2):
        for who in pair:
            shift = problem.shift_on(
                problem.agents[who], problem.template_by_name["day"], MONDAY + n * DAY
            )
            assert shift is not None
            assignments.append(Assignment(agent_id=who, shift=shift, queues=("phone",)))
    return Roster.of(assignments)


def let_go(database: Database) -> None:
    team = open_team(ADA, database, NAME)
    agents = (
        "id,name,timezone,country,contract,skills,left\n"
        f"{ID},{CALLED},Europe/London,GB,full-time,phone,2026-02-28\n"
        "ben,Ben,Europe/Paris,FR,full-time,phone,\n"
        "cleo,Cleo,Europe/London,GB,full-time,phone,\n"
    )
    files = {"agents.csv": agents.encode()}
    change_setup(ADA, database, NAME, files, seen=team.setup, now=NOW, reason=f"{CALLED} leaves")


def traces_in(database: Database) -> list[str]:
    """Every table of the book, read as it is stored; where anything of Zoë is left."""
    found = MetaData()
    left = []
    with database.reading() as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            for row in connection.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    text = readable(value).casefold()
                    left += [f"{column}: {text[:200]}" for trace in TRACES if trace in text]
    return left


def readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        with suppress(zlib.error):
            data = zlib.decompress(data)
        return data.decode("utf-8", "replace")
    return str(value).encode().decode("unicode_escape", "replace") + str(value)


def test_nothing_of_the_person_is_left(database: Database, tmp_path: Path) -> None:
    fill(database)
    let_go(database)
    assert len({each.partition(":")[0] for each in traces_in(database)}) > 15
    with database.reading() as connection:
        before = [deed for _, deed in deeds(connection)]
        assert first_broken(connection) is None
    hours = hours_for_payroll(MIA, database, NAME, MONDAY, MONDAY + 6 * DAY, now=LATER)

    done = erase_person(MIA, database, NAME, ID, reason="asked for it", now=LATER)

    assert done.pseudonym.startswith("erased-")
    assert traces_in(database) == []
    with database.reading() as connection:
        after = [deed for _, deed in deeds(connection)]
        assert first_broken(connection) is None
    # Nothing that was done has gone: the erasure and the new set-up came.
    assert [deed.what for deed in after[: len(before)]] == [deed.what for deed in before]
    assert [deed.what for deed in after[len(before) + 1 :]] == ["erase person", "save set-up"]
    # (the deed between is the export of hours)
    assert {each.what: each.good for each in examine(database)}["audit"]
    # What was worked stays, without a name.
    again = hours_for_payroll(MIA, database, NAME, MONDAY, MONDAY + 6 * DAY, now=LATER)
    gone = next(each for each in again if each.agent_id == done.pseudonym)
    was = next(each for each in hours if each.agent_id == ID)
    assert replace(gone, agent_id=ID, name=CALLED) == was
    (coaching,) = open_team(MIA, database, NAME).case.activities
    assert coaching.agents == {"ben", done.pseudonym}
    # Nor is it in the file, its log, or a backup made from now on.
    copy = tmp_path / "backup.zip"
    back_up(database, copy, at=LATER)
    with zipfile.ZipFile(copy) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(trace.encode() in whole.lower() for trace in (ID, LOGIN, MAIL))
    if database.is_sqlite:
        file = Path(str(database.url.database))
        for path in file.parent.glob(f"{file.name}*"):
            for trace in (ID, CALLED, LOGIN, MAIL):
                assert trace.encode() not in path.read_bytes(), (path, trace)
    # Once more there is nothing to do, and nothing is done.
    assert erase_person(MIA, database, NAME, ID, reason="again", now=LATER).rows == 0
    with database.reading() as connection:
        assert len(list(deeds(connection))) == len(after) + 1  # the hours asked for above


def test_only_who_may_and_only_who_has_left(database: Database) -> None:
    fill(database)
    for user in (ANA, PAT, OTHER, ZOE):
        with pytest.raises(AccessDenied):
            erase_person(user, database, NAME, ID, reason="x", now=LATER)
    with pytest.raises(InputError, match="last day"):
        erase_person(MIA, database, NAME, ID, reason="x", now=LATER)
    let_go(database)
    with pytest.raises(InputError, match="does not name"):
        erase_person(MIA, database, NAME, ID, reason=f"{CALLED} asked", now=LATER)
    with pytest.raises(InputError, match="why"):
        erase_person(MIA, database, NAME, ID, reason=" ", now=LATER)
    assert erase_person(MIA, database, NAME, "nobody", reason="x", now=LATER).rows == 0


def test_a_row_that_no_erasure_lists_is_found(database: Database) -> None:
    fill(database)
    with database.writing() as connection:
        connection.execute(update(audit).where(audit.c.number == 3).values(salt=None, who="x"))
    with database.reading() as connection:
        assert first_broken(connection) == 3


@pytest.mark.parametrize(
    "change", [{"who": "x"}, {"salt": None, "what": "x"}, {"salt": None, "at": LATER}]
)
def test_the_book_refuses_every_other_change(database: Database, change: dict[str, Any]) -> None:
    fill(database)
    with pytest.raises(DatabaseError, match="only grows"), database.writing() as connection:
        connection.execute(update(audit).where(audit.c.number == 1).values(**change))
    with pytest.raises(DatabaseError, match="only grows"), database.writing() as connection:
        connection.execute(audit.delete())


def test_a_backup_of_before_brings_the_chain_along(database: Database, tmp_path: Path) -> None:
    fill(database)
    back_up(database, tmp_path / "b.zip", at=LATER)
    fresh = Database(f"sqlite:///{tmp_path}/fresh.sqlite")
    bring_back(fresh, tmp_path / "b.zip")
    with fresh.reading() as connection:
        assert first_broken(connection) is None
    fresh.close()


CHILD = """
import sys
from datetime import UTC, datetime
from scheduler.access import Role, User
from scheduler.store.database import Database
from scheduler.workflows.erasing import erase_person
user = User(name="Mia", role=Role.MANAGER, team="tiny")
book = Database(sys.argv[1])
from scheduler.workflows.book import opened
opened(book, "tiny")
print("ready", flush=True)
erase_person(user, book, "tiny", "zq77", reason="x", now=datetime(2026, 3, 2, tzinfo=UTC))
"""


def test_kill_in_the_middle_leaves_all_or_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/book.sqlite")
    upgrade(database)
    fill(database)
    let_go(database)
    whole = len(traces_in(database))
    for n in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(database.url)],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.015 * n)  # not to wait for anything: to kill at another moment each time
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert len(traces_in(database)) in (0, whole)
        with database.reading() as connection:
            assert first_broken(connection) is None
    erase_person(MIA, database, NAME, ID, reason="x", now=LATER)
    assert traces_in(database) == []
    database.close()


def test_ids_that_are_other_words_go_from_their_own_columns_only() -> None:
    scrub = Scrub(
        agent_id="day",
        names=frozenset({"Dee Day"}),
        pseudonym="gone",
        other_words=frozenset({"day"}),
    )
    told = {"agent_id": "day", "shift": "day", "words": "Dee Day works day", "day": ["day"]}
    assert scrub.document(told) == {
        "agent_id": "gone",
        "shift": "day",
        "words": "gone works day",
        "day": ["day"],
    }
    data = b"id;name;shifts\nday;Dee Day;day\nx;Dee Day;day\n"
    assert scrub.file("agents.csv", data) == b"id;name;shifts\ngone;gone;day\nx;Dee Day;day\n"
    assert Scrub(agent_id="a1", names=frozenset(), pseudonym="p").text("a1 a11 xa1") == "p a11 xa1"


@pytest.mark.parametrize("forged", [0, 2])
def test_the_chain_is_carried_over_as_whole_as_it_was(empty: Database, forged: int) -> None:
    """From the revision before: an honest chain stays whole, a forged one stays broken."""
    upgrade(empty, revisions()[revisions().index("0007") - 1])
    chain = "0" * 64
    old = MetaData()
    with empty.writing() as connection:
        old.reflect(connection, only=["audit"])
        for number in (1, 2, 3):
            said = {"who": "mia", "what": "publish", "subject": f"roster {number}"}
            said |= {"reason": "", "team_id": None, "before": None, "after": {"n": number}}
            whole = said | {"at": NOW.timestamp(), "number": number}
            chain = hashlib.sha256((chain + canonical(whole)).encode()).hexdigest()
            row = said | {"number": number, "at": NOW, "after": canonical(said["after"])}
            row |= {"at": NOW.replace(tzinfo=None) if empty.is_sqlite else NOW, "chain": chain}
            row |= {"who": "eve"} if number == forged else {}
            connection.execute(old.tables["audit"].insert().values(row))
    upgrade(empty)
    with empty.reading() as connection:
        assert first_broken(connection) == (forged or None)
        assert [deed.after for _, deed in deeds(connection)] == [{"n": n} for n in (1, 2, 3)]
