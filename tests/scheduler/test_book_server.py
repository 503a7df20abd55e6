"""A real server with a real book: first start, Streamlit's own sessions, cookies replayed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.browser import serving
from scheduler.access import Role
from scheduler.config import Settings
from scheduler.store.accounts import Person, add_account
from scheduler.store.database import Database
from scheduler.store.migrate import revision_of
from scheduler.store.sessions import open_session
from scheduler.store.setups import add_team

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"


@dataclass(frozen=True)
class Site:
    port: int
    database: Database
    log: Path

    def session(self, login: str, role: Role, agent_id: str = "") -> str:
        """Open a session of a new account and return its cookie."""
        now = datetime.now(UTC)
        with self.database.writing() as connection:
            team_id = add_team(connection, "tiny", who="ada", at=now) if agent_id else None
            person = Person(login=login, name=login, role=role, team_id=team_id, agent_id=agent_id)
            key = add_account(connection, person, who="ada", at=now)
            return f"callboard_session={open_session(connection, key, at=now)}"

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("book-server")
    settings = Settings(rosters=ROSTERS, out=folder / "out")
    book = folder / "book.sqlite"
    with serving(settings, folder / "log.txt", book=str(book)) as address:
        database = Database(f"sqlite:///{book}")
        yield Site(port=int(address.rpartition(":")[2]), database=database, log=folder / "log.txt")
        database.close()


def run_page(
    site: Site, cookie: str, resumed: str = "", page: str = ""
) -> tuple[str, set[str], str]:
    """Run a page as a browser does; return Streamlit's session, the titles seen, all text."""
    protocols = ["streamlit", "x", resumed] if resumed else ["streamlit"]
    with connect(
        f"ws://127.0.0.1:{site.port}/_stcore/stream",
        additional_headers={"Cookie": cookie},
        subprotocols=protocols,  # type: ignore[arg-type]  # plain strings
        max_size=None,
    ) as socket:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        socket.send(ask.SerializeToString())
        session, titles, text = "", set(), ""
        while True:
            data = socket.recv(timeout=60)
            assert isinstance(data, bytes)
            told = ForwardMsg()
            told.ParseFromString(data)
            kind = told.WhichOneof("type")
            text += str(told)
            if kind == "new_session":
                session = told.new_session.initialize.session_id
            elif kind == "navigation":
                titles = {each.page_name for each in told.navigation.app_pages}
            elif kind == "script_finished":
                return session, titles, text


def test_the_first_start_makes_the_book_and_tells_one_password_once(site: Site) -> None:
    assert revision_of(site.database) is not None
    told = re.findall(r"^    (\w{4}-\w{4}-\w{4}-\w{4})$", site.log.read_text(), re.MULTILINE)
    assert len(told) == 1
    assert oct(Path(str(site.database.url.database)).stat().st_mode & 0o777) == "0o600"


def test_each_role_gets_its_own_pages_and_no_others(site: Site) -> None:
    manager = site.session("mia", Role.MANAGER)
    agent = site.session("ana", Role.AGENT, "ana")
    _, titles, _ = run_page(site, manager)
    assert "Roster" in titles
    _, titles, text = run_page(site, agent)
    assert titles == {"My shifts", "Requests", "Keys"}
    assert "Demo mode" not in text
    _, titles, text = run_page(site, agent, page="roster")
    assert "Generate" not in text
    assert "Who works when" not in text


def test_another_persons_page_session_cannot_be_taken_over(site: Site) -> None:
    victim, thief = (site.session(login, Role.PLANNER) for login in ("viktorja", "theo"))
    stolen, _, text = run_page(site, victim)
    assert "viktorja" in text
    given, _, text = run_page(site, thief, resumed=stolen)
    assert given != stolen
    assert "viktorja" not in text
    assert "theo" in text


def test_a_cookie_replayed_after_sign_out_opens_neither_page_nor_websocket(site: Site) -> None:
    cookie = site.session("olga", Role.PLANNER)
    _, _, text = run_page(site, cookie)
    found = re.search(r'name=\\"form\\" value=\\"(\w+)\\"', text)
    assert found is not None
    form = urlencode({"form": found[1]})
    assert site.ask("POST", "/logout", form, Cookie=cookie)[0] == 303
    assert site.ask("GET", "/", Cookie=cookie)[0] == 401
    with pytest.raises(InvalidStatus, match="403"):
        run_page(site, cookie)


def test_no_answer_lets_another_site_read_it(site: Site) -> None:
    cookie = site.session("cora", Role.PLANNER)
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/healthz", "/login", "/api/x"):
        for method in ("GET", "OPTIONS"):
            connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
            headers = {"Cookie": cookie, "Origin": "https://elsewhere.example"}
            connection.request(method, path, None, headers)
            answer = connection.getresponse()
            allowed = answer.getheader("access-control-allow-origin")
            connection.close()
            assert allowed is None, (method, path, allowed)


def test_nothing_of_a_session_is_in_the_log(site: Site) -> None:
    cookie = site.session("lara", Role.PLANNER)
    run_page(site, cookie)
    assert cookie.partition("=")[2] not in site.log.read_text()
