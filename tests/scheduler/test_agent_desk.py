from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from workflows.book_week import (
    ANA,
    DAY,
    MIA,
    MONDAY,
    NAME,
    NOW,
    PAT,
    a_draft,
    a_known_draft,
    a_team,
    put_out,
)

from scheduler.access import User
from scheduler.errors import AccessDenied, InputError
from scheduler.rostering.roster import Roster
from scheduler.store.database import Database
from scheduler.workflows.agent import (
    clock_change,
    my_calendar,
    my_details,
    my_shifts,
    weeks_to_show,
)
from scheduler.workflows.drafts import copy_draft, see_roster
from scheduler.workflows.publish import publish_roster
from scheduler.workflows.stored_roster import rosters_in_week

CHANGE = date(2026, 3, 23)
LONDON = ZoneInfo("Europe/London")
ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Africa/Casablanca",
)


@pytest.fixture
def book(database: Database) -> Database:
    """A published week: Ana and Ben from Monday to Wednesday, Ben and Cleo on the other days."""
    a_team(database)
    put_out(database, a_known_draft(database))
    return database


def test_an_agent_reads_their_own_published_shifts_in_their_own_time(book: Database) -> None:
    week = my_shifts(ANA, book, NAME, "ana", monday=MONDAY)
    assert (week.number, week.published_at) == (1, NOW)
    assert [shift.agent_id for shift in week.shifts] == ["ana"] * 3
    assert [shift.day for shift in week.shifts] == [MONDAY + n * DAY for n in range(3)]
    first = week.shifts[0]
    assert (first.start.hour, first.end.hour, first.queues) == (9, 17, ("phone",))
    assert first.zone == LONDON
    assert week.paid_hours == 24
    calendar = Calendar.from_ical(my_calendar(ANA, book, NAME, "ana", monday=MONDAY) or b"")
    starts = [event["dtstart"].dt for event in calendar.walk("VEVENT")]
    assert starts == [shift.start for shift in week.shifts]


def test_drafts_are_not_for_agents(book: Database) -> None:
    a_draft(book)
    week = my_shifts(ANA, book, NAME, "ana", monday=MONDAY)
    assert (week.number, len(week.shifts)) == (1, 3)
    later = my_shifts(ANA, book, NAME, "ana", monday=MONDAY + timedelta(days=7))
    assert (later.number, later.published_at, later.shifts) == (0, None, ())
    assert my_calendar(ANA, book, NAME, "ana", monday=MONDAY + timedelta(days=7)) is None


def test_a_newer_version_takes_the_place_of_the_older(book: Database) -> None:
    (line,) = (x for x in rosters_in_week(MIA, book, NAME, MONDAY) if x.number == 1)
    roster = see_roster(MIA, book, line.roster_id).roster
    others = Roster.of(each for each in roster.assignments if each.agent_id != "ana")
    key = copy_draft(MIA, book, line.roster_id, now=NOW, roster=others)
    publish_roster(MIA, book, key, seen=1, after=1, note="", now=NOW, despite="a test")
    week = my_shifts(ANA, book, NAME, "ana", monday=MONDAY)
    assert (week.number, week.shifts) == (2, ())


def test_an_agent_never_reads_anothers_shifts(book: Database) -> None:
    asks: list[Callable[[User], object]] = [
        lambda u: my_shifts(u, book, NAME, "ben", monday=MONDAY),
        lambda u: my_calendar(u, book, NAME, "ben", monday=MONDAY),
        lambda u: my_details(u, book, NAME, "ben"),
        lambda u: weeks_to_show(u, book, NAME, "ben", today=MONDAY),
        lambda u: rosters_in_week(u, book, NAME, MONDAY),
    ]
    for ask in asks:
        with pytest.raises(AccessDenied):
            ask(ANA)
    for ask in asks[:-1]:
        with pytest.raises(AccessDenied):
            ask(PAT)


def test_an_agent_who_has_left_the_team_is_told_so(book: Database) -> None:
    gone = replace(ANA, name="Gone", agent_id="gone")
    with pytest.raises(InputError, match=r"agents\.csv"):
        my_details(gone, book, NAME, "gone")
    assert my_details(ANA, book, NAME, "ana").agent_id == "ana"


def test_this_week_and_the_next_unless_only_others_are_published(book: Database) -> None:
    def shown(today: date) -> date:
        first, second = weeks_to_show(ANA, book, NAME, "ana", today=today)
        assert second - first == timedelta(days=7)
        return first

    assert shown(MONDAY + timedelta(days=6)) == MONDAY  # within it
    assert shown(MONDAY - timedelta(days=1)) == MONDAY - timedelta(days=7)  # it comes next
    assert shown(MONDAY + timedelta(days=300)) == MONDAY  # long past: better than nothing


def test_clock_changes_of_a_week_as_a_walk_through_its_minutes_finds_them() -> None:
    forward = clock_change(CHANGE, LONDON)
    assert forward is not None
    assert forward.at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert forward.by == timedelta(hours=1)
    half = clock_change(date(2026, 3, 30), ZoneInfo("Australia/Lord_Howe"))
    assert half is not None
    assert half.by == timedelta(minutes=-30)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    monday=st.dates(date(2000, 1, 3), date(2037, 12, 1)).map(
        lambda day: day - timedelta(days=day.weekday())
    ),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_the_first_new_offset_of_a_week_is_found(monday: date, zone: ZoneInfo) -> None:
    midnight = datetime(monday.year, monday.month, monday.day, tzinfo=zone).astimezone(UTC)
    after = monday + timedelta(days=7)
    end = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    quarters = (end - midnight) // timedelta(minutes=15)
    walk = [midnight + n * timedelta(minutes=15) for n in range(quarters + 1)]
    offsets = [instant.astimezone(zone).utcoffset() for instant in walk]
    found = clock_change(monday, zone)
    if offsets[0] == offsets[-1]:
        assert found is None
        return
    naive = next(i for i, o in zip(walk, offsets, strict=True) if o != offsets[0])
    assert found is not None
    assert found.at == naive
    assert found.by == offsets[-1] - offsets[0]  # type: ignore[operator]  # zones have offsets
