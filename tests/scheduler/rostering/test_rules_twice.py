"""Every rule is stated twice; here both forms are asked about every tiny roster there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from builders import (
    EARLY,
    FREE,
    LATE,
    MONDAY,
    NIGHT,
    agent,
    as_assignment,
    every_dealing,
    problem,
    queue,
    requirement,
)
from ortools.sat.python import cp_model
from tiny import DAY, Tiny, at, off, with_past
from tiny_activities import HELD, HELD_PRICED
from tiny_breaks import PLACED, PLACED_PRICED
from tiny_changes import CHANGED, FROZEN, MADE_UP
from tiny_days import CASES as DAYS
from tiny_hours import CASES as HOURS
from tiny_hours import PRICED as HOURS_PRICED
from tiny_team import CASES as TEAM
from tiny_team import PRICED as TEAM_PRICED

from scheduler.rostering.problem import Option, Pin, Problem, Request
from scheduler.rostering.roster import Roster
from scheduler.rostering.rules.activity_times import ActivityTimes
from scheduler.rostering.rules.catalogue import HARD, PRICED
from scheduler.rostering.shifts import BreakTemplate
from scheduler.rostering.variables import RosterModel

THREE = {"days": 3, "need": requirement(days=3)}
TWO = {"days": 2, "need": requirement(days=2)}
PHONE_AND_CHAT = (queue(), queue("chat", channel="chat"))
EMAIL = (queue("phone", channel="email", floor=0.0, answer_within=queue().answer_within),)

HARD_CASES = [
    Tiny(
        rule="one_shift_a_day",
        sentence="early and late of one day are not both worked",
        problem=problem(**THREE),
    ),
    Tiny(
        rule="skills",
        sentence="an agent without a queue has no options",
        problem=problem(**TWO, agents=(agent(skills=frozenset({"chat"})),)),
    ),
    Tiny(
        rule="one_queue_at_a_time",
        sentence="who can serve two queues is still on one",
        problem=problem(
            **{**TWO, "need": requirement(days=2, queues=PHONE_AND_CHAT)},
            agents=(agent(skills=frozenset({"phone", "chat"})),),
        ),
    ),
    Tiny(
        rule="allowed_shifts",
        sentence="late is not on the agent's list",
        problem=problem(**THREE, agents=(agent(shifts=frozenset({"early"})),)),
    ),
    Tiny(
        rule="weekdays",
        sentence="Tuesday is not in the contract",
        problem=problem(**THREE, contracts=(replace(FREE, weekdays=frozenset({0, 2})),)),
    ),
    Tiny(
        rule="local_window",
        sentence="late ends after the agent's evening",
        problem=problem(**TWO, agents=(agent(earliest_local=time(6), latest_local=time(21)),)),
    ),
    Tiny(
        rule="local_window",
        sentence="a window over midnight takes the night and refuses the morning",
        problem=problem(
            **TWO,
            templates=(EARLY, NIGHT),
            agents=(agent(earliest_local=time(20), latest_local=time(6)),),
        ),
    ),
    Tiny(
        rule="local_window",
        sentence="the window is by the agent's clock when the shift is by the service's",
        problem=problem(
            **TWO,
            templates=(replace(EARLY, zone="service"), replace(LATE, zone="service")),
            agents=(agent(zone=ZoneInfo("Asia/Kathmandu"), latest_local=time(20)),),
        ),
    ),
    Tiny(
        rule="availability",
        sentence="one shift on Monday and all of Tuesday are impossible",
        problem=problem(
            **THREE,
            requests=(
                Request(agent_id="ana", day=MONDAY, kind="cannot", shift="late"),
                Request(agent_id="ana", day=MONDAY + DAY, kind="cannot"),
            ),
        ),
    ),
    Tiny(
        rule="time_off",
        sentence="leave of one hour rules out the shift it falls into",
        problem=problem(**THREE, time_off=(off(at(3, 13), at(3, 14)),)),
    ),
    Tiny(
        rule="time_off",
        sentence="a night shift reaches into the next day's leave",
        problem=problem(**TWO, templates=(LATE, NIGHT), time_off=(off(at(3, 0), at(4, 0)),)),
    ),
    Tiny(
        rule="public_holidays",
        sentence="the agent's country is at home on Tuesday",
        problem=problem(**THREE, holidays={"GB": frozenset({MONDAY + DAY})}),
    ),
    Tiny(
        rule="public_holidays",
        sentence="a contract may include public holidays",
        problem=problem(
            **TWO,
            holidays={"GB": frozenset({MONDAY})},
            contracts=(replace(FREE, works_public_holidays=True),),
        ),
    ),
    Tiny(
        rule="min_rest",
        sentence="no early after a late with eleven hours of rest",
        problem=problem(**THREE, contracts=(replace(FREE, min_rest=timedelta(hours=11)),)),
    ),
    Tiny(
        rule="min_rest",
        sentence="the night before the horizon counts",
        problem=with_past(
            problem(
                **TWO,
                templates=(EARLY, LATE, NIGHT),
                contracts=(replace(FREE, min_rest=timedelta(hours=11)),),
            ),
            (-1, NIGHT),
        ),
    ),
    Tiny(
        rule="consecutive_days",
        sentence="two days in a row at most",
        problem=problem(**THREE, contracts=(replace(FREE, max_consecutive_days=2),)),
    ),
    Tiny(
        rule="consecutive_days",
        sentence="a run that began before the horizon goes on",
        problem=with_past(
            problem(**THREE, contracts=(replace(FREE, max_consecutive_days=3),)),
            (-3, EARLY),
            (-2, EARLY),
            (-1, EARLY),
        ),
    ),
    Tiny(
        rule="days_week",
        sentence="two days a week at most",
        problem=problem(**THREE, contracts=(replace(FREE, max_days_week=2),)),
    ),
    Tiny(
        rule="hours_week",
        sentence="sixteen hours a week at most, unpaid breaks not counted",
        problem=problem(
            **THREE,
            templates=(
                EARLY,
                replace(LATE, breaks=(BreakTemplate(start=time(18), end=time(19)),)),
            ),
            contracts=(replace(FREE, max_hours_week=16),),
        ),
    ),
    Tiny(
        rule="hours_week",
        sentence="at least 24 hours a week, a day of leave counts as a seventh",
        problem=problem(
            templates=(EARLY,),
            contracts=(replace(FREE, min_hours_week=24),),
            time_off=(off(at(4, 0), at(5, 0)),),
        ),
    ),
    Tiny(
        rule="pins",
        sentence="a pinned shift and a pinned day off",
        problem=problem(
            **THREE,
            pins=(
                Pin(agent_id="ana", day=MONDAY, shift="late"),
                Pin(agent_id="ana", day=MONDAY + DAY, shift=""),
            ),
        ),
    ),
]

PRICED_CASES = [
    Tiny(
        rule="promise",
        sentence="each day keeps 80 % of its calls",
        problem=problem(
            days=2,
            need=requirement(days=2, queues=(queue(promise="day"),), offered=10.0),
            agents=(agent(), agent("ben")),
        ),
    ),
    Tiny(
        rule="promise",
        sentence="a break of half an interval counts half",
        problem=problem(
            days=1,
            need=requirement(days=1, offered=7.3, floor=1),
            templates=(replace(EARLY, breaks=(BreakTemplate(start=time(8), end=time(10)),)), LATE),
            agents=(agent(), agent("ben"), agent("cleo")),
        ),
    ),
    Tiny(
        rule="coverage",
        sentence="one agent is wanted round the clock",
        problem=problem(days=1, need=requirement(days=1, floor=1), agents=(agent(), agent("ben"))),
    ),
    Tiny(
        rule="coverage",
        sentence="a promise for every interval wants the whole requirement",
        problem=problem(
            days=1,
            need=requirement(days=1, queues=(queue(promise="interval"),), required=2, floor=1),
            agents=(agent(), agent("ben")),
        ),
    ),
    Tiny(
        rule="coverage",
        sentence="the night before the horizon is still on the queue",
        problem=with_past(
            problem(
                days=1,
                need=requirement(days=1, floor=1),
                templates=(EARLY, LATE, NIGHT),
                agents=(agent(), agent("ben")),
            ),
            (-1, NIGHT),
        ),
    ),
    Tiny(
        rule="deferred",
        sentence="emails of one shift are due in the next",
        problem=problem(
            days=2,
            need=requirement(days=2, queues=EMAIL, work_s=20_000.0, shrinkage=0.1),
            templates=(EARLY, LATE, NIGHT),
        ),
    ),
    Tiny(
        rule="service",
        sentence="two queues, one of which promises every interval",
        problem=problem(
            days=1,
            need=requirement(
                days=1,
                queues=(queue(promise="interval"), queue("chat", channel="chat")),
                offered=7.3,
            ),
            agents=(agent(), agent("ben", skills=frozenset({"phone", "chat"}))),
        ),
    ),
    Tiny(
        rule="requests",
        sentence="wants and avoids, of any shift and of one",
        problem=problem(
            **THREE,
            requests=(
                Request(agent_id="ana", day=MONDAY, kind="want", weight=3),
                Request(agent_id="ana", day=MONDAY + DAY, kind="want", shift="late"),
                Request(agent_id="ana", day=MONDAY + 2 * DAY, kind="avoid"),
                Request(agent_id="ana", day=MONDAY, kind="avoid", shift="early", weight=2),
            ),
        ),
    ),
    Tiny(
        rule="paid_time",
        sentence="unpaid breaks are not paid",
        problem=problem(
            **TWO,
            templates=(
                replace(
                    EARLY,
                    breaks=(
                        BreakTemplate(start=time(8), end=time(9)),
                        BreakTemplate(start=time(12), end=time(12, 30), paid=True),
                    ),
                ),
                LATE,
            ),
        ),
    ),
]

# Rules about what the solver places itself: whatever shifts are worked, it can.
PERMISSIVE = ("skills", "one_queue_at_a_time", "breaks", "activity_times")
HARD_TOLD = [*HARD_CASES, *DAYS, *HOURS, *TEAM, *FROZEN, *MADE_UP, *PLACED, *HELD]
PRICED_TOLD = [*PRICED_CASES, *HOURS_PRICED, *TEAM_PRICED, *CHANGED, *PLACED_PRICED, *HELD_PRICED]


def _taken(p: Problem) -> Iterator[tuple[list[Option], list[bool]]]:
    """Every subset of the options, as a list and as switches."""
    options = p.options
    assert len(options) <= 12, "tiny means tiny"
    for taken in product((False, True), repeat=len(options)):
        yield [o for o, t in zip(options, taken, strict=True) if t], list(taken)


def _rosters(p: Problem) -> Iterator[tuple[list[Roster], list[bool]]]:
    """Every subset of the options: all ways to place activities, everybody on their first queue."""
    for chosen, taken in _taken(p):
        if p.activities:
            yield list(_dealt(p, chosen)), taken
        else:
            yield [Roster.of(as_assignment(p, option) for option in chosen)], taken


def _dealt(p: Problem, chosen: list[Option]) -> Iterator[Roster]:
    """Every way to send the agents to their queues, interval by interval, and to activities."""
    ways = [list(every_dealing(p, option)) for option in chosen]
    for assignments in product(*ways):
        roster = Roster.of(assignments)
        if not p.activities or not list(ActivityTimes().check(p, roster)):
            yield roster


def _fixed(p: Problem, taken: list[bool]) -> RosterModel:
    """A model whose every choice is fixed; no rule is posted yet."""
    model = RosterModel(p)
    choices = [c for agent_id in p.agents for c in model.choices(agent_id)]
    for choice, value in zip(choices, taken, strict=True):
        model.cp.add(choice.taken == int(value))
    return model


def _solved(model: RosterModel) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    return solver if solver.solve(model.cp) == cp_model.OPTIMAL else None


def _ids(tiny: Tiny) -> str:
    return f"{tiny.rule}: {tiny.sentence}"


@pytest.mark.parametrize("tiny", HARD_TOLD, ids=_ids)
def test_both_forms_of_a_hard_rule_agree_on_every_tiny_roster(tiny: Tiny) -> None:
    rule = next(r for r in HARD if r.name == tiny.rule)
    allowed = forbidden = 0
    for rosters, taken in _rosters(tiny.problem):
        model = _fixed(tiny.problem, taken)
        rule.post(model)
        broken = min((list(rule.check(tiny.problem, roster)) for roster in rosters), key=len)
        assert (_solved(model) is None) == bool(broken), broken or rosters
        assert all(v.amount > 0 and v.rule == rule.name and v.words for v in broken)
        allowed, forbidden = allowed + (not broken), forbidden + bool(broken)
    assert allowed, "a case that allows nothing shows nothing"
    permissive = tiny.rule in PERMISSIVE or "may include" in tiny.sentence
    assert bool(forbidden) != permissive, "a case that forbids nothing shows nothing"


@pytest.mark.parametrize("tiny", PRICED_TOLD, ids=_ids)
def test_both_forms_of_a_priced_rule_agree_on_every_tiny_roster(tiny: Tiny) -> None:
    rule = next(r for r in PRICED if r.name == tiny.rule)
    costs = set()
    for chosen, taken in _taken(tiny.problem):
        model = _fixed(tiny.problem, taken)
        rule.post(model)
        model.cp.minimize(model.cost([rule.name]))
        solver = _solved(model)
        assert solver is not None, "a priced rule forbids nothing"
        cost = min(
            sum(p.cost for p in rule.price(tiny.problem, roster))
            for roster in _dealt(tiny.problem, chosen)
        )
        assert round(solver.objective_value) == cost
        costs.add(cost)
    assert len(costs) > 1, "a case where every roster costs the same shows nothing"


def test_every_rule_has_a_case() -> None:
    told = {tiny.rule for tiny in (*HARD_TOLD, *PRICED_TOLD)}
    assert told == {rule.name for rule in (*HARD, *PRICED)}


@pytest.mark.parametrize("rule", [*HARD, *PRICED], ids=lambda r: r.name)
def test_every_rule_says_what_it_is(rule: object) -> None:
    assert rule.sentence.endswith(".")  # type: ignore[attr-defined]  # either kind of rule
    assert rule.unit  # type: ignore[attr-defined]  # as above
