"""On call: paid in part, on no queue, and a shift all the same for rest and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from builders import FREE, LONDON, MONDAY, agent, problem, requirement

from scheduler.errors import InputError
from scheduler.exchange.calendars import agent_calendar
from scheduler.exchange.read_roster import parse_roster
from scheduler.exchange.roster_sheet import grid_rows
from scheduler.exchange.roster_table import ROSTER_COLUMNS, roster_rows, table_csv
from scheduler.rostering.check import check, penalties
from scheduler.rostering.coverage import cover
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Pin, Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import BreakTemplate, ShiftTemplate, date_shift
from scheduler.rostering.solver import solve

DAY = ShiftTemplate(name="day", start=time(8), end=time(16))
ON_CALL = ShiftTemplate(name="on call", start=time(16), end=time(8), on_call_paid=25)
ONE = SolveParams(seconds=20, workers=1)


def _problem() -> Problem:
    """Ana is on call from Monday evening to Tuesday morning; both days want an agent."""
    need = requirement(days=2, hours=8, floor=1)
    rested = replace(FREE, min_rest=timedelta(hours=11))
    pin = Pin(agent_id="ana", day=MONDAY, shift="on call")
    two = (agent(), agent("ben"))
    return problem(
        agents=two, contracts=(rested,), templates=(DAY, ON_CALL), need=need, days=2, pins=(pin,)
    )


@pytest.mark.parametrize(("paid", "minutes"), [(0, 0), (25, 225), (100, 900), (None, 900)])
def test_a_share_of_the_time_is_paid_and_none_of_it_worked(paid: int | None, minutes: int) -> None:
    lunch = BreakTemplate(start=time(20), end=time(21))
    template = replace(ON_CALL, on_call_paid=paid, breaks=(lunch,))
    shift = date_shift(template, MONDAY, zone=LONDON, agent_zone=LONDON)
    assert shift.paid_minutes == minutes
    assert bool(shift.worked) is (paid is None)


def test_the_rosters_count_nobody_who_is_on_call_and_let_them_rest() -> None:
    p = _problem()
    result = solve(p, ONE)
    assert result.status == "optimal"
    assert result.roster is not None
    assert check(p, result.roster) == []
    given = {
        (a.agent_id, a.shift.day - MONDAY, a.shift.template) for a in result.roster.assignments
    }
    # On call until Tuesday at eight, Ana rests: Ben has both days.
    assert given == {
        ("ana", timedelta(0), "on call"),
        ("ben", timedelta(0), "day"),
        ("ben", timedelta(days=1), "day"),
    }
    served = {a.shift.template: a.queues for a in result.roster.assignments}
    assert served == {"day": ("phone",), "on call": ()}
    assert cover(p, result.roster).minutes.sum() == 2 * 480
    assert result.roster.paid_hours == 16 + 4


def test_a_roster_file_and_a_calendar_name_no_queue_for_who_is_on_call() -> None:
    p = _problem()
    result = solve(p, ONE)
    assert result.roster is not None
    data = table_csv(ROSTER_COLUMNS, roster_rows(p, result.roster))
    assert parse_roster(data, "roster.csv", p, max_bytes=10_000) == result.roster
    (cell,) = grid_rows(p, result.roster)[0].days[0]
    assert (cell.shift, cell.queues) == ("on call", "on call")
    calendar = agent_calendar(p.agents["ana"], result.roster.tour("ana"), p.requirement.grid.start)
    assert b"SUMMARY:on call (on call)" in calendar


def test_who_is_on_call_needs_no_seat_and_no_leader() -> None:
    limits = TeamLimits(seats=(("Leeds", 0),), lead_seniority=1, languages=(("zh", 1),))
    skills = frozenset({"phone", "lang:zh"})
    p = replace(_problem(), limits=limits)
    ana = replace(p.agents["ana"], site="Leeds", skills=skills)
    p = replace(p, team=replace(p.team, agents=(ana,)), templates=(ON_CALL, DAY))
    shift = p.shift_on(ana, ON_CALL, MONDAY)
    assert shift is not None
    roster = Roster.of([Assignment(agent_id="ana", shift=shift, queues=())])
    assert check(p, roster) == []
    rules = {each.rule: each.amount for each in penalties(p, roster)}
    assert "lead_present" not in rules
    assert rules["languages"] == 2 * 24 * 60


def test_somebody_is_on_call_because_somebody_should_be() -> None:
    p = replace(_problem(), pins=(), limits=TeamLimits(least_on_shift=(("on call", 1),)))
    three = (*p.team.agents, agent("cleo"))
    p = replace(p, team=replace(p.team, agents=three))
    result = solve(p, ONE)
    assert result.roster is not None
    nights = [a.shift.day for a in result.roster.assignments if a.shift.on_call]
    assert sorted(nights) == [MONDAY, MONDAY + timedelta(days=1)]
    assert "least_on_shift" not in {each.rule for each in result.penalties}


@pytest.mark.parametrize("paid", [-1, 101])
def test_shares_below_nothing_and_above_all_are_refused(paid: int) -> None:
    with pytest.raises(InputError, match="on_call_paid"):
        replace(ON_CALL, on_call_paid=paid)
