"""Cases for rules about the team: rotations, caps, seats, budget, leaders, languages, fairness."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

from builders import EARLY, FREE, LATE, MONDAY, NIGHT, agent, requirement
from tiny import DAY, Tiny, at, off, over, with_past

from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.wanted import PeopleWanted

SATURDAY = MONDAY + 5 * DAY
TWO = (agent(), agent("ben"))
ROUND = Rotation(
    name="round",
    weeks=(
        ("early", "early", "off", "any", "off", "off", "off"),
        ("off", "late", "off", "off", "off", "off", "early"),
    ),
)


def _rotating(days: int, first: int = 0, **rest: object) -> Problem:
    """Ana on a round of two weeks that began a week before the first Monday."""
    ana = agent(rotation="round", rotation_start=MONDAY - 5 * DAY)
    return over(days, first=MONDAY + first * DAY, agents=(ana,), rotations=(ROUND,), **rest)


def _limited(p: Problem, **limits: object) -> Problem:
    return replace(p, limits=TeamLimits(**limits))  # type: ignore[arg-type]  # tests mix freely


CASES = [
    Tiny(
        rule="rotation",
        sentence="the second week has a late on Tuesday, the next an early on Monday and Tuesday",
        problem=_rotating(4, first=6),
    ),
    Tiny(
        rule="rotation",
        sentence="on Thursday of the first week anything goes",
        problem=_rotating(4, first=8),
    ),
    Tiny(
        rule="rotation",
        sentence="leave and what Ana cannot do excuse, but bring no other shift",
        problem=_rotating(
            3,
            first=7,
            time_off=(off(at(9, 12), at(9, 13)),),
            requests=(
                Request(
                    agent_id="ana",
                    day=MONDAY + 8 * DAY,
                    kind="cannot",
                    window_from=time(9),
                    window_until=time(10),
                ),
            ),
        ),
    ),
    Tiny(
        rule="rotation",
        sentence="a rotation asks for nothing where its shift does not run",
        problem=_rotating(2, templates=(EARLY, replace(LATE, weekdays=frozenset({0})))),
    ),
    Tiny(
        rule="people_on_shift",
        sentence="one person gets a late on one date",
        problem=_limited(over(2, agents=TWO), people_on_shift=(("late", 1),)),
    ),
    Tiny(
        rule="seats",
        sentence="one seat in Leeds: Ana leaves before Ben comes, who works at home sits nowhere",
        problem=_limited(
            over(
                1,
                templates=(EARLY, replace(EARLY, name="mid", start=time(10), end=time(18)), LATE),
                agents=(agent(site="Leeds"), agent("ben", site="Leeds"), agent("cleo")),
            ),
            seats=(("Leeds", 1),),
        ),
    ),
    Tiny(
        rule="seats",
        sentence="the night before the horizon is still in its seat",
        problem=with_past(
            _limited(
                over(
                    1,
                    templates=(EARLY, NIGHT, replace(EARLY, name="dawn", start=time(4))),
                    agents=(agent(site="Leeds"), agent("ben", site="Leeds")),
                ),
                seats=(("Leeds", 1),),
            ),
            (-1, NIGHT),
        ),
    ),
    Tiny(
        rule="budget",
        sentence="Ben costs a third more than Ana",
        problem=_limited(
            over(2, agents=(agent(hourly_cost=14.99), agent("ben", hourly_cost=19.985))),
            budget=400.0,
        ),
    ),
    Tiny(
        rule="availability",
        sentence="Monday evening is impossible, by Ana's clock, for the night before too",
        problem=over(
            2,
            first=MONDAY - DAY,
            templates=(EARLY, LATE, NIGHT),
            agents=(agent(zone=ZoneInfo("Asia/Kathmandu")),),
            requests=(
                Request(agent_id="ana", day=MONDAY, kind="cannot", window_until=time(7)),
                Request(agent_id="ana", day=MONDAY, kind="cannot", window_from=time(22)),
            ),
        ),
    ),
]

PRICED = [
    Tiny(
        rule="least_on_shift",
        sentence="somebody is on call every night that the shift runs, two would be better",
        problem=_limited(
            over(
                3,
                templates=(EARLY, replace(NIGHT, weekdays=frozenset({0, 2}), on_call_paid=25)),
                agents=TWO,
            ),
            least_on_shift=(("night", 2),),
        ),
    ),
    Tiny(
        rule="least_on_shift",
        sentence="nights of the service are other dates in Auckland",
        problem=_limited(
            over(
                3,
                templates=(replace(NIGHT, zone="service", on_call_paid=0),),
                agents=(agent(), agent("ben", zone=ZoneInfo("Pacific/Auckland"))),
            ),
            least_on_shift=(("night", 1),),
        ),
    ),
    Tiny(
        rule="people_wanted",
        sentence="one early is wanted each day, a late is one too many on Tuesday only",
        problem=over(
            2,
            agents=TWO,
            wanted=(
                PeopleWanted(day=MONDAY, shift="early", people=1, short_weight=5, over_weight=2),
                PeopleWanted(day=MONDAY + DAY, shift="early", people=1),
                PeopleWanted(day=MONDAY + DAY, shift="late", people=0, over_weight=3),
            ),
        ),
    ),
    Tiny(
        rule="people_wanted",
        sentence="nobody can work a shift that does not run, and it is missed all the same",
        problem=over(
            2,
            templates=(EARLY, replace(LATE, weekdays=frozenset({1}))),
            wanted=(
                PeopleWanted(day=MONDAY, shift="late", people=2),
                PeopleWanted(day=MONDAY + DAY, shift="late", people=1, short_weight=0),
                PeopleWanted(day=MONDAY + DAY, shift="early", people=1),
            ),
        ),
    ),
    Tiny(
        rule="requests",
        sentence="hours that are wanted, of one shift, and hours that are not",
        problem=over(
            3,
            templates=(EARLY, LATE, NIGHT),
            requests=(
                Request(
                    agent_id="ana",
                    day=MONDAY,
                    kind="want",
                    window_from=time(12),
                    window_until=time(15),
                ),
                Request(
                    agent_id="ana",
                    day=MONDAY + DAY,
                    kind="avoid",
                    window_from=time(23),
                    window_until=time(2),
                    weight=3,
                ),
                Request(
                    agent_id="ana",
                    day=MONDAY + DAY,
                    kind="avoid",
                    shift="early",
                    window_until=time(7),
                ),
            ),
        ),
    ),
    Tiny(
        rule="away",
        sentence="Ana is on leave, Ben and Cleo asked for the day, one may be away",
        problem=_limited(
            over(
                2,
                templates=(EARLY,),
                agents=(agent(), agent("ben"), agent("cleo"), agent("dan", joined=MONDAY + DAY)),
                time_off=(off(at(2, 0), at(3, 0)),),
                requests=(
                    Request(agent_id="ben", day=MONDAY, kind="avoid"),
                    Request(agent_id="cleo", day=MONDAY, kind="cannot"),
                    Request(agent_id="cleo", day=MONDAY + DAY, kind="avoid", shift="early"),
                    Request(agent_id="dan", day=MONDAY, kind="avoid"),
                ),
            ),
            most_away=1,
        ),
    ),
    Tiny(
        rule="languages",
        sentence="two who speak Chinese, whatever the hour",
        problem=_limited(
            over(
                1,
                need=requirement(days=1, hours=4),
                agents=(
                    agent(skills=frozenset({"phone", "lang:zh"})),
                    agent("ben", skills=frozenset({"phone", "lang:zh"})),
                    agent("cleo"),
                ),
            ),
            languages=(("zh", 2),),
        ),
    ),
    Tiny(
        rule="languages",
        sentence="the speaker of the night before is still there",
        problem=with_past(
            _limited(
                over(
                    1,
                    templates=(EARLY, LATE, NIGHT),
                    agents=(agent(skills=frozenset({"phone", "lang:zh", "lang:fr"})),),
                ),
                languages=(("fr", 1), ("zh", 1)),
            ),
            (-1, NIGHT),
        ),
    ),
    Tiny(
        rule="lead_present",
        sentence="Ana leads, Ben and Cleo do not; nobody needs to lead nobody",
        problem=_limited(
            over(
                1,
                need=requirement(days=1, hours=4),
                templates=(EARLY, replace(EARLY, name="mid", start=time(10), end=time(18)), LATE),
                agents=(agent(seniority=3), agent("ben", seniority=1), agent("cleo")),
            ),
            lead_seniority=2,
        ),
    ),
    Tiny(
        rule="lead_present",
        sentence="a night before the horizon without a leader wants one in the morning",
        problem=with_past(
            _limited(
                over(
                    1,
                    need=requirement(days=1, hours=4),
                    templates=(replace(EARLY, start=time(4)), LATE, NIGHT),
                    agents=(agent(), agent("ben", seniority=1)),
                ),
                lead_seniority=1,
            ),
            (-1, NIGHT),
        ),
    ),
    Tiny(
        rule="fairness",
        sentence="nights and weekends, two points of the past, and Ben with half the hours",
        problem=_limited(
            over(
                2,
                first=SATURDAY - DAY,
                templates=(EARLY, NIGHT),
                agents=(agent(points=2), agent("ben", contract="half")),
                contracts=(
                    replace(FREE, max_hours_week=40),
                    replace(FREE, name="half", max_hours_week=20),
                ),
            ),
            points=(("night", 3),),
            weekend_points=2,
        ),
    ),
    Tiny(
        rule="open_end",
        sentence="runs of four days and blocks of three days off that the horizon cuts",
        problem=with_past(
            over(
                6,
                templates=(EARLY,),
                contracts=(replace(FREE, min_consecutive_days=4, min_consecutive_days_off=3),),
            ),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="open_end",
        sentence="a horizon shorter than the run",
        problem=with_past(
            over(
                2,
                templates=(EARLY, LATE),
                contracts=(replace(FREE, min_consecutive_days=4, min_consecutive_days_off=5),),
            ),
            (-1, EARLY),
            (-4, EARLY),
        ),
    ),
]
