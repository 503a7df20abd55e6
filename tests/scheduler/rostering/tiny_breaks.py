"""Tiny problems with breaks that are placed by the solver."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from builders import EARLY, LATE, agent, problem, requirement
from tiny import Tiny, over

from scheduler.rostering.breaks import BreakTemplate

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

PLACED = [
    Tiny(
        rule="breaks",
        sentence="a lunch in a window is placed, and that forbids nothing",
        problem=over(2, templates=(WITH_LUNCH, LATE)),
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
