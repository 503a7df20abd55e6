"""Breaks in windows: counted for a crew by the solver, one by one for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

import pytest
from builders import LONDON, MONDAY, agent, every_placing, problem, requirement
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model
from tiny_breaks import WITH_LUNCH

from scheduler.errors import InputError
from scheduler.rostering.breaks import Break, BreakTemplate, BreakWindow
from scheduler.rostering.check import check
from scheduler.rostering.params import SolveParams
from scheduler.rostering.placing import BreakPlaces
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import Shift, ShiftTemplate, date_shift
from scheduler.rostering.solver import solve

ONE = SolveParams(seconds=20, workers=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUARTER = 15 * MINUTE
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
LUNCH = BreakTemplate(earliest=time(11), latest=time(14), length=30 * MINUTE)
DAY = ShiftTemplate(name="day", start=time(9), end=time(17), breaks=(LUNCH,))


def _dated(template: ShiftTemplate, day: date = MONDAY, zone: ZoneInfo = LONDON) -> Shift:
    return date_shift(template, day, zone=zone, agent_zone=zone)


def _clocks(moments: tuple[datetime, ...]) -> list[str]:
    return [f"{moment.astimezone(LONDON):%H:%M}" for moment in moments]


def test_a_window_has_its_starts_and_no_place_yet() -> None:
    shift = _dated(replace(DAY, break_step=HOUR))
    assert shift.breaks == ()
    assert _clocks(shift.windows[0].starts) == ["11:00", "12:00", "13:00", "14:00"]
    assert shift.paid_minutes == 450
    settled = shift.settled()
    assert settled.windows == ()
    assert (settled.breaks[0].start, settled.paid_minutes) == (NINE + 2 * HOUR, 450)


def test_a_window_may_count_from_the_start_of_the_shift() -> None:
    rest = BreakTemplate(earliest=2 * HOUR, latest=150 * MINUTE, length=QUARTER, paid=True)
    shift = _dated(replace(DAY, breaks=(rest,)))
    assert _clocks(shift.windows[0].starts) == ["11:00", "11:15", "11:30"]
    assert shift.paid_minutes == 480


def test_breaks_leave_room_for_each_other() -> None:
    tight = (
        BreakTemplate(earliest=time(9), latest=time(16), length=QUARTER),
        BreakTemplate(start=time(12), end=time(12, 30)),
        BreakTemplate(earliest=time(9), latest=time(16, 45), length=HOUR),
    )
    first, last = _dated(replace(DAY, breaks=tight, break_gap=2 * HOUR, break_step=QUARTER)).windows
    assert _clocks((first.starts[0], first.starts[-1])) == ["09:00", "09:45"]
    assert _clocks((last.starts[0], last.starts[-1])) == ["14:30", "16:00"]


@pytest.mark.parametrize(
    "breaks",
    [
        (BreakTemplate(earliest=time(16, 45), latest=time(17), length=HOUR),),
        (BreakTemplate(earliest=time(8), latest=time(9), length=HOUR),),
        (BreakTemplate(earliest=time(13), latest=time(12), length=HOUR),),
        (LUNCH, BreakTemplate(earliest=time(9), latest=time(11), length=HOUR)),
        (BreakTemplate(start=time(12), end=time(16)), LUNCH),
    ],
)
def test_breaks_without_room_are_refused(breaks: tuple[BreakTemplate, ...]) -> None:
    with pytest.raises(InputError, match="breaks of shift day"):
        replace(DAY, breaks=breaks)


@pytest.mark.parametrize(
    "half",
    [
        {},
        {"start": time(9)},
        {"earliest": time(9), "latest": time(10)},
        {"start": time(9), "end": time(10), "length": HOUR},
        {"earliest": timedelta(seconds=30), "latest": HOUR, "length": HOUR},
    ],
)
def test_half_a_break_is_refused(half: dict[str, object]) -> None:
    with pytest.raises(InputError):
        BreakTemplate(**half)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("day", "dst", "first", "last"),
    [
        # Clocks go forward at one: 02:00 is two hours after 23:00 in absolute time.
        (date(2026, 3, 28), "keep_end", (1, 0), (2, 0)),
        (date(2026, 3, 28), "keep_duration", (2, 0), (3, 0)),
        (date(2026, 10, 24), "keep_end", (2, 0), (3, 0)),
        (date(2026, 10, 24), "keep_duration", (1, 0), (2, 0)),
    ],
)
def test_a_window_on_a_night_of_clock_changes(
    day: date, dst: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    night = ShiftTemplate(
        name="night",
        start=time(23),
        end=time(7),
        dst=dst,  # type: ignore[arg-type]  # drawn from the literals
        breaks=(BreakTemplate(earliest=time(2), latest=time(3), length=30 * MINUTE),),
    )
    starts = _dated(night, day).windows[0].starts
    assert [(at.hour, at.minute) for at in (starts[0], starts[-1])] == [first, last]


def _windows(draws: list[tuple[int, int, int]], gap: int) -> tuple[BreakWindow, ...]:
    """Breaks of a made-up shift: first start, number of starts, and length, in quarters."""
    return tuple(
        BreakWindow(
            starts=tuple(NINE + (low + n) * QUARTER for n in range(width)),
            length=length * QUARTER,
            gap=gap * QUARTER,
        )
        for low, width, length in draws
    )


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    draws=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(1, 2)), min_size=1, max_size=3
    ),
    gap=st.integers(0, 2),
    members=st.integers(1, 3),
    wanted=st.lists(st.integers(0, 3), min_size=12, max_size=12),
)
def test_counting_breaks_is_as_good_as_placing_everybodys(
    draws: list[tuple[int, int, int]], gap: int, members: int, wanted: list[int]
) -> None:
    windows = _windows(draws, gap)
    moments = [NINE + n * QUARTER for n in range(12)]
    shift = Shift(template="any", day=MONDAY, start=NINE, end=NINE + 4 * HOUR, windows=windows)
    # Naively: every way in which everybody's breaks can lie, and who is then missing when.
    each = [placed.breaks for placed in every_placing(shift)]
    away = [[sum(b.start <= at < b.end for b in one) for at in moments] for one in each]
    best = min(
        (
            sum(max(0, w - members + sum(column)) for w, *column in zip(wanted, *way, strict=True))
            for way in combinations_with_replacement(away, members)
        ),
        default=None,
    )

    cp = cp_model.CpModel()
    count = cp.new_int_var(members, members, "count")
    places = BreakPlaces(cp, windows, count=count, most=members)
    short = []
    for number, at in enumerate(moments):
        short.append(cp.new_int_var(0, 9, f"short{number}"))
        cp.add(short[-1] + count - sum(places.away(at)) >= wanted[number])
    cp.minimize(sum(short))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(cp)
    assert (status == cp_model.OPTIMAL) == (best is not None)
    if best is None:
        return
    assert round(solver.objective_value) == best
    dealt = list(places.deal(members, MONDAY, solver.value))
    assert len(dealt) == members
    assert all(breaks in each for breaks in dealt)


def test_a_solved_roster_has_its_breaks_placed_and_covered() -> None:
    p = problem(
        days=2,
        need=requirement(days=2, hours=1, floor=2),
        templates=(WITH_LUNCH,),
        agents=tuple(agent(f"a{n}") for n in range(3)),
    )
    result = solve(p, ONE)
    assert result.roster is not None
    assert len(result.roster.assignments) == 6
    assert all(len(a.shift.breaks) == 2 and not a.shift.windows for a in result.roster.assignments)
    # Three are there and two are wanted: with breaks one at a time nobody is missed from 6 to 14.
    (short,) = [x for x in result.penalties if x.rule == "coverage"]
    assert short.amount == 2 * 2 * 16 * 60


def test_slots_are_no_finer_than_needed() -> None:
    plain = problem(need=requirement(hours=1))
    assert plain.slots == plain.requirement.grid

    def slot(**changes: object) -> timedelta:
        return problem(
            need=requirement(hours=1),
            templates=(replace(DAY, **changes),),  # type: ignore[arg-type]  # tests mix freely
        ).slots.interval

    assert slot() == QUARTER
    assert slot(break_step=30 * MINUTE) == 30 * MINUTE
    assert slot(breaks=(replace(LUNCH, length=20 * MINUTE),), break_step=HOUR) == 20 * MINUTE


def _broken(p: Problem, *breaks: tuple[int, int, bool]) -> list[str]:
    """Rules broken by a shift with breaks so many minutes after nine, and so long."""
    planned = p.shift_on(p.team.agents[0], p.templates[0], MONDAY)
    assert planned is not None
    placed = [
        Break(start=NINE + at * MINUTE, end=NINE + (at + length) * MINUTE, paid=paid)
        for at, length, paid in breaks
    ]
    shift = replace(planned, breaks=tuple(placed), windows=())
    return [
        v.words.partition(": ")[2]
        for v in check(p, Roster.of([Assignment(agent_id="ana", shift=shift, queues=("phone",))]))
        if v.rule == "breaks"
    ]


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        ([(120, 30, False), (240, 15, True)], []),
        ([(300, 30, False), (390, 15, True)], []),
        ([(127, 30, False), (240, 15, True)], []),  # by hand, off the grid but in the window
        ([(105, 30, False), (240, 15, True)], ["is not one of 30 minutes"]),
        ([(120, 45, False), (240, 15, True)], ["is not one of 30 minutes"]),
        ([(120, 30, True), (240, 15, True)], ["is not one of 30 minutes"]),
        ([(210, 30, False), (270, 15, True)], ["too little time between"]),
        ([(120, 30, False)], ["no break of 15 minutes"]),
        ([(120, 30, False), (240, 15, True), (420, 15, True)], ["that the shift does not have"]),
        ([], ["no break of 30 minutes", "no break of 15 minutes"]),
    ],
)
def test_breaks_are_held_against_the_template(
    breaks: list[tuple[int, int, bool]], told: list[str]
) -> None:
    rest = BreakTemplate(earliest=4 * HOUR, latest=7 * HOUR, length=QUARTER, paid=True)
    p = problem(templates=(replace(DAY, breaks=(LUNCH, rest), break_gap=HOUR),))
    found = _broken(p, *breaks)
    assert len(found) == len(told), found
    assert all(words in each for words, each in zip(told, found, strict=True))


def test_a_fixed_break_must_be_there() -> None:
    fixed = BreakTemplate(start=time(12), end=time(12, 30))
    p = problem(templates=(replace(DAY, breaks=(fixed,)),))
    assert _broken(p, (180, 30, False)) == []
    assert len(_broken(p, (190, 30, False))) == 2  # one is missing, one is not the shift's
