"""An agent's calendar through versions: the same event, newer, taken back, come back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from builders import EARLY, LATE, MONDAY, NIGHT, agent
from icalendar import Calendar

from scheduler.exchange.calendars import feed_calendar
from scheduler.publishing.feed import FeedEvent, feed_events
from scheduler.rostering.roster import Assignment
from scheduler.rostering.shifts import ShiftTemplate, date_shift

AUCKLAND = ZoneInfo("Pacific/Auckland")
FIRST = datetime(2026, 2, 20, 9, tzinfo=UTC)


def on(day: int, template: ShiftTemplate = EARLY) -> Assignment:
    shift = date_shift(template, MONDAY + timedelta(days=day), zone=AUCKLAND, agent_zone=AUCKLAND)
    return Assignment(agent_id="ana", shift=shift, queues=("phone",))


def after(*tours: tuple[Assignment, ...]) -> tuple[FeedEvent, ...]:
    days = timedelta(days=1)
    return feed_events((n, FIRST + n * days, tour) for n, tour in enumerate(tours, start=1))


def told(events: tuple[FeedEvent, ...]) -> list[tuple[date, str, int, bool]]:
    return [(e.day, e.assignment.shift.template, e.sequence, e.cancelled) for e in events]


def test_what_stays_keeps_its_sequence_and_what_changes_gets_a_greater_one() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert told(after((on(0), on(1)), (on(0), on(1, LATE)))) == [
        (MONDAY, "early", 0, False),
        (tuesday, "late", 1, False),
    ]


def test_what_is_gone_is_cancelled_once_and_may_come_back() -> None:
    assert told(after((on(0),), ())) == [(MONDAY, "early", 1, True)]
    assert told(after((on(0),), (), ())) == [(MONDAY, "early", 1, True)]
    assert told(after((on(0),), (), (), (on(0),))) == [(MONDAY, "early", 3, False)]


def test_two_shifts_of_a_day_are_two_events() -> None:
    both = after((on(0), on(0, NIGHT)), (on(0),))
    assert [(e.number, e.cancelled) for e in both] == [(1, False), (2, True)]


def test_the_calendar_says_all_of_it_in_utc_and_names_nobody_else() -> None:
    me = agent("ana", zone=AUCKLAND)
    calendar = Calendar.from_ical(feed_calendar(me, after((on(0), on(1)), (on(1, LATE),))))
    gone, late = calendar.walk("VEVENT")
    assert (gone["STATUS"], gone["SEQUENCE"], late["STATUS"], late["SEQUENCE"]) == (
        "CANCELLED",
        1,
        "CONFIRMED",
        1,
    )
    assert late["DTSTART"].dt == datetime(2026, 3, 3, 1, tzinfo=UTC)  # 14:00 in summer time
    assert gone["UID"] != late["UID"]
    assert str(calendar["X-WR-TIMEZONE"]) == "Pacific/Auckland"
    before = Calendar.from_ical(feed_calendar(me, after((on(0), on(1)))))
    assert [e["UID"] for e in before.walk("VEVENT")] == [gone["UID"], late["UID"]]


def test_an_empty_feed_is_still_a_calendar() -> None:
    calendar = Calendar.from_ical(feed_calendar(agent("ana"), ()))
    assert calendar.walk("VEVENT") == []
