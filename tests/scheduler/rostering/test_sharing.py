"""Agents shared among queues: counts in the solver, people in the roster, each counted once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from itertools import product

import numpy as np
import pytest
from builders import EARLY, FREE, LATE, MONDAY, agent, problem, queue, requirement
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from scheduler.rostering import solver as solving
from scheduler.rostering.check import check, penalties
from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.dealing import deal
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Block, Roster
from scheduler.rostering.sharing import Pool, queues_to_choose
from scheduler.rostering.shifts import BreakTemplate, ShiftTemplate
from scheduler.rostering.solver import solve

ONE = SolveParams(seconds=20, workers=1)
HOUR = timedelta(hours=1)
SKILLS = (
    frozenset({"phone"}),
    frozenset({"phone", "chat"}),
    frozenset({"phone", "chat", "web"}),
    frozenset({"chat", "web"}),
)
LUNCH = BreakTemplate(start=time(10, 30), end=time(11))
SHIFTS = (
    ShiftTemplate(name="early", start=time(6), end=time(14), breaks=(LUNCH,)),
    ShiftTemplate(name="odd", start=time(7, 20), end=time(15, 20)),
)


def _desk(skills: list[int]) -> Problem:
    need = requirement(
        queues=tuple(queue(name, channel="chat") for name in ("phone", "chat", "web")),
        days=1,
        hours=1,
        offered=1.0,
    )
    return problem(
        agents=tuple(agent(f"a{n}", skills=SKILLS[kind]) for n, kind in enumerate(skills)),
        templates=SHIFTS,
        days=1,
        need=need,
    )


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    skills=st.lists(st.integers(0, 3), min_size=1, max_size=8),
    shifts=st.lists(st.integers(0, 1), min_size=8, max_size=8),
    seed=st.integers(0, 1000),
)
def test_dealing_gives_every_pool_its_counts(
    skills: list[int], shifts: list[int], seed: int
) -> None:
    p, rng = _desk(skills), np.random.default_rng(seed)
    by_agent = {who: [o for o in p.options if o.agent_id == who] for who in p.agents}
    taken = [options[shifts[n]] for n, options in enumerate(by_agent.values())]
    sizes = Counter(
        Pool(queues=p.queues_of(p.agents[o.agent_id]), at=o.first + step, minutes=minutes)
        for o in taken
        for step, minutes in enumerate(o.presence)
        if minutes
    )
    counts = {}
    for pool, size in sizes.items():
        choice = queues_to_choose(p, pool)
        drawn = rng.multinomial(size, np.full(len(choice), 1 / len(choice)))
        counts[pool] = dict(zip(choice, map(int, drawn), strict=True))
    wanted = np.zeros((3, 24))
    for pool, drawn in counts.items():
        for name, number in drawn.items():
            wanted[p.queue_names.index(name), pool.at] += number * pool.minutes
    roster = Roster.of(deal(p, taken, counts))
    assert agent_minutes(p, roster) == pytest.approx(wanted)
    assert check(p, roster) == []
    for each in roster.assignments:
        assert all(one.queue != other.queue for one, other in zip(each.blocks, each.blocks[1:]))  # noqa: B905 - neighbours


def test_an_agent_stays_on_a_queue_as_long_as_the_counts_allow() -> None:
    p = _desk([1, 1, 1])
    taken = [o for o in p.options if o.shift.template == "early"]
    pools = [
        Pool(queues=("phone", "chat"), at=at, minutes=30 if at == 10 else 60) for at in range(6, 14)
    ]
    on_phone = (2, 2, 1, 1, 1, 2, 2, 2)
    counts = {pool: {"phone": n, "chat": 3 - n} for pool, n in zip(pools, on_phone, strict=True)}
    roster = Roster.of(deal(p, taken, counts))
    changes = sum(max(0, len(each.blocks) - 1) for each in roster.assignments)
    assert changes == 2  # one leaves the phone at eight, one comes back at eleven


def _least_cost(p: Problem) -> tuple[int, ...]:
    """Try every shift of every agent and every way to share the agents, naively."""
    best: tuple[int, ...] | None = None
    starts = p.requirement.grid.starts_utc()
    for shifts in product(*[[None, *[o for o in p.options if o.agent_id == a]] for a in p.agents]):
        taken = [option for option in shifts if option is not None]
        ways = []
        for option in taken:
            spans = starts[option.first : option.first + len(option.presence)]
            queues = p.queues_of(p.agents[option.agent_id])
            ways.append(
                [
                    (option, tuple(zip(spans, w, strict=True)))
                    for w in product(queues, repeat=len(spans))
                ]
            )
        for dealt in product(*ways):
            roster = Roster.of(
                Assignment(
                    agent_id=option.agent_id,
                    shift=option.shift,
                    queues=tuple(q for _, q in way),
                    blocks=tuple(Block(start=s, end=s + 4 * HOUR, queue=q) for s, q in way),
                )
                for option, way in dealt
            )
            paid = penalties(p, roster)
            costs = tuple(sum(x.cost for x in paid if x.rule in group) for group in p.order)
            best = costs if best is None else min(best, costs)
    assert best is not None
    return best


@settings(deadline=None, derandomize=True, max_examples=12)
@given(
    offered=st.lists(st.sampled_from([0.0, 4.0, 9.0]), min_size=4, max_size=4),
    floor=st.integers(0, 1),
    both=st.booleans(),
)
def test_sharing_is_as_good_as_trying_every_way(
    offered: list[float], floor: int, both: bool
) -> None:
    need = requirement(
        queues=(queue(), queue("chat", channel="chat")), days=1, hours=4, floor=floor, offered=1.0
    )
    calls = np.zeros(need.offered.shape)
    calls[:, 2:4] = np.array(offered).reshape(2, 2)
    skills = frozenset({"phone", "chat"})
    p = problem(
        agents=(agent(skills=skills), agent("ben", skills=skills if both else {"chat"})),
        templates=(ShiftTemplate(name="day", start=time(8), end=time(16)),),
        days=1,
        need=replace(need, offered=calls, floor=need.floor * (calls > 0)),
    )
    result = solve(p, ONE)
    assert result.status == "optimal"
    found = tuple(sum(x.cost for x in result.penalties if x.rule in group) for group in p.order)
    assert found == _least_cost(p)


def _moving_need() -> Problem:
    need = requirement(queues=(queue(), queue("chat", channel="chat")), days=1, hours=1)
    wanted = np.zeros_like(need.floor)
    wanted[0, 6:9] = wanted[1, 9:14] = 1
    return problem(
        agents=(agent(skills=frozenset({"phone", "chat"})),),
        templates=(EARLY, LATE),
        contracts=(FREE,),
        days=1,
        need=replace(need, floor=wanted),
    )


def test_a_search_that_finds_nothing_more_leaves_the_roster_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = solving._Search._run
    runs: list[str] = []

    def only_the_first(search: solving._Search, seconds: float) -> str:
        runs.append(whole(search, seconds) if not runs else "unknown")
        if len(runs) > 1:
            search._solver = cp_model.CpSolver()
        return runs[-1]

    monkeypatch.setattr(solving._Search, "_run", only_the_first)
    p = _moving_need()
    both_queues = np.ones_like(p.requirement.floor)
    p = replace(p, requirement=replace(p.requirement, floor=both_queues))
    result = solve(p, ONE)
    assert len(runs) == 1 + len(p.order)
    assert result.status == "feasible"
    assert result.roster is not None
    assert not check(p, result.roster)


def test_the_solver_switches_an_agent_when_the_need_moves() -> None:
    result = solve(_moving_need(), ONE)
    assert result.roster is not None
    (only,) = result.roster.assignments
    assert [(b.queue, b.start.hour, b.end.hour) for b in only.blocks] == [
        ("phone", 6, 9),
        ("chat", 9, 14),
    ]
    assert only.queues == ("phone", "chat")
    assert {x.rule for x in result.penalties} == {"paid_time"}


def _blocks(*spans: tuple[str, int, int]) -> Roster:
    p = problem()
    shift = p.shift_on(p.team.agents[0], EARLY, MONDAY)
    assert shift is not None
    blocks = tuple(
        Block(start=shift.start.replace(hour=start), end=shift.start.replace(hour=end), queue=name)
        for name, start, end in spans
    )
    queues = tuple(dict.fromkeys(name for name, _, _ in spans))
    return Roster.of([Assignment(agent_id="ana", shift=shift, queues=queues, blocks=blocks)])


@pytest.mark.parametrize(
    ("spans", "amounts"),
    [
        ([("phone", 6, 10), ("chat", 10, 14)], []),
        ([("phone", 6, 10), ("chat", 12, 14)], []),
        ([("phone", 5, 10), ("chat", 10, 15)], [120]),
        ([("phone", 6, 12), ("chat", 10, 14)], [120]),
        ([("phone", 6, 14), ("chat", 8, 9), ("phone", 8, 10)], [180]),
        ([("phone", 16, 18)], [120]),
    ],
)
def test_blocks_lie_in_the_shift_one_after_the_other(
    spans: list[tuple[str, int, int]], amounts: list[int]
) -> None:
    need = requirement(queues=(queue(), queue("chat", channel="chat")))
    p = problem(agents=(agent(skills=frozenset({"phone", "chat"})),), need=need)
    broken = check(p, _blocks(*spans))
    assert [v.amount for v in broken] == amounts
    assert {v.rule for v in broken} <= {"one_queue_at_a_time"}


def test_a_block_on_a_queue_without_the_skill_is_told() -> None:
    need = requirement(queues=(queue(), queue("chat", channel="chat")))
    (broken,) = check(problem(need=need), _blocks(("phone", 6, 10), ("chat", 10, 14)))
    assert (broken.rule, broken.amount) == ("skills", 1)


def test_changing_queues_less_often_costs_nothing() -> None:
    skills = frozenset({"phone", "chat"})
    need = requirement(
        queues=(queue(), queue("chat", channel="chat")), days=1, hours=1, offered=6.0, floor=1
    )
    p = problem(agents=tuple(agent(f"a{n}", skills=skills) for n in range(3)), days=1, need=need)
    result = solve(p, ONE)
    assert result.status == "optimal"
    assert result.roster is not None
    assert result.gap == 0
    # Need is level all day, so nobody has a reason to move.
    assert all(not each.blocks for each in result.roster.assignments)
