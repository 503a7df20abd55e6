"""Activities: counted for a crew by the solver, held one by one against every way to place them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from builders import MONDAY, agent, every_busy, problem, queue, requirement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from forecasting.special_days import OpeningHours
from scheduler.errors import InputError
from scheduler.rostering.activities import Activity, ActivityBlock
from scheduler.rostering.activity_places import CrewPlaces, Room
from scheduler.rostering.breaks import Break, BreakTemplate
from scheduler.rostering.check import check, penalties
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Published, Roster
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.solver import solve

ONE = SolveParams(seconds=20, workers=1)
HOUR = timedelta(hours=1)
LUNCH = BreakTemplate(earliest=time(9), latest=time(10), length=HOUR)
TEA = BreakTemplate(earliest=time(10), latest=time(11), length=HOUR, paid=True)
MORNING = ShiftTemplate(name="morning", start=time(8), end=time(12), break_step=HOUR)
LATER = ShiftTemplate(name="later", start=time(9), end=time(13), break_step=HOUR)
MEETING = Activity(name="meeting", kind="together", length=HOUR, step=HOUR)
TRAINING = Activity(name="training", kind="each", length=HOUR, step=HOUR, price=3)
ACCOUNTS = Activity(
    name="accounts", kind="shared", hours_week=3, min_block=HOUR, max_block=2 * HOUR, step=HOUR
)


def desk(
    *activities: Activity,
    people: int = 2,
    templates: tuple[ShiftTemplate, ...] = (MORNING,),
    wanted: tuple[int, ...] = (1, 1, 1, 1, 0),
    days: int = 1,
) -> Problem:
    """People on the phone from eight to one, so many wanted each hour."""
    need = requirement(days=days, hours=1, queues=(queue(promise="interval"),))
    required = np.zeros_like(need.required)
    for day in range(days):
        required[0, 24 * day + 8 : 24 * day + 13] = wanted
    return problem(
        days=days,
        need=replace(need, required=required),
        templates=templates,
        agents=tuple(agent(f"a{n}") for n in range(people)),
        activities=activities,
    )


def costs(p: Problem, roster: Roster) -> tuple[int, ...]:
    paid = penalties(p, roster)
    return tuple(sum(x.cost for x in paid if x.rule in group) for group in p.order)


def every_roster(p: Problem) -> Iterator[Roster]:
    """Everybody off or on any shift, breaks and activities anywhere; most of them are invalid."""
    ways = []
    for who in p.agents:
        options = [option for option in p.options if option.agent_id == who]
        days = sorted({option.shift.day for option in options})
        for day in days:
            own: list[Assignment | None] = [None]
            own += [
                Assignment(agent_id=who, shift=shift, queues=("phone",))
                for option in options
                if option.shift.day == day
                for shift in every_busy(p, p.agents[who], option.shift)
            ]
            ways.append(own)
    for chosen in product(*ways):
        yield Roster.of(each for each in chosen if each is not None)


def best_by_hand(p: Problem) -> tuple[int, ...] | None:
    return min((costs(p, r) for r in every_roster(p) if not check(p, r)), default=None)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_counting_activities_is_as_good_as_trying_every_way(data: st.DataObject) -> None:
    pool = [
        MEETING,
        replace(MEETING, windows=OpeningHours.parse("Mon 09:00-11:00"), must=True),
        TRAINING,
        replace(TRAINING, length=2 * HOUR, at_once=1, must=True),
        ACCOUNTS,
        replace(ACCOUNTS, hours_week=2, max_block=3 * HOUR, agents=frozenset({"a0"})),
        replace(ACCOUNTS, at_once=1, windows=OpeningHours.parse("Mon 08:00-10:00, 11:00-12:00")),
    ]
    chosen = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=2))
    named = {each.name: each for each in chosen}
    breaks = data.draw(st.sampled_from([(), (LUNCH,), (LUNCH, TEA)]))
    first = replace(MORNING, breaks=breaks)
    templates = data.draw(st.sampled_from([(first,), (first, LATER)]))
    wanted = data.draw(st.tuples(*[st.integers(0, 2)] * 5))
    p = desk(*named.values(), templates=templates, wanted=wanted)
    result = solve(p, ONE)
    best = best_by_hand(p)
    assert result.status == ("infeasible" if best is None else "optimal")
    if result.roster is not None:
        assert check(p, result.roster) == []
        assert costs(p, result.roster) == best


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    breaks=st.sampled_from([(), (LUNCH,), (LUNCH, TEA), (TEA,)]),
    done=st.lists(st.sampled_from([TRAINING, ACCOUNTS]), min_size=1, max_size=2, unique=True),
    met=st.sampled_from([None, 8, 10, 11]),
    hours=st.integers(4, 6),
    members=st.integers(1, 3),
    wanted=st.lists(st.integers(0, 3), min_size=6, max_size=6),
    worth=st.integers(0, 2),
)
def test_a_crew_counts_as_well_as_one_by_one(
    breaks: tuple[BreakTemplate, ...],
    done: list[Activity],
    met: int | None,
    hours: int,
    members: int,
    wanted: list[int],
    worth: int,
) -> None:
    template = replace(MORNING, end=time(8 + hours), breaks=breaks)
    p = desk(*done, *([MEETING] if met else []), people=1, templates=(template,))
    shift, person = p.options[0].shift, p.team.agents[0]
    moments = [shift.start + n * HOUR for n in range(hours)]
    meeting = ActivityBlock(
        start=shift.start + ((met or 8) - 8) * HOUR,
        end=shift.start + ((met or 8) - 7) * HOUR,
        activity="meeting",
    )

    def cost(away: list[int], minutes: int) -> int:
        short = (max(0, w - members + a) for w, a in zip(wanted, away, strict=False))
        return sum(short) * 60 - worth * minutes

    # Naively: every way in which everybody's day can be, one by one.
    each = {
        (busy.breaks, busy.activities)
        for busy in every_busy(p, person, shift)
        if [b for b in busy.activities if b.activity == "meeting"] == ([meeting] if met else [])
    }
    ways = [_away_and_done(rests, blocks, moments) for rests, blocks in each]
    best = min(
        (
            cost([sum(c) for c in zip(*(a for a, _ in way), strict=True)], sum(m for _, m in way))
            for way in combinations_with_replacement(ways, members)
        ),
        default=None,
    )

    cp = cp_model.CpModel()
    count = cp.new_int_var(members, members, "count")
    whole = (shift.start, shift.end)
    held = cp.new_constant(1)
    places = CrewPlaces(
        cp,
        shift.windows,
        count=count,
        most=members,
        rooms=[(activity, [Room(window=whole, within=whole)]) for activity in done],
        meetings=[(meeting, held)] if met else [],
        moments=moments,
    )
    short = [cp.new_int_var(0, 9, f"short{n}") for n in range(hours)]
    for one, at, want in zip(short, moments, wanted, strict=False):
        cp.add(one + count - sum(places.away(at)) >= want)
    cp.minimize(60 * sum(short) - worth * sum(part.minutes for part in places.parts))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(cp)
    assert (status == cp_model.OPTIMAL) == (best is not None)
    if best is None:
        return
    assert round(solver.objective_value) == best
    dealt = [day for part in places.parts for day in part.deal(MONDAY, solver.value)]
    plain = places.deal_plain(members - len(dealt), MONDAY, solver.value)
    extra = [meeting] if met else []
    days = [shift.with_breaks(rests).with_activities([block, *extra]) for rests, block in dealt]
    days += [shift.with_breaks(rests).with_activities(extra) for rests in plain]
    assert len(days) == members
    assert all((day.breaks, day.activities) in each for day in days)


def _away_and_done(
    rests: tuple[Break, ...], blocks: tuple[ActivityBlock, ...], moments: list[datetime]
) -> tuple[list[int], int]:
    """Whether somebody is away at each moment, and the minutes of what they do alone."""
    away = [sum(x.start <= at < x.end for x in (*rests, *blocks)) for at in moments]
    alone = [b.end - b.start for b in blocks if b.activity != "meeting"]
    return away, sum(each // timedelta(minutes=1) for each in alone)


def test_every_break_of_a_crowd_has_its_place_beside_what_they_do_alone() -> None:
    """Counts that one colour each could not follow: a block between two breaks of one person."""
    breaks = (LUNCH, TEA)
    p = desk(
        replace(TRAINING, price=100),
        people=4,
        templates=(replace(MORNING, end=time(13), breaks=breaks),),
        wanted=(2, 2, 1, 2, 2),
    )
    result = solve(p, ONE)
    assert result.status == "optimal"
    assert result.roster is not None
    assert check(p, result.roster) == []
    assert all(len(a.shift.activities) == 1 for a in result.roster.assignments)


def test_people_in_a_meeting_are_not_on_the_phone() -> None:
    p = desk(replace(MEETING, must=True), wanted=(2, 2, 1, 2, 0))
    result = solve(p, ONE)
    assert result.roster is not None
    starts = {b.start.hour for a in result.roster.assignments for b in a.shift.activities}
    assert starts == {10}  # where one is wanted, two are missed less than elsewhere
    (short,) = [x for x in result.penalties if x.rule == "coverage"]
    assert short.amount == 60


@pytest.mark.parametrize(("frozen", "hour"), [(1, 8), (0, 10)])
def test_a_meeting_before_the_freeze_line_stays_where_it_was(frozen: int, hour: int) -> None:
    p = desk(replace(MEETING, must=True), wanted=(2, 2, 1, 2, 0))
    shift = p.options[0].shift
    block = ActivityBlock(start=shift.start, end=shift.start + HOUR, activity="meeting")
    met = shift.with_activities([block])
    known = Roster.of(Assignment(agent_id=who, shift=met, queues=("phone",)) for who in p.agents)
    assert check(p, known) == []
    freeze = shift.start + (2 * frozen - 1) * HOUR
    result = solve(replace(p, published=Published(roster=known, freeze=freeze)), ONE)
    assert result.roster is not None
    starts = {b.start.hour for a in result.roster.assignments for b in a.shift.activities}
    assert starts == {hour}


def test_nobody_is_trained_twice_and_everybody_once_in_two_days() -> None:
    p = desk(TRAINING, days=2, people=3)
    result = solve(p, ONE)
    assert result.roster is not None
    assert [x for x in result.penalties if x.rule == "activities"] == []
    trained = [a.agent_id for a in result.roster.assignments for _ in a.shift.activities]
    assert sorted(trained) == ["a0", "a1", "a2"]


def test_without_activities_a_problem_counts_as_it_did() -> None:
    p = desk()
    assert p.slots == p.requirement.grid
    assert desk(replace(MEETING, step=HOUR / 4)).slots_an_interval == 4
    assert (
        desk(
            replace(MEETING, agents=frozenset({"a0"}), skills=frozenset({"chat"}), step=HOUR / 4)
        ).slots_an_interval
        == 1
    )


@pytest.mark.parametrize(
    ("kind", "values", "column"),
    [
        ("together", {}, "length"),
        ("each", {"length": HOUR, "hours_week": 2}, "hours_week"),
        ("shared", {"hours_week": 2, "length": HOUR}, "length"),
        ("shared", {}, "hours_week"),
        ("shared", {"hours_week": -1}, "hours_week"),
        ("shared", {"hours_week": 1, "min_block": 2 * HOUR, "max_block": HOUR}, "min_block"),
        ("together", {"length": HOUR, "zone": "agent"}, "zone"),
        ("together", {"length": HOUR, "at_once": 2}, "at_once"),
        ("each", {"length": timedelta(seconds=90)}, "length"),
        ("each", {"length": HOUR, "times_week": 0}, "times_week"),
        ("each", {"length": HOUR, "price": -1}, "price"),
        ("each", {"length": HOUR, "name": "a;b"}, "name"),
    ],
)
def test_half_an_activity_is_refused(kind: str, values: dict[str, object], column: str) -> None:
    with pytest.raises(InputError, match=column):
        Activity(**({"name": "any", "kind": kind} | values))  # type: ignore[arg-type]  # wrong on purpose


def _told(p: Problem, *blocks: tuple[str, int, int]) -> list[str]:
    """What the checker says of the first agent's shift with blocks from hour to hour."""
    shift = p.options[0].shift.settled()
    midnight = shift.start - 8 * HOUR
    done = [
        ActivityBlock(start=midnight + a * HOUR, end=midnight + b * HOUR, activity=name)
        for name, a, b in blocks
    ]
    busy = shift.with_activities(done)
    roster = Roster.of([Assignment(agent_id="a0", shift=busy, queues=("phone",))])
    return [v.words for v in check(p, roster) if v.rule == "activity_times"]


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ([], []),
        ([("accounts", 8, 9)], []),
        ([("accounts", 8, 10)], []),
        ([("accounts", 8, 11)], ["too short or too long"]),
        ([("accounts", 12, 13)], ["not inside the shift"]),
        ([("accounts", 10, 12)], ["during a break"]),
        ([("accounts", 8, 9), ("training", 10, 11)], ["one may be"]),
        ([("meeting", 10, 11), ("training", 8, 9)], []),
        ([("meeting", 10, 11), ("training", 10, 11)], ["at once"]),
        ([("meeting", 8, 9)], ["not in its window"]),
        ([("nothing", 8, 9)], ["does not belong to"]),
        ([("meeting", 9, 10), ("meeting", 10, 11)], ["2 times"]),
    ],
)
def test_activities_are_held_against_their_windows(
    blocks: list[tuple[str, int, int]], told: list[str]
) -> None:
    lunch = BreakTemplate(start=time(11), end=time(12))
    p = desk(
        replace(MEETING, windows=OpeningHours.parse("Mon 09:00-11:00")),
        TRAINING,
        ACCOUNTS,
        people=1,
        templates=(replace(MORNING, breaks=(lunch,)),),
    )
    found = _told(p, *blocks)
    assert len(found) == len(told), found
    assert all(words in each for words, each in zip(told, found, strict=True))


def test_who_is_at_work_joins_the_others() -> None:
    p = desk(MEETING)
    shift = p.options[0].shift
    block = ActivityBlock(start=shift.start, end=shift.start + HOUR, activity="meeting")
    at_it = Assignment(agent_id="a0", shift=shift.with_activities([block]), queues=("phone",))
    not_at_it = Assignment(agent_id="a1", shift=shift, queues=("phone",))
    (broken,) = check(p, Roster.of([at_it, not_at_it]))
    assert (broken.rule, broken.agent_id) == ("activity_times", "a1")
    assert check(p, Roster.of([at_it])) == []


def test_a_meeting_that_must_be_held_and_cannot_is_named() -> None:
    p = desk(replace(MEETING, must=True, windows=OpeningHours.parse("Tue 10:00-12:00")))
    result = solve(p, ONE)
    assert result.clash is not None
    ((clause,),) = result.clash.sets
    assert clause.words == f"meeting takes place once in the week of {MONDAY:%d %b}"
