"""Requests from asking to the new version: checked before, decided once, applied whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

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
    a_team,
    put_out,
)

from scheduler.access import User
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.publishing.approval import RequestRules
from scheduler.publishing.leave import LeaveRules
from scheduler.publishing.requests import Ask, ExtraHours, GiveAway, Leave, Preference, Swap
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.outbox import claim, set_address
from scheduler.store.requests import read_request
from scheduler.workflows.asking import agree_to, ask_for, requests_of, see_request, withdraw
from scheduler.workflows.book import open_team
from scheduler.workflows.deciding import (
    change_request_rules,
    decide_request,
    expire_requests,
    open_requests,
    see_request_rules,
    weigh_request,
)
from scheduler.workflows.publish import see_published

THURSDAY = MONDAY + 3 * DAY
CLEO = replace(ANA, name="Cleo", agent_id="cleo")
# Ana works from Monday to Wednesday, Ben every day, Cleo on Thursday and Friday.
GIFT = GiveAway(agent_id="ana", day=MONDAY, shift="day", other_id="cleo")
SWAP = Swap(
    agent_id="ana",
    day=MONDAY,
    shift="day",
    other_id="cleo",
    other_day=THURSDAY,
    other_shift="day",
)
LEAVE = Leave(agent_id="ana", first=MONDAY, last=MONDAY + DAY)
FEW = 10


@pytest.fixture
def week(database: Database) -> Database:
    """A published week, with a mail address for Ana."""
    a_team(database)
    with database.writing() as connection:
        set_address(connection, 1, "mail", "ana@example.org", agent_id="ana", who="x", at=NOW)
    put_out(database, a_known_draft(database))
    return database


def asked(week: Database, ask: Ask, user: User = ANA) -> int:
    return ask_for(user, week, NAME, ask, now=NOW).request_id


def decide(week: Database, key: int, *, approve: bool = True, seen: int = 1) -> dict[str, int]:
    return decide_request(
        MIA,
        week,
        key,
        approve=approve,
        reason="as agreed",
        seen=seen,
        now=NOW,
        replications=FEW,
    ).versions


def days_of(week: Database, agent_id: str) -> list[int]:
    seen = see_published(ANA, week, NAME, MONDAY)
    assert seen is not None
    return [(a.shift.day - MONDAY).days for a in seen.roster.tour(agent_id)]


def test_a_swap_is_agreed_weighed_approved_and_published(week: Database) -> None:
    answer = ask_for(ANA, week, NAME, SWAP, now=NOW)
    assert (answer.granted, answer.reasons) == (
        False,
        ("a manager decides on this kind of request", "the colleague has not agreed yet"),
    )
    with pytest.raises(InputError, match="colleague's agreement"):
        decide(week, answer.request_id)
    agree_to(CLEO, week, answer.request_id, seen=1, now=NOW)
    weighed = weigh_request(MIA, week, answer.request_id, now=NOW, replications=FEW)
    (found,) = weighed.assessments
    assert found.harmless
    assert found.paid_hours == (80.0, 80.0)
    assert len(found.changes) == 4
    assert decide(week, answer.request_id, seen=2) == {str(MONDAY): 2}
    assert (days_of(week, "ana"), days_of(week, "cleo")) == ([1, 2, 3], [0, 4])
    with week.writing() as connection:
        request = read_request(connection, answer.request_id)
        assert (request.state, request.settled_by) == ("approved", "Mia")
        assert request.assessment["weeks"][0]["broken"] == []
        told = [claim(connection, NOW) for _ in range(3)]
        subjects = [letter.subject for letter in told if letter]
        assert [s.split(": ")[-1] for s in subjects] == [
            "your shifts have changed",
            "your shifts have changed",
            "Your request is approved",
        ]
        assert first_broken(connection) is None


def test_leave_goes_into_the_set_up_and_takes_the_shifts(week: Database) -> None:
    key = asked(week, LEAVE)
    weighed = weigh_request(MIA, week, key, now=NOW, replications=FEW)
    assert weighed.standing is not None
    assert weighed.standing.words == ("2 days of leave in 2026, 23 left after it",)
    (found,) = weighed.assessments
    assert not found.harmless  # nobody stands in: the promise of two at a time is lost
    assert any("no longer kept" in words for words in found.words)
    assert decide(week, key) == {str(MONDAY): 2}
    assert days_of(week, "ana") == [2]
    team = open_team(MIA, week, NAME)
    assert team.setup == 2
    (off,) = team.case.team.time_off
    assert (off.agent_id, off.kind) == ("ana", "leave")
    again = Leave(agent_id="ana", first=MONDAY + DAY, last=MONDAY + 2 * DAY)
    with pytest.raises(InputError, match="do not overlap"):
        ask_for(ANA, week, NAME, again, now=NOW)


def test_a_wish_goes_into_the_set_up_and_changes_no_version(week: Database) -> None:
    wish = Preference(agent_id="ana", day=MONDAY + 7 * DAY, kind="avoid", weight=2)
    assert decide(week, asked(week, wish)) == {}
    assert wish.day in {each.day for each in open_team(MIA, week, NAME).case.requests}


def test_extra_hours_fill_a_day(week: Database) -> None:
    extra = ExtraHours(agent_id="ana", day=THURSDAY, shift="day")
    assert decide(week, asked(week, extra)) == {str(MONDAY): 2}
    assert days_of(week, "ana") == [0, 1, 2, 3]


def test_a_refusal_needs_a_reason_and_changes_nothing(week: Database) -> None:
    key = asked(week, LEAVE)
    with pytest.raises(InputError, match="a reason"):
        decide_request(MIA, week, key, approve=False, reason=" ", seen=1, now=NOW)
    assert decide(week, key, approve=False) == {}
    assert days_of(week, "ana") == [0, 1, 2]
    with pytest.raises(Conflict, match="refused already"):
        decide(week, key, seen=2)
    assert open_requests(MIA, week, NAME) == ()


def test_what_was_decided_on_an_older_version_is_refused_whole(
    week: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = asked(week, LEAVE), asked(week, replace(LEAVE, agent_id="ben"), BEN)
    # Between weighing and deciding, somebody else publishes.
    import scheduler.workflows.deciding as module

    weigh = module.weigh

    def late(*args: object, **words: object) -> object:
        weighed = weigh(*args, **words)  # type: ignore[arg-type]  # handed through
        monkeypatch.setattr(module, "weigh", weigh)
        decide(week, first)
        return weighed

    monkeypatch.setattr(module, "weigh", late)
    with pytest.raises(Conflict):
        decide(week, second)
    with week.reading() as connection:
        assert read_request(connection, second).state == "requested"
    assert open_team(MIA, week, NAME).setup == 2
    assert decide(week, second) == {str(MONDAY): 3}


def test_what_was_weighed_on_an_older_version_is_told(week: Database) -> None:
    first, second = asked(week, LEAVE), asked(week, replace(LEAVE, agent_id="ben"), BEN)
    looked_at = weigh_request(MIA, week, second, now=NOW, replications=FEW).versions
    assert looked_at == {str(MONDAY): 1}
    decide(week, first)
    approve = {"approve": True, "reason": "", "seen": 1, "now": NOW, "replications": FEW}
    with pytest.raises(Conflict, match="Look again"):
        decide_request(MIA, week, second, looked_at=looked_at, **approve)  # type: ignore[arg-type]  # of many kinds
    again = {str(MONDAY): 2}
    done = decide_request(MIA, week, second, looked_at=again, **approve)  # type: ignore[arg-type]  # of many kinds
    assert done.versions == {str(MONDAY): 3}


def test_shifts_that_have_begun_do_not_change_hands(week: Database) -> None:
    key = asked(week, GIFT)
    agree_to(CLEO, week, key, seen=1, now=NOW)
    begun = NOW.replace(day=23, hour=9, minute=1)
    with pytest.raises(InputError, match="has begun"):
        decide_request(MIA, week, key, approve=True, reason="", seen=2, now=begun, replications=FEW)
    assert expire_requests(week, now=begun) == 0
    assert expire_requests(week, now=NOW.replace(day=24, hour=0)) == 1
    with week.reading() as connection:
        assert read_request(connection, key).state == "expired"
    with pytest.raises(InputError, match="not over"):
        ask_for(ANA, week, NAME, GIFT, now=begun + DAY)


def test_rules_grant_what_does_no_harm_at_once(week: Database) -> None:
    rules = RequestRules(
        automatic=frozenset({"swap", "leave", "give_away"}), leave=LeaveRules(most_away=0)
    )
    change_request_rules(MIA, week, NAME, rules, seen=0, now=NOW)
    assert see_request_rules(MIA, week, NAME) == (1, rules)
    waiting = ask_for(ANA, week, NAME, SWAP, now=NOW)
    assert waiting.reasons == ("the colleague has not agreed yet",)
    assert agree_to(CLEO, week, waiting.request_id, seen=1, now=NOW).granted
    assert days_of(week, "cleo") == [0, 4]
    held = ask_for(ANA, week, NAME, replace(LEAVE, first=MONDAY + DAY), now=NOW)
    assert not held.granted
    assert any("too many away" in reason for reason in held.reasons)
    assert "it would break a rule or a promise" in held.reasons
    soon = ask_for(
        ANA,
        week,
        NAME,
        replace(GIFT, day=MONDAY + DAY),
        now=NOW + timedelta(days=4, hours=12),
    )
    agreed = agree_to(CLEO, week, soon.request_id, seen=1, now=NOW + timedelta(days=5, hours=12))
    assert agreed.reasons == ("it changes a shift that starts too soon",)


def test_what_does_not_fit_is_refused_when_it_is_asked(week: Database) -> None:
    for ask in (
        replace(GIFT, day=THURSDAY),
        replace(GIFT, other_id="zoe"),
        replace(GIFT, shift="night"),
    ):
        with pytest.raises(InputError):
            ask_for(ANA, week, NAME, ask, now=NOW)
    assert requests_of(ANA, week, NAME, "ana") == ()


def test_permission_comes_first(week: Database) -> None:
    key = asked(week, GIFT)
    may: dict[str, tuple[Callable[[User], object], set[str]]] = {
        "ask": (lambda u: ask_for(u, week, NAME, LEAVE, now=NOW), {"Ada", "Mia", "Ana"}),
        "agree": (lambda u: agree_to(u, week, key, seen=9, now=NOW), {"Ada", "Mia", "Cleo"}),
        "withdraw": (lambda u: withdraw(u, week, key, seen=9, now=NOW), {"Ada", "Mia", "Ana"}),
        "list": (lambda u: requests_of(u, week, NAME, "ana"), {"Ada", "Mia", "Ana"}),
        "see": (lambda u: see_request(u, week, key), {"Ada", "Mia", "Ana", "Cleo"}),
        "see rules": (lambda u: see_request_rules(u, week, NAME), {"Ada", "Mia"}),
        "open": (lambda u: open_requests(u, week, NAME), {"Ada", "Mia"}),
        "weigh": (lambda u: weigh_request(u, week, key, now=NOW, replications=2), {"Ada", "Mia"}),
        "decide": (
            lambda u: decide_request(u, week, key, approve=False, reason="no", seen=9, now=NOW),
            {"Ada", "Mia"},
        ),
        "rules": (
            lambda u: change_request_rules(u, week, NAME, RequestRules(), seen=9, now=NOW),
            {"Ada", "Mia"},
        ),
    }
    for what, (ask, expected) in may.items():
        allowed = set()
        for user in (ADA, MIA, PAT, ANA, BEN, CLEO, OTHER):
            try:
                ask(user)
            except AccessDenied:
                continue
            except Conflict:
                pass  # the question was allowed, its details were out of date
            allowed.add(user.name)
        assert allowed == expected, what


def test_the_audit_tells_who_asked_who_decided_and_why(week: Database) -> None:
    decide(week, asked(week, LEAVE))
    with week.reading() as connection:
        told = [(deed.who, deed.what, deed.reason) for _, deed in deeds(connection)][-5:]
    words = "Ana asks for leave on Mon 23 Feb 2026 to Tue 24 Feb 2026"
    assert told == [
        ("Ana", "request", ""),
        ("Mia", "approve request", "as agreed"),
        ("Mia", "save set-up", words),
        ("Mia", "save draft", ""),
        ("Mia", "publish", "A request was granted."),
    ]


def test_the_note_to_the_team_tells_nothing_of_who_asked_and_why(week: Database) -> None:
    decide(week, asked(week, replace(LEAVE, kind="surgery")))
    seen = see_published(BEN, week, NAME, MONDAY)
    assert seen is not None
    assert (seen.number, seen.note) == (2, "A request was granted.")
