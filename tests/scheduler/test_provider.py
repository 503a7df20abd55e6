"""Sign-in at a real OpenID provider on this machine, by honest people and by attackers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from scheduler.access import Role, User
from scheduler.config import ROLES, OpenIdSettings, read_door_settings
from scheduler.errors import InputError
from scheduler.gate import Gate
from scheduler.language.words import words_in
from scheduler.sign_in.desk import login_page
from scheduler.sign_in.openid import Errand, NotVouchedFor, OpenIdProvider
from scheduler.sign_in.provider import BACK, THERE, ProviderDesk
from scheduler.sign_in.sessions import BookSessions
from scheduler.store.accounts import find_account
from scheduler.store.database import Database
from scheduler.store.setups import add_team
from scheduler.workflows.coming_in import Policy

pytestmark = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "http://plan.example"
PEOPLE: list[dict[str, Any]] = [
    {"sub": "1", "preferred_username": "mia", "name": "Mia", "groups": ["leads", "all"]},
    {"sub": "2", "preferred_username": "ana", "name": "Ana", "groups": ["staff"]},
    {"sub": "3", "preferred_username": "eve", "name": "Eve", "groups": ["all"]},
    {"sub": "4", "preferred_username": "leo", "name": "Leo", "groups": ["leads", "staff"]},
    {"sub": "5", "preferred_username": "mia", "name": "Other Mia", "groups": ["leads"]},
    {"sub": "6", "preferred_username": "sam", "groups": "nowhere"},
]
GROUPS = (("leads", "manager", "tiny"), ("staff", "agent", "tiny"), ("nowhere", "planner", "gone"))


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    people = [word for each in PEOPLE for word in ("--user-claims", json.dumps(each))]
    log = (tmp_path_factory.mktemp("provider") / "log.txt").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people],
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            requests.get(f"{address}/jwks", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the provider did not start")


def settings_of(issuer: str) -> OpenIdSettings:
    return OpenIdSettings(
        issuer=issuer,
        client_id="callboard",
        client_secret="s",  # noqa: S106  # the provider takes any
        name="Acme",
        groups=GROUPS,
    )


@pytest.fixture
def browser(database: Database, issuer: str) -> Callable[[], TestClient]:
    sessions = BookSessions(database, Policy(), lambda: NOW)
    desk = ProviderDesk(database, settings_of(issuer), Policy(), lambda: NOW)

    def behind(request: Request) -> JSONResponse:
        del request
        return JSONResponse({})

    app = Starlette(
        routes=[*desk.routes(), Route("/{path:path}", behind)],
        middleware=[Middleware(Gate, sessions=sessions)],
    )
    with database.writing() as connection:
        add_team(connection, "tiny", who="ada", at=NOW)
    return lambda: TestClient(app, base_url=SITE, follow_redirects=False)


def at_the_provider(client: TestClient, sub: str) -> str:
    """Go to the provider, sign in there, and return the address that leads back."""
    sent = client.get(THERE)
    assert sent.status_code == 303
    answer = requests.post(
        sent.headers["location"], data={"sub": sub}, allow_redirects=False, timeout=20
    )
    return answer.headers["location"]


def user_of(database: Database, sub: str, issuer: str) -> User | None:
    with database.reading() as connection:
        account = find_account(connection, subject=f"{issuer}#{sub}")
    return None if account is None else account.user


def test_groups_become_roles_and_end_in_a_session_like_any_other(
    browser: Callable[[], TestClient], database: Database, issuer: str
) -> None:
    expected = {
        "1": User(name="Mia", role=Role.MANAGER, team="tiny", login="mia"),
        "2": User(name="Ana", role=Role.AGENT, team="tiny", login="ana", agent_id="ana"),
        "4": User(name="Leo", role=Role.MANAGER, team="tiny", login="leo"),  # the weightiest
    }
    for sub, user in expected.items():
        for _ in range(2):  # the second time the account is there
            client = browser()
            answer = client.get(at_the_provider(client, sub))
            assert (answer.status_code, answer.headers.get("location")) == (303, "/")
            assert client.get("/").status_code == 200
            assert user_of(database, sub, issuer) == user


@pytest.mark.parametrize(
    ("sub", "words"),
    [("3", "none of your groups"), ("6", "not in the book"), ("nobody", "none of your groups")],
)
def test_without_a_mapped_group_nobody_comes_in(
    browser: Callable[[], TestClient], database: Database, issuer: str, sub: str, words: str
) -> None:
    client = browser()
    answer = client.get(at_the_provider(client, sub))
    assert answer.status_code == 403
    assert words in answer.text
    assert client.get("/").status_code == 401
    assert user_of(database, sub, issuer) is None


def test_a_name_does_not_make_somebody_the_other_of_that_name(
    browser: Callable[[], TestClient], database: Database, issuer: str
) -> None:
    first = browser()
    first.get(at_the_provider(first, "1"))
    second = browser()
    answer = second.get(at_the_provider(second, "5"))
    assert answer.status_code == 403
    assert user_of(database, "5", issuer) is None


def test_it_sends_a_challenge_a_state_and_a_nonce_new_each_time(
    browser: Callable[[], TestClient], issuer: str
) -> None:
    seen = set()
    for _ in range(2):
        client = browser()
        answer = client.get(THERE)
        query = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}
        errand = Errand.of(client.cookies["callboard_errand"])
        assert errand is not None
        assert query["code_challenge_method"] == "S256"
        assert query["code_challenge"] == create_s256_code_challenge(errand.verifier)
        assert (query["state"], query["nonce"]) == (errand.state, errand.nonce)
        assert query["redirect_uri"] == f"{SITE}{BACK}"
        assert query["response_type"] == "code"
        assert errand.verifier not in answer.headers["location"]
        for word in ("HttpOnly", "SameSite=lax", "Max-Age=600"):
            assert word in answer.headers["set-cookie"]
        seen |= {errand.state, errand.nonce, errand.verifier}
    assert len(seen) == 6


def test_an_answer_to_another_browsers_errand_is_refused(
    browser: Callable[[], TestClient],
) -> None:
    attacker, victim = browser(), browser()
    back = at_the_provider(attacker, "1")
    assert victim.get(back).status_code == 400  # no errand of its own
    victim.get(THERE)
    assert victim.get(back).status_code == 400  # another state
    mine = at_the_provider(victim, "1")
    for tampered in (
        mine.replace("state=", "state=x"),
        mine.replace("code=", "code=x"),
        mine + "&iss=https://elsewhere.example",
        f"{SITE}{BACK}?error=access_denied&" + mine.rpartition("&")[2],
    ):
        victim.get(THERE)
        assert victim.get(tampered).status_code == 400
        assert victim.get("/").status_code == 401


def test_an_answer_works_once(browser: Callable[[], TestClient]) -> None:
    client = browser()
    back = at_the_provider(client, "1")
    errand = client.cookies["callboard_errand"]
    assert client.get(back).status_code == 303
    assert "callboard_errand" not in client.cookies
    again = browser()
    again.cookies.set("callboard_errand", errand)
    assert again.get(back).status_code == 400


KEY = RSAKey.generate_key(2048, {"kid": "k"})
ERRAND = Errand.begin()
CLAIMS = {
    "iss": "https://id.example",
    "aud": "callboard",
    "sub": "1",
    "nonce": ERRAND.nonce,
    "iat": int(time.time()),
    "exp": int(time.time()) + 600,
}


def answered(patch: pytest.MonkeyPatch, id_token: str, issuer: str = "https://id.example") -> Any:
    """What comes of a provider's answer that holds this token."""
    pages = {
        "https://id.example/.well-known/openid-configuration": {
            "issuer": issuer,
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/jwks",
        },
        "https://id.example/jwks": {"keys": [KEY.as_dict(private=False)]},
    }
    patch.setattr(OpenIdProvider, "_get", lambda self, url: pages[url])
    patch.setattr(
        "scheduler.sign_in.openid.OAuth2Session.fetch_token",
        lambda self, url, **sent: {"id_token": id_token} | dict.fromkeys(sent, ""),
    )
    provider = OpenIdProvider(settings_of("https://id.example"))
    return provider.claims(ERRAND, {"state": ERRAND.state, "code": "c"}, "https://plan.example")


def signed(claims: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": "k"}, claims, key, algorithms=[alg])


def test_a_good_token_is_believed(monkeypatch: pytest.MonkeyPatch, empty: Database) -> None:
    assert answered(monkeypatch, signed(CLAIMS)) == CLAIMS
    several = CLAIMS | {"aud": ["callboard", "other"], "azp": "callboard"}
    assert answered(monkeypatch, signed(several)) == several


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"nonce": "another"},
        {"exp": int(time.time()) - 3600},
        {"azp": "another"},
        {"iss": None},
        {"aud": None},
        {"nonce": None},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_token_for_others_or_of_another_time_is_refused(
    monkeypatch: pytest.MonkeyPatch, empty: Database, change: dict[str, Any]
) -> None:
    claims = {key: value for key, value in (CLAIMS | change).items() if value is not None}
    with pytest.raises(NotVouchedFor):
        answered(monkeypatch, signed(claims))


def test_a_token_that_others_could_have_signed_is_refused(
    monkeypatch: pytest.MonkeyPatch, empty: Database
) -> None:
    other = RSAKey.generate_key(2048, {"kid": "k"})
    shared = OctKey.import_key("s" * 32)
    head, body, _ = signed(CLAIMS).split(".")
    none = "eyJhbGciOiJub25lIn0"
    for token in (
        signed(CLAIMS, other),
        signed(CLAIMS, shared, "HS256"),
        f"{none}.{body}.",
        f"{head}.{body}.",
        "",
        "a.b.c",
    ):
        with pytest.raises(NotVouchedFor):
            answered(monkeypatch, token)
    with pytest.raises(NotVouchedFor, match="otherwise"):
        answered(monkeypatch, signed(CLAIMS), issuer="https://elsewhere.example")


def test_a_provider_is_read_from_the_environment(empty: Database) -> None:
    named = {
        "CALLBOARD_OIDC_ISSUER": "https://id.example",
        "CALLBOARD_OIDC_CLIENT_ID": "callboard",
        "CALLBOARD_OIDC_CLIENT_SECRET": "secret",
        "CALLBOARD_OIDC_GROUPS": "the admins=administrator; cn=a,dc=b=manager:tiny",
    }
    found = read_door_settings(named).openid
    assert found is not None
    assert found.groups == (("the admins", "administrator", ""), ("cn=a,dc=b", "manager", "tiny"))
    assert found.name == "id.example"
    assert "secret" not in repr(found)
    assert tuple(Role) == ROLES
    for wrong in (
        {"CALLBOARD_OIDC_ISSUER": "http://id.example"},
        {"CALLBOARD_OIDC_GROUPS": "x=boss"},
        {"CALLBOARD_OIDC_GROUPS": "x=agent"},
        {"CALLBOARD_OIDC_CLIENT_ID": ""},
    ):
        with pytest.raises(InputError):
            read_door_settings(named | wrong)


def test_the_sign_in_page_leads_there_where_there_is_a_provider(empty: Database) -> None:
    assert f'href="{THERE}">Sign in with A &amp; B<' in login_page(words_in("en"), "A & B")
    assert THERE not in login_page(words_in("en"))


def test_a_provider_that_does_not_answer_is_told_so(database: Database) -> None:
    desk = ProviderDesk(database, settings_of("http://127.0.0.1:9"), Policy(), lambda: NOW)
    client = TestClient(Starlette(routes=desk.routes()), base_url=SITE)
    answer = client.get(THERE)
    assert answer.status_code == 400
    assert "did not succeed" in answer.text
