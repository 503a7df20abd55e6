from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.access import Role, User
from scheduler.config import Settings
from scheduler.errors import AccessDenied, InputError
from scheduler.exchange.roster_table import ROSTER_COLUMNS, table_csv
from scheduler.workflows.agent import (
    clock_change,
    my_calendar,
    my_details,
    my_shifts,
    weeks_to_show,
)
from scheduler.workflows.results import current_folder, current_mondays, make_current, read_result

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
MONDAY = date(2026, 3, 23)
LONDON = ZoneInfo("Europe/London")
ANA = User(name="Ana", role=Role.AGENT, agent_id="ana")
ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Africa/Casablanca",
)


def row(agent_id: str, start: str, end: str, **changes: str) -> dict[str, str]:
    values = dict.fromkeys(ROSTER_COLUMNS, "") | {
        "agent_id": agent_id,
        "agent": agent_id.capitalize(),
        "date": start[:10],
        "shift": "day",
        "start_utc": start,
        "end_utc": end,
        "agent_timezone": "Europe/London",
        "queues": "phone;chat",
        "breaks": "12:00-12:30",
        "paid_minutes": "450",
    }
    return values | changes


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A roster of two people, Ana's shifts not in order, one past midnight of the clock change."""
    folder = tmp_path / "jobs" / "one" / "result"
    (folder / "calendars").mkdir(parents=True)
    rows = [
        row("ana", "2026-03-28T22:00:00+00:00", "2026-03-29T06:00:00+00:00", shift="=night"),
        row("ana", "2026-03-23T09:00:00+00:00", "2026-03-23T17:00:00+00:00"),
        row("ben", "2026-03-24T09:00:00+00:00", "2026-03-24T17:00:00+00:00"),
    ]
    (folder / "roster.csv").write_bytes(table_csv(ROSTER_COLUMNS, rows))
    for agent_id in ("ana", "ben"):
        (folder / "calendars" / f"{agent_id}.ics").write_bytes(agent_id.encode())
    make_current(current_folder(tmp_path, "tiny", MONDAY), folder)
    return tmp_path


def test_an_agent_reads_their_own_shifts_in_their_own_time(out: Path) -> None:
    week = my_shifts(ANA, "ana", out=out, case="tiny", zone=LONDON, monday=MONDAY)
    assert week.rostered
    assert [shift.agent_id for shift in week.shifts] == ["ana", "ana"]
    first, second = week.shifts
    assert (first.day, first.start.hour, first.queues) == (MONDAY, 9, ("phone", "chat"))
    assert first.breaks == ("12:00-12:30",)
    assert (second.shift, f"{second.end:%H:%M}") == ("=night", "07:00")  # clocks went forward
    assert week.paid_hours == 15
    assert my_calendar(ANA, "ana", out=out, case="tiny", monday=MONDAY) == b"ana"


def test_an_agent_never_reads_anothers_shifts(out: Path) -> None:
    settings = Settings(rosters=ROSTERS, out=out)
    asks: list[Callable[[User], object]] = [
        lambda u: my_shifts(u, "ben", out=out, case="tiny", zone=LONDON, monday=MONDAY),
        lambda u: my_calendar(u, "ben", out=out, case="tiny", monday=MONDAY),
        lambda u: my_details(u, "ben", settings=settings, case="tiny"),
        lambda u: read_result(u, current_folder(out, "tiny", MONDAY), case="tiny"),
    ]
    for ask in asks:
        with pytest.raises(AccessDenied):
            ask(ANA)
    planner = User(name="P", role=Role.PLANNER)
    for ask in asks[:3]:
        with pytest.raises(AccessDenied):
            ask(planner)


def test_a_week_without_a_roster_is_not_an_error(out: Path) -> None:
    later = MONDAY + timedelta(days=7)
    week = my_shifts(ANA, "ana", out=out, case="tiny", zone=LONDON, monday=later)
    assert (week.rostered, week.shifts) == (False, ())
    assert my_calendar(ANA, "ana", out=out, case="tiny", monday=later) is None


def test_an_agent_who_has_left_the_case_is_told_so(out: Path) -> None:
    settings = Settings(rosters=ROSTERS, out=out)
    gone = User(name="Gone", role=Role.AGENT, agent_id="gone")
    with pytest.raises(InputError, match=r"agents\.csv"):
        my_details(gone, "gone", settings=settings, case="tiny")
    assert my_details(ANA, "ana", settings=settings, case="tiny").agent_id == "ana"


def test_this_week_and_the_next_unless_only_others_are_rostered(out: Path) -> None:
    def shown(today: date) -> date:
        first, second = weeks_to_show(out=out, case="tiny", today=today)
        assert second - first == timedelta(days=7)
        return first

    assert current_mondays(out, "tiny") == [MONDAY]
    assert shown(MONDAY + timedelta(days=6)) == MONDAY  # within it
    assert shown(MONDAY - timedelta(days=1)) == MONDAY - timedelta(days=7)  # it comes next
    assert shown(MONDAY + timedelta(days=300)) == MONDAY  # long past: better than nothing
    assert weeks_to_show(out=out, case="none", today=MONDAY)[0] == MONDAY


def test_clock_changes_of_a_week_as_a_walk_through_its_minutes_finds_them() -> None:
    forward = clock_change(MONDAY, LONDON)
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
