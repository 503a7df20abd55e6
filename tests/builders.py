"""Tiny problems, built in a line, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours
from scheduler.people import Agent, Contract, Team, TimeOff
from scheduler.rostering.activities import ActivityBlock
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Block
from scheduler.rostering.shifts import Shift, ShiftTemplate
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.requirement import Requirement

MONDAY = date(2026, 3, 2)
LONDON = ZoneInfo("Europe/London")
EARLY = ShiftTemplate(name="early", start=time(6), end=time(14))
LATE = ShiftTemplate(name="late", start=time(14), end=time(22))
NIGHT = ShiftTemplate(name="night", start=time(22), end=time(6))


def queue(name: str = "phone", **changes: object) -> Queue:
    """A phone queue of 80/20, unless changed."""
    values: dict[str, object] = {
        "channel": "phone",
        "service_level": 0.8,
        "answer_within": Deadline.parse("20s"),
        "aht": timedelta(minutes=5),
        "opening": OpeningHours.always(),
        "floor": 0.0,
        "promise": "week",
    }
    return Queue(name=name, **(values | changes))  # type: ignore[arg-type]  # tests mix freely


def requirement(
    *,
    queues: tuple[Queue, ...] | None = None,
    first: date = MONDAY,
    days: int = 7,
    hours: int = 8,
    zone: ZoneInfo = LONDON,
    offered: float = 0.0,
    floor: int = 0,
    required: int = 0,
    curve: tuple[float, ...] = (0.0, 0.5, 0.8, 0.95, 1.0),
    shrinkage: float = 0.0,
    work_s: float = 0.0,
) -> Requirement:
    """A flat requirement; deferred queues get ``work_s`` of work an interval, due one later."""
    queues = queues or (queue(),)
    grid = TimeGrid.over_days(first, days, timedelta(hours=hours), zone)
    shape = (len(queues), len(grid))
    full = np.ones(shape)
    deferred = np.array([[q.deferred] for q in queues])
    arrived = np.where(deferred, work_s * np.arange(1, len(grid) + 1), 0.0)
    due = np.where(deferred, work_s * np.arange(len(grid)), 0.0)
    live = (full * ~deferred).astype(np.int64)
    return Requirement(
        grid=grid,
        queues=queues,
        shrinkage=shrinkage,
        open_share=full,
        offered=full * offered,
        aht_s=full * 300,
        load=full,
        base=live * required,
        required=live * required,
        floor=live * floor,
        curves=tuple(
            np.zeros((len(grid), 0)) if q.deferred else np.tile(np.array(curve), (len(grid), 1))
            for q in queues
        ),
        service_level=full,
        occupancy=full,
        due_s=due,
        arrived_s=arrived,
    )


def agent(agent_id: str = "ana", **changes: object) -> Agent:
    """An agent in London who can take phone calls, unless changed."""
    values: dict[str, object] = {
        "name": agent_id.capitalize(),
        "zone": LONDON,
        "country": "GB",
        "contract": "full",
        "skills": frozenset({"phone"}),
    }
    return Agent(agent_id=agent_id, **(values | changes))  # type: ignore[arg-type]  # as above


FREE = Contract(
    name="full",
    max_hours_week=168,
    max_days_week=7,
    max_consecutive_days=365,
    min_rest=timedelta(0),
)


def problem(
    *,
    agents: tuple[Agent, ...] | None = None,
    contracts: tuple[Contract, ...] = (FREE,),
    time_off: tuple[TimeOff, ...] = (),
    templates: tuple[ShiftTemplate, ...] = (EARLY, LATE),
    need: Requirement | None = None,
    first: date = MONDAY,
    days: int = 7,
    **rest: object,
) -> Problem:
    """One agent without limits on early and late shifts, unless changed."""
    return Problem(
        requirement=need or requirement(first=first, days=days),
        team=Team(agents=agents or (agent(),), contracts=contracts, time_off=time_off),
        templates=templates,
        first=first,
        days=days,
        **rest,  # type: ignore[arg-type]  # as above
    )


def as_assignment(p: Problem, option: Option) -> Assignment:
    """An option as it is worked on the agent's first queue."""
    queues = p.queues_of(p.agents[option.agent_id])[:1]
    return Assignment(agent_id=option.agent_id, shift=option.shift.settled(), queues=queues)


def every_placing(shift: Shift) -> Iterator[Shift]:
    """A shift with its breaks in windows at every place that they may have together."""
    for starts in product(*(window.starts for window in shift.windows)):
        breaks = [w.at(start) for w, start in zip(shift.windows, starts, strict=True)]
        gaps = [w.gap for w in shift.windows[1:]]
        if all(a.end + g <= b.start for a, b, g in zip(breaks, breaks[1:], gaps, strict=False)):
            yield shift.with_breaks(breaks)


def every_busy(p: Problem, agent: Agent, shift: Shift) -> Iterator[Shift]:
    """A shift with its breaks anywhere, any one activity done alone, and any meetings or none.

    Whether the meetings agree with those of others, or with anything else, is not asked.
    """
    starts = [at for at in p.slots.starts_utc() if shift.start <= at < shift.end]
    alone: list[tuple[ActivityBlock, ...]] = [()]
    together: list[tuple[ActivityBlock, ...]] = [()]
    for activity in p.activities:
        if agent not in p.members[activity.name]:
            continue
        blocks = [
            ActivityBlock(start=at, end=at + n * activity.step, activity=activity.name)
            for at in starts
            for n in range(1, len(starts) + 1)
            if activity.shortest <= n * activity.step <= activity.longest
        ]
        ways = together if activity.kind == "together" else alone
        ways += [(block,) for block in blocks]
    for placed, met, done in product(every_placing(shift), together, alone):
        busy = placed.with_activities((*met, *done))
        inside = all(block.end <= shift.end for block in busy.activities)
        if inside and not _overlapping(busy):
            yield busy


def _overlapping(shift: Shift) -> bool:
    spans = [(rest.start, rest.end) for rest in shift.breaks]
    spans = sorted([*spans, *((block.start, block.end) for block in shift.activities)])
    return any(other[0] < one[1] for one, other in pairwise(spans))


def every_dealing(p: Problem, option: Option) -> Iterator[Assignment]:
    """An option with its breaks at every place, on every sequence of the agent's queues."""
    queues, shift = p.queues_of(p.agents[option.agent_id]), option.shift
    spans = [
        (max(start, shift.start), min(start + p.slots.interval, shift.end))
        for start in p.slots.starts_utc()[option.first : option.first + len(option.presence)]
    ]
    ways = product(queues, repeat=len(spans)) if len(queues) > 1 else [queues]
    agent = p.agents[option.agent_id]
    for placed, way in product(every_busy(p, agent, shift), ways):
        blocks = tuple(
            Block(start=a, end=b, queue=q) for (a, b), q in zip(spans, way, strict=False)
        )
        yield Assignment(
            agent_id=option.agent_id,
            shift=placed,
            queues=tuple(dict.fromkeys(way)),
            blocks=blocks if len(queues) > 1 else (),
        )
