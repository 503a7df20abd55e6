"""Small problems of every kind, made up by hypothesis: any rule may be in them, many at once."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, time, timedelta
from itertools import product
from typing import Any

from builders import EARLY, LATE, NIGHT, agent, problem, queue, requirement
from hypothesis import strategies as st
from tiny import assigned, off

from forecasting.grid import local_instant
from scheduler.labour_law import LAWS
from scheduler.people import Agent, Contract, TimeOff
from scheduler.rostering.activities import Activity
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.prices import ORDER, Prices
from scheduler.rostering.problem import Pin, Problem, Request
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.rules.catalogue import HARD
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wanted import PeopleWanted

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = date(2026, 3, 2)
TEMPLATES = (EARLY, LATE, NIGHT)
# The first three say what a shift is; without them there is nothing to compare.
WAIVABLE = [rule.name for rule in HARD[3:]]


def _seldom(value: st.SearchStrategy[Any], default: Any) -> st.SearchStrategy[Any]:
    """Mostly the default, so that not every rule is in every problem."""
    return st.one_of(st.just(default), st.just(default), st.just(default), value)


CONTRACTS = {
    "min_hours_week": _seldom(st.sampled_from([8.0, 16.0]), 0.0),
    "max_hours_week": st.sampled_from([24.0, 40.0, 168.0]),
    "period_weeks": st.integers(1, 3),
    "max_hours_period": _seldom(st.sampled_from([16.0, 40.0]), None),
    "normal_hours_week": _seldom(st.sampled_from([8.0, 16.0]), None),
    "max_days_week": st.sampled_from([2, 5, 7]),
    "max_consecutive_days": st.sampled_from([2, 3, 6]),
    "min_consecutive_days": _seldom(st.just(2), 1),
    "min_consecutive_days_off": _seldom(st.integers(2, 3), 1),
    "paired_days_off": _seldom(st.just(True), False),
    "max_weekends": _seldom(st.integers(0, 1), None),
    "of_weekends": st.integers(1, 2),
    "complete_weekends": _seldom(st.just(True), False),
    "forbidden_successions": _seldom(
        st.frozensets(
            st.sampled_from(list(product(("early", "late", "night"), repeat=2))), min_size=3
        ),
        frozenset(),
    ),
    "start_tolerance": _seldom(st.sampled_from([0 * HOUR, 8 * HOUR]), None),
    "max_early_week": _seldom(st.integers(0, 1), None),
    "max_late_week": _seldom(st.integers(0, 1), None),
    "max_unsocial_week": _seldom(st.integers(0, 1), None),
    "most_of_shift": _seldom(st.just((("early", 1), ("late", 0))), ()),
    "most_of_shift_period": _seldom(st.just((("early", 2),)), ()),
    "min_rest": st.sampled_from([0 * HOUR, 8 * HOUR, 11 * HOUR]),
    "weekly_rest": _seldom(st.sampled_from([24 * HOUR, 35 * HOUR]), 0 * HOUR),
    "law": _seldom(st.sampled_from(["country", *LAWS]), ""),
    "weekdays": _seldom(st.frozensets(st.integers(0, 6), min_size=4), frozenset(range(7))),
    "works_public_holidays": st.booleans(),
    "lieu_weeks": st.sampled_from([0, 1, 2]),
}
LIMITS = {
    "people_on_shift": _seldom(st.just((("late", 1),)), ()),
    "least_on_shift": _seldom(st.just((("late", 1), ("night", 2))), ()),
    "seats": _seldom(st.just((("Leeds", 1),)), ()),
    "most_away": _seldom(st.integers(0, 1), None),
    "budget": _seldom(st.sampled_from([0.0, 300.0, 500.0]), None),
    "lead_seniority": _seldom(st.just(2), None),
    "languages": _seldom(st.just((("zh", 1),)), ()),
    "points": _seldom(st.just((("late", 1), ("night", 3))), ()),
    "weekend_points": _seldom(st.integers(1, 2), 0),
}


_FOUR = 4 * HOUR
_TOGETHER = Activity(name="meeting", kind="together", length=_FOUR, step=_FOUR)
_EACH = Activity(name="training", kind="each", length=8 * HOUR, step=_FOUR, zone="agent")
_SHARED = Activity(
    name="accounts", kind="shared", hours_week=12, min_block=_FOUR, max_block=8 * HOUR, step=_FOUR
)
ACTIVITIES = [
    (_TOGETHER,),
    (replace(_TOGETHER, times_week=2, contracts=frozenset({"other"}), must=True),),
    (_EACH,),
    (replace(_EACH, at_once=1, must=True),),
    (_SHARED,),
    (replace(_SHARED, at_once=1), _TOGETHER),
    (replace(_SHARED, skills=frozenset({"lang:zh"})), _EACH),
]


@st.composite
def _agents(draw: st.DrawFn, day: date, rotations: tuple[Rotation, ...]) -> tuple[Agent, ...]:
    rotating = rotations and draw(st.booleans())
    ana = agent(
        seniority=draw(st.integers(0, 3)),
        site=draw(st.sampled_from(["", "Leeds"])),
        hourly_cost=draw(st.sampled_from([12.5, 19.99])),
        points=draw(st.integers(0, 4)),
        joined=draw(_seldom(st.just(day), None)),
        overtime_hours=draw(st.sampled_from([0.0, 8.0])),
        contract_changes=draw(_seldom(st.just(((day, "other"),)), ())),
        rotation=rotations[0].name if rotating else "",
        rotation_start=MONDAY if rotating else None,
        earliest_local=draw(_seldom(st.just(time(10)), None)),
    )
    ben = agent(
        "ben",
        contract=draw(st.sampled_from(["full", "other"])),
        seniority=draw(st.integers(0, 3)),
        site="Leeds",
        hourly_cost=15.0,
        skills=frozenset({"phone", "lang:zh"}),
        shifts=draw(_seldom(st.just(frozenset({"early"})), frozenset())),
        left=draw(_seldom(st.just(day), None)),
    )
    return draw(st.sampled_from([(ana,), (ana, ben)]))


@st.composite
def _order(draw: st.DrawFn) -> tuple[tuple[str, ...], ...]:
    """The house's order, or the rules in any order and any groups."""
    names = [name for group in ORDER for name in group]
    if draw(st.booleans()):
        return ORDER
    shuffled = draw(st.permutations(names))
    cuts = sorted(draw(st.sets(st.integers(1, len(names) - 1), max_size=3)))
    return tuple(tuple(shuffled[a:b]) for a, b in zip([0, *cuts], [*cuts, len(names)], strict=True))


@st.composite
def _wishes(draw: st.DrawFn, who: list[str], days: list[date]) -> tuple[Request, ...]:
    hours = st.sampled_from([None, time(5), time(13), time(23)])
    wish = st.builds(
        Request,
        agent_id=st.sampled_from(who),
        day=st.sampled_from(days),
        kind=st.sampled_from(["want", "want", "avoid", "avoid", "cannot"]),
        shift=st.sampled_from(["", "", "early", "late"]),
        weight=st.integers(1, 3),
        window_from=_seldom(hours, None),
        window_until=_seldom(hours, None),
    )
    return tuple(draw(st.lists(wish, max_size=3)))


def _leave(draw: st.DrawFn, days: list[date], zone: Any) -> tuple[TimeOff, ...]:
    day = draw(_seldom(st.sampled_from(days), None))
    if day is None:
        return ()
    start = local_instant(day, time(draw(st.sampled_from([0, 12]))), zone)
    return (off(start, start + DAY),)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """One or two agents, a few days, early, late and night shifts, past and wishes."""
    days = draw(st.integers(1, 7))
    first = MONDAY + draw(st.integers(0, 6)) * DAY
    dates = [first + n * DAY for n in range(days)]
    words = st.tuples(*[st.sampled_from(["any", "off", "early"])] * 7)
    rotations = draw(_seldom(st.builds(Rotation, name=st.just("r"), weeks=st.tuples(words)), None))
    rounds = () if rotations is None else (rotations,)
    people = draw(_agents(draw(st.sampled_from(dates)), rounds))
    templates = _templates(draw, days * len(people))
    running = {template.name for template in templates}
    contracts = tuple(_contract(draw, name, running) for name in ("full", "other"))
    limits = draw(st.fixed_dictionaries(LIMITS))
    for key in ("people_on_shift", "least_on_shift", "points"):
        limits[key] = tuple(pair for pair in limits[key] if pair[0] in running)
    who = [each.agent_id for each in people]
    wishes = [wish for wish in draw(_wishes(who, dates)) if wish.shift in running or not wish.shift]
    if "early" not in running:
        rounds = ()
    p = problem(
        first=first,
        days=days,
        agents=tuple(_fitting(each, running, rounds) for each in people),
        contracts=contracts,
        templates=templates,
        time_off=_leave(draw, dates, people[0].zone),
        need=requirement(
            first=first,
            days=days,
            queues=(queue(promise=draw(st.sampled_from(["interval", "day", "week"]))),),
            offered=draw(st.sampled_from([0.0, 4.0, 11.5])),
            floor=draw(st.integers(0, 2)),
            required=draw(st.integers(0, 2)),
        ),
        requests=tuple(wishes),
        pins=_pins(draw, who, dates, running),
        holidays=draw(_seldom(st.just({"GB": frozenset({dates[-1]})}), {})),
        wanted=draw(_seldom(_wanted(dates, sorted(running)), ())),
        limits=TeamLimits(**limits),
        rotations=rounds,
        activities=draw(_seldom(st.sampled_from(ACTIVITIES), ())),
        order=draw(_order()),
        prices=draw(st.sampled_from([Prices(), _dear()])),
        waived=draw(
            _seldom(st.frozensets(st.sampled_from([r.name for r in HARD[3:]])), frozenset())
        ),
    )
    past = draw(st.lists(st.tuples(st.integers(-7, -1), st.sampled_from(templates)), max_size=4))
    by_day = dict(past)
    worked = [assigned(p, first + n * DAY, template) for n, template in by_day.items()]
    return replace(p, past=tuple(worked))


def _templates(draw: st.DrawFn, agent_days: int) -> tuple[ShiftTemplate, ...]:
    """As many templates as keep the rosters few enough to try them all, or a few more."""
    most = max(1, min(3, 14 // agent_days))
    return tuple(draw(st.permutations(TEMPLATES))[: draw(st.integers(1, most))])


def _contract(draw: st.DrawFn, name: str, running: set[str]) -> Contract:
    values = draw(st.fixed_dictionaries(CONTRACTS))
    pairs = values["forbidden_successions"]
    values["forbidden_successions"] = frozenset(p for p in pairs if set(p) <= running)
    for key in ("most_of_shift", "most_of_shift_period"):
        values[key] = tuple(p for p in values[key] if p[0] in running)
    return Contract(name=name, **values)


def _wanted(dates: list[date], running: list[str]) -> st.SearchStrategy[tuple[PeopleWanted, ...]]:
    wishes = st.builds(
        PeopleWanted,
        day=st.sampled_from(dates),
        shift=st.sampled_from(running),
        people=st.integers(0, 2),
        short_weight=st.integers(0, 3),
        over_weight=st.integers(0, 2),
    )
    return st.lists(wishes, min_size=1, max_size=3).map(tuple)


def _pins(draw: st.DrawFn, who: list[str], dates: list[date], running: set[str]) -> tuple[Pin, ...]:
    if not draw(_seldom(st.just(True), False)):
        return ()
    shift = draw(st.sampled_from(["", *sorted(running)]))
    return (Pin(agent_id=who[0], day=draw(st.sampled_from(dates)), shift=shift),)


def _fitting(each: Agent, running: set[str], rounds: tuple[Rotation, ...]) -> Agent:
    """Leave out of an agent what this problem does not have."""
    known = replace(each, shifts=each.shifts & running)
    return known if rounds else replace(known, rotation="", rotation_start=None)


def _dear() -> Prices:
    return Prices(**{each.name: 7 + 3 * n for n, each in enumerate(fields(Prices))})
