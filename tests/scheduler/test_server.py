from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import streamlit

from benchmarks.browser import serving
from scheduler.access import Role, User
from scheduler.config import DoorSettings, Settings
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.gate import HEADER, Gate, content_policy
from scheduler.language.words import words_in
from scheduler.server import LOOPBACK, hosts_of, run, streamlit_options
from scheduler.sign_in.demo import chosen, login_page
from scheduler.sign_in.forms import cookie_name, form_token
from scheduler.sign_in.sessions import LASTS_S, DemoSessions
from scheduler.store.sessions import digest_of

COOKIE = cookie_name("http")
ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
MANAGER = User(name="Mo", role=Role.MANAGER)
PAGE = {"Accept": "text/html"}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(b"sixteen bytes ok").decode(),
    "Sec-WebSocket-Protocol": "streamlit",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("server")
    settings = Settings(rosters=ROSTERS, out=folder / "out")
    with serving(settings, folder / "log.txt") as address:
        yield int(address.rpartition(":")[2])


def ask(
    port: int, method: str, path: str, form: dict[str, str] | None = None, **headers: str
) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    body = None
    if form is not None:
        body = urlencode(form)
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    if answer.status == 101:
        answer.close()
    else:
        answer.read()
    connection.close()
    return answer


def cookie_of(answer: HTTPResponse) -> str:
    """What a browser would send back; it never sends an empty or expired one."""
    given = answer.getheader("set-cookie", "")
    return given.partition(";")[0]


def post(port: int, path: str, form: dict[str, str], **headers: str) -> HTTPResponse:
    """Send a form as a browser does that was shown the sign-in page, or is signed in."""
    session = headers.pop("Cookie", "")
    shown = cookie_of(ask(port, "GET", "/login"))
    key = session if path == "/logout" else shown
    token = form_token(value_of(key) if path == "/login" else digest_of(value_of(key)))
    cookies = {"Cookie": "; ".join(filter(None, (session, shown)))}
    return ask(port, "POST", path, {"form": token} | form, **headers, **cookies)


def value_of(cookie: str) -> str:
    return cookie.partition("=")[2]


def signed_in(port: int, **form: str) -> str:
    answer = post(port, "/login", form)
    assert (answer.status, answer.getheader("location")) == (303, "/")
    return cookie_of(answer)


def test_health_needs_no_session_and_everything_carries_the_headers(port: int) -> None:
    for path, status in (("/healthz", 200), ("/login", 200), ("/", 401), ("/nothing", 401)):
        answer = ask(port, "GET", path)
        assert answer.status == status
        assert "script-src 'self'" in answer.getheader("content-security-policy", "")
        assert "unsafe-eval'" not in answer.getheader("content-security-policy", "").replace(
            "wasm-unsafe-eval", ""
        )
        assert answer.getheader("x-content-type-options") == "nosniff"
        assert answer.getheader("x-frame-options") == "DENY"


def test_without_a_session_people_are_sent_to_sign_in_and_programs_refused(port: int) -> None:
    answer = ask(port, "GET", "/", **PAGE)
    assert (answer.status, answer.getheader("location")) == (303, "/login")
    for path in ("/_stcore/host-config", "/_stcore/metrics", "/_stcore/health", "/media/x.csv"):
        assert ask(port, "GET", path).status == 401
    assert ask(port, "PUT", "/_stcore/upload_file/a/b").status == 401


def test_a_websocket_without_a_session_is_refused(port: int) -> None:
    assert ask(port, "GET", "/_stcore/stream", **UPGRADE).status == 403
    made_up = UPGRADE | {"Cookie": f"{COOKIE}=made-up"}
    assert ask(port, "GET", "/_stcore/stream", **made_up).status == 403


def test_an_identity_that_a_client_claims_is_refused(port: int) -> None:
    cookie = signed_in(port, role="manager")
    key = digest_of(value_of(cookie))
    claimed = UPGRADE | {HEADER: key}
    assert ask(port, "GET", "/_stcore/stream", **claimed).status == 403
    assert ask(port, "GET", "/", **{HEADER: key}).status == 401
    assert ask(port, "GET", "/_stcore/stream", **(UPGRADE | {"Cookie": cookie})).status == 101


def test_a_session_opens_the_pages_and_signing_out_ends_it_on_the_server(port: int) -> None:
    cookie = signed_in(port, role="planner")
    assert ask(port, "GET", "/", Cookie=cookie).status == 200
    answer = post(port, "/logout", {}, Cookie=cookie)
    assert answer.getheader("location") == "/login"
    assert ask(port, "GET", "/", Cookie=cookie).status == 401  # the old cookie, replayed
    assert ask(port, "GET", "/_stcore/stream", **(UPGRADE | {"Cookie": cookie})).status == 403


def test_another_name_for_this_machine_reaches_nothing(port: int) -> None:
    cookie = signed_in(port, role="manager")
    for path in ("/login", "/healthz", "/"):
        assert ask(port, "GET", path, Host="elsewhere.example", Cookie=cookie).status == 421
    headers = UPGRADE | {"Cookie": cookie, "Host": "elsewhere.example"}
    assert ask(port, "GET", "/_stcore/stream", **headers).status == 403
    for name in (f"localhost:{port}", "127.0.0.1", "[::1]"):
        assert ask(port, "GET", "/healthz", Host=name).status == 200


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(port: int) -> None:
    answer = post(port, "/login", {"role": "agent", "agent": "tiny/ana"})
    words = answer.getheader("set-cookie", "").lower()
    assert "httponly" in words
    assert "samesite=lax" in words
    assert "max-age" not in words  # it ends with the browser, or before
    assert len(cookie_of(answer).partition("=")[2]) >= 43  # 32 random bytes


def test_signing_in_again_ends_the_earlier_session(port: int) -> None:
    first = signed_in(port, role="manager")
    answer = post(port, "/login", {"role": "planner"}, Cookie=first)
    assert ask(port, "GET", "/", Cookie=first).status == 401
    assert ask(port, "GET", "/", Cookie=cookie_of(answer)).status == 200


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"role": "administrator"},
        {"role": "agent"},
        {"role": "agent", "agent": "tiny/nobody"},
        {"role": "agent", "agent": "../tiny/ana"},
        {"role": "agent", "agent": "nothing/ana"},
    ],
)
def test_nobody_signs_in_as_somebody_who_is_not_there(port: int, form: dict[str, str]) -> None:
    answer = post(port, "/login", form)
    assert answer.status == 400
    assert COOKIE not in answer.getheader("set-cookie", "")


def test_forms_of_other_sites_and_giant_ones_are_refused(port: int) -> None:
    elsewhere = {"Origin": "http://elsewhere.example"}
    cross = {"Sec-Fetch-Site": "cross-site"}
    for headers in (elsewhere, cross, {"Origin": "null"}):
        assert post(port, "/login", {"role": "manager"}, **headers).status == 403
    assert ask(port, "POST", "/logout", {}).status == 401
    cookie = signed_in(port, role="manager")
    assert post(port, "/logout", {}, Cookie=cookie, **elsewhere).status == 403
    assert ask(port, "POST", "/logout", {}, Cookie=cookie).status == 403  # without the token
    assert ask(port, "GET", "/", Cookie=cookie).status == 200
    assert post(port, "/login", {"role": "x" * 5000}).status == 413


def test_a_form_needs_the_token_of_the_page_it_stood_on(port: int) -> None:
    shown = cookie_of(ask(port, "GET", "/login"))
    form = {"role": "manager"}
    for token in ("", form_token(""), form_token("other"), value_of(shown)):
        answer = ask(port, "POST", "/login", form | {"form": token}, Cookie=shown)
        assert answer.status == 403
    token = form_token("")  # and no cookie at all
    assert ask(port, "POST", "/login", form | {"form": token}).status == 403


def heard(sessions: DemoSessions, **headers: str) -> list[tuple[bytes, bytes]] | str:
    """What the application behind the gate hears, or what the gate answers itself."""
    told: list[Any] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        told.append(scope["headers"])

    async def send(message: Any) -> None:
        told.append(str(message.get("status", message["type"])))

    async def receive() -> Any:
        return {"type": "http.request"}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": "http", "method": "GET", "path": "/", "headers": pairs}
    asyncio.run(Gate(behind, sessions)(scope, receive, send))
    return told[0]  # type: ignore[no-any-return]  # either of the two


def test_the_gate_replaces_a_claimed_identity_by_the_cookies() -> None:
    sessions = DemoSessions()
    mine, other = sessions.open(MANAGER), sessions.open(MANAGER)
    headers = {"cookie": f"a=b; {COOKIE}={mine}", HEADER: digest_of(other), HEADER.title(): "x"}
    passed = heard(sessions, **headers)
    assert [value for name, value in passed if name.lower() == HEADER.encode()] == [
        digest_of(mine).encode()
    ]
    assert heard(sessions, **{HEADER: digest_of(other)}) == "401"
    assert heard(sessions, cookie="\x00=;;;===") == "401"


def test_sessions_end_in_time_and_the_table_does_not_grow_for_ever() -> None:
    now = [0.0]
    sessions = DemoSessions(clock=lambda: now[0])
    key = digest_of(sessions.open(MANAGER))
    now[0] = LASTS_S - 1
    found = sessions.find(key)
    assert found is not None
    assert found.user == MANAGER
    now[0] = LASTS_S
    assert sessions.find(key) is None
    first = digest_of(sessions.open(MANAGER))
    for _ in range(10_000):
        sessions.open(MANAGER)
    assert sessions.find(first) is None
    assert sessions.find(None) is None
    assert sessions.find("") is None


def test_the_policy_allows_the_one_inline_script_of_the_installed_page_and_no_other() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, flags=re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = content_policy()
    assert re.findall(r"'sha256-([^']+)'", policy) == [digest]
    assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in policy


def test_every_option_is_known_to_the_installed_streamlit() -> None:
    from streamlit import config

    options = streamlit_options(Settings(rosters=ROSTERS, out=ROSTERS), host="::1", port=1)
    assert set(options) <= set(config.get_config_options())
    assert options["server.allowedHosts"]
    assert json.dumps(options["server.trustedUserHeaders"]) == f'{{"{HEADER}": "session"}}'


def test_names_from_files_are_text_on_the_sign_in_page(tmp_path: Path) -> None:
    folder = tmp_path / "<b>case"
    folder.mkdir()
    for name in ("case.toml", "history.csv"):
        (folder / name).write_bytes((ROSTERS / "tiny" / name).read_bytes())
    agents = (ROSTERS / "tiny" / "agents.csv").read_text()
    (folder / "agents.csv").write_text(agents.replace("Ana", "<script>alert(1)</script>"))
    case = read_case(folder, max_bytes=10_000_000)
    page = login_page(words_in("en"), {"<b>case": case}, fault="<i>")
    assert "<script" not in page
    assert "<b>case" not in page
    assert "<i>" not in page
    assert "Demo mode: no passwords" in page


def test_an_agent_of_an_unreadable_case_cannot_sign_in() -> None:
    def broken(name: str) -> Case:
        raise InputError(Fault(expected="a case", found=name))

    assert chosen({"role": "agent", "agent": "tiny/ana"}, broken) is None


def test_a_door_without_passwords_does_not_open_to_others_unless_told(tmp_path: Path) -> None:
    settings = Settings(rosters=ROSTERS, out=tmp_path)
    with pytest.raises(InputError, match="--demo"):
        run(settings, DoorSettings(), host="0.0.0.0", port=1, demo=False)  # noqa: S104  # refused


def test_the_site_answers_to_its_own_names_only() -> None:
    named = DoorSettings(hosts=("plan.example",))
    assert hosts_of("127.0.0.1", DoorSettings()) == LOOPBACK
    assert hosts_of("127.0.0.1", named) == (*LOOPBACK, "plan.example")
    assert hosts_of("10.0.0.1", named) == (*LOOPBACK, "plan.example")
    assert hosts_of("10.0.0.1", DoorSettings()) == ()
