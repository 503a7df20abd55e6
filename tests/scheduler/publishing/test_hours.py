"""Hours for payroll against a twin that counts minute by minute."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import agent
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from scheduler.contract import Contract
from scheduler.errors import InputError
from scheduler.exchange.hours_table import HOURS_COLUMNS, hours_csv, hours_workbook
from scheduler.people import Agent, Team, TimeOff
from scheduler.publishing.attendance import Mark
from scheduler.publishing.hours import Hours, Period, hours_of
from scheduler.rostering.shifts import BreakTemplate, Shift, ShiftTemplate, date_shift

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = ("Europe/London", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Kathmandu")
# Weeks in which some clock of these changes, and one in which none does.
MONDAYS = (date(2026, 3, 23), date(2026, 3, 30), date(2026, 9, 21), date(2026, 10, 19))
UNSOCIAL = (time(23), time(6))
TEMPLATES = (
    ShiftTemplate(
        name="early",
        start=time(5),
        end=time(13),
        dst="keep_end",
        breaks=(
            BreakTemplate(start=time(8), end=time(8, 30)),
            BreakTemplate(start=time(10), end=time(10, 15), paid=True),
        ),
    ),
    ShiftTemplate(name="night", start=time(22), end=time(6), dst="keep_end"),
    ShiftTemplate(name="long night", start=time(20), end=time(8), dst="keep_duration"),
    ShiftTemplate(name="call", start=time(18), end=time(7), dst="keep_end", on_call_paid=33),
)
CONTRACTS = (
    Contract(name="full", normal_hours_week=20, lieu_weeks=4, works_public_holidays=True),
    Contract(name="part", normal_hours_week=13, max_hours_week=20),
    Contract(name="loose"),
)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    monday = draw(st.sampled_from(MONDAYS))
    first = monday + draw(st.integers(-2, 6)) * DAY
    who = agent(
        "ana",
        zone=zone,
        contract=draw(st.sampled_from(["full", "part", "loose"])),
        contract_changes=draw(
            st.sampled_from([(), ((monday + 3 * DAY, "part"),), ((monday + 7 * DAY, "full"),)])
        ),
    )
    shifts, marks = [], []
    for n in range(14):
        template = draw(st.sampled_from([None, *TEMPLATES]))
        if template is None:
            continue
        shift = date_shift(template, monday + n * DAY, zone=zone, agent_zone=zone)
        shifts.append(shift)
        kind = draw(st.sampled_from(["", "present", "no_show", "sick"]))
        if kind:
            length = (shift.end - shift.start) // MINUTE
            came, left = sorted(draw(st.tuples(st.integers(0, length), st.integers(0, length))))
            on_time = kind != "present" or came == left
            marks.append(
                Mark(
                    agent_id="ana",
                    day=shift.day,
                    shift=shift.template,
                    start=shift.start,
                    end=shift.end,
                    kind=kind,  # type: ignore[arg-type]  # drawn from the kinds
                    came_at=None if on_time else shift.start + came * MINUTE,
                    left_at=None if on_time else shift.start + left * MINUTE,
                )
            )
    return {
        "agent": who,
        "shifts": shifts,
        "marks": marks,
        "period": Period(first=first, last=first + draw(st.integers(0, 9)) * DAY),
        "holidays": frozenset({monday + 4 * DAY, monday + 6 * DAY}),
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases())
def test_minute_by_minute_it_comes_to_the_same(case: dict[str, Any]) -> None:
    team = Team(agents=(case["agent"],), contracts=CONTRACTS)
    found = hours_of(
        case["agent"],
        team,
        case["shifts"],
        case["marks"],
        case["period"],
        holidays=case["holidays"],
        unsocial=UNSOCIAL,
    )
    told = twin(team, **case)
    for name in ("rostered", "worked", "sick", "no_show", "late", "on_call", "unsocial"):
        assert getattr(found, name) == told[name], name
    assert found.holiday_worked == told["holiday_worked"]
    assert found.holidays_owed == told["holidays_owed"]
    assert {k: v for k, v in found.overtime.items() if v} == {
        kind: told[f"overtime {kind}"]
        for kind in ("weekday", "weekend", "holiday")
        if told[f"overtime {kind}"]
    }
    assert found.rostered == found.worked + found.sick + found.no_show + found.late


def twin(
    team: Team,
    *,
    agent: Agent,
    shifts: list[Shift],
    marks: list[Mark],
    period: Period,
    holidays: frozenset[date],
) -> Counter[str]:
    """Walk through every minute of every shift; nothing is clever here."""
    found: Counter[str] = Counter()
    so_far: Counter[date] = Counter()
    owed = set()
    for shift in shifts:
        day, counts = shift.day, period.first <= shift.day <= period.last
        mark = next((m for m in marks if m.start == shift.start), None)
        minutes: Counter[str] = Counter()
        now = shift.start
        while now < shift.end:
            resting = [b for b in shift.breaks if b.start <= now < b.end]
            there = mark is None or (
                mark.kind == "present"
                and (mark.came_at is None or mark.came_at <= now)
                and (mark.left_at is None or now < mark.left_at)
            )
            paid = all(b.paid for b in resting)
            minutes["paid"] += paid
            minutes["there"] += paid and there
            clock = now.astimezone(agent.zone).time()
            dark = clock >= UNSOCIAL[0] or clock < UNSOCIAL[1]
            if counts and there and not resting and shift.on_call_paid is None:
                found["unsocial"] += dark
            now += MINUTE
        share = 100 if shift.on_call_paid is None else shift.on_call_paid
        paid, done = minutes["paid"] * share // 100, minutes["there"] * share // 100
        monday = day - day.weekday() * DAY
        weekly = [team.contract_of(agent, monday + n * DAY).normal_hours_week for n in range(7)]
        kind = "weekend" if day.weekday() >= 5 else "weekday"
        kind = "holiday" if day in holidays else kind
        for _ in range(done):
            so_far[monday] += 1
            if None not in weekly and counts:
                # Sevenths by day; beyond them in exact whole numbers.
                found[f"overtime {kind}"] += (
                    so_far[monday] * 7 > 60 * sum(map(int, weekly)) // 7 * 7
                )
        if not counts:
            continue
        found["rostered"] += paid
        found["worked"] += done
        reason = {"present": "late"}.get(mark.kind, mark.kind) if mark else "late"
        found[reason] += paid - done
        found["on_call"] += done if shift.on_call_paid is not None else 0
        if day in holidays and done:
            found["holiday_worked"] += done
            if team.contract_of(agent, day).lieu_weeks:
                owed.add(day)
    found["holidays_owed"] = len(owed)
    return found


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_the_nights_in_which_clocks_change_have_their_real_hours(day: date, hours: int) -> None:
    zone = ZoneInfo("Europe/London")
    night = date_shift(TEMPLATES[1], day, zone=zone, agent_zone=zone)
    found = of(agent("ana", zone=zone), [night], Period(first=day, last=day))
    assert (found.worked, found.unsocial) == (hours * 60, (hours - 1) * 60)
    # It belongs to the date on which it starts, and to no other.
    other = Period(first=day + DAY, last=day + DAY)
    assert of(agent("ana", zone=zone), [night], other).worked == 0


def of(who: Agent, shifts: list[Shift], period: Period, *off: TimeOff) -> Hours:
    team = Team(agents=(who,), contracts=CONTRACTS, time_off=off)
    return hours_of(who, team, shifts, [], period, holidays=frozenset(), unsocial=UNSOCIAL)


def test_absence_counts_whole_working_days_in_the_agents_own_time() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    who = agent("ana", zone=zone, joined=date(2026, 3, 3))
    away = TimeOff(
        agent_id="ana",
        start=datetime(2026, 3, 2, tzinfo=zone),
        end=datetime(2026, 3, 6, 12, tzinfo=zone),
        kind="sick",
    )
    found = of(who, [], Period(first=date(2026, 3, 1), last=date(2026, 3, 31)), away)
    # Monday came before the first day, Friday was only half a day.
    assert found.absence == {"sick": 3}


def test_adjacent_periods_add_up() -> None:
    zone = ZoneInfo("Europe/London")
    shifts = [
        date_shift(TEMPLATES[n % 4], MONDAYS[0] + n * DAY, zone=zone, agent_zone=zone)
        for n in range(14)
    ]
    who = agent("ana", zone=zone)
    days = [MONDAYS[0] + n * DAY for n in range(14)]
    whole = of(who, shifts, Period(first=days[0], last=days[-1]))
    parts = [of(who, shifts, Period(first=day, last=day)) for day in days]
    for name in ("rostered", "worked", "on_call", "unsocial"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    for kind, minutes in whole.overtime.items():
        assert minutes == sum(part.overtime[kind] for part in parts)


def test_files_hold_numbers_as_numbers_and_text_as_text() -> None:
    zone = ZoneInfo("Europe/London")
    period = Period(first=MONDAYS[0], last=MONDAYS[0] + 6 * DAY)
    shift = date_shift(TEMPLATES[0], MONDAYS[0], zone=zone, agent_zone=zone)
    found = [of(agent("=1+1", zone=zone, name="@cmd"), [shift], period)]
    (header, row) = csv.reader(io.StringIO(hours_csv(found, period).decode()))
    told = dict(zip(header, row, strict=True))
    assert tuple(header) == HOURS_COLUMNS
    assert (told["agent_id"], told["agent"], told["worked_hours"]) == ("'=1+1", "'@cmd", "7.5")
    sheet = load_workbook(io.BytesIO(hours_workbook(found, period)))["hours"]
    cells = dict(zip(HOURS_COLUMNS, list(sheet.values)[1], strict=True))
    assert (cells["agent_id"], cells["worked_hours"]) == ("'=1+1", 7.5)
    assert {cell.data_type for line in sheet.rows for cell in line} <= {"s", "n"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "sick", "came_at": 10},
        {"kind": "present", "came_at": -1},
        {"kind": "present", "left_at": 10_000},
        {"kind": "present", "came_at": 60, "left_at": 60},
        {"kind": "present", "note": "x" * 2001},
    ],
)
def test_marks_that_no_shift_can_hold_are_refused(wrong: dict[str, Any]) -> None:
    zone = ZoneInfo("Europe/London")
    shift = date_shift(TEMPLATES[0], MONDAYS[0], zone=zone, agent_zone=zone)
    moments = {
        name: shift.start + wrong.pop(name) * MINUTE
        for name in ("came_at", "left_at")
        if name in wrong
    }
    with pytest.raises(InputError):
        Mark(
            agent_id="ana",
            day=shift.day,
            shift="early",
            start=shift.start,
            end=shift.end,
            **moments,
            **wrong,
        )
