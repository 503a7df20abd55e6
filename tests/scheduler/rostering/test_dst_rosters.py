"""Rosters over nights of clock changes and across the date line, held against absolute time.

Instants are worked out here from wall times with the standard library alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from builders import EARLY, FREE, LATE, NIGHT, agent, problem, requirement

from scheduler.rostering.check import check
from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Pin, Prices, Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.solver import solve

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PATIENT = SolveParams(seconds=20, workers=1)

# Zone, the Saturday before the change, and the minutes that the clock jumps ahead.
NIGHTS = [
    ("Europe/London", date(2026, 3, 28), 60),
    ("Europe/London", date(2026, 10, 24), -60),
    ("Australia/Sydney", date(2026, 10, 3), 60),
    ("Australia/Sydney", date(2026, 4, 4), -60),
    ("America/New_York", date(2026, 3, 7), 60),
    ("America/New_York", date(2026, 10, 31), -60),
    ("Australia/Lord_Howe", date(2026, 10, 3), 30),
    ("Australia/Lord_Howe", date(2026, 4, 4), -30),
]


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def _hours(assignments: list[Assignment]) -> float:
    return sum((a.shift.end - a.shift.start) / HOUR for a in assignments)


def _round_the_clock(zone: ZoneInfo, saturday: date, dst: str) -> Problem:
    """One agent wanted at every moment of the week, six agents of forty hours."""
    monday = saturday - 5 * DAY
    need = requirement(first=monday, days=7, hours=0.5, zone=zone, floor=1)  # type: ignore[arg-type]  # half an hour, for Lord Howe
    return problem(
        agents=tuple(agent(f"a{n}", zone=zone) for n in range(6)),
        contracts=(
            replace(FREE, max_hours_week=40, max_days_week=5, min_rest=timedelta(hours=11)),
        ),
        templates=(EARLY, LATE, replace(NIGHT, dst=dst)),
        first=monday,
        need=need,
        prices=Prices(paid_time=0, service=0),
    )


@pytest.mark.parametrize("dst", ["keep_end", "keep_duration"])
@pytest.mark.parametrize(("zone_key", "saturday", "jump"), NIGHTS)
def test_a_week_over_a_clock_change_is_right_in_absolute_time(
    zone_key: str, saturday: date, jump: int, dst: str
) -> None:
    zone = ZoneInfo(zone_key)
    p = _round_the_clock(zone, saturday, dst)
    result = solve(p, PATIENT)
    assert result.status in ("optimal", "feasible")
    assert result.roster is not None
    assert check(p, result.roster) == []
    walls = {"early": (6, 14), "late": (14, 22), "night": (22, 6)}
    tours = defaultdict(list)
    for each in result.roster.assignments:
        shift, (start, end) = each.shift, walls[each.shift.template]
        assert shift.start == _at(shift.day, time(start), zone)
        changes = shift.template == "night" and shift.day == saturday
        if dst == "keep_end" or not changes:
            assert shift.end == _at(shift.day + (end < start) * DAY, time(end), zone)
        worked = 8 * HOUR - jump * MINUTE * (changes and dst == "keep_end")
        assert shift.end - shift.start == worked
        assert shift.paid_minutes * MINUTE == worked
        tours[each.agent_id].append(each)
    for tour in tours.values():
        assert _hours(tour) <= 40
        for one, other in pairwise(tour):
            assert other.shift.start - one.shift.end >= 11 * HOUR
    _every_minute_is_counted_once(p, result.roster)
    if result.status == "optimal":
        # Nobody is there while the clock goes back and the night keeps its eight hours.
        gap = max(0, -jump) if dst == "keep_duration" else 0
        assert sum(x.amount for x in result.penalties if x.rule == "coverage") == 360 + gap


def _every_minute_is_counted_once(p: Problem, roster: Roster) -> None:
    """Agent-minutes on the grid are the absolute minutes of the shifts that lie in it."""
    grid = p.requirement.grid
    last = grid.starts_utc()[-1] + grid.interval
    inside = sum((min(a.shift.end, last) - a.shift.start for a in roster.assignments), 0 * HOUR)
    assert agent_minutes(p, roster).sum() == pytest.approx(inside / MINUTE)
    assert last - grid.start.astimezone(UTC) == len(grid) * grid.interval


@pytest.mark.parametrize(("zone_key", "saturday", "jump"), NIGHTS)
def test_rest_over_the_change_is_measured_in_absolute_time(
    zone_key: str, saturday: date, jump: int
) -> None:
    zone, sunday = ZoneInfo(zone_key), saturday + DAY
    evening = ShiftTemplate(name="evening", start=time(14), end=time(22))
    morning = ShiftTemplate(name="morning", start=time(9), end=time(17))
    rest = _at(sunday, time(9), zone) - _at(saturday, time(22), zone)
    assert rest == 11 * HOUR - jump * MINUTE
    for least, status in ((rest, "optimal"), (rest + MINUTE, "infeasible")):
        p = problem(
            agents=(agent(zone=zone),),
            contracts=(replace(FREE, min_rest=least),),
            templates=(evening, morning),
            first=saturday,
            days=2,
            need=requirement(first=saturday, days=2, hours=0.5, zone=zone),  # type: ignore[arg-type]  # as above
            pins=(
                Pin(agent_id="ana", day=saturday, shift="evening"),
                Pin(agent_id="ana", day=sunday, shift="morning"),
            ),
        )
        result = solve(p, PATIENT)
        assert result.status == status
        if result.clash is not None:
            assert "min_rest" in {c.rule for each in result.clash.sets for c in each}


AUCKLAND, HONOLULU = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu")


@pytest.mark.parametrize(
    ("monday", "apart"),
    [(date(2026, 3, 30), {23, 22}), (date(2026, 9, 21), {22, 23}), (date(2026, 6, 15), {22})],
)
def test_a_team_on_both_sides_of_the_date_line_keeps_its_own_days(
    monday: date, apart: set[int]
) -> None:
    office = ShiftTemplate(name="office", start=time(8), end=time(16), zone="service")
    night = replace(NIGHT, dst="keep_end")
    need = requirement(first=monday, days=7, hours=1, zone=AUCKLAND, floor=2)
    people = (
        *(agent(f"nz{n}", zone=AUCKLAND) for n in range(2)),
        *(agent(f"us{n}", zone=HONOLULU) for n in range(2)),
    )
    contract = replace(FREE, max_hours_week=40, max_days_week=5, min_rest=11 * HOUR)
    p = problem(
        agents=people,
        contracts=(contract,),
        templates=(office, night),
        first=monday,
        need=need,
        prices=Prices(paid_time=0, service=0),
    )
    result = solve(p, PATIENT)
    assert result.roster is not None
    assert check(p, result.roster) == []
    seen = set()
    for agent_id, tour in result.roster.tours().items():
        zone = AUCKLAND if agent_id.startswith("nz") else HONOLULU
        days = [a.shift.start.astimezone(zone).date() for a in tour]
        assert days == [a.shift.day for a in tour]
        assert len(set(days)) == len(days) <= 5
        assert all(monday <= day < monday + 7 * DAY for day in days)
        assert _hours(list(tour)) <= 40 + 1e-9
        for one, other in pairwise(tour):
            assert other.shift.start - one.shift.end >= 11 * HOUR
        for each in tour:
            if each.shift.template == "office":
                there = each.shift.start.astimezone(AUCKLAND)
                assert (there.hour, each.shift.end - each.shift.start) == (8, 8 * HOUR)
            if zone is HONOLULU:
                there = each.shift.start.astimezone(AUCKLAND)
                here = each.shift.start.astimezone(HONOLULU)
                ahead = there.replace(tzinfo=None) - here.replace(tzinfo=None)
                assert ahead / HOUR in apart
                assert (there.date() - here.date()) in (DAY, 0 * DAY)
                seen.add(ahead / HOUR)
    assert seen
    _every_minute_is_counted_once(p, result.roster)
