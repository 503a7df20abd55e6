from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product

import pytest
from builders import FREE, LATE, MONDAY, agent, problem, requirement
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.people import TimeOff
from scheduler.rostering.check import check, penalties
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Pin, Problem, Request
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.solver import solve
from scheduler.rostering.why import Wish, why_not
from scheduler.rostering.why_short import (
    bindings,
    worth_of_an_agent,
    worth_of_an_hour,
    worth_of_waiving,
)

DAY = timedelta(days=1)
TUESDAY = MONDAY + DAY
PATIENT = SolveParams(seconds=20, workers=1)
OFFICE = ShiftTemplate(name="office", start=time(8), end=time(16))
EVENING = ShiftTemplate(name="evening", start=time(16), end=time(0))
SERVICE = ("promise", "coverage", "deferred")


def _off(agent_id: str, day: int) -> TimeOff:
    start = datetime(2026, 3, 2, tzinfo=UTC) + day * DAY
    return TimeOff(agent_id=agent_id, start=start, end=start + DAY)


def _roster(p: Problem, *work: tuple[str, int, ShiftTemplate]) -> Roster:
    found = []
    for agent_id, day, template in work:
        shift = p.shift_on(p.agents[agent_id], template, MONDAY + day * DAY)
        assert shift is not None
        found.append(Assignment(agent_id=agent_id, shift=shift, queues=("phone",)))
    return Roster.of(found)


def _desk(floor: int = 1, **changes: object) -> Problem:
    """Two days on which so many agents are wanted from 8 to 16."""
    need = requirement(days=2)
    need.floor[0, [1, 4]] = floor
    values = {"agents": (agent(), agent("ben")), "templates": (OFFICE, EVENING), "days": 2}
    return problem(**(values | {"need": need} | changes))  # type: ignore[arg-type]  # tests mix freely


def _costs(p: Problem, roster: Roster) -> tuple[int, ...]:
    paid = penalties(p, roster)
    return tuple(sum(x.cost for x in paid if x.rule in group) for group in p.order)


def _best_by_hand(p: Problem) -> tuple[int, ...] | None:
    best = None
    for taken in product((False, True), repeat=len(p.options)):
        chosen = [o for o, t in zip(p.options, taken, strict=True) if t]
        roster = Roster.of(
            Assignment(agent_id=o.agent_id, shift=o.shift, queues=("phone",)) for o in chosen
        )
        if not check(p, roster):
            best = min(filter(None, (best, _costs(p, roster))))
    return best


@settings(deadline=None, derandomize=True, max_examples=25)
@given(
    floor=st.integers(0, 2),
    most=st.integers(1, 2),
    leave=st.sampled_from([None, 0, 1]),
    want=st.sampled_from(["", "office", "evening"]),
    who=st.sampled_from(["ana", "ben"]),
    day=st.integers(0, 1),
)
def test_a_wish_costs_what_the_best_roster_that_grants_it_costs_more(
    floor: int, most: int, leave: int | None, want: str, who: str, day: int
) -> None:
    p = _desk(
        floor,
        contracts=(replace(FREE, max_days_week=most, min_rest=timedelta(hours=11)),),
        time_off=() if leave is None else (_off("ana", leave),),
        requests=(Request(agent_id="ben", day=MONDAY, kind="want", shift="evening"),),
    )
    now = solve(p, PATIENT)
    assert now.roster is not None
    told = why_not(p, now.roster, Wish(agent_id=who, day=MONDAY + day * DAY, shift=want), PATIENT)
    pin = Pin(agent_id=who, day=MONDAY + day * DAY, shift=want)
    best = _best_by_hand(replace(p, pins=(pin,)))
    if told.answer == "granted":
        assert best == _costs(p, now.roster)
    elif best is None:
        assert told.answer == "forbidden"
        assert told.forbidding
        assert all(c.rule != "pins" and c.words for c in told.forbidding)
    else:
        assert told.cost == told.cost_at_least == sum(best) - sum(_costs(p, now.roster))
        assert told.answer == ("priced" if best > _costs(p, now.roster) else "free")
        assert sum((told.costs or {}).values()) == told.cost


def test_a_wish_that_others_make_room_for_is_cheaper_than_alone() -> None:
    p = _desk(contracts=(replace(FREE, max_days_week=1),))
    roster = _roster(p, ("ana", 0, OFFICE), ("ben", 1, OFFICE))
    told = why_not(p, roster, Wish(agent_id="ana", day=MONDAY), PATIENT)
    assert told.alone is not None
    assert told.alone.costs["coverage"] == 480 * p.prices.coverage
    assert (told.answer, told.cost) == ("free", 0)


def test_without_time_the_change_by_itself_is_the_answer() -> None:
    p = _desk(agents=tuple(agent(f"a{n:02d}") for n in range(30)), days=2)
    roster = _roster(p, ("a00", 0, OFFICE), ("a01", 1, OFFICE))
    hurry = SolveParams(seconds=0.001, workers=1)
    told = why_not(p, roster, Wish(agent_id="a02", day=MONDAY, shift="evening"), hurry)
    assert told.answer in ("priced", "unknown")
    assert told.cost is not None
    assert told.alone is not None
    assert told.cost <= told.alone.cost


@pytest.mark.parametrize(
    ("wish", "faults"),
    [
        (Wish(agent_id="zed", day=MONDAY), 1),
        (Wish(agent_id="ana", day=MONDAY - DAY), 1),
        (Wish(agent_id="zed", day=MONDAY - DAY, shift="noon"), 3),
    ],
)
def test_a_wish_must_be_about_something(wish: Wish, faults: int) -> None:
    p = _desk()
    with pytest.raises(InputError) as told:
        why_not(p, _roster(p), wish)
    assert len(told.value.faults) == faults


def _short() -> tuple[Problem, Roster]:
    """Tuesday wants three: Ana is at work, Ben slept too little, Cleo is on leave, Dan is free."""
    need = requirement(days=2, required=0)
    need.floor[0, 4] = 3
    need.required[0, 4] = 3
    p = _desk(
        agents=(
            *(agent(name) for name in ("ana", "ben", "cleo", "dan")),
            agent("eva", skills=frozenset({"chat"})),
        ),
        contracts=(replace(FREE, min_rest=timedelta(hours=11)),),
        time_off=(_off("cleo", 1),),
        need=need,
    )
    return p, _roster(p, ("ana", 1, OFFICE), ("ben", 0, EVENING))


def test_a_short_stretch_counts_who_is_kept_off_by_which_rule() -> None:
    p, roster = _short()
    (told,) = bindings(p, roster)
    assert (told.at_work, told.willing, told.no_shift) == (1, 1, 0)
    assert dict(told.kept_off) == {"min_rest": 1, "time_off": 1}


def test_an_exception_is_worth_what_it_mends() -> None:
    p, roster = _short()
    told = worth_of_waiving(p, roster)
    assert {each.what.split(":")[0].removeprefix("one exception from ") for each in told} == {
        "min_rest",
        "time_off",
    }
    assert {each.worth for each in told} == {480 * p.prices.coverage}
    assert any("Ben works shift office on Tue 03 Mar" in each.what for each in told)


def test_an_hour_is_worth_most_where_it_is_missing() -> None:
    p, roster = _short()
    told = worth_of_an_hour(p, roster)
    assert told is not None
    assert told.worth == 60 * p.prices.coverage
    assert "phone, Tue 03 Mar 08:00" in told.what
    full = _roster(p, *((name, 1, OFFICE) for name in ("ana", "cleo", "dan")))
    assert worth_of_an_hour(p, full) is None


def test_one_more_agent_is_worth_the_best_legal_week_they_could_work() -> None:
    p, roster = _short()
    p = replace(p, templates=(OFFICE, EVENING, LATE))
    worth = {each.what: each.worth for each in worth_of_an_agent(p, roster, PATIENT)}
    now = _service(p, roster)
    new = replace(p.agents["ana"], agent_id="new")
    bigger = replace(p, team=replace(p.team, agents=(*p.team.agents, new)))
    mine = [o for o in bigger.options if o.agent_id == "new"]
    least = now
    for taken in product((False, True), repeat=len(mine)):
        chosen = [o for o, t in zip(mine, taken, strict=True) if t]
        more = [Assignment(agent_id="new", shift=o.shift, queues=("phone",)) for o in chosen]
        then = Roster.of((*roster.assignments, *more))
        if not check(bigger, then):
            least = min(least, _service(bigger, then))
    assert worth["one more agent like Ana"] == now - least > 0
    assert worth.get("one more agent like Eva", 0) == 0


def _service(p: Problem, roster: Roster) -> int:
    return sum(x.cost for x in penalties(p, roster) if x.rule in SERVICE)
