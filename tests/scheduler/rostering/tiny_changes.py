"""Cases for the two rules of a repair: the freeze line and the price of changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from builders import EARLY, FREE, LATE, MONDAY
from tiny import DAY, Tiny, assigned, at, off, over

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Published, Roster
from scheduler.rostering.shifts import ShiftTemplate


def _published(p: Problem, freeze: datetime, *known: tuple[int, ShiftTemplate]) -> Problem:
    roster = Roster.of(assigned(p, MONDAY + n * DAY, t) for n, t in known)
    return replace(p, published=Published(roster=roster, freeze=freeze))


FROZEN = [
    Tiny(
        rule="freeze_line",
        sentence="Monday and Tuesday morning stay, Tuesday's late may come and go",
        problem=_published(over(3), at(3, 7), (0, LATE), (1, LATE), (2, EARLY)),
    ),
    Tiny(
        rule="freeze_line",
        sentence="a shift lost to sickness before the line is not worked",
        problem=_published(
            over(3, time_off=(off(at(3, 0), at(4, 0)),)), at(4, 0), (0, EARLY), (1, EARLY)
        ),
    ),
]

MADE_UP = [
    Tiny(
        rule="hours_week",
        sentence="nobody makes up for a shift that fell ill, beyond the share of its day",
        problem=_published(
            over(
                7,
                templates=(EARLY,),
                contracts=(replace(FREE, min_hours_week=35),),
                time_off=(off(at(4, 0), at(5, 0)), off(at(6, 5), at(6, 7))),
            ),
            at(2, 0),
            *((n, EARLY) for n in range(5)),
        ),
    ),
]

CHANGED = [
    Tiny(
        rule="changes",
        sentence="a shift, a day off and another shift, each day dearer the nearer it is",
        problem=_published(over(3), at(2, 3), (0, EARLY), (2, LATE)),
    ),
    Tiny(
        rule="changes",
        sentence="a shift lost to sickness is no change, another shift on that day is one",
        problem=_published(
            over(3, time_off=(off(at(3, 6), at(3, 9)),)), at(2, 3), (0, EARLY), (1, EARLY)
        ),
    ),
    Tiny(
        rule="changes",
        sentence="days off turned into work, with notice of a week",
        problem=_published(over(2), at(1, 0) - 6 * DAY),
    ),
]
