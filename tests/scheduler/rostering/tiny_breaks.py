"""Tiny problems with starts, lengths and breaks for the solver to choose."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from builders import EARLY, FREE, LATE, MONDAY, agent, problem, requirement
from tiny import DAY, Tiny, over

from scheduler.rostering.breaks import BreakTemplate
from scheduler.rostering.wishes import Pin

WITH_LUNCH = replace(
    EARLY,
    breaks=(
        BreakTemplate(earliest=time(8), latest=time(9), length=timedelta(minutes=15), paid=True),
        BreakTemplate(
            earliest=timedelta(hours=3), latest=timedelta(hours=4), length=timedelta(minutes=30)
        ),
    ),
    break_gap=timedelta(minutes=30),
    break_step=timedelta(minutes=30),
)

FLEXIBLE = replace(
    EARLY,
    name="flexible",
    latest_start=time(9),
    start_step=timedelta(hours=3),
    other_lengths=(timedelta(hours=6),),
)

PLACED = [
    Tiny(
        rule="breaks",
        sentence="a lunch in a window is placed, and that forbids nothing",
        problem=over(2, templates=(WITH_LUNCH, LATE)),
    ),
    Tiny(
        rule="one_shift_a_day",
        sentence="two starts and two lengths of one template are four shifts",
        problem=over(2, templates=(FLEXIBLE,)),
    ),
    Tiny(
        rule="pins",
        sentence="of two starts and two lengths the later and shorter one is meant",
        problem=over(
            2,
            templates=(FLEXIBLE,),
            pins=(
                Pin(agent_id="ana", day=MONDAY, shift="flexible", start=time(9), end=time(15)),
                Pin(agent_id="ana", day=MONDAY + DAY, shift="flexible", start=time(6)),
            ),
        ),
    ),
    Tiny(
        rule="min_rest",
        sentence="a late start of one day is too close to an early start of the next",
        problem=over(
            2,
            templates=(FLEXIBLE,),
            contracts=(replace(FREE, min_rest=timedelta(hours=14)),),
        ),
    ),
]
PLACED_PRICED = [
    Tiny(
        rule="coverage",
        sentence="two take their breaks one after the other, not both at once",
        problem=problem(
            days=1,
            need=requirement(days=1, hours=1, floor=1),
            templates=(WITH_LUNCH,),
            agents=(agent(), agent("ben")),
        ),
    ),
]
