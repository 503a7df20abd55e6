"""The web door of a roster book before honest people and before attackers.

What the door asks of the book is tested on both databases beside the workflows and the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from scheduler.access import Role, User
from scheduler.gate import HEADER, Gate, SecurityHeaders
from scheduler.sign_in.desk import PasswordDesk, leave_route
from scheduler.sign_in.forms import form_token
from scheduler.sign_in.sessions import BookSessions
from scheduler.store.accounts import Person
from scheduler.store.database import Database
from scheduler.store.sessions import digest_of
from scheduler.workflows.administrator import change_person, first_administrator, invite
from scheduler.workflows.coming_in import Policy

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = Policy()
ADA = User(name="Ada", role=Role.ADMINISTRATOR, login="ada")
MIA = Person(login="mia", name="Mia", role=Role.MANAGER)
OWN = "tr0mbone-shelf"
PAGE = {"accept": "text/html"}
STREAM = "/_stcore/stream"
pytestmark = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


@dataclass
class Clock:
    """A clock that tests turn."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


Browser = Callable[..., TestClient]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(database: Database, clock: Clock) -> Browser:
    """Opens browsers, each with cookies of its own, before the same door."""
    sessions = BookSessions(database, POLICY, clock)

    async def behind(request: Request) -> JSONResponse:
        answer = JSONResponse({"session": request.headers.getlist(HEADER)})
        answer.set_cookie("_other", "x")
        return answer

    async def stream(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(websocket.headers.getlist(HEADER))
        await websocket.close()

    app = Starlette(
        routes=[
            *PasswordDesk(database, sessions, POLICY, clock).routes(),
            leave_route(sessions),
            WebSocketRoute(STREAM, stream),
            Route("/{path:path}", behind, methods=["GET", "POST", "PUT"]),
        ],
        middleware=[
            Middleware(SecurityHeaders, policy="default-src 'self'"),
            Middleware(Gate, sessions=sessions),
        ],
    )

    def opened(scheme: str = "http") -> TestClient:
        return TestClient(app, base_url=f"{scheme}://plan.example", follow_redirects=False)

    return opened


@pytest.fixture
def mia(database: Database, browser: Browser) -> str:
    """An account whose one-time password has been changed; returns its login."""
    given = invite(ADA, database, MIA, policy=POLICY, now=NOW)
    client = browser()
    assert sign_in(client, password=given or "") == (303, "/password")
    assert change(client, given or "") == (303, "/")
    return "mia"


def token_on(client: TestClient, path: str) -> str:
    found = re.search(r'name="form" value="(\w+)"', client.get(path).text)
    assert found is not None
    return found[1]


def sign_in(client: TestClient, login: str = "mia", password: str = OWN) -> tuple[int, str]:
    form = {"form": token_on(client, "/login"), "login": login, "password": password}
    answer = client.post("/login", data=form, headers={"origin": str(client.base_url)})
    return answer.status_code, answer.headers.get("location", "")


def change(client: TestClient, old: str, new: str = OWN, again: str = "") -> tuple[int, str]:
    form = {"form": token_on(client, "/password"), "old": old, "new": new, "again": again or new}
    answer = client.post("/password", data=form)
    return answer.status_code, answer.headers.get("location", "")


def sign_out(client: TestClient) -> int:
    token = form_token(digest_of(session_of(client)))
    return client.post("/logout", data={"form": token}).status_code


def session_of(client: TestClient) -> str:
    return next((c.value or "" for c in client.cookies.jar if "session" in c.name), "")


def with_session(client: TestClient, token: str) -> TestClient:
    client.cookies.set("callboard_session", token, domain="plan.example")
    return client


def is_in(client: TestClient) -> bool:
    """Whether pages and websocket open; never one of them only."""
    page = client.get("/").status_code == 200
    try:
        with client.websocket_connect(f"ws://plan.example{STREAM}") as stream:
            heard = stream.receive_json()
    except WebSocketDisconnect:
        heard = []
    assert heard == ([digest_of(session_of(client))] if page else [])
    return page


def test_the_first_administrator_has_to_choose_a_password_first(
    database: Database, browser: Browser
) -> None:
    given = first_administrator(database, policy=POLICY, now=NOW)
    assert given is not None
    client = browser()
    assert sign_in(client, "admin", given) == (303, "/password")
    assert client.get("/", headers=PAGE).headers["location"] == "/password"
    assert client.get("/media/x.csv").status_code == 403
    assert not is_in(client)
    assert change(client, given, "callboard1")[0] == 400
    assert change(client, given, OWN, "tr0mbone-shelv")[0] == 400
    assert change(client, given) == (303, "/")
    assert is_in(client)


def test_a_password_opens_the_door_and_signing_out_closes_it(browser: Browser, mia: str) -> None:
    client = browser()
    assert not is_in(client)
    assert sign_in(client) == (303, "/")
    assert is_in(client)
    kept = session_of(client)
    assert sign_out(client) == 303
    assert not session_of(client)
    replayed = with_session(browser(), kept)
    assert not is_in(replayed)
    assert replayed.get("/", headers=PAGE).headers["location"] == "/login"


def test_leaving_has_the_browser_forget(browser: Browser, mia: str) -> None:
    client = browser()
    sign_in(client)
    form = {"form": form_token(digest_of(session_of(client)))}
    answer = client.post("/logout", data=form)
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("login", ["mia", "nobody"])
def test_five_wrong_passwords_and_the_sixth_try_waits(
    browser: Browser, mia: str, clock: Clock, login: str
) -> None:
    told = set()
    for _ in range(5):
        client = browser()
        form = {"form": token_on(client, "/login"), "login": login, "password": "wrong"}
        answer = client.post("/login", data=form)
        assert answer.status_code == 401
        told.add(re.sub(r'value="\w+"', "", answer.text))
    assert len(told) == 1
    client = browser()
    form = {"form": token_on(client, "/login"), "login": login, "password": OWN}
    answer = client.post("/login", data=form)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert not is_in(client)
    clock.now += timedelta(minutes=15)
    assert sign_in(client, login)[0] == (303 if login == "mia" else 401)


def test_wrong_and_unknown_are_told_apart_by_nothing(browser: Browser, mia: str) -> None:
    told = []
    for login in ("mia", "nobody", "<script>alert(1)</script>"):
        client = browser()
        form = {"form": token_on(client, "/login"), "login": login, "password": "wrong"}
        answer = client.post("/login", data=form)
        told.append((answer.status_code, re.sub(r'value="\w+"', "", answer.text)))
    assert len(set(told)) == 1
    assert "<script" not in told[0][1]


def test_a_session_planted_before_sign_in_is_not_the_one_after(browser: Browser, mia: str) -> None:
    for planted in ("made-up-by-the-attacker", session_of(signed_in(browser))):
        victim = with_session(browser(), planted)
        sign_in(victim)
        assert session_of(victim) != planted
        assert is_in(victim)
        assert not is_in(with_session(browser(), planted))


def signed_in(browser: Browser) -> TestClient:
    client = browser()
    assert sign_in(client) == (303, "/")
    return client


def test_a_claimed_identity_is_replaced_or_refused(browser: Browser, mia: str) -> None:
    inside, outside = signed_in(browser), browser()
    key = digest_of(session_of(inside))
    for name in (HEADER, HEADER.title(), HEADER.upper()):
        claim = {name: key}
        assert outside.get("/", headers=claim).status_code == 401
        with (
            pytest.raises(WebSocketDisconnect),
            outside.websocket_connect(f"ws://plan.example{STREAM}", headers=claim),
        ):
            pass
        other = signed_in(browser)
        heard = other.get("/", headers=claim).json()["session"]
        assert heard == [digest_of(session_of(other))]


def test_nothing_but_sign_in_and_health_is_open(browser: Browser, mia: str) -> None:
    client = browser()
    paths = ("/", "/password", "/logout", "/login/", "/LOGIN", "/login/x", "//login", "/healthz/")
    paths += ("/_stcore/health", "/_stcore/upload_file/a/b", "/media/x", "/roster", "/%2e/login")
    for path in paths:
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
            assert client.request(method, path).status_code == 401, (method, path)


def test_forms_of_other_sites_are_refused(browser: Browser, mia: str) -> None:
    client = signed_in(browser)
    good = {"form": token_on(client, "/password"), "old": OWN, "new": "another good one"}
    good["again"] = good["new"]
    for origin in ("http://elsewhere.example", "null", "http://plan.example.elsewhere.example"):
        answer = client.post("/password", data=good, headers={"origin": origin})
        assert answer.status_code == 403
    assert client.post("/password", data=good | {"form": "x"}).status_code == 403
    assert client.post("/logout", data={}).status_code == 403
    assert is_in(client)
    assert client.post("/password", data=good).status_code == 303


def test_a_changed_password_ends_every_other_session(browser: Browser, mia: str) -> None:
    here, there = signed_in(browser), signed_in(browser)
    old = session_of(here)
    assert change(here, "wrong", "another good one")[0] == 400
    assert is_in(there)
    assert change(here, OWN, "another good one") == (303, "/")
    assert is_in(here)
    assert session_of(here) != old
    assert not is_in(there)
    assert sign_in(browser())[0] == 401


def test_an_account_switched_off_is_out_at_its_next_step(
    database: Database, browser: Browser, mia: str
) -> None:
    client = signed_in(browser)
    admin = Person(login="ada", name="Ada", role=Role.ADMINISTRATOR)
    invite(ADA, database, admin, policy=POLICY, now=NOW)
    change_person(ADA, database, replace(MIA, active=False), seen=1, now=NOW)
    assert not is_in(client)
    assert sign_in(browser())[0] == 401


def test_sessions_end(browser: Browser, mia: str, clock: Clock) -> None:
    client = signed_in(browser)
    for _ in range(3):
        clock.now += POLICY.lasting.idle - timedelta(seconds=1)
        assert is_in(client)
    clock.now += POLICY.lasting.idle
    assert not is_in(client)


def test_behind_https_cookies_are_secure_and_browsers_stay(browser: Browser, mia: str) -> None:
    client = browser("https")
    answer = client.get("/login")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    form = {"form": token_on(client, "/login"), "login": "mia", "password": OWN}
    answer = client.post("/login", data=form)
    words = answer.headers["set-cookie"]
    assert words.startswith("__Host-callboard_session=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in words
    assert "domain" not in words.lower()
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].endswith("; Secure")  # Streamlit's, too
    plain = browser()
    answer = plain.get("/login")
    assert "strict-transport-security" not in answer.headers
    assert "Secure" not in answer.headers["set-cookie"]
    # A cookie without the prefix, as a neighbouring site could plant one, is nobody's.
    client = browser("https")
    client.cookies.set("callboard_session", session_of(signed_in(browser)))
    assert client.get("/").status_code == 401
