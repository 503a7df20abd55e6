"""Cases for rules about days and shifts of one agent: runs, weekends, rhythm, kinds of shift."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from builders import EARLY, FREE, LATE, MONDAY, NIGHT, agent
from tiny import DAY, Tiny, over, with_past

from scheduler.rostering.limits import TeamLimits

WEEKEND = replace(EARLY, weekdays=frozenset({5, 6}))
SATURDAY = MONDAY + 5 * DAY
MIDDAY = replace(EARLY, name="midday", start=time(10), end=time(18))

RUNS = [
    Tiny(
        rule="min_consecutive_days",
        sentence="three days in a row at least, and the last run may go on",
        problem=over(7, templates=(EARLY,), contracts=(replace(FREE, min_consecutive_days=3),)),
    ),
    Tiny(
        rule="min_consecutive_days",
        sentence="a run that began before the horizon must reach its length",
        problem=with_past(
            over(5, templates=(EARLY,), contracts=(replace(FREE, min_consecutive_days=4),)),
            (-5, EARLY),
            (-2, EARLY),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="min_consecutive_days",
        sentence="a run that touches an open start may have begun before it",
        problem=over(
            6,
            templates=(EARLY,),
            contracts=(replace(FREE, min_consecutive_days=3),),
            open_start=True,
        ),
    ),
    Tiny(
        rule="min_consecutive_days",
        sentence="a run that is known to begin before an open start is as long as it is",
        problem=with_past(
            over(
                4,
                templates=(EARLY,),
                contracts=(replace(FREE, min_consecutive_days=3),),
                open_start=True,
            ),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="min_consecutive_days",
        sentence="a run that ended before the horizon is over, however short",
        problem=with_past(
            over(4, templates=(EARLY,), contracts=(replace(FREE, min_consecutive_days=2),)),
            (-2, EARLY),
        ),
    ),
    Tiny(
        rule="min_consecutive_days_off",
        sentence="three days off in a row at least",
        problem=over(7, templates=(EARLY,), contracts=(replace(FREE, min_consecutive_days_off=3),)),
    ),
    Tiny(
        rule="min_consecutive_days_off",
        sentence="days off that began before the horizon go on",
        problem=with_past(
            over(4, templates=(EARLY,), contracts=(replace(FREE, min_consecutive_days_off=4),)),
            (-3, EARLY),
        ),
    ),
    Tiny(
        rule="paired_days_off",
        sentence="a week of seven days has two free ones together",
        problem=over(7, templates=(EARLY,), contracts=(replace(FREE, paired_days_off=True),)),
    ),
    Tiny(
        rule="paired_days_off",
        sentence="a week that began before the horizon counts, one that does not end does not",
        problem=with_past(
            over(
                8,
                first=MONDAY + 2 * DAY,
                templates=(EARLY,),
                contracts=(replace(FREE, paired_days_off=True),),
            ),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="max_weekends",
        sentence="every other weekend is free",
        problem=over(
            21,
            templates=(WEEKEND,),
            contracts=(replace(FREE, max_weekends=1, of_weekends=2),),
        ),
    ),
    Tiny(
        rule="max_weekends",
        sentence="weekends before the horizon count, and what they exceed is not held against it",
        problem=with_past(
            over(
                15,
                templates=(WEEKEND,),
                contracts=(replace(FREE, max_weekends=1, of_weekends=3),),
            ),
            (-2, WEEKEND),
            (-8, WEEKEND),
        ),
    ),
    Tiny(
        rule="max_weekends",
        sentence="a Saturday before a horizon that begins on Sunday makes it a worked one",
        problem=with_past(
            over(
                9,
                first=SATURDAY + DAY,
                templates=(WEEKEND,),
                contracts=(replace(FREE, max_weekends=1, of_weekends=2),),
            ),
            (-1, WEEKEND),
        ),
    ),
    Tiny(
        rule="complete_weekends",
        sentence="both days or neither, and the Sunday after the horizon is not asked for",
        problem=over(13, templates=(WEEKEND,), contracts=(replace(FREE, complete_weekends=True),)),
    ),
    Tiny(
        rule="complete_weekends",
        sentence="a Saturday before the horizon asks for its Sunday",
        problem=with_past(
            over(
                9,
                first=SATURDAY + DAY,
                templates=(WEEKEND,),
                contracts=(replace(FREE, complete_weekends=True),),
            ),
            (-1, WEEKEND),
        ),
    ),
]

_NEVER_EARLY_AFTER_NIGHT = replace(FREE, forbidden_successions=frozenset({("night", "early")}))
KINDS = [
    Tiny(
        rule="forbidden_successions",
        sentence="no early after a night, but a late after a night and an early two days later",
        problem=over(3, templates=(EARLY, LATE, NIGHT), contracts=(_NEVER_EARLY_AFTER_NIGHT,)),
    ),
    Tiny(
        rule="forbidden_successions",
        sentence="the night before the horizon counts",
        problem=with_past(
            over(2, templates=(EARLY, NIGHT), contracts=(_NEVER_EARLY_AFTER_NIGHT,)), (-1, NIGHT)
        ),
    ),
    Tiny(
        rule="rhythm",
        sentence="starts of a week within four hours, each week for itself",
        problem=over(
            3,
            first=SATURDAY,
            templates=(EARLY, MIDDAY, LATE),
            contracts=(replace(FREE, start_tolerance=timedelta(hours=4)),),
        ),
    ),
    Tiny(
        rule="rhythm",
        sentence="a start earlier in the week, before the horizon, sets the rhythm",
        problem=with_past(
            over(
                3,
                first=MONDAY + 2 * DAY,
                templates=(EARLY, MIDDAY, LATE),
                contracts=(replace(FREE, start_tolerance=timedelta(hours=4)),),
            ),
            (-1, EARLY),
            (-3, LATE),
        ),
    ),
    Tiny(
        rule="hours_of_day",
        sentence="one early and one late a week, a night is late too",
        problem=over(
            3,
            first=SATURDAY,
            templates=(EARLY, LATE, NIGHT),
            contracts=(replace(FREE, max_early_week=1, max_late_week=1),),
        ),
    ),
    Tiny(
        rule="hours_of_day",
        sentence="unsocial is by the agent's clock, not the service's",
        problem=over(
            3,
            templates=(replace(EARLY, zone="service"), replace(LATE, zone="service")),
            agents=(agent(zone=ZoneInfo("Asia/Kathmandu")),),
            contracts=(replace(FREE, max_unsocial_week=1),),
        ),
    ),
    Tiny(
        rule="hours_of_day",
        sentence="what is late is the team's to say, and shifts before the horizon count",
        problem=with_past(
            replace(
                over(
                    3,
                    first=MONDAY + DAY,
                    templates=(MIDDAY, LATE),
                    contracts=(replace(FREE, max_late_week=2),),
                ),
                limits=TeamLimits(late_after=time(17, 59)),
            ),
            (-1, LATE),
            (-2, LATE),
        ),
    ),
    Tiny(
        rule="most_of_shift",
        sentence="one late a week and no limit on earlies",
        problem=with_past(
            over(
                4,
                first=SATURDAY,
                templates=(EARLY, LATE),
                contracts=(replace(FREE, most_of_shift=(("late", 1),)),),
            ),
            (-7, LATE),
        ),
    ),
    Tiny(
        rule="most_of_shift",
        sentence="a late earlier in the week counts",
        problem=with_past(
            over(
                2,
                first=MONDAY + DAY,
                contracts=(replace(FREE, most_of_shift=(("late", 1),)),),
            ),
            (-1, LATE),
        ),
    ),
    Tiny(
        rule="most_of_shift_period",
        sentence="two lates in any two weeks, the window sliding over the border of the weeks",
        problem=with_past(
            over(
                9,
                first=SATURDAY,
                templates=(LATE,),
                contracts=(replace(FREE, period_weeks=2, most_of_shift_period=(("late", 2),)),),
            ),
            (-1, LATE),
        ),
    ),
    Tiny(
        rule="most_of_shift_period",
        sentence="what shifts before the horizon exceed is not held against it; earlies are free",
        problem=with_past(
            over(
                3,
                first=MONDAY + 3 * DAY,
                contracts=(replace(FREE, period_weeks=1, most_of_shift_period=(("late", 1),)),),
            ),
            (-1, LATE),
            (-2, LATE),
        ),
    ),
]
CASES = [*RUNS, *KINDS]
