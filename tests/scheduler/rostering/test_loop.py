from __future__ import annotations

from dataclasses import replace
from datetime import time

import numpy as np
from builders import FREE, agent, problem, queue, requirement

from scheduler.rostering.loop import close_loop
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.staffing.erlang import agents_required, service_level

ONE = SolveParams(seconds=10, workers=1)
DAY = (ShiftTemplate(name="day", start=time(8), end=time(16)),)


def _desk(*, believed: float, people: int = 12, days: int = 5) -> Problem:
    """A desk of four erlang by day, whose curves believe in another load."""
    need = requirement(days=days, queues=(queue(promise="day"),))
    morning = need.grid.local_minutes == 8 * 60
    offered = np.where(morning, 4 * 8 * 3600 / 300, 0.0)
    staff = np.arange(20)
    curve = service_level(believed, staff, aht_s=300, answer_within_s=20)
    need = replace(
        need,
        offered=offered[None],
        curves=(np.where(morning[:, None], curve, 1.0),),
        floor=np.where(morning, 5, 0)[None].astype(np.int64),
    )
    agents = tuple(agent(f"a{n:02d}") for n in range(people))
    return problem(days=days, need=need, agents=agents, contracts=(FREE,), templates=DAY)


def test_curves_that_tell_the_truth_need_one_round() -> None:
    closed = close_loop(_desk(believed=4.0), ONE, replications=100)
    assert closed.reason == "the promise holds"
    assert len(closed.rounds) == 1


def test_curves_that_are_too_kind_are_corrected_until_the_promise_holds() -> None:
    closed = close_loop(_desk(believed=2.6), ONE, replications=100)
    assert len(closed.rounds) > 1
    assert closed.rounds[0].missing > 0
    assert closed.rounds[-1].missing == 0
    assert closed.certificate is not None
    assert closed.certificate.kept
    assert closed.rounds[-1].paid_hours > closed.rounds[0].paid_hours


def test_reports_say_which_round_it_is_and_what_service_the_best_so_far_gives() -> None:
    told: list[Progress] = []
    closed = close_loop(_desk(believed=2.6), ONE, told.append, replications=100)
    assert [report.round for report in told] == sorted(report.round for report in told)
    assert {report.round for report in told} <= set(range(1, len(closed.rounds) + 2))
    assert all(not report.service for report in told if report.round == 1)
    later = [report for report in told if report.round == 2]
    assert later
    (queue,) = closed.certificate.queues if closed.certificate else ()
    assert set(later[0].service) == {queue.queue}
    assert later[0].service[queue.queue] < queue.target <= queue.level


def test_curves_that_are_too_strict_give_people_back() -> None:
    closed = close_loop(_desk(believed=7.0), ONE, replications=100)
    assert closed.rounds[0].spare_agents > 0
    assert closed.result.roster is not None
    assert closed.result.roster.paid_hours < closed.rounds[0].paid_hours
    assert closed.certificate is not None
    assert closed.certificate.kept


def test_where_people_are_spent_the_loop_says_so() -> None:
    closed = close_loop(_desk(believed=2.6, people=4), ONE, replications=100)
    assert closed.reason == "the people are spent"
    assert closed.certificate is not None
    assert not closed.certificate.kept


def test_one_round_only_certifies() -> None:
    closed = close_loop(_desk(believed=2.6), ONE, replications=50, most_rounds=1)
    assert closed.reason == "no more rounds were allowed"
    assert closed.problem.corrections == {}


def test_a_clash_ends_the_loop_at_once() -> None:
    desk = _desk(believed=4.0, people=1)
    much = replace(FREE, min_hours_week=100, max_days_week=1)
    clashing = replace(desk, days=7, team=replace(desk.team, contracts=(much,)))
    closed = close_loop(clashing, ONE)
    assert closed.result.status == "infeasible"
    assert closed.certificate is None
    assert closed.rounds == ()
    assert closed.reason == "no roster: infeasible"


def test_an_interval_that_is_promised_and_missed_gets_the_agents_it_lacks() -> None:
    desk = _desk(believed=4.0)
    promised = replace(desk.requirement.queues[0], promise="interval")
    busy = desk.requirement.offered > 0
    need = replace(
        desk.requirement, queues=(promised,), required=np.where(busy, 5, 0).astype(np.int64)
    )
    closed = close_loop(replace(desk, requirement=need), ONE, replications=50)
    assert closed.rounds[0].missing > 0
    assert closed.reason == "the promise holds"
    assert closed.certificate is not None
    phone = closed.certificate.of("phone")
    assert len(phone.pledges) == 5
    assert all(pledge.exact is not None and pledge.exact >= 0.8 for pledge in phone.pledges)
    enough = agents_required(4.0, aht_s=300, answer_within_s=20, target=0.8)
    assert set(closed.problem.corrections.values()) == {int(enough) - 5}
