from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_case import MAX_BYTES
from small_problem import FIRST, assigned, small_problem

from scheduler.errors import InputError
from scheduler.exchange.calendars import agent_calendar
from scheduler.exchange.read_roster import parse_roster
from scheduler.exchange.roster_sheet import grid_rows
from scheduler.exchange.roster_table import ROSTER_COLUMNS, roster_rows, table_csv
from scheduler.exchange.stretches import read_stretch, stretch_words
from scheduler.rostering.activities import Activity, ActivityBlock
from scheduler.rostering.breaks import BreakTemplate
from scheduler.rostering.check import check
from scheduler.rostering.roster import Block, Roster
from scheduler.rostering.shifts import Shift

PROBLEM = small_problem()
HOUR = timedelta(hours=1)
ZONES = ("Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York")


def _shift(start: datetime, hours: int = 12) -> Shift:
    return Shift(template="any", day=start.date(), start=start, end=start + hours * HOUR)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    zone=st.sampled_from(ZONES),
    # Both nights of clock changes of every zone lie among these days.
    day=st.sampled_from([date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4)])
    | st.dates(date(2026, 10, 20), date(2026, 11, 3)),
    start=st.integers(0, 24 * 12),
    into=st.integers(0, 10 * 12),
    length=st.integers(1, 10 * 12),
)
def test_a_stretch_reads_back_whatever_clocks_do(
    zone: str, day: date, start: int, into: int, length: int
) -> None:
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=5 * start)
    shift, local = _shift(begins, 21), ZoneInfo(zone)
    stretch = (
        begins + timedelta(minutes=5 * into),
        begins + timedelta(minutes=5 * (into + length)),
    )
    assert read_stretch(stretch_words(*stretch, local), shift, local) == stretch


def test_only_a_time_shown_twice_has_an_offset() -> None:
    london = ZoneInfo("Europe/London")
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert stretch_words(night, night + 2 * HOUR, london) == "01:30+01:00-02:30"
    assert stretch_words(night + HOUR, night + 3 * HOUR, london) == "01:30+00:00-03:30"


@pytest.mark.parametrize("text", ["12:00", "12-13", "25:00-26:00", "12:00-12:30 paid", ""])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_stretch(text, _shift(datetime(2026, 3, 2, 9, tzinfo=UTC)), ZoneInfo("UTC"))


def test_a_time_that_clocks_skip_is_refused() -> None:
    shift = _shift(datetime(2026, 3, 29, 0, tzinfo=UTC), 4)
    with pytest.raises(InputError, match="clocks in Europe/London show"):
        read_stretch("01:30+09:00-03:00", shift, ZoneInfo("Europe/London"))


def _with_blocks() -> Roster:
    whole = assigned(PROBLEM, "a1", FIRST, "early", "phone", "chat")
    edges = [whole.shift.start, whole.shift.start + 3 * HOUR, whole.shift.end]
    blocks = tuple(
        Block(start=start, end=end, queue=queue)
        for start, end, queue in zip(edges[:-1], edges[1:], whole.queues, strict=True)
    )
    return Roster.of([replace(whole, blocks=blocks)])


def test_blocks_are_written_and_read_back() -> None:
    roster = _with_blocks()
    rows = roster_rows(PROBLEM, roster)
    assert rows[0]["blocks"] == "phone 07:00-10:00;chat 10:00-15:00"
    assert rows[0]["queues"] == "phone;chat"
    data = table_csv(ROSTER_COLUMNS, rows)
    assert parse_roster(data, "roster.csv", PROBLEM, max_bytes=MAX_BYTES) == roster


@pytest.mark.parametrize(
    ("queues", "blocks", "told"),
    [
        ("", "phne 07:00-10:00", "did you mean 'phone'"),
        ("", "07:00-10:00", "a queue and a stretch"),
        ("", "phone 7 to 10", "a stretch of time"),
        ("phone", "phone 07:00-10:00;chat 10:00-15:00", "as the blocks say"),
    ],
)
def test_blocks_that_make_no_sense_are_refused(queues: str, blocks: str, told: str) -> None:
    row = f"agent_id,date,shift,queues,blocks\na1,{FIRST},early,{queues},{blocks}\n"
    with pytest.raises(InputError, match=told):
        parse_roster(row.encode(), "roster.csv", PROBLEM, max_bytes=MAX_BYTES)


MEETING = Activity(name="team meeting", kind="together", length=HOUR)
WITH_MEETING = replace(PROBLEM, activities=(MEETING,))


def test_activities_are_written_and_read_back() -> None:
    whole = assigned(PROBLEM, "a1", FIRST, "early", "phone")
    start = whole.shift.start + 3 * HOUR
    block = ActivityBlock(start=start, end=start + HOUR, activity="team meeting")
    roster = Roster.of([replace(whole, shift=whole.shift.with_activities([block]))])
    rows = roster_rows(WITH_MEETING, roster)
    assert rows[0]["activities"] == "10:00-11:00 team meeting"
    data = table_csv(ROSTER_COLUMNS, rows)
    assert parse_roster(data, "roster.csv", WITH_MEETING, max_bytes=MAX_BYTES) == roster
    ((row),) = [row for row in grid_rows(WITH_MEETING, roster) if row.agent_id == "a1"]
    assert row.days[0][0].activities == "10:00-11:00 team meeting"
    calendar = agent_calendar(WITH_MEETING.agents["a1"], roster.assignments, start)
    assert b"10:00-11:00 team meeting" in calendar


@pytest.mark.parametrize(
    ("activities", "told"),
    [
        ("10:00-11:00 team meting", "did you mean 'team meeting'"),
        ("10:00-11:00", "a stretch of time and an activity"),
        ("team meeting 10:00-11:00", "a stretch of time such as"),
    ],
)
def test_activities_that_make_no_sense_are_refused(activities: str, told: str) -> None:
    row = f"agent_id,date,shift,activities\na1,{FIRST},early,{activities}\n"
    with pytest.raises(InputError, match=told):
        parse_roster(row.encode(), "roster.csv", WITH_MEETING, max_bytes=MAX_BYTES)


LUNCH = BreakTemplate(earliest=time(11), latest=time(13), length=timedelta(minutes=30), paid=False)
REST = BreakTemplate(earliest=7 * HOUR, latest=7 * HOUR, length=timedelta(minutes=15), paid=True)
WITH_LUNCH = replace(
    PROBLEM,
    templates=(replace(PROBLEM.templates[0], breaks=(LUNCH, REST)), *PROBLEM.templates[1:]),
)


def _read_breaks(cell: str) -> Roster:
    row = f"agent_id,date,shift,breaks\na1,{FIRST},early,{cell}\n"
    return parse_roster(row.encode(), "roster.csv", WITH_LUNCH, max_bytes=MAX_BYTES)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("", ["11:00-11:30", "14:00-14:15"]),
        ("12:05-12:35;14:00-14:15", ["12:05-12:35", "14:00-14:15"]),
        ("14:30-15:00;14:00-14:15", ["14:00-14:15", "14:30-15:00"]),
    ],
)
def test_breaks_in_windows_are_read_as_they_are(cell: str, read: list[str]) -> None:
    (only,) = _read_breaks(cell).assignments
    words = [stretch_words(b.start, b.end, ZoneInfo("Europe/London")) for b in only.shift.breaks]
    assert words == read
    assert only.shift.windows == ()
    broken = [v for v in check(WITH_LUNCH, Roster.of([only])) if v.rule == "breaks"]
    assert bool(broken) == (cell.startswith("14"))


@pytest.mark.parametrize("cell", ["12:00-12:30", "12:00", "12:00-12:30;14:00-14:15;9:00-9:15"])
def test_breaks_that_the_shift_does_not_have_are_refused(cell: str) -> None:
    with pytest.raises(InputError, match="breaks"):
        _read_breaks(cell)
