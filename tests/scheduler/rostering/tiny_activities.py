"""Tiny problems with activities for the solver to place: blocks of four hours on such a grid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from builders import EARLY, LATE, agent, requirement
from tiny import DAY, Tiny, at, off, over

from forecasting.special_days import OpeningHours
from scheduler.rostering.activities import Activity

FOUR = timedelta(hours=4)
TUESDAY = OpeningHours.parse("Tue 06:00-14:00")
MEETING = Activity(name="meeting", kind="together", length=FOUR, step=FOUR)
TRAINING = Activity(name="training", kind="each", length=FOUR, step=FOUR)
ACCOUNTS = Activity(
    name="accounts", kind="shared", hours_week=8, min_block=FOUR, max_block=FOUR, step=FOUR
)
TWO_PEOPLE = {"agents": (agent(), agent("ben"))}

HELD = [
    Tiny(
        rule="activity_times",
        sentence="whatever is worked, there are activities that fit, or none",
        problem=over(1, activities=(MEETING, TRAINING), **TWO_PEOPLE),
    ),
    Tiny(
        rule="activities_held",
        sentence="a meeting needs somebody at work on Tuesday",
        problem=over(
            2,
            activities=(replace(MEETING, must=True, windows=TUESDAY),),
        ),
    ),
    Tiny(
        rule="activities_held",
        sentence="everybody is trained twice, but for who is on leave",
        problem=over(
            2,
            activities=(replace(TRAINING, must=True, times_week=2),),
            templates=(EARLY,),
            time_off=(off(at(2, 0), at(4, 0)),),
            **TWO_PEOPLE,
        ),
    ),
    Tiny(
        rule="activities_held",
        sentence="eight hours of accounts are two shifts' worth, not both at once",
        problem=over(
            2,
            activities=(replace(ACCOUNTS, must=True, at_once=1),),
            templates=(EARLY,),
            **TWO_PEOPLE,
        ),
    ),
    Tiny(
        rule="activities_held",
        sentence="a demand on nobody in the team may include everything",
        problem=over(2, activities=(replace(MEETING, must=True, skills=frozenset({"chat"})),)),
    ),
]
HELD_PRICED = [
    Tiny(
        rule="activities",
        sentence="who is not at work misses the meeting",
        problem=over(1, activities=(MEETING,), **TWO_PEOPLE),
    ),
    Tiny(
        rule="activities",
        sentence="training in two weeks, the second only Monday",
        problem=over(
            2, activities=(TRAINING,), first=at(2, 0).date() - DAY, templates=(EARLY,), **TWO_PEOPLE
        ),
    ),
    Tiny(
        rule="activities",
        sentence="hours shared, by those under one contract",
        problem=over(
            2,
            activities=(replace(ACCOUNTS, agents=frozenset({"ben"})),),
            templates=(EARLY, LATE),
            **TWO_PEOPLE,
        ),
    ),
    Tiny(
        rule="coverage",
        sentence="whoever is at work need not leave the phone for what has no price",
        problem=over(
            1,
            need=requirement(days=1, hours=4, floor=1),
            activities=(replace(MEETING, price=0), replace(ACCOUNTS, price=0)),
            **TWO_PEOPLE,
        ),
    ),
]
