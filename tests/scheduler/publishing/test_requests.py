"""States, leave within its bounds, and what is granted without a manager."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from builders import FREE, MONDAY, agent

from scheduler.errors import Conflict, InputError
from scheduler.people import Team
from scheduler.publishing.approval import RequestRules, verdict
from scheduler.publishing.assessment import Assessment, ServiceChange
from scheduler.publishing.leave import LeaveRules, leave_standing
from scheduler.publishing.publication import Change
from scheduler.publishing.requests import (
    Ask,
    ExtraHours,
    GiveAway,
    Leave,
    Preference,
    State,
    Step,
    Swap,
    ask_words,
    days_of,
    expires_at,
    next_state,
    other_party,
)
from scheduler.rostering.roster import Violation

WORKDAYS = replace(FREE, weekdays=frozenset(range(5)))
SWAP = Swap(
    agent_id="ana",
    day=MONDAY,
    shift="early",
    other_id="ben",
    other_day=MONDAY + timedelta(days=1),
    other_shift="late",
)
LEAVE = Leave(agent_id="ana", first=MONDAY, last=MONDAY + timedelta(days=6))
NOW = datetime(2026, 2, 20, 9, tzinfo=UTC)


def test_only_what_is_requested_can_be_settled() -> None:
    ends: dict[Step, State] = {
        "approve": "approved",
        "refuse": "refused",
        "withdraw": "withdrawn",
        "expire": "expired",
    }
    assert set(ends) == set(get_args(Step))
    for step, end in ends.items():
        assert next_state("requested", step) == end
        for state in set(get_args(State)) - {"requested"}:
            with pytest.raises(Conflict, match=f"is {state} already"):
                next_state(state, step)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (SWAP, "Ana gives early on Mon 2 Mar 2026 to Ben for late on Tue 3 Mar 2026"),
        (LEAVE, "Ana asks for leave on Mon 2 Mar 2026 to Sun 8 Mar 2026"),
        (replace(LEAVE, last=MONDAY), "Ana asks for leave on Mon 2 Mar 2026"),
        (
            GiveAway(agent_id="ana", day=MONDAY, shift="early", other_id="zoe"),
            "Ana gives early on Mon 2 Mar 2026 to zoe",
        ),
        (
            ExtraHours(agent_id="ana", day=MONDAY, shift="late", queue="chat"),
            "Ana offers to work late on Mon 2 Mar 2026 on chat",
        ),
        (
            Preference(agent_id="ana", day=MONDAY, kind="avoid"),
            "Ana wishes not to work any shift on Mon 2 Mar 2026",
        ),
    ],
)
def test_asks_are_told_in_a_sentence(ask: Ask, words: str) -> None:
    assert ask_words(ask, {"ana": "Ana", "ben": "Ben"}) == words


def test_only_shifts_that_change_hands_need_a_colleague() -> None:
    assert other_party(SWAP) == "ben"
    assert other_party(LEAVE) == ""
    assert days_of(SWAP) == (MONDAY, MONDAY + timedelta(days=1))


def test_an_ask_expires_with_its_first_local_day() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    assert expires_at(LEAVE, auckland) == datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "make",
    [
        lambda: replace(LEAVE, last=MONDAY - timedelta(days=1)),
        lambda: replace(LEAVE, last=MONDAY + timedelta(days=366)),
        lambda: replace(LEAVE, kind=" "),
        lambda: replace(LEAVE, kind="=cmd()"),
        lambda: replace(LEAVE, kind="leave\n"),
        lambda: replace(LEAVE, first=date(1, 1, 1), last=date(1, 1, 1)),
        lambda: replace(SWAP, other_day=MONDAY - timedelta(days=1)),
        lambda: ExtraHours(agent_id="ana", day=date(9999, 12, 31), shift="late"),
        lambda: replace(SWAP, other_id="ana"),
        lambda: Preference(agent_id="ana", day=MONDAY, kind="want", weight=11),
        lambda: LeaveRules(days_a_year=-1),
        lambda: LeaveRules(days_of={"ana": 367}),
        lambda: LeaveRules(most_away=-1),
        lambda: RequestRules(notice=timedelta(days=-1)),
        lambda: RequestRules(largest_drop=2),
    ],
)
def test_senseless_asks_and_rules_are_refused(make: Any) -> None:
    with pytest.raises(InputError):
        make()


def team(*taken: Leave, **changes: Any) -> Team:
    people = (agent("ana", **changes), agent("ben"), agent("cy"))
    zones = {each.agent_id: each.zone for each in people}
    return Team(
        agents=people,
        contracts=(WORKDAYS,),
        time_off=tuple(each.time_off(zones[each.agent_id]) for each in taken),
    )


def test_leave_takes_working_days_only() -> None:
    holidays = {"GB": frozenset({MONDAY})}
    found = leave_standing(LEAVE, team(), LeaveRules(days_a_year=4), holidays=holidays)
    assert (found.wanted, found.left, found.within) == ({2026: 4}, {2026: 0}, True)
    plain = leave_standing(LEAVE, team(), LeaveRules(days_a_year=4))
    assert (plain.wanted, plain.left, plain.within) == ({2026: 5}, {2026: -1}, False)
    assert plain.words == ("5 days of leave in 2026, 1 more than there are",)


def test_days_taken_before_count_and_other_kinds_do_not() -> None:
    before = Leave(agent_id="ana", first=date(2026, 1, 5), last=date(2026, 1, 9))
    course = replace(before, first=date(2026, 1, 12), last=date(2026, 1, 16), kind="training")
    others = replace(before, agent_id="ben")
    rules = LeaveRules(days_a_year=20, days_of={"ana": 12})
    found = leave_standing(LEAVE, team(before, course, others), rules)
    assert found.left == {2026: 2}
    unpaid = leave_standing(replace(LEAVE, kind="training"), team(before), rules)
    assert (unpaid.wanted, unpaid.left) == ({2026: 0}, {2026: 7})


def test_a_year_has_its_own_days() -> None:
    ask = Leave(agent_id="ana", first=date(2026, 12, 28), last=date(2027, 1, 1))
    found = leave_standing(ask, team(), LeaveRules(days_a_year=3))
    assert found.wanted == {2026: 4, 2027: 1}
    assert found.left == {2026: -1, 2027: 2}


def test_the_daily_limit_counts_everybody_who_is_away() -> None:
    tuesday = MONDAY + timedelta(days=1)
    away = (
        Leave(agent_id="ben", first=MONDAY, last=tuesday),
        Leave(agent_id="cy", first=tuesday, last=tuesday, kind="training"),
    )
    found = leave_standing(LEAVE, team(*away), LeaveRules(most_away=2))
    assert found.crowded == (tuesday,)
    assert "too many away on Tue 3 Mar" in found.words
    assert leave_standing(LEAVE, team(*away), LeaveRules(most_away=3)).within


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York", "Australia/Lord_Howe"])
def test_days_are_the_agents_own(zone: str) -> None:
    taken = Leave(agent_id="ana", first=date(2026, 4, 3), last=date(2026, 4, 6))
    people = team(taken, zone=ZoneInfo(zone))
    found = leave_standing(LEAVE, people, LeaveRules(days_a_year=10))
    assert found.left == {2026: 10 - 5 - 2}  # Friday and Monday around a weekend


def assessment(drop: float = 0.0, **changes: Any) -> Assessment:
    service = ServiceChange(
        queue="phone", target=0.8, before=0.9, after=0.9 - drop, kept_before=True, kept_after=True
    )
    values: dict[str, Any] = {
        "changes": (),
        "broken": (),
        "mended": (),
        "lost": (),
        "met": (),
        "service": (service,),
        "paid_hours": (80.0, 80.0),
        "words": (),
    }
    return Assessment(**(values | changes))


ALL = RequestRules(automatic=frozenset({"leave", "swap"}))


def judged(found: Assessment, rules: RequestRules = ALL, **changes: Any) -> tuple[str, ...]:
    values: dict[str, Any] = {"now": NOW, "agreed": True} | changes
    answer = verdict(SWAP, [found], rules, **values)
    assert answer.granted == (not answer.reasons)
    return answer.reasons


def test_harmless_requests_of_the_listed_kinds_are_granted() -> None:
    assert judged(assessment()) == ()
    assert judged(assessment(), RequestRules()) == ("a manager decides on this kind of request",)
    assert judged(assessment(), agreed=False) == ("the colleague has not agreed yet",)


def test_broken_rules_lost_promises_and_falling_service_wait_for_a_manager() -> None:
    rule = Violation(rule="min_rest", agent_id="ana", when="", amount=1, words="too short")
    lost = ServiceChange(
        queue="phone", target=0.8, before=0.81, after=0.79, kept_before=True, kept_after=False
    )
    harm = ("it would break a rule or a promise",)
    assert judged(assessment(broken=(rule,))) == harm
    assert judged(assessment(service=(lost,))) == harm
    assert judged(assessment(drop=0.02)) == ("a queue's service would fall by 2.0%",)
    assert judged(assessment(drop=0.005)) == ()


def test_short_notice_waits_for_a_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Change, "moves_at", property(lambda _: NOW + timedelta(hours=23)))
    soon = Change(agent_id="ana", day=MONDAY, before=(), after=())
    assert judged(assessment(changes=(soon,))) == ("it changes a shift that starts too soon",)
    assert judged(assessment(changes=(soon,)), now=NOW - timedelta(hours=1)) == ()


def test_leave_beyond_its_bounds_waits_for_a_manager() -> None:
    standing = leave_standing(LEAVE, team(), LeaveRules(days_a_year=4))
    answer = verdict(LEAVE, [], ALL, now=NOW, agreed=True, standing=standing)
    assert answer.reasons == standing.words
