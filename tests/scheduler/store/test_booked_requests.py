"""Requests in the book: what goes in comes out, and one decision wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.errors import Conflict
from scheduler.publishing.approval import RequestRules
from scheduler.publishing.leave import LeaveRules
from scheduler.publishing.requests import Ask, ExtraHours, GiveAway, Leave, Preference, Swap
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.requests import (
    add_request,
    agree,
    list_requests,
    overdue,
    read_request,
    read_rules,
    save_rules,
    settle,
)
from scheduler.store.setups import add_team

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
SWAP = Swap(
    agent_id="ana",
    day=MONDAY,
    shift="early",
    other_id="ben",
    other_day=MONDAY,
    other_shift="late",
)
LEAVE = Leave(agent_id="cy", first=MONDAY, last=MONDAY + timedelta(days=2))
ASKS: tuple[Ask, ...] = (
    SWAP,
    LEAVE,
    GiveAway(agent_id="ana", day=MONDAY, shift="early", other_id="ben"),
    ExtraHours(agent_id="ana", day=MONDAY, shift="late", queue="chat"),
    Preference(agent_id="ana", day=MONDAY, kind="avoid", weight=3),
)


def asked(database: Database, *asks: Ask, expires: datetime = NOW + timedelta(days=1)) -> list[int]:
    with database.writing() as connection:
        team_id = add_team(connection, "Support", who="ada", at=NOW)
        return [
            add_request(connection, team_id, ask, expires_at=expires, who=ask.agent_id, at=NOW)
            for ask in asks
        ]


def test_requests_come_back_as_they_went_in(database: Database) -> None:
    keys = asked(database, *ASKS)
    with database.reading() as connection:
        found = [read_request(connection, key) for key in keys]
        assert tuple(each.ask for each in found) == ASKS
        assert {(each.state, each.version, each.made_at) for each in found} == {
            ("requested", 1, NOW)
        }
        assert [each.agreed for each in found] == [False, True, False, True, True]
        with pytest.raises(KeyError):
            read_request(connection, keys[-1] + 1)


def test_agents_see_what_concerns_them(database: Database) -> None:
    keys = asked(database, SWAP, LEAVE)
    with database.writing() as connection:
        settle(connection, keys[1], "refuse", seen=1, reason="full", who="mia", at=NOW)
    with database.reading() as connection:
        team_id = read_request(connection, keys[0]).team_id

        def listed(agent_id: str) -> list[int]:
            return [
                each.request_id for each in list_requests(connection, team_id, agent_id=agent_id)
            ]

        assert (listed("ana"), listed("ben"), listed("cy")) == (keys[:1], keys[:1], keys[1:])
        (open_one,) = list_requests(connection, team_id, state="requested")
        assert open_one.request_id == keys[0]


def test_a_swap_is_agreed_then_approved_and_that_is_the_end(database: Database) -> None:
    (key,) = asked(database, SWAP)
    seen = {"words": ["phone: 80.0% becomes 81.0%"]}
    with database.writing() as connection:
        assert agree(connection, key, seen=1, who="ben", at=NOW) == 2
        assert read_request(connection, key).agreed
        turned = settle(
            connection, key, "approve", seen=2, reason="fine", who="mia", at=NOW, assessment=seen
        )
        assert turned == 3
    with database.writing() as connection:
        found = read_request(connection, key)
        assert (found.state, found.settled_by, found.settled_at) == ("approved", "mia", NOW)
        assert (found.reason, found.assessment) == ("fine", seen)
        for again in ("approve", "refuse", "withdraw", "expire"):
            with pytest.raises(Conflict, match="approved already"):
                settle(connection, key, again, seen=3, reason="", who="max", at=NOW)
        with pytest.raises(Conflict, match="Look at it again"):
            agree(connection, key, seen=3, who="ben", at=NOW)
        told = [deed.what for _, deed in deeds(connection)]
        assert told == ["add team", "request", "agree to request", "approve request"]
        assert first_broken(connection) is None


def test_of_many_who_decide_one_wins(database: Database) -> None:
    (key,) = asked(database, LEAVE)

    def decide(number: int) -> bool:
        step = "approve" if number % 2 else "refuse"
        try:
            with database.writing() as connection:
                settle(connection, key, step, seen=1, reason="", who=str(number), at=NOW)  # type: ignore[arg-type]  # one of two steps
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(decide, range(20))) == 1
    with database.reading() as connection:
        assert read_request(connection, key).version == 2


def test_what_nobody_settled_in_time_is_overdue(database: Database) -> None:
    keys = asked(database, SWAP, LEAVE, expires=NOW)
    with database.writing() as connection:
        assert overdue(connection, NOW - timedelta(seconds=1)) == ()
        settle(connection, keys[0], "withdraw", seen=1, reason="", who="ana", at=NOW)
        assert [each.request_id for each in overdue(connection, NOW)] == keys[1:]


def test_rules_have_versions(database: Database) -> None:
    asked(database)
    rules = RequestRules(
        automatic=frozenset({"swap", "leave"}),
        notice=timedelta(hours=36),
        leave=LeaveRules(days_of={"ana": 30}, most_away=2),
    )
    with database.writing() as connection:
        assert read_rules(connection, 1) == (0, RequestRules())
        assert save_rules(connection, 1, rules, seen=0, who="mia", at=NOW) == 1
        assert read_rules(connection, 1) == (1, rules)
        with pytest.raises(Conflict):
            save_rules(connection, 1, rules, seen=0, who="max", at=NOW)
        newer = replace(rules, automatic=frozenset())
        assert save_rules(connection, 1, newer, seen=1, who="mia", at=NOW) == 2
        assert read_rules(connection, 1) == (2, newer)
