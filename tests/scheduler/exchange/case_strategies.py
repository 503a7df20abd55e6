"""Small valid cases, made up by hypothesis."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st

from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.special_days import OpeningHours, SpecialDay
from scheduler.exchange.case import PRICED_RULES, RULES, Case
from scheduler.labour_law import KEYS
from scheduler.people import Agent, Contract, Team, TimeOff
from scheduler.rostering.activities import Activity
from scheduler.rostering.breaks import BreakTemplate
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Pin, Prices, Request
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wishes import WeeklyRequest
from scheduler.staffing.channels import Patience, Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.definitions import DEFINITIONS
from scheduler.staffing.hiring_policy import HiringPolicy
from scheduler.staffing.patience import WaitCount
from scheduler.staffing.patience_shapes import CurvePatience, MixedPatience

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/London", "Asia/Kathmandu", "America/St_Johns", "UTC")]
)
COUNTRIES = st.sampled_from(["", "GB", "NZ", "AU-WA"])
# Quotes, separators, line breaks, and everything a spreadsheet would take for a formula.
TEXTS = st.text(
    alphabet=st.sampled_from("abcXYZ 09'\"=+-@,;|\t\n|éß漢🙂%#[]"), min_size=1, max_size=12
).filter(lambda text: text == text.strip())
NAMES = TEXTS.filter(lambda text: ";" not in text)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
WEEKDAYS = st.frozensets(st.integers(0, 6))
LENGTHS = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))


def _opening() -> st.SearchStrategy[OpeningHours]:
    spans = st.sampled_from([(), ((time(7), time(21)),), ((time(0), time(9)), (time(12), time(0)))])
    return st.tuples(*[spans] * 7).map(lambda week: OpeningHours(spans=week))


def _patience(channel: str) -> st.SearchStrategy[Patience]:
    plain = LENGTHS | st.just("history")
    if channel != "phone":
        return plain
    mixes = st.builds(MixedPatience, shares=st.just((0.3, 0.7)), means_s=st.just((20.5, inf)))
    curves = st.integers(1, 999).map(
        lambda mille: CurvePatience(points=((10.0, mille / 1000), (100.0, 0.0)))
    )
    return plain | mixes | curves


@st.composite
def queues(draw: st.DrawFn, name: str) -> Queue:
    channel = draw(st.sampled_from(["phone", "chat", "email", "social"]))
    deferred = channel in ("email", "social")
    level = draw(st.floats(0.01, 0.99))
    deadlines = st.builds(Deadline, span=LENGTHS)
    return Queue(
        name=name,
        channel=channel,
        service_level=level,
        answer_within=draw(deadlines | st.builds(Deadline, business_days=st.integers(1, 5)))
        if deferred
        else draw(deadlines),
        aht=draw(LENGTHS),
        opening=draw(_opening()),
        definition=draw(st.sampled_from(DEFINITIONS)),
        short_abandon=draw(LENGTHS),
        promise=draw(st.sampled_from(["interval", "day", "week"])),
        floor=draw(st.just("stable") | st.floats(0, level)),
        clock=draw(st.sampled_from(["wall", "business"])),
        patience=None if deferred else draw(st.none() | _patience(channel)),
        max_occupancy=None if deferred else draw(st.none() | st.floats(0.1, 1)),
        staff_for="mean" if deferred else draw(st.sampled_from(["mean", "range"])),
        concurrency=draw(st.integers(1, 20)) if channel == "chat" else 1,
        volume=draw(st.none() | st.floats(0.1, 1e6)),
        slowdown=draw(st.floats(0, 0.99)),
    )


def _waits(queue_names: list[str]) -> st.SearchStrategy[tuple[WaitCount, ...]]:
    counts = st.integers(0, 1000)
    return st.lists(
        st.builds(
            WaitCount,
            queue=st.sampled_from(queue_names),
            wait_s=st.floats(0, 1e4),
            answered=counts,
            abandoned=counts,
            sent_on=counts,
        ),
        max_size=3,
    ).map(tuple)


@st.composite
def templates(draw: st.DrawFn, name: str) -> ShiftTemplate:
    start = draw(CLOCKS)
    minutes = sorted(draw(st.sets(st.integers(0, 47), max_size=4)))
    after = [
        (datetime.combine(date(2026, 1, 1), start) + timedelta(minutes=10 * m)).time()
        for m in minutes
    ]
    pairs = list(zip(after[::2], after[1::2], strict=False))
    lengths = [10 * (b - a) for a, b in zip(minutes[::2], minutes[1::2], strict=False)]
    offsets = [timedelta(minutes=10 * m) for m in minutes[::2]]
    return ShiftTemplate(
        name=name,
        start=start,
        end=(datetime.combine(date(2026, 1, 1), start) + timedelta(hours=8)).time(),
        weekdays=draw(WEEKDAYS),
        zone=draw(st.sampled_from(["service", "agent"])),
        dst=draw(st.sampled_from([None, "keep_duration", "keep_end"])),
        breaks=tuple(
            BreakTemplate(
                **draw(
                    st.sampled_from(
                        [
                            {"start": a, "end": b},
                            {"earliest": a, "latest": a, "length": timedelta(minutes=m)},
                            {"earliest": o, "latest": o, "length": timedelta(minutes=m)},
                        ]
                    )
                ),
                paid=draw(st.booleans()),
            )
            for (a, b), m, o in zip(pairs, lengths, offsets, strict=False)
        ),
        break_step=timedelta(minutes=draw(st.integers(1, 90))),
        on_call_paid=draw(st.none() | st.integers(0, 100)),
        latest_start=draw(st.sampled_from([None, start])),
        start_step=timedelta(minutes=draw(st.integers(1, 90))),
        other_lengths=draw(st.sampled_from([(), (timedelta(hours=8, minutes=30),)])),
    )


@st.composite
def contracts(draw: st.DrawFn, name: str, shift_names: list[str]) -> Contract:
    shifts = st.sampled_from(shift_names) if shift_names else st.nothing()
    several = 3 if shift_names else 0
    few = st.none() | st.integers(0, 7)
    low, high = sorted(draw(st.tuples(st.floats(0, 168), st.floats(0, 168))))
    return Contract(
        name=name,
        min_hours_week=low,
        max_hours_week=high,
        period_weeks=draw(st.integers(1, 20)),
        min_hours_period=draw(st.floats(0, 100)),
        max_hours_period=draw(st.none() | st.floats(100, 5000)),
        normal_hours_week=draw(st.none() | st.floats(0, 168)),
        max_days_week=draw(st.integers(0, 7)),
        max_consecutive_days=draw(st.integers(3, 14)),
        min_consecutive_days=draw(st.integers(1, 3)),
        min_consecutive_days_off=draw(st.integers(1, 4)),
        paired_days_off=draw(st.booleans()),
        max_weekends=draw(few),
        of_weekends=draw(st.integers(1, 9)),
        complete_weekends=draw(st.booleans()),
        forbidden_successions=draw(st.frozensets(st.tuples(shifts, shifts), max_size=several)),
        start_tolerance=draw(st.none() | LENGTHS),
        max_early_week=draw(few),
        max_late_week=draw(few),
        max_unsocial_week=draw(few),
        most_of_shift=tuple(
            sorted(draw(st.dictionaries(shifts, st.integers(0, 7), max_size=several)).items())
        ),
        most_of_shift_period=tuple(
            sorted(draw(st.dictionaries(shifts, st.integers(0, 371), max_size=several)).items())
        ),
        min_rest=draw(LENGTHS),
        weekly_rest=draw(LENGTHS),
        law=draw(st.sampled_from(KEYS)),
        weekdays=draw(WEEKDAYS),
        works_public_holidays=draw(st.booleans()),
        lieu_weeks=draw(st.integers(0, 9)),
    )


@st.composite
def rotations(draw: st.DrawFn, name: str, shift_names: list[str]) -> Rotation:
    word = st.sampled_from(["off", "any", *shift_names])
    weeks = st.lists(st.tuples(*[word] * 7), min_size=1, max_size=2)
    return Rotation(name=name, weeks=tuple(draw(weeks)))


@st.composite
def activities(draw: st.DrawFn, name: str, team: Team) -> Activity:
    kind = draw(st.sampled_from(["together", "each", "shared"]))
    minutes = st.integers(1, 600).map(lambda n: timedelta(minutes=n))
    blocks = sorted((draw(minutes), draw(minutes)))
    skills = sorted({skill for agent in team.agents for skill in agent.skills})
    alone, shared = kind != "together", kind == "shared"

    def some(names: list[str]) -> frozenset[str]:
        return draw(st.frozensets(st.sampled_from(names))) if names else frozenset()

    return Activity(
        name=name,
        kind=kind,
        agents=some([agent.agent_id for agent in team.agents]),
        skills=some(skills),
        contracts=some([contract.name for contract in team.contracts]),
        windows=draw(_opening()),
        zone=draw(st.sampled_from(["service", "agent"])) if alone else "service",
        length=None if shared else draw(minutes),
        times_week=draw(st.integers(1, 9)),
        hours_week=draw(st.floats(0.5, 999)) if shared else None,
        min_block=blocks[0],
        max_block=blocks[1],
        step=draw(minutes),
        at_once=draw(st.none() | st.integers(1, 99)) if alone else None,
        price=draw(st.integers(0, 1000)),
        must=draw(st.booleans()),
    )


@st.composite
def limits(draw: st.DrawFn, shift_names: list[str]) -> TeamLimits:
    def counts(keys: list[str]) -> tuple[tuple[str, int], ...]:
        found = {key: draw(st.integers(0, 99)) for key in keys if draw(st.booleans())}
        return tuple(sorted(found.items()))

    night = draw(st.lists(CLOCKS, min_size=2, max_size=2, unique=True))
    return TeamLimits(
        early_before=draw(CLOCKS),
        late_after=draw(CLOCKS),
        unsocial_from=night[0],
        unsocial_until=night[1],
        people_on_shift=counts(shift_names),
        least_on_shift=counts(shift_names),
        seats=counts(["Leeds", "London = 1"]),
        most_away=draw(st.none() | st.integers(0, 99)),
        budget=draw(st.none() | st.floats(0, 1e6)),
        lead_seniority=draw(st.none() | st.integers(0, 9)),
        languages=counts(["zh", "fr"]),
        points=counts(shift_names),
        weekend_points=draw(st.integers(0, 9)),
    )


@st.composite
def teams(
    draw: st.DrawFn, queue_names: list[str], shift_names: list[str], rotation_names: list[str]
) -> Team:
    kinds = [
        draw(contracts(n, shift_names))
        for n in draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    ]
    named = [kind.name for kind in kinds]
    skills = st.frozensets(st.sampled_from([*queue_names, "lang:zh", "lang:fr"]))
    agents = [
        Agent(
            agent_id=agent_id,
            name=draw(TEXTS),
            zone=draw(ZONES),
            country=draw(COUNTRIES),
            contract=draw(st.sampled_from(named)),
            skills=draw(skills),
            shifts=draw(st.frozensets(st.sampled_from(shift_names)))
            if shift_names
            else frozenset(),
            earliest_local=draw(st.none() | CLOCKS),
            latest_local=draw(st.none() | CLOCKS),
            hourly_cost=draw(st.floats(0, 1000)),
            joined=draw(st.none() | st.dates(date(2025, 1, 1), date(2025, 12, 31))),
            left=draw(st.none() | DAYS),
            contract_changes=tuple(
                sorted(draw(st.dictionaries(DAYS, st.sampled_from(named), max_size=2)).items())
            ),
            overtime_hours=draw(st.floats(0, 168)),
            seniority=draw(st.integers(0, 9)),
            site=draw(st.just("") | TEXTS),
            points=draw(st.integers(0, 99)),
            rotation=draw(st.sampled_from(rotation_names)) if rotation_names else "",
            rotation_start=draw(DAYS) if rotation_names else None,
        )
        for agent_id in draw(st.lists(NAMES, max_size=3, unique=True))
    ]
    off = [
        TimeOff(agent_id=agent.agent_id, start=start, end=start + draw(LENGTHS), kind=draw(TEXTS))
        for agent in agents
        for start in [
            datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 99_999)))
        ]
    ]
    return Team(agents=tuple(agents), contracts=tuple(kinds), time_off=tuple(off))


@st.composite
def histories(draw: st.DrawFn, names: list[str], zone: ZoneInfo, interval: timedelta) -> History:
    chosen = tuple(name for name in names if draw(st.booleans())) or (names[0],)
    # The last Sunday of March and of October are among the days.
    first = draw(st.sampled_from([date(2026, 3, 27), date(2026, 10, 24), date(2026, 6, 1)]))
    grid = TimeGrid.over_days(first, draw(st.integers(1, 4)), interval, zone)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (len(chosen), len(grid))

    def plane(scale: float, unknown: float) -> Any:
        values = np.floor(random.gamma(1.0, scale, shape))
        return np.where(random.random(shape) < unknown, np.nan, values)

    offered = plane(2.0, 0.1)
    _, day = np.unique(grid.local_dates, return_inverse=True)
    for row in offered:
        row[np.isin(day, [d for d in range(day.max() + 1) if draw(st.booleans())])] = np.nan
    known = ~np.isnan(offered)
    return History(
        grid=grid,
        queues=chosen,
        offered=offered,
        handled=np.where(known, plane(2.0, draw(st.sampled_from([0.0, 0.1, 1.0]))), np.nan),
        abandoned=np.where(known, plane(0.5, 0.0), np.nan),
        aht_s=np.where(known & (offered > 0), random.uniform(1, 900, shape), np.nan),
    )


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, ...]:
    names = draw(st.lists(st.sampled_from(PRICED_RULES), unique=True))
    joined = names[: draw(st.integers(0, 3))]
    return (*(["+".join(joined)] if joined else []), *names[len(joined) :])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = st.lists(NAMES, max_size=3, unique=True)
    queue_names = draw(names.filter(bool))
    shift_names = draw(names)
    rounds = [draw(rotations(name, shift_names)) for name in draw(names)]
    team = draw(teams(queue_names, shift_names, [each.name for each in rounds]))
    ids = [agent.agent_id for agent in team.agents]
    zone, interval = draw(ZONES), timedelta(minutes=draw(st.sampled_from([15, 30])))
    days = draw(st.lists(DAYS, max_size=3, unique=True)) if ids else []
    shifts = st.sampled_from(["", *shift_names])
    tolerances = st.dictionaries(st.sampled_from(PRICED_RULES), st.integers(0, 999), max_size=2)
    causes = draw(st.lists(TEXTS, max_size=3, unique=True))
    return Case(
        name=draw(TEXTS),
        sentence=draw(st.just("") | TEXTS),
        zone=zone,
        interval=interval,
        country=draw(COUNTRIES),
        week=draw(st.none() | DAYS),
        weeks=draw(st.integers(1, 13)),
        queues=tuple(draw(queues(name)) for name in queue_names),
        shrinkage={cause: draw(st.floats(0, 0.3)) for cause in causes},
        templates=tuple(draw(templates(name)) for name in shift_names),
        team=team,
        waits=draw(_waits(queue_names)),
        history=draw(st.none() | histories(queue_names, zone, interval)),
        special_days=tuple(
            draw(
                st.builds(
                    SpecialDay,
                    day=st.just(day),
                    queue=st.sampled_from(["", *queue_names]),
                    kind=st.sampled_from(["closed", "campaign"]),
                    factor=st.floats(0, 5),
                    name=st.just("") | TEXTS,
                )
            )
            for day in days
        ),
        requests=tuple(
            Request(
                agent_id=draw(st.sampled_from(ids)),
                day=day,
                kind=draw(st.sampled_from(["want", "avoid"])),
                shift=draw(shifts),
                weight=draw(st.integers(1, 9)),
                window_from=draw(st.none() | CLOCKS),
                window_until=draw(st.none() | CLOCKS),
            )
            for day in days
        ),
        weekly=tuple(
            WeeklyRequest(
                agent_id=draw(st.sampled_from(ids)),
                weekdays=frozenset({day.weekday()}) | draw(WEEKDAYS),
                kind=draw(st.sampled_from(["want", "avoid", "cannot"])),
                weight=draw(st.integers(1, 9)),
                window_from=draw(st.none() | CLOCKS),
                window_until=draw(st.none() | CLOCKS),
                first=day,
                last=draw(st.none() | st.just(day)),
            )
            for day in days
        ),
        pins=tuple(
            Pin(
                agent_id=draw(st.sampled_from(ids)),
                day=day,
                shift=draw(shifts),
                start=draw(st.none() | CLOCKS),
                end=draw(st.none() | CLOCKS),
            )
            for day in days
        ),
        past=tuple(
            Pin(agent_id=draw(st.sampled_from(ids)), day=d - timedelta(days=400), shift=s)
            for d in days
            for s in shift_names[:1]
        ),
        prices=draw(st.builds(Prices, **{f.name: st.integers(0, 100_000) for f in fields(Prices)})),
        limits=draw(limits(shift_names)),
        rotations=tuple(rounds),
        activities=tuple(draw(activities(name, team)) for name in draw(names)),
        hiring=draw(
            st.builds(
                HiringPolicy,
                headcount=st.none() | st.integers(0, 999),
                hours_week=st.none() | st.floats(1, 168),
                attrition_year=st.floats(0, 0.9),
                ramp=st.lists(st.floats(0, 1), max_size=3).map(tuple),
                max_hires_week=st.none() | st.integers(0, 99),
                hourly_cost=st.none() | st.floats(1, 1000),
            )
        ),
        order=draw(orders()),
        tolerance=tuple(sorted(draw(tolerances).items())),
        waived=draw(st.frozensets(st.sampled_from(RULES))),
    )


def differences(one: Case, other: Case) -> list[str]:
    """Names of the fields in which two cases differ, remarks apart."""
    plain = [f.name for f in fields(Case) if f.name not in ("history", "remarks")]
    found = [name for name in plain if getattr(one, name) != getattr(other, name)]
    if (one.history is None) != (other.history is None):
        return [*found, "history"]
    if one.history is not None and other.history is not None:
        for name in ("offered", "handled", "abandoned", "aht_s"):
            values = getattr(one.history, name), getattr(other.history, name)
            if not np.array_equal(*values, equal_nan=True):
                found.append(f"history.{name}")
        for name in ("grid", "queues"):
            if getattr(one.history, name) != getattr(other.history, name):
                found.append(f"history.{name}")
    return found
