from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from builders import EARLY, FREE, LATE, MONDAY, NIGHT, agent, problem, queue, requirement
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.people import TimeOff
from scheduler.rostering.breaks import BreakTemplate
from scheduler.rostering.candidates import Hole, candidates, hole_for
from scheduler.rostering.check import check, penalties
from scheduler.rostering.coverage import agent_minutes, minutes_of
from scheduler.rostering.greedy import improved
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.moves import Move, Moves, WholeJudge
from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import Assignment, Published, Roster
from scheduler.rostering.service_price import SERVICE_RULES, ServicePrice

DAY = timedelta(days=1)
SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUEUES = (
    queue(promise="day"),
    queue("chat", channel="chat", promise="interval"),
    queue("email", channel="email", answer_within=queue().answer_within),
)


def _work(p: Problem, drawn: list[tuple[int, int, int, str]]) -> Roster:
    """A roster of drawn (agent, day, template, queue), skills not looked at."""
    people = p.team.agents
    found = {}
    for who, day, template, name in drawn:
        person = people[who % len(people)]
        shift = p.shift_on(person, p.templates[template % len(p.templates)], MONDAY + day * DAY)
        assert shift is not None
        found[person.agent_id, shift] = Assignment(
            agent_id=person.agent_id, shift=shift, queues=(name,)
        )
    return Roster.of(found.values())


WORK = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from(["phone", "chat", "email"]),
    ),
    max_size=9,
)


def _three_queues(offered: float, floor: int, required: int, work_s: float) -> Problem:
    return problem(
        days=3,
        agents=tuple(agent(name, skills=frozenset({"phone", "chat"})) for name in ("a", "b", "c")),
        templates=(EARLY, LATE, NIGHT),
        need=requirement(
            days=3,
            queues=QUEUES,
            offered=offered,
            floor=floor,
            required=required,
            work_s=work_s,
            shrinkage=0.1,
        ),
    )


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    offered=st.floats(0, 30),
    floor=st.integers(0, 2),
    required=st.integers(0, 2),
    work_s=st.floats(0, 30_000),
    drawn=WORK,
)
def test_service_is_priced_from_minutes_as_the_rules_price_it(
    offered: float, floor: int, required: int, work_s: float, drawn: list[tuple[int, int, int, str]]
) -> None:
    p = _three_queues(offered, floor, required, work_s)
    roster = _work(p, drawn)
    told = dict.fromkeys(SERVICE_RULES, 0)
    for each in penalties(p, roster):
        if each.rule in told:
            told[each.rule] += each.cost
    minutes = agent_minutes(p, roster)
    assert ServicePrice(p).costs(minutes) == told
    one_by_one = sum((minutes_of(p, a) for a in roster.assignments), np.zeros_like(minutes))
    assert np.allclose(minutes, one_by_one)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    drawn=WORK,
    who=st.integers(0, 2),
    day=st.integers(0, 2),
    template=st.integers(-1, 2),
    rest=st.sampled_from([0, 11]),
    most=st.integers(1, 3),
)
def test_a_change_judged_alone_is_judged_as_in_the_whole_roster(
    drawn: list[tuple[int, int, int, str]],
    who: int,
    day: int,
    template: int,
    rest: int,
    most: int,
) -> None:
    p = _three_queues(12.0, 1, 2, 5_000.0)
    contract = replace(FREE, max_days_week=most, min_rest=timedelta(hours=rest))
    p = replace(
        p,
        team=replace(p.team, contracts=(contract,)),
        requests=(Request(agent_id="a", day=MONDAY, kind="want", shift="late"),),
        published=Published(roster=_work(p, drawn[:4]), freeze=SUNDAY),
    )
    roster = _work(p, drawn)
    person = p.team.agents[who]
    after = None
    if template >= 0:
        shift = p.shift_on(person, p.templates[template], MONDAY + day * DAY)
        assert shift is not None
        after = Assignment(agent_id=person.agent_id, shift=shift, queues=("phone",))
    move = Moves(p, roster).move(person.agent_id, MONDAY + day * DAY, after)
    whole = WholeJudge(p, roster).judged(move)
    assert move.costs == whole.costs
    assert move.broken == whole.broken
    before, then = (sum(x.cost for x in penalties(p, r)) for r in (roster, move.applied(roster)))
    assert move.cost == then - before


def test_the_judge_of_a_changed_roster_uses_old_work_and_agrees_with_a_new_one() -> None:
    p = _three_queues(12.0, 1, 2, 5_000.0)
    roster = _work(p, [(0, 0, 0, "phone"), (1, 1, 1, "chat")])
    moves = Moves(p, roster)
    first = moves.move("c", MONDAY, _work(p, [(2, 0, 1, "phone")]).assignments[0])
    moves.move("a", MONDAY, None)
    then = first.applied(roster)
    again, fresh = Moves(p, then, like=moves), Moves(p, then)
    for agent_id in p.agents:
        for n in range(3):
            day = MONDAY + n * DAY
            assert again.move(agent_id, day, None) == fresh.move(agent_id, day, None)


def _all_single_changes(p: Problem, roster: Roster) -> list[Move]:
    moves = Moves(p, roster)
    found = [moves.move(a, d, None) for a in p.agents for d in p.dates]
    for option in p.options:
        for name in p.queues_of(p.agents[option.agent_id]):
            after = Assignment(agent_id=option.agent_id, shift=option.shift, queues=(name,))
            found.append(moves.move(option.agent_id, option.shift.day, after))
    return found


@settings(deadline=None, derandomize=True, max_examples=25)
@given(drawn=WORK, offered=st.floats(1, 40), floor=st.integers(0, 2))
def test_greedy_takes_the_best_change_first_and_ends_where_none_helps(
    drawn: list[tuple[int, int, int, str]], offered: float, floor: int
) -> None:
    p = _three_queues(offered, floor, floor, 0.0)
    kept = _work(p, [(w, d, t, "phone") for w, d, t, _ in drawn])
    p = replace(p, published=Published(roster=kept, freeze=SUNDAY))
    if check(p, kept):
        return
    free = frozenset((o.agent_id, o.shift.day) for o in p.options)
    none = (0,) * (len(p.order) + 1)
    ranks = [m.rank(p.order) for m in _all_single_changes(p, kept)]
    once = improved(p, kept, p.options, free, most_touched=1)
    done = improved(p, kept, p.options, free)
    assert check(p, once) == check(p, done) == []
    assert _costs(p, done) <= _costs(p, once) <= _costs(p, kept)
    if min(ranks) < none:
        best = tuple(c + b for c, b in zip(_costs(p, kept), min(ranks)[1:], strict=True))
        assert _costs(p, once) <= best
    else:
        assert once == done == kept
    assert min(m.rank(p.order) for m in _all_single_changes(p, done)) >= none


def _costs(p: Problem, roster: Roster) -> tuple[int, ...]:
    paid = penalties(p, roster)
    return tuple(sum(x.cost for x in paid if x.rule in group) for group in p.order)


def _small() -> tuple[Problem, Roster]:
    p = problem(
        days=2,
        agents=(agent(), agent("ben"), agent("cleo", skills=frozenset({"chat"}))),
        contracts=(replace(FREE, max_days_week=1, min_rest=timedelta(hours=11)),),
        need=requirement(days=2, floor=1),
        time_off=(
            TimeOff(
                agent_id="ana",
                start=datetime(2026, 3, 3, tzinfo=UTC),
                end=datetime(2026, 3, 4, tzinfo=UTC),
            ),
        ),
    )
    return p, _work(p, [(1, 0, 1, "phone")])


def test_candidates_who_break_nothing_come_first_and_the_others_say_what_they_break() -> None:
    p, roster = _small()
    hole = hole_for(p, "early", MONDAY, queue="phone")
    found = candidates(p, roster, hole)
    assert [(c.move.agent_id, c.move.after.shift.template) for c in found if c.move.after] == [
        ("ana", "early"),
        ("ben", "early"),
    ]
    assert [len(c.move.broken) for c in found] == [0, 0]
    assert found[1].move.before == roster.assignments  # Ben would be early instead of late
    tuesday = candidates(p, roster, hole_for(p, "early", MONDAY + DAY))
    told = {c.move.agent_id: {b.rule for b in c.move.broken} for c in tuesday}
    assert told == {"ben": {"min_rest", "days_week"}, "ana": {"time_off"}}
    assert candidates(p, roster, hole, without=["ana", "ben"]) == ()


def test_a_hole_is_measured_by_what_a_shift_works_of_it() -> None:
    p, _ = _small()
    shift = p.shift_on(p.agents["ana"], EARLY, MONDAY)
    assert shift is not None
    start = datetime(2026, 3, 2, 13, tzinfo=UTC)
    hole = Hole(start=start, end=start + timedelta(hours=3))
    assert hole.minutes_of(shift) == 60
    zone = hole_for(p, "late", MONDAY, like="ana")
    assert zone.end - zone.start == timedelta(hours=8)


@pytest.mark.parametrize(
    ("template", "queue_name", "like", "faults"),
    [("noon", "", "", 1), ("early", "fax", "", 1), ("early", "", "zed", 1), ("noon", "fax", "", 2)],
)
def test_a_hole_names_what_is_there(template: str, queue_name: str, like: str, faults: int) -> None:
    p, _ = _small()
    with pytest.raises(InputError) as told:
        hole_for(p, template, MONDAY, queue=queue_name, like=like)
    assert len(told.value.faults) == faults


def test_a_candidate_takes_breaks_inside_their_windows() -> None:
    p, _ = _small()
    lunch = BreakTemplate(
        earliest=time(9), latest=time(11), length=timedelta(minutes=30), paid=False
    )
    p = replace(p, templates=(replace(EARLY, breaks=(lunch,)), LATE))
    (first, *_) = candidates(p, Roster(assignments=()), hole_for(p, "early", MONDAY))
    assert first.move.after is not None
    assert not first.move.broken
    assert first.move.extra_minutes == 450
    assert [rest.start.hour for rest in first.move.after.shift.breaks] == [9]


def test_rules_about_the_team_are_not_asked_about_one_agent_alone() -> None:
    limits = TeamLimits(seats=(("Leeds", 0),), lead_seniority=1, languages=(("zh", 1),))
    p = problem(days=1, agents=(agent(site="Leeds"), agent("ben", seniority=1)), limits=limits)
    shift = p.shift_on(p.agents["ana"], EARLY, MONDAY)
    assert shift is not None
    after = Assignment(agent_id="ana", shift=shift, queues=("phone",))
    roster = Roster(assignments=())
    move = Moves(p, roster).move("ana", MONDAY, after)
    assert (move.broken, set(move.costs)) == ((), {"paid_time"})
    whole = WholeJudge(p, roster).judged(move)
    assert [each.rule for each in whole.broken] == ["seats"]
    assert whole.costs["lead_present"] > 0


def test_rules_about_several_people_are_seen_by_the_judge_of_the_whole() -> None:
    p, _ = _small()
    one_seat = replace(p.limits, people_on_shift=(("early", 1),))
    p = replace(p, limits=one_seat)
    roster = _work(p, [(0, 0, 0, "phone")])
    (ben,) = candidates(p, roster, hole_for(p, "early", MONDAY))
    assert {broken.rule for broken in ben.move.broken} == {"people_on_shift"}
    free = frozenset((o.agent_id, o.shift.day) for o in p.options)
    done = improved(p, roster, p.options, free)
    assert check(p, done) == []
