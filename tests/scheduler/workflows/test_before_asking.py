"""What an agent sees before and after asking: their own, and of others what is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from book_week import (
    ADA,
    ANA,
    BEN,
    DAY,
    MIA,
    MONDAY,
    NAME,
    NOW,
    OTHER,
    PAT,
    a_known_draft,
    a_known_week,
    a_team,
)

from scheduler.access import User
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.publishing.approval import RequestRules
from scheduler.publishing.leave import LeaveRules
from scheduler.publishing.requests import ExtraHours, GiveAway, Leave, Preference, Swap
from scheduler.store.database import Database
from scheduler.workflows.asking import agree_to, ask_for, decline, withdraw
from scheduler.workflows.before_asking import (
    choices_for,
    look_before_agreeing,
    look_before_asking,
)
from scheduler.workflows.book import change_setup
from scheduler.workflows.deciding import change_request_rules, decide_request
from scheduler.workflows.my_requests import MyRequest, my_requests

THURSDAY = MONDAY + 3 * DAY
CLEO = replace(ANA, name="Cleo", agent_id="cleo")
GIFT = GiveAway(agent_id="ana", day=MONDAY, shift="day", other_id="cleo")
SWAP = Swap(
    agent_id="ana", day=MONDAY, shift="day", other_id="cleo", other_day=THURSDAY, other_shift="day"
)
LEAVE = Leave(agent_id="ana", first=MONDAY, last=MONDAY + DAY)


@pytest.fixture
def week(database: Database) -> Database:
    """Ana works from Monday to Wednesday, Ben every day, Cleo on Thursday and Friday."""
    a_team(database)
    a_known_week(database)
    return database


def mine(week: Database, user: User) -> list[MyRequest]:
    return list(my_requests(user, week, NAME, user.agent_id, now=NOW))


def test_choices_are_published_shifts_that_have_not_begun(week: Database) -> None:
    copy = a_known_draft(week)  # a draft of the same week changes nothing
    assert copy
    found = choices_for(ANA, week, NAME, "ana", now=NOW)
    assert [each.day for each in found.mine] == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]
    assert {each.agent_id for each in found.theirs} == {"ben", "cleo"}
    assert found.names == {"ana": "Ana", "ben": "Ben", "cleo": "Cleo"}
    assert (found.shifts, found.queues, found.weeks) == (("day",), ("phone",), (MONDAY,))
    assert [(b.year, b.allowed, b.left) for b in found.balance] == [(2026, 25, 25), (2027, 25, 25)]
    begun = NOW.replace(day=23, hour=9, minute=1)
    later = choices_for(ANA, week, NAME, "ana", now=begun)
    assert [each.day for each in later.mine] == [MONDAY + DAY, MONDAY + 2 * DAY]


def test_nothing_is_there_to_choose_before_the_first_publication(database: Database) -> None:
    a_team(database)
    a_known_draft(database)
    found = choices_for(ANA, database, NAME, "ana", now=NOW)
    assert (found.mine, found.theirs, found.weeks) == ((), (), ())
    with pytest.raises(InputError, match="published roster"):
        ask_for(ANA, database, NAME, GIFT, now=NOW)


def test_the_look_tells_days_of_leave_and_the_shifts_they_take(week: Database) -> None:
    rules = RequestRules(leave=LeaveRules(days_a_year=3, most_away=1))
    change_request_rules(MIA, week, NAME, rules, seen=0, now=NOW)
    look = look_before_asking(ANA, week, NAME, LEAVE, now=NOW)
    assert look.clear
    assert look.standing is not None
    assert (dict(look.standing.wanted), dict(look.standing.left)) == ({2026: 2}, {2026: 1})
    assert dict(look.standing.places) == {MONDAY: 1, MONDAY + DAY: 1}
    assert [each.day for each in look.freed] == [MONDAY, MONDAY + DAY]
    key = ask_for(BEN, week, NAME, replace(LEAVE, agent_id="ben"), now=NOW).request_id
    decide_request(MIA, week, key, approve=True, reason="", seen=1, now=NOW, replications=2)
    crowded = look_before_asking(ANA, week, NAME, LEAVE, now=NOW)
    assert not crowded.clear
    assert crowded.standing is not None
    assert dict(crowded.standing.places) == {MONDAY: 0, MONDAY + DAY: 0}
    assert choices_for(BEN, week, NAME, "ben", now=NOW).balance[0].left == 1


def test_a_rule_is_told_in_full_to_its_own_agent_only(week: Database) -> None:
    setup = b"agent_id,start,end,kind\ncleo,2026-02-23,2026-02-23,surgery\n"
    change_setup(ADA, week, NAME, {"time_off.csv": setup}, seen=1, now=NOW)
    look = look_before_asking(ANA, week, NAME, GIFT, now=NOW)
    assert look.broken == ("a rule about a colleague's working time",)
    key = ask_for(ANA, week, NAME, GIFT, now=NOW).request_id
    (told,) = look_before_agreeing(CLEO, week, key, now=NOW).broken
    assert "Cleo" in told
    own = ExtraHours(agent_id="cleo", day=MONDAY, shift="day")
    assert look_before_asking(CLEO, week, NAME, own, now=NOW).broken == (told,)


def test_a_wish_for_a_week_that_is_out_comes_too_late(week: Database) -> None:
    wish = Preference(agent_id="ana", day=MONDAY, kind="want", shift="day")
    assert look_before_asking(ANA, week, NAME, wish, now=NOW).too_late
    next_week = replace(wish, day=MONDAY + 7 * DAY)
    assert not look_before_asking(ANA, week, NAME, next_week, now=NOW).too_late


def test_the_same_is_not_asked_twice_while_it_waits(week: Database) -> None:
    key = ask_for(ANA, week, NAME, LEAVE, now=NOW).request_id
    with pytest.raises(Conflict, match="already"):
        ask_for(ANA, week, NAME, LEAVE, now=NOW)
    withdraw(ANA, week, key, seen=1, now=NOW)
    assert ask_for(ANA, week, NAME, LEAVE, now=NOW).request_id > key


def test_both_sides_see_for_whom_a_request_waits(week: Database) -> None:
    key = ask_for(ANA, week, NAME, SWAP, now=NOW).request_id
    (asked,), (answer,) = mine(week, ANA), mine(week, CLEO)
    assert (asked.mine, asked.waits_for, asked.state) == (True, "colleague", "requested")
    assert (answer.mine, answer.waits_for) == (False, "me")
    assert answer.names == {"ana": "Ana", "cleo": "Cleo"}
    assert mine(week, BEN) == []
    agree_to(CLEO, week, key, seen=1, now=NOW)
    assert [r.waits_for for u in (ANA, CLEO) for r in mine(week, u)] == ["manager", "manager"]
    decide_request(MIA, week, key, approve=True, reason="fine", seen=2, now=NOW, replications=2)
    (done,) = mine(week, ANA)
    assert (done.state, done.waits_for, done.reason) == ("approved", "nobody", "fine")


def test_what_nobody_decided_in_time_reads_as_over(week: Database) -> None:
    ask_for(ANA, week, NAME, SWAP, now=NOW)
    late: datetime = NOW.replace(day=24)
    (over,) = my_requests(ANA, week, NAME, "ana", now=late)
    assert (over.state, over.waits_for) == ("expired", "nobody")


@pytest.mark.parametrize("reason", ["", " a dentist "])
def test_a_colleague_may_decline_also_after_agreeing(week: Database, reason: str) -> None:
    key = ask_for(ANA, week, NAME, SWAP, now=NOW).request_id
    agree_to(CLEO, week, key, seen=1, now=NOW)
    with pytest.raises(Conflict):
        decline(CLEO, week, key, seen=1, now=NOW)
    decline(CLEO, week, key, seen=2, reason=reason, now=NOW)
    (asked,) = mine(week, ANA)
    told = "Cleo declined: a dentist" if reason else "Cleo declined"
    assert (asked.state, asked.reason) == ("refused", told)
    leave = ask_for(ANA, week, NAME, LEAVE, now=NOW).request_id
    with pytest.raises(InputError, match="colleague has to agree"):
        decline(MIA, week, leave, seen=1, now=NOW)


def test_permission_comes_first(week: Database) -> None:
    key = ask_for(ANA, week, NAME, SWAP, now=NOW).request_id
    everybody = (ADA, MIA, PAT, ANA, BEN, CLEO, OTHER)
    for deed, expected in (
        (lambda u: choices_for(u, week, NAME, "ana", now=NOW), {"Ada", "Mia", "Ana"}),
        (lambda u: look_before_asking(u, week, NAME, LEAVE, now=NOW), {"Ada", "Mia", "Ana"}),
        (lambda u: my_requests(u, week, NAME, "ana", now=NOW), {"Ada", "Mia", "Ana"}),
        (lambda u: look_before_agreeing(u, week, key, now=NOW), {"Ada", "Mia", "Cleo"}),
        (lambda u: decline(u, week, key, seen=9, now=NOW), {"Ada", "Mia", "Cleo"}),
    ):
        assert {user.name for user in everybody if allowed(deed, user)} == expected


def allowed(deed: object, user: User) -> bool:
    assert callable(deed)
    try:
        deed(user)
    except AccessDenied:
        return False
    except Conflict:
        pass  # the question was allowed, its details were out of date
    return True
