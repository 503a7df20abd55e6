"""Cases for rules about hours, rest, employment and public holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from builders import EARLY, FREE, LATE, MONDAY, NIGHT, agent, requirement
from tiny import DAY, Tiny, over, with_past

from scheduler.rostering.problem import Problem
from scheduler.rostering.shifts import BreakTemplate, ShiftTemplate

HOUR = timedelta(hours=1)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + n * DAY for n in (1, 2, 3))
LONG = ShiftTemplate(name="long", start=time(6), end=time(20), dst="keep_end")
WEDNESDAY_FREE = {"GB": frozenset({WEDNESDAY})}


def _changing(before: dict[str, object], after: dict[str, object], day: date) -> dict[str, object]:
    """Ana under one contract until a day and under another from it on."""
    return {
        "agents": (agent(contract_changes=((day, "other"),)),),
        "contracts": (replace(FREE, **before), replace(FREE, name="other", **after)),
    }


def _busy_weeks() -> Problem:
    """Sixteen weeks of 48 hours under the law of the European Union lie behind."""
    p = over(7, templates=(EARLY,), contracts=(replace(FREE, law="EU"),))
    days = (-7 * week + n for week in range(16, 0, -1) for n in range(6))
    return with_past(p, *((n, EARLY) for n in days))


EMPLOYMENT = [
    Tiny(
        rule="employment",
        sentence="joins on Tuesday, leaves after Thursday",
        problem=over(5, agents=(agent(joined=TUESDAY, left=THURSDAY),), templates=(EARLY,)),
    ),
    Tiny(
        rule="weekdays",
        sentence="a new contract has other weekdays",
        problem=over(
            4,
            **_changing(
                {"weekdays": frozenset({0, 3})}, {"weekdays": frozenset({1, 2})}, WEDNESDAY
            ),
        ),
    ),
    Tiny(
        rule="public_holidays",
        sentence="only the new contract includes public holidays",
        problem=over(
            3,
            holidays={"GB": frozenset({MONDAY, TUESDAY})},
            **_changing({}, {"works_public_holidays": True}, TUESDAY),
        ),
    ),
    Tiny(
        rule="min_rest",
        sentence="the rest before a shift is that of its day's contract",
        problem=over(4, **_changing({"min_rest": 11 * HOUR}, {"min_rest": 8 * HOUR}, WEDNESDAY)),
    ),
    Tiny(
        rule="min_rest",
        sentence="what was too close before the horizon is over",
        problem=with_past(
            over(2, contracts=(replace(FREE, min_rest=11 * HOUR),)), (-3, LATE), (-2, EARLY)
        ),
    ),
    Tiny(
        rule="min_rest",
        sentence="the law wants more rest than the contract",
        problem=over(3, contracts=(replace(FREE, min_rest=8 * HOUR, law="country"),)),
    ),
    Tiny(
        rule="consecutive_days",
        sentence="the bound of a run is that of each day's contract",
        problem=with_past(
            over(
                7,
                templates=(EARLY,),
                **_changing({"max_consecutive_days": 2}, {"max_consecutive_days": 4}, THURSDAY),
            ),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="days_week",
        sentence="of a week with a change each contract brings its days",
        problem=over(
            7,
            templates=(EARLY,),
            **_changing({"max_days_week": 5}, {"max_days_week": 2}, THURSDAY),
        ),
    ),
    Tiny(
        rule="days_week",
        sentence="too many days before the horizon allow no more, and forbid nothing else",
        problem=with_past(
            over(
                5,
                first=THURSDAY,
                templates=(EARLY,),
                contracts=(replace(FREE, max_days_week=1),),
            ),
            (-1, EARLY),
            (-2, EARLY),
        ),
    ),
    Tiny(
        rule="hours_week",
        sentence="of a week with a change each contract brings its hours",
        problem=over(
            7,
            templates=(EARLY,),
            **_changing(
                {"max_hours_week": 40, "min_hours_week": 24}, {"max_hours_week": 16}, THURSDAY
            ),
        ),
    ),
    Tiny(
        rule="hours_week",
        sentence="days before joining lower the minimum",
        problem=over(
            7,
            templates=(EARLY,),
            agents=(agent(joined=THURSDAY),),
            contracts=(replace(FREE, min_hours_week=40),),
        ),
    ),
    Tiny(
        rule="hours_week",
        sentence="hours before the horizon are not held against an empty rest of the week",
        problem=with_past(
            over(2, first=TUESDAY, contracts=(replace(FREE, max_hours_week=4),)), (-1, EARLY)
        ),
    ),
    Tiny(
        rule="hours_week",
        sentence="the law allows 48 hours in any week",
        problem=over(7, templates=(EARLY,), contracts=(replace(FREE, law="FR"),)),
    ),
    Tiny(
        rule="hours_week",
        sentence="a holiday worked that is owed a free day lowers the minimum",
        problem=over(
            7,
            templates=(EARLY,),
            holidays=WEDNESDAY_FREE,
            contracts=(
                replace(
                    FREE,
                    min_hours_week=40,
                    max_days_week=5,
                    lieu_weeks=1,
                    works_public_holidays=True,
                ),
            ),
        ),
    ),
]

PERIODS = [
    Tiny(
        rule="hours_period",
        sentence="at most 48 hours in two weeks, the one before the horizon among them",
        problem=with_past(
            over(
                8,
                templates=(EARLY,),
                contracts=(replace(FREE, period_weeks=2, max_hours_period=48),),
            ),
            (-9, EARLY),
            (-7, EARLY),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="hours_period",
        sentence="at least 48 hours in two weeks, a lost day of eight taken off",
        problem=over(
            14,
            templates=(replace(EARLY, weekdays=frozenset({0, 1, 2, 3})),),
            holidays=WEDNESDAY_FREE,
            contracts=(
                replace(
                    FREE,
                    period_weeks=2,
                    min_hours_period=48,
                    max_days_week=4,
                    weekdays=frozenset({0, 1, 2, 3}),
                ),
            ),
        ),
    ),
    Tiny(
        rule="hours_period",
        sentence="after sixteen weeks of 48 hours the law allows 48 more",
        problem=_busy_weeks(),
    ),
    Tiny(
        rule="weekly_rest",
        sentence="35 hours: one free day between long shifts is too little",
        problem=over(7, templates=(LONG,), contracts=(replace(FREE, weekly_rest=35 * HOUR),)),
    ),
    Tiny(
        rule="weekly_rest",
        sentence="a rest from Sunday morning on has less than a day in the week",
        problem=over(7, templates=(NIGHT,), contracts=(replace(FREE, law="GB"),)),
    ),
    Tiny(
        rule="weekly_rest",
        sentence="a rest that began on the Saturday before reaches into the horizon",
        problem=with_past(
            over(4, contracts=(replace(FREE, law="GB"),)), *((n, LATE) for n in range(-7, -1))
        ),
    ),
    Tiny(
        rule="weekly_rest",
        sentence="where the week before had no rest, none is asked of its remainder",
        problem=with_past(
            over(7, templates=(LONG,), contracts=(replace(FREE, weekly_rest=144 * HOUR),)),
            *((n, LONG) for n in range(-7, 0)),
        ),
    ),
    Tiny(
        rule="weekly_rest",
        sentence="34 hours by the clock are 33 over the night in which clocks go forward",
        problem=over(
            7,
            first=date(2026, 3, 23),
            need=requirement(first=date(2026, 3, 23), days=7, hours=1),
            templates=(LONG,),
            contracts=(replace(FREE, weekly_rest=34 * HOUR),),
        ),
    ),
]

_AGREED = (agent(overtime_hours=8),)
_NORMAL = (replace(FREE, normal_hours_week=16),)
_LUNCH = (BreakTemplate(start=time(8), end=time(9)),)
HOLIDAYS = [
    Tiny(
        rule="overtime_consent",
        sentence="eight hours beyond sixteen, unpaid breaks not counted",
        problem=over(
            4,
            templates=(replace(EARLY, breaks=_LUNCH), LATE),
            agents=_AGREED,
            contracts=_NORMAL,
        ),
    ),
    Tiny(
        rule="overtime_consent",
        sentence="hours earlier in the week count, without consent there is no overtime",
        problem=with_past(over(4, first=TUESDAY, contracts=_NORMAL), (-1, EARLY)),
    ),
    Tiny(
        rule="lieu_days",
        sentence="who works on Wednesday works a day less in that week",
        problem=over(
            7,
            templates=(EARLY,),
            holidays=WEDNESDAY_FREE,
            contracts=(replace(FREE, max_days_week=5, lieu_weeks=1),),
        ),
    ),
    Tiny(
        rule="lieu_days",
        sentence="two holidays of the week before the horizon, one of them worked, are still owed",
        problem=with_past(
            over(
                7,
                templates=(EARLY,),
                holidays={"GB": frozenset({MONDAY - 7 * DAY, MONDAY - 4 * DAY, MONDAY + 8 * DAY})},
                contracts=(replace(FREE, max_days_week=3, lieu_weeks=2),),
            ),
            (-7, EARLY),
            (-6, EARLY),
            (-2, EARLY),
        ),
    ),
]

CASES = [*EMPLOYMENT, *PERIODS, *HOLIDAYS]
PRICED = [
    Tiny(
        rule="overtime",
        sentence="minutes beyond sixteen hours a week, shifts before the horizon counted",
        problem=with_past(over(4, first=TUESDAY, contracts=_NORMAL), (-1, EARLY)),
    ),
    Tiny(
        rule="holidays_worked",
        sentence="Wednesday is a holiday where Ana lives, not where Ben does",
        problem=over(
            3,
            templates=(EARLY,),
            agents=(agent(), agent("ben", country="NZ")),
            holidays=WEDNESDAY_FREE,
        ),
    ),
]
