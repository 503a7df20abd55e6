"""What an agent may read: their own published time, colleagues' shifts, and nothing besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime

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
    PAT,
    a_known_week,
    a_team,
    tiny_files,
)

from scheduler.access import User
from scheduler.errors import AccessDenied, InputError
from scheduler.publishing.requests import Leave
from scheduler.store.database import Database
from scheduler.workflows.agent import my_calendar, my_details, my_shifts
from scheduler.workflows.asking import ask_for, requests_of, see_request
from scheduler.workflows.before_asking import choices_for
from scheduler.workflows.book import change_setup, open_team
from scheduler.workflows.deciding import open_requests, see_request_rules, weigh_request
from scheduler.workflows.drafts import compare, copy_draft, rosters_of, see_roster
from scheduler.workflows.feeds import (
    calendar_address_since,
    calendar_at,
    end_calendar_address,
    make_calendar_address,
)
from scheduler.workflows.my_reasons import why_my_day
from scheduler.workflows.my_requests import my_requests
from scheduler.workflows.my_time import Colleague, colleagues_on, my_month, next_shift
from scheduler.workflows.stored_roster import see_stored

CLEO = replace(ANA, name="Cleo", agent_id="cleo")
THURSDAY = MONDAY + 3 * DAY


@pytest.fixture
def week(database: Database) -> Database:
    """Ana works from Monday to Wednesday, Ben every day, Cleo on Thursday and Friday."""
    a_team(database)
    a_known_week(database)
    return database


def on(day: int, hour: int) -> datetime:
    return NOW.replace(day=day, hour=hour)


def test_the_next_shift_is_the_one_that_is_on_or_comes(week: Database) -> None:
    first = next_shift(ANA, week, NAME, "ana", now=NOW)
    assert first is not None
    assert (first.day, first.start.hour, first.queues) == (MONDAY, 9, ("phone",))
    during = next_shift(ANA, week, NAME, "ana", now=on(23, 16))
    assert during == first
    after = next_shift(ANA, week, NAME, "ana", now=on(23, 17))
    assert after is not None
    assert after.day == MONDAY + DAY
    assert next_shift(ANA, week, NAME, "ana", now=on(27, 9)) is None
    ben = next_shift(BEN, week, NAME, "ben", now=NOW)
    assert ben is not None
    assert f"{ben.start:%H:%M %z}" == "10:00 +0100"  # in Paris


def test_a_month_holds_published_shifts_and_ones_own_time_off(week: Database) -> None:
    off = (
        b"agent_id,start,end,kind\nana,2026-02-26,2026-02-27,leave\nben,2026-02-02,2026-02-02,sick"
    )
    change_setup(ADA, week, NAME, {"time_off.csv": off}, seen=1, now=NOW)
    found = my_month(ANA, week, NAME, "ana", month=date(2026, 2, 14))
    assert [each.day.day for each in found] == list(range(1, 29))
    assert [each.day.day for each in found if each.shifts] == [23, 24, 25]
    assert {each.day.day: each.off for each in found if each.off} == {26: "leave", 27: "leave"}
    assert my_month(ANA, week, NAME, "ana", month=date(2026, 3, 29))[-1].day.day == 31


def test_colleagues_are_names_and_shifts_of_the_published_roster(week: Database) -> None:
    drafted = see_roster(MIA, week, rosters_of(MIA, week, NAME, MONDAY)[-1])
    copy_draft(MIA, week, drafted.roster_id, now=NOW)
    (ben,) = colleagues_on(ANA, week, NAME, "ana", start=on(23, 9), end=on(23, 17))
    assert (ben.name, ben.shift) == ("Ben", "day")
    assert [each.name for each in fields(Colleague)] == ["name", "shift", "start", "end"]
    assert colleagues_on(ANA, week, NAME, "ana", start=on(23, 17), end=on(24, 9)) == ()
    both = colleagues_on(ANA, week, NAME, "ana", start=on(26, 9), end=on(26, 10))
    assert [each.name for each in both] == ["Ben", "Cleo"]


def test_why_a_day_is_as_it_is(week: Database) -> None:
    def why(user: User, day: date, shift: str) -> object:
        found = why_my_day(user, week, NAME, user.agent_id, day=day, shift=shift)
        return found.granted, bool(found.broken), bool(found.dearer)

    assert why(ANA, MONDAY, "day") == (True, False, False)
    assert why(ANA, THURSDAY, "") == (True, False, False)
    # Two are wanted at any time and two are there: one fewer is dearer.
    assert why(ANA, MONDAY, "") == (False, False, True)
    off = b"agent_id,start,end,kind\nana,2026-02-26,2026-02-26,surgery\n"
    change_setup(ADA, week, NAME, {"time_off.csv": off}, seen=1, now=NOW)
    assert why(ANA, THURSDAY, "day") == (False, True, True)
    told = why_my_day(ANA, week, NAME, "ana", day=THURSDAY, shift="day")
    assert not any(word in " ".join(told.dearer) for word in "0123456789")
    with pytest.raises(InputError, match="published roster"):
        why_my_day(ANA, week, NAME, "ana", day=MONDAY + 7 * DAY, shift="")
    with pytest.raises(InputError, match="one of day"):
        why_my_day(ANA, week, NAME, "ana", day=MONDAY, shift="night")


def test_a_calendar_address_is_made_shown_once_and_ended(week: Database) -> None:
    assert calendar_address_since(ANA, week, NAME, "ana") is None
    token = make_calendar_address(ANA, week, NAME, "ana", now=NOW)
    assert calendar_address_since(ANA, week, NAME, "ana") == NOW
    assert calendar_at(week, token, today=NOW.date()) is not None
    end_calendar_address(ANA, week, NAME, "ana", now=NOW)
    assert calendar_address_since(ANA, week, NAME, "ana") is None
    assert calendar_at(week, token, today=NOW.date()) is None


def test_drafts_pay_and_others_requests_are_out_of_an_agents_reach(week: Database) -> None:
    keys = rosters_of(MIA, week, NAME, MONDAY)
    asked = ask_for(
        BEN, week, NAME, Leave(agent_id="ben", first=THURSDAY, last=THURSDAY), now=NOW
    ).request_id
    refused: tuple[Callable[[], object], ...] = (
        lambda: see_roster(ANA, week, keys[0]),
        lambda: see_stored(ANA, week, keys[0]),
        lambda: rosters_of(ANA, week, NAME, MONDAY),
        lambda: compare(ANA, week, keys[0], keys[-1]),
        lambda: open_team(ANA, week, NAME),
        lambda: requests_of(ANA, week, NAME, "ben"),
        lambda: my_requests(ANA, week, NAME, "ben", now=NOW),
        lambda: see_request(ANA, week, asked),
        lambda: weigh_request(ANA, week, asked, now=NOW),
        lambda: open_requests(ANA, week, NAME),
        lambda: see_request_rules(ANA, week, NAME),
        lambda: my_details(ANA, week, NAME, "ben"),
        lambda: my_shifts(ANA, week, NAME, "ben", monday=MONDAY),
        lambda: my_calendar(ANA, week, NAME, "ben", monday=MONDAY),
        lambda: my_month(ANA, week, NAME, "ben", month=MONDAY),
        lambda: next_shift(ANA, week, NAME, "ben", now=NOW),
        lambda: why_my_day(ANA, week, NAME, "ben", day=MONDAY, shift=""),
        lambda: choices_for(ANA, week, NAME, "ben", now=NOW),
        lambda: calendar_address_since(ANA, week, NAME, "ben"),
        lambda: colleagues_on(ANA, week, "another", "ana", start=NOW, end=NOW + 9 * DAY),
        lambda: next_shift(PAT, week, NAME, "ana", now=NOW),
    )
    for deed in refused:
        with pytest.raises(AccessDenied):
            deed()


def test_nothing_that_pages_are_given_tells_pay_or_others_leave(database: Database) -> None:
    a_team(database)
    agents = tiny_files()["agents.csv"].replace(b",20\n", b",1234.5\n")
    off = b"agent_id,start,end,kind\nben,2026-03-02,2026-03-03,surgery\n"
    files = {"agents.csv": agents, "time_off.csv": off}
    change_setup(ADA, database, NAME, files, seen=1, now=NOW)
    a_known_week(database)
    given = (
        my_shifts(ANA, database, NAME, "ana", monday=MONDAY),
        my_month(ANA, database, NAME, "ana", month=date(2026, 3, 1)),
        next_shift(ANA, database, NAME, "ana", now=NOW),
        colleagues_on(ANA, database, NAME, "ana", start=NOW, end=NOW + 20 * DAY),
        choices_for(ANA, database, NAME, "ana", now=NOW),
        my_requests(ANA, database, NAME, "ana", now=NOW),
        why_my_day(ANA, database, NAME, "ana", day=MONDAY, shift=""),
    )
    for each in given:
        assert "1234" not in repr(each)
        assert "surgery" not in repr(each)
