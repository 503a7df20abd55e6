"""The HTTP door: who may ask what, what comes back, and how refusals are told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from api_book import (
    ADA,
    NAME,
    NOW,
    REQUESTS,
    ROSTER,
    a_key,
    a_published_book,
    application,
    bearer,
)
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from scheduler.access import Role, User
from scheduler.api.endpoints import endpoints
from scheduler.api.routes import OPEN_PATHS, api_routes, mask_feed_tokens
from scheduler.errors import AccessDenied, InputError
from scheduler.gate import Gate
from scheduler.sign_in.sessions import DemoSessions
from scheduler.store.accounts import change_account, read_account
from scheduler.store.audit import deeds
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.store.schema import api_token
from scheduler.workflows.feeds import make_calendar_address
from scheduler.workflows.tokens import end_token, make_token, tokens_of

SWAP = {
    "what": "swap",
    "agent_id": "ana",
    "day": "2026-02-23",
    "shift": "day",
    "other_id": "cleo",
    "other_day": "2026-02-26",
    "other_shift": "day",
}


class Door:
    """The door over a published book, and everybody's key."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keys = a_published_book(database)
        self.client = TestClient(application(database))

    def get(self, who: str, path: str) -> Any:
        return self.client.get(path, headers=bearer(self.keys[who]))

    def post(self, who: str, path: str, body: Any) -> Any:
        return self.client.post(path, json=body, headers=bearer(self.keys[who]))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door that tests only look through."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('book')}/book.sqlite")
    upgrade(database)
    yield Door(database)
    database.close()


@pytest.fixture
def door(database: Database) -> Door:
    """A door that tests change things through."""
    return Door(database)


def test_the_published_roster_is_there_for_the_whole_team(shared: Door) -> None:
    for who in ("ada", "mia", "pat", "ana"):
        told = shared.get(who, ROSTER)
        assert told.status_code == 200, told.text
        roster = told.json()
        assert (roster["week"], roster["version"], len(roster["shifts"])) == ("2026-02-23", 1, 10)
        assert roster["shifts"][0] == {
            "agent_id": "ana",
            "date": "2026-02-23",
            "shift": "day",
            "start": "2026-02-23T09:00:00Z",
            "end": "2026-02-23T17:00:00Z",
            "queues": ["phone"],
            "breaks": [],
            "activities": [],
        }
        assert told.headers["cache-control"] == "no-store"
    assert shared.get("ana", f"/api/teams/{NAME}/rosters/2026-03-04").status_code == 404
    assert shared.get("ada", "/api/teams/nobody/rosters/2026-03-04").status_code == 404
    assert shared.get("ana", "/api/teams/nobody/rosters/2026-03-04").status_code == 403
    assert shared.get("ana", f"/api/teams/{NAME}/rosters/soon").status_code == 422


def test_the_requirement_is_for_planners_and_managers(shared: Door) -> None:
    path = f"/api/teams/{NAME}/requirement/2026-02-23"
    told = shared.get("pat", path).json()
    assert told["interval_minutes"] == 60
    assert len(told["starts"]) == len(told["queues"]["phone"]["required"]) == 7 * 24
    assert max(told["queues"]["phone"]["required"]) == 2
    refused = shared.get("ana", path)
    assert (refused.status_code, refused.json()) == (
        403,
        {"error": "an agent may not see the whole roster"},
    )


def test_a_swap_goes_all_the_way_through_the_door(door: Door) -> None:
    made = door.post("ana", REQUESTS, SWAP)
    assert made.status_code == 201, made.text
    key = f"/api/requests/{made.json()['request_id']}"
    assert door.get("cleo", REQUESTS).json()["requests"][0]["ask"] == SWAP
    assert door.get("ben", key).status_code == 403
    assert door.get("ben", REQUESTS).json() == {"requests": []}
    assert door.post("cleo", f"{key}/agreement", {"version": 1}).status_code == 200
    weighed = door.get("mia", f"{key}/assessment").json()
    assert weighed["weeks"][0]["broken"] == []
    assert door.get("ana", f"{key}/assessment").status_code == 403
    stale = door.post("mia", f"{key}/decision", {"version": 1, "approve": True})
    assert stale.status_code == 409
    done = door.post("mia", f"{key}/decision", {"version": 2, "approve": True})
    assert done.json() == {"state": "approved", "versions": {"2026-02-23": 2}}
    assert door.get("ana", ROSTER).json()["version"] == 2
    assert door.post("ana", f"{key}/withdrawal", {"version": 3}).status_code == 409
    assert door.get("ana", key).json()["state"] == "approved"


def test_a_colleague_says_no_through_the_door(door: Door) -> None:
    key = f"/api/requests/{door.post('ana', REQUESTS, SWAP).json()['request_id']}"
    no = {"version": 1, "reason": "a dentist"}
    assert door.post("ben", f"{key}/refusal", no).status_code == 403
    assert door.post("cleo", f"{key}/refusal", no).json() == {"state": "refused"}
    told = door.get("ana", key).json()
    assert (told["state"], told["reason"]) == ("refused", "Cleo declined: a dentist")
    assert door.post("cleo", f"{key}/refusal", no).status_code == 409


def test_attendance_and_hours_go_through_the_door(door: Door) -> None:
    team = f"/api/teams/{NAME}"
    mark = {"agent_id": "ana", "day": "2026-02-23", "kind": "sick", "note": "private"}
    early = door.post("mia", f"{team}/attendance", mark)
    assert early.status_code == 422  # the shift has not begun
    door.client = TestClient(application(door.database, lambda: NOW + timedelta(days=9)))
    assert door.post("ana", f"{team}/attendance", mark).status_code == 403
    assert door.post("mia", f"{team}/attendance", mark).status_code == 201
    assert door.post("mia", f"{team}/attendance", mark).status_code == 409
    naive = mark | {"kind": "present", "came_at": "2026-02-23T09:30:00", "version": 1}
    assert door.post("mia", f"{team}/attendance", naive).status_code == 422
    span = "2026-02-23/2026-03-01"
    (own,) = door.get("ana", f"{team}/attendance/{span}").json()["marks"]
    assert (own["kind"], own["note"], own["start"]) == ("sick", "", "2026-02-23T09:00:00Z")
    assert door.get("ben", f"{team}/attendance/{span}").json() == {"marks": []}
    assert door.get("ben", f"{team}/attendance/{span}?agent_id=ana").status_code == 403
    hours = door.get("mia", f"{team}/hours/{span}").json()["hours"]
    assert [(row["agent_id"], row["sick_hours"]) for row in hours] == [
        ("ana", 8.0),
        ("ben", 0.0),
        ("cleo", 0.0),
    ]
    assert door.get("ana", f"{team}/hours/{span}").status_code == 403
    assert door.get("mia", f"{team}/hours/2026-03-01/2026-02-23").status_code == 422


def test_faults_are_listed_each_in_its_place(shared: Door) -> None:
    wrong = shared.post("ana", REQUESTS, SWAP | {"day": "yesterday", "other_id": 7})
    assert wrong.status_code == 422
    assert {fault["where"] for fault in wrong.json()["faults"]} == {"swap.day", "swap.other_id"}
    unfit = shared.post("ana", REQUESTS, SWAP | {"shift": "night"})
    assert unfit.json()["faults"][0]["expected"] == "a shift that Ana has"
    for body in (b"{", b"\xff", b'"\\ud800"', b'"\\u0000"', b"[" * 100_000):
        told = shared.client.post(REQUESTS, content=body, headers=bearer(shared.keys["ana"]))
        assert told.status_code in (413, 422), body[:10]
    large = shared.client.post(REQUESTS, content=b" " * 100_000, headers=bearer(shared.keys["ana"]))
    assert large.status_code == 413
    assert shared.get("mia", "/api/requests/99999999999").status_code == 422
    assert shared.get("mia", "/api/requests/99").status_code == 404
    assert shared.get("mia", f"{REQUESTS}?agent_id=%00").status_code == 422


def test_agents_ask_for_themselves_only(shared: Door) -> None:
    assert shared.post("ben", REQUESTS, SWAP).status_code == 403
    assert shared.get("ben", f"{REQUESTS}?agent_id=ana").status_code == 403


def test_without_a_key_that_holds_nothing_is_told(shared: Door) -> None:
    for headers in ({}, bearer("x"), bearer(""), {"Authorization": shared.keys["ana"]}):
        told = shared.client.get(ROSTER, headers=headers)
        assert told.status_code == 401
        assert told.headers["www-authenticate"].startswith("Bearer")
    late = TestClient(application(shared.database, lambda: NOW + timedelta(days=31)))
    assert late.get(ROSTER, headers=bearer(shared.keys["ana"])).status_code == 401


@pytest.mark.parametrize("number", range(len(endpoints())))
def test_a_key_is_good_for_its_scopes_only(shared: Door, number: int) -> None:
    endpoint = endpoints()[number]
    path = endpoint.path.format(
        team=NAME, week="2026-02-23", request_id=1, first="2026-02-23", last="2026-03-01"
    )
    other = "rosters:read" if endpoint.scope != "rosters:read" else "requests:write"
    key = a_key(shared.database, "mia", other)
    told = shared.client.request(endpoint.method, path, json={}, headers=bearer(key))
    assert told.status_code == 403
    assert told.json()["error"] == f"this key is not for {endpoint.scope}"


def test_keys_end_with_the_account_and_when_they_are_ended(door: Door) -> None:
    (kept,) = tokens_of(ADA, door.database, "ana")
    assert end_token(ADA, door.database, "ana", kept.token_id, now=NOW)
    assert not end_token(ADA, door.database, "ana", kept.token_id, now=NOW)
    assert door.get("ana", ROSTER).status_code == 401
    with door.database.writing() as connection:
        ben = next(
            key for key in range(1, 9) if read_account(connection, key).person.login == "ben"
        )
        account = read_account(connection, ben)
        gone = replace(account.person, active=False)
        change_account(connection, ben, gone, seen=account.version, who="ada", at=NOW)
    assert door.get("ben", ROSTER).status_code == 401
    with door.database.reading() as connection:
        written = str(connection.execute(api_token.select()).all())
        written += str([deed for _, deed in deeds(connection)])
    assert not any(key in written for key in door.keys.values())


def test_one_makes_keys_for_oneself_and_administrators_for_others(shared: Door) -> None:
    ana = User(name="Ana", role=Role.AGENT, agent_id="ana", team=NAME, login="ana")
    kept = {"name": "phone", "scopes": ["rosters:read"], "days": 1, "now": NOW}
    assert make_token(ana, shared.database, "ana", **kept).startswith("cb_")
    with pytest.raises(AccessDenied):
        make_token(ana, shared.database, "ben", **kept)
    for wrong in ({"days": 0}, {"scopes": []}, {"scopes": ["everything"]}, {"name": " "}):
        with pytest.raises(InputError):
            make_token(ana, shared.database, "ana", **(kept | wrong))
    with pytest.raises(InputError, match="login of an account"):
        make_token(ADA, shared.database, "zoe", **kept)


def test_a_calendar_is_at_its_secret_address_and_nowhere_else(shared: Door) -> None:
    token = make_calendar_address(ADA, shared.database, NAME, "ana", now=NOW)
    told = shared.client.get(f"/ics/{token}.ics")
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(told.content).walk("VEVENT")) == 3
    for path in ("/ics/", "/ics", f"/ics/{token[:-1]}.ics", "/ics/ana.ics", f"/ics/{token}"):
        assert shared.client.get(path).status_code == 404


def test_the_gate_leaves_programs_to_the_door_and_nothing_else(shared: Door) -> None:
    app = Starlette(
        routes=[
            *api_routes(shared.database, lambda: NOW),
            Route("/{page:path}", lambda _: PlainTextResponse("a page of the app")),
        ],
        middleware=[Middleware(Gate, sessions=DemoSessions(), open_below=OPEN_PATHS)],
    )
    client = TestClient(app)
    assert client.get(ROSTER, headers=bearer(shared.keys["ana"])).status_code == 200
    assert client.get(ROSTER).json() == {"error": "a key is needed: Authorization: Bearer …"}
    for path in ("/api/", "/api/teams", "/ics/", "/ics/x/y", "/api/%2e%2e/_stcore/health"):
        for method in ("GET", "POST", "DELETE", "HEAD"):
            assert client.request(method, path).status_code == 404, (method, path)
    for path in ("/", "/apix", "/_stcore/health", "/api"):
        assert client.get(path).status_code == 401, path


def test_the_secret_of_an_address_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("test.access")
    mask_feed_tokens("test.access")
    with caplog.at_level(logging.INFO, "test.access"):
        log.info('%s - "%s %s" %d', "127.0.0.1", "GET", "/ics/s3cret-token.ics?x=1", 200)
        log.info("GET /ics/s3cret-token.ics")
    assert "s3cret" not in caplog.text
    assert '"GET /ics/***?x=1" 200' in caplog.text
