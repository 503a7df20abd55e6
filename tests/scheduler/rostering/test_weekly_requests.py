"""What comes back every week: its dates, and the shifts it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import EARLY, LATE, MONDAY, NIGHT, agent, problem, requirement

from scheduler.errors import InputError
from scheduler.rostering.check import check
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wishes import WeeklyRequest

DAY = timedelta(days=1)
TUESDAYS = WeeklyRequest(
    agent_id="ana", weekdays=frozenset({1}), kind="cannot", window_from=time(15)
)


def test_it_has_a_date_in_every_week_for_which_it_holds() -> None:
    days = [each.day for each in TUESDAYS.dated(MONDAY, 28)]
    assert days == [MONDAY + n * DAY for n in (1, 8, 15, 22)]
    some = replace(TUESDAYS, first=MONDAY + 2 * DAY, last=MONDAY + 15 * DAY)
    assert [each.day for each in some.dated(MONDAY, 28)] == [MONDAY + 8 * DAY, MONDAY + 15 * DAY]


def test_hours_of_the_nights_around_the_week_are_there_but_no_wish_that_none_can_grant() -> None:
    nights = replace(TUESDAYS, weekdays=frozenset(range(7)), window_from=time(22))
    assert len(list(nights.dated(MONDAY, 7))) == 9
    assert len(list(replace(nights, kind="want").dated(MONDAY, 7))) == 7
    whole = replace(nights, window_from=None)
    assert len(list(whole.dated(MONDAY, 7))) == 7


def _broken(weekly: WeeklyRequest, template: ShiftTemplate, day: date, zone: str) -> bool:
    first = day - day.weekday() * DAY
    p = problem(
        first=first,
        templates=(template,),
        agents=(agent(zone=ZoneInfo(zone)),),
        need=requirement(first=first, hours=1),
        requests=tuple(weekly.dated(first, 7)),
    )
    shift = p.shift_on(p.team.agents[0], template, day)
    assert shift is not None
    roster = Roster.of([Assignment(agent_id="ana", shift=shift, queues=("phone",))])
    return [each.rule for each in check(p, roster)] == ["availability"]


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_it_is_by_the_agents_own_clock(zone: str) -> None:
    tuesday = MONDAY + DAY
    assert not _broken(TUESDAYS, EARLY, tuesday, zone)
    assert _broken(TUESDAYS, LATE, tuesday, zone)
    assert _broken(replace(TUESDAYS, window_until=time(23)), NIGHT, tuesday, zone)
    assert not _broken(TUESDAYS, LATE, tuesday + DAY, zone)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 5), (date(2026, 10, 24), 7)])
def test_it_holds_by_the_clock_in_the_nights_when_clocks_change(day: date, hours: int) -> None:
    """From 23:00 so many hours end at five, by the clock, an hour earlier or later than usual."""
    sundays = WeeklyRequest(
        agent_id="ana", weekdays=frozenset({6}), kind="cannot", window_from=time(5)
    )
    night = ShiftTemplate(name="night", start=time(23), end=time(5), dst="keep_end")
    shift = (
        problem(first=day, templates=(night,), need=requirement(first=day, hours=1))
        .options[0]
        .shift
    )
    assert shift.end - shift.start == timedelta(hours=hours)
    assert not _broken(sundays, night, day, "Europe/London")
    assert _broken(sundays, replace(night, end=time(5, 30)), day, "Europe/London")


def test_the_night_before_the_week_reaches_into_it() -> None:
    sundays = WeeklyRequest(
        agent_id="ana",
        weekdays=frozenset({6}),
        kind="cannot",
        window_from=time(22),
        window_until=time(7),
    )
    assert _broken(sundays, EARLY, MONDAY, "Europe/London")


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"weekdays": frozenset()}, "weekdays"),
        ({"weight": 0}, "weight"),
        ({"first": MONDAY, "last": MONDAY - DAY}, "last"),
    ],
)
def test_what_would_never_come_back_is_refused(change: dict[str, object], column: str) -> None:
    with pytest.raises(InputError, match=column):
        replace(TUESDAYS, **change)  # type: ignore[arg-type]  # wrong on purpose
