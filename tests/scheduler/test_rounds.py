"""Notices leave by themselves while the server runs, and addresses stay where they belong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.access import Role, User
from scheduler.config import DoorSettings
from scheduler.errors import AccessDenied, InputError
from scheduler.publishing.notices import Letter, Notice, NotTaken, masked_address
from scheduler.rounds import Rounds, delivery_rounds
from scheduler.store.audit import deeds
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.store.outbox import count_letters, post, set_address
from scheduler.store.schema import outbox
from scheduler.store.setups import add_team
from scheduler.workflows.delivery import (
    choose_my_mail,
    deliver,
    my_mail,
    see_notice_address,
    set_notice_address,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "Support"
MIA = User(name="Mia", role=Role.MANAGER, team=NAME)
ANA = User(name="Ana", role=Role.AGENT, team=NAME, agent_id="ana")
BEN = User(name="Ben", role=Role.AGENT, team=NAME, agent_id="ben")
SECRET = "T0/B0/s3cr3t"  # noqa: S105  # of a webhook that is made up
PATIENCE_S = 20.0


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/book.sqlite")
    upgrade(database)
    with database.writing() as connection:
        add_team(connection, NAME, who="ada", at=NOW)
    yield database
    database.close()


def told(book: Database, number: int) -> None:
    notice = Notice(key=f"n{number}", agent_id="", subject="s", body="b")
    with book.writing() as connection:
        post(connection, 1, [notice], at=NOW)


class Hook:
    """A webhook on this machine that says when it has heard something."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.rang = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.heard.append(json.loads(body)["text"])
                self.send_response(200)
                self.end_headers()
                hook.rang.set()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/{SECRET}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_notice_leaves_within_a_round_and_once_from_two_servers(
    book: Database, hook: Hook
) -> None:
    with book.writing() as connection:
        set_address(connection, 1, "webhook", hook.url, who="mia", at=NOW)
    told(book, 1)
    other = Database(f"sqlite:///{book.url.database}")
    rounds = [
        delivery_rounds(each, DoorSettings(deliver_seconds=1), lambda: NOW)
        for each in (book, other)
    ]
    for each in rounds:
        assert each is not None
        each.start()
    assert hook.rang.wait(PATIENCE_S)
    hook.rang.clear()
    told(book, 2)  # while they wait for their next round
    assert hook.rang.wait(PATIENCE_S)
    for each in rounds:
        assert each is not None
        each.stop()
    other.close()
    assert hook.heard == ["s\nb", "s\nb"]
    with book.reading() as connection:
        assert count_letters(connection) == {"sent": 2}


def test_rounds_go_on_after_an_error_and_tell_no_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = threading.Event()
    tries: list[int] = []

    def errand() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("postgresql://user:secret@host is away")
        done.set()

    rounds = Rounds(errand, timedelta(milliseconds=1))
    rounds.start()
    assert done.wait(PATIENCE_S)
    rounds.stop()
    said = capsys.readouterr().err
    assert said == "Notices were not sent this time: OSError\n"
    assert delivery_rounds(None, DoorSettings(deliver_seconds=0), lambda: NOW) is None  # type: ignore[arg-type]  # never asked


def test_a_settled_letter_forgets_its_address_and_errors_do_not_quote_it(book: Database) -> None:
    where = f"https://hooks.example.org/services/{SECRET}"
    with book.writing() as connection:
        set_address(connection, 1, "webhook", where, who="mia", at=NOW)
    told(book, 1)

    def refuse(letter: Letter) -> None:
        assert SECRET not in repr(letter)
        raise NotTaken(f"no answer at {letter.address}")

    def break_off(letter: Letter) -> None:
        raise ValueError(f"cannot parse /services/{SECRET}")

    deliver(book, {"webhook": refuse}, now=lambda: NOW)
    waits = NOW + timedelta(minutes=2)
    deliver(book, {"webhook": break_off}, now=lambda: waits)
    with book.reading() as connection:
        (row,) = connection.execute(select(outbox)).all()
        assert (row.state, row.address, row.error) == ("unsure", "", "ValueError: cannot parse …")
        assert SECRET not in str(list(deeds(connection)))


def test_managers_see_masked_addresses_and_agents_choose_their_own(book: Database) -> None:
    where = f"https://hooks.example.org/services/{SECRET}"
    set_notice_address(MIA, book, NAME, "webhook", where, now=NOW)
    assert see_notice_address(MIA, book, NAME, "webhook") == "https://hooks.example.org/…"
    choose_my_mail(ANA, book, NAME, "ana", " ana@example.org ", now=NOW)
    assert my_mail(ANA, book, NAME, "ana") == "ana@example.org"
    assert see_notice_address(MIA, book, NAME, "mail", agent_id="ana") == "a…@example.org"
    assert masked_address("mail", "x") == "…@x"
    for user in (ANA, BEN):
        with pytest.raises(AccessDenied):
            see_notice_address(user, book, NAME, "webhook")
    with pytest.raises(AccessDenied):
        my_mail(BEN, book, NAME, "ana")
    with pytest.raises(AccessDenied):
        choose_my_mail(BEN, book, NAME, "ana", "ben@example.org", now=NOW)
    with pytest.raises(InputError, match="mail address"):
        choose_my_mail(ANA, book, NAME, "ana", "https://x", now=NOW)
    choose_my_mail(ANA, book, NAME, "ana", "", now=NOW)
    assert my_mail(ANA, book, NAME, "ana") == ""
