"""Every role before every page there is, with its own team and another, over a real websocket.

Roles and pages are those of ``app.DESKS``, so that a new page is walked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from app import DESKS, path_of
from benchmarks.browser import serving
from scheduler.access import EVERY_TEAM, Role, User
from scheduler.config import Settings
from scheduler.store.accounts import Person, add_account
from scheduler.store.database import Database
from scheduler.store.sessions import open_session
from scheduler.workflows.book import start_team

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
PAGES = list(dict.fromkeys(page for desk in DESKS.values() for page in desk))
SECRETS = ("Ottilie Nachbar", "neighbours")
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, dict[Role, str]]]:
    """A server whose book has two teams, and a session of each role in the first of them."""
    folder = tmp_path_factory.mktemp("matrix")
    book = folder / "book.sqlite"
    settings = Settings(rosters=ROSTERS, out=folder / "out")
    with serving(settings, folder / "log.txt", book=str(book)) as address:
        database = Database(f"sqlite:///{book}")
        files = {path.name: path.read_bytes() for path in (ROSTERS / "tiny").iterdir()}
        root = User(name="root", role=Role.ADMINISTRATOR, team=EVERY_TEAM)
        start_team(root, database, "tiny", files, now=NOW)
        other = files["agents.csv"].replace(b"ben,Ben", b"ben,Ottilie Nachbar")
        start_team(root, database, "neighbours", files | {"agents.csv": other}, now=NOW)
        yield int(address.rpartition(":")[2]), {role: session(database, role) for role in Role}
        database.close()


def session(database: Database, role: Role) -> str:
    person = Person(
        login=role.value,
        name=role.value,
        role=role,
        team_id=None if role is Role.ADMINISTRATOR else 1,
        agent_id="ana" if role is Role.AGENT else "",
    )
    with database.writing() as connection:
        key = add_account(connection, person, who="root", at=NOW)
        return f"callboard_session={open_session(connection, key, at=NOW)}"


def ask(port: int, cookie: str, page: str) -> tuple[set[str], set[str], str]:
    """Ask for a page by its path; return kinds of messages, pages offered, and all text."""
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        additional_headers={"Cookie": cookie},
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a plain string
        max_size=None,
    ) as socket:
        wanted = BackMsg()
        wanted.rerun_script.page_name = page
        socket.send(wanted.SerializeToString())
        kinds: set[str] = set()
        offered: set[str] = set()
        text = ""
        while "script_finished" not in kinds:
            data = socket.recv(timeout=120)
            assert isinstance(data, bytes)
            told = ForwardMsg()
            told.ParseFromString(data)
            kinds.add(told.WhichOneof("type") or "")
            text += str(told)
            if told.HasField("navigation"):
                offered = {each.url_pathname for each in told.navigation.app_pages}
        return kinds, offered, text


@pytest.mark.parametrize("role", Role)
def test_a_page_that_a_role_lacks_cannot_be_reached(
    site: tuple[int, dict[Role, str]], role: Role
) -> None:
    port, cookies = site
    desk, whole = DESKS[role], ""
    for page in PAGES:
        # The first page of a desk stands at its root.
        kinds, offered, text = ask(port, cookies[role], "" if page is desk[0] else path_of(page))
        assert offered == {"", *map(path_of, desk[1:])}, page.TITLE
        # What is not there for this role is answered as what is there for nobody.
        assert ("page_not_found" in kinds) == (page not in desk), page.TITLE
        assert "Traceback" not in text, page.TITLE
        whole += text
        if role is not Role.ADMINISTRATOR:
            assert not [word for word in SECRETS if word in text], page.TITLE
    # The walk has seen what there is to see.
    assert role.value in whole  # the greeting names who is signed in
    assert "tiny" in whole or role is Role.AGENT
    assert "neighbours" in whole or role is not Role.ADMINISTRATOR
