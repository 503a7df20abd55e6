from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from builders import EARLY, FREE, LATE, MONDAY, agent, as_assignment, problem, queue, requirement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.people import TimeOff
from scheduler.rostering import solver as solving
from scheduler.rostering.check import check, cost, penalties
from scheduler.rostering.problem import ORDER, Pin, Problem, Request
from scheduler.rostering.roster import Roster
from scheduler.rostering.solver import Progress, SolveParams, solve
from scheduler.rostering.verified import SolverDisagrees

ONE = SolveParams(seconds=20, workers=1)
DAY = timedelta(days=1)


def _best_by_hand(p: Problem) -> tuple[int, ...] | None:
    """Try every roster of a tiny problem: the least cost, group by group."""
    best = None
    for taken in product((False, True), repeat=len(p.options)):
        chosen = [o for o, t in zip(p.options, taken, strict=True) if t]
        roster = Roster.of(as_assignment(p, option) for option in chosen)
        if check(p, roster):
            continue
        paid = penalties(p, roster)
        costs = tuple(sum(x.cost for x in paid if x.rule in group) for group in p.order)
        best = costs if best is None else min(best, costs)
    return best


@settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    offered=st.floats(0, 30),
    floor=st.integers(0, 2),
    promise=st.sampled_from(["interval", "day", "week"]),
    required=st.integers(0, 2),
    max_days=st.integers(1, 3),
    min_hours=st.sampled_from([0, 0, 8]),
    rest=st.sampled_from([0, 11]),
    wishes=st.lists(
        st.tuples(
            st.sampled_from(["ana", "ben"]),
            st.integers(0, 1),
            st.sampled_from(["want", "avoid", "cannot"]),
            st.sampled_from(["", "early", "late"]),
        ),
        max_size=3,
    ),
    leave=st.booleans(),
)
def test_the_solver_is_as_good_as_trying_everything(
    offered: float,
    floor: int,
    promise: str,
    required: int,
    max_days: int,
    min_hours: int,
    rest: int,
    wishes: list[tuple[str, int, str, str]],
    leave: bool,
) -> None:
    contract = replace(
        FREE,
        max_days_week=max_days,
        min_hours_week=min_hours,
        min_rest=timedelta(hours=rest),
    )
    p = problem(
        days=2,
        agents=(agent(), agent("ben")),
        contracts=(contract,),
        need=requirement(
            days=2,
            queues=(queue(promise=promise),),
            offered=offered,
            floor=floor,
            required=required,
        ),
        requests=tuple(
            Request(agent_id=who, day=MONDAY + n * DAY, kind=kind, shift=shift)  # type: ignore[arg-type]  # drawn from the literals
            for who, n, kind, shift in wishes
        ),
        time_off=(
            TimeOff(
                agent_id="ana",
                start=datetime(2026, 3, 2, tzinfo=UTC),
                end=datetime(2026, 3, 3, tzinfo=UTC),
            ),
        )
        if leave
        else (),
    )
    best = _best_by_hand(p)
    result = solve(p, ONE)
    if best is None:
        assert result.status == "infeasible"
        return
    assert result.status == "optimal"
    assert result.roster is not None
    found = tuple(sum(x.cost for x in result.penalties if x.rule in group) for group in p.order)
    assert found == best
    assert result.objective == cost(p, result.roster) == sum(best)
    assert result.gap == pytest.approx(0.0, abs=1e-9)


def test_the_same_seed_gives_the_same_roster() -> None:
    p = problem(
        days=2,
        agents=tuple(agent(f"a{i}") for i in range(4)),
        need=requirement(days=2, offered=20.0, floor=1),
    )
    first, second = solve(p, ONE), solve(p, ONE)
    assert first.roster == second.roster
    assert first.problem_hash == second.problem_hash


def test_another_problem_has_another_hash() -> None:
    p = problem()
    changed = replace(p, requests=(Request(agent_id="ana", day=MONDAY, kind="avoid"),))
    assert p.fingerprint != changed.fingerprint
    assert p.fingerprint == problem().fingerprint


def test_too_few_people_still_give_a_roster() -> None:
    p = problem(need=requirement(offered=50.0, floor=2))
    result = solve(p, ONE)
    assert result.status == "optimal"
    assert result.roster is not None
    assert len(result.roster.assignments) == 7
    assert {x.rule for x in result.penalties} >= {"promise", "coverage"}


def test_a_waived_rule_is_not_kept() -> None:
    pins = (Pin(agent_id="ana", day=MONDAY, shift="early"),)
    cannot = (Request(agent_id="ana", day=MONDAY, kind="cannot"),)
    clashing = problem(pins=pins, requests=cannot)
    assert solve(clashing, ONE).status == "infeasible"
    assert solve(replace(clashing, waived=frozenset({"availability"})), ONE).status == "optimal"


def test_a_clash_names_the_smallest_set_and_what_mends_it() -> None:
    p = problem(
        agents=(agent(), agent("ben")),
        contracts=(replace(FREE, min_hours_week=36, max_days_week=4),),
        templates=(EARLY, LATE),
    )
    result = solve(p, ONE)
    assert result.status == "infeasible"
    assert result.clash is not None
    assert len(result.clash.sets) == 2
    for found in result.clash.sets:
        assert {c.rule for c in found} == {"days_week", "hours_week", "one_shift_a_day"}
        assert len({c.agent_id for c in found}) == 1
    assert result.clash.proven_smallest
    assert {c.agent_id for c in result.clash.mend} == {"ana", "ben"}
    assert len(result.clash.mend) == 2


def test_progress_is_told_and_a_cancelled_search_keeps_its_best() -> None:
    told: list[Progress] = []
    p = problem(
        agents=tuple(agent(f"a{i}") for i in range(12)),
        need=requirement(offered=40.0, floor=1),
    )

    def found() -> bool:
        return any(each.objective is not None for each in told)

    result = solve(p, ONE, told.append, cancelled=found)
    assert result.status in ("optimal", "feasible")
    assert told
    assert all(t.gap is None or 0 <= t.gap <= 1 for t in told)


def test_no_time_is_unknown_or_an_answer_never_a_lie() -> None:
    p = problem(agents=tuple(agent(f"a{i}") for i in range(30)), need=requirement(offered=40.0))
    result = solve(p, SolveParams(seconds=0.001, workers=1))
    assert result.status in ("unknown", "feasible", "optimal")
    assert (result.roster is None) == (result.status == "unknown")


def test_a_lying_model_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    p = problem(contracts=(replace(FREE, min_hours_week=8, max_days_week=7),))
    silent = tuple(rule for rule in solving.HARD if rule.name != "hours_week")
    monkeypatch.setattr(solving, "HARD", silent)
    with pytest.raises(SolverDisagrees, match="hours"):
        solve(p, ONE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seconds": 0}, "seconds"),
        ({"workers": 0}, "workers"),
        ({"seed": -1}, "seed"),
        ({"gap": 2}, "gap"),
    ],
)
def test_impossible_parameters_are_refused(change: dict[str, float], told: str) -> None:
    with pytest.raises(InputError, match=told):
        SolveParams(**change)  # type: ignore[arg-type]  # wrong on purpose


def test_an_order_must_name_every_priced_rule_once() -> None:
    with pytest.raises(InputError, match="order"):
        problem(order=ORDER[:1])
    with pytest.raises(InputError, match="order"):
        problem(order=(*ORDER, ("promise",)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"requests": (Request(agent_id="zed", day=MONDAY, kind="want"),)}, "zed"),
        ({"pins": (Pin(agent_id="ana", day=MONDAY, shift="noon"),)}, "noon"),
        ({"agents": (agent(shifts=frozenset({"noon"})),)}, "noon"),
        ({"templates": (EARLY, EARLY)}, "early"),
    ],
)
def test_references_to_nothing_are_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        problem(**change)  # type: ignore[arg-type]  # wrong on purpose


def _wished(tolerance: dict[str, int]) -> Problem:
    """Ana wants an early on Monday; the wish comes before paid time."""
    rest = tuple(name for group in ORDER for name in group if name != "requests")
    return problem(
        days=1,
        templates=(EARLY,),
        need=requirement(days=1),
        requests=(Request(agent_id="ana", day=MONDAY, kind="want"),),
        order=(("requests",), rest),
        tolerance=tolerance,
    )


def test_a_level_may_be_given_up_for_later_ones_by_its_tolerance_and_no_more() -> None:
    kept, given_up = (solve(_wished({"requests": minutes}), ONE) for minutes in (29, 30))
    assert kept.roster is not None
    assert given_up.roster is not None
    assert (kept.roster.paid_hours, given_up.roster.paid_hours) == (8, 0)
    wish = given_up.levels[0]
    assert (wish.rules, wish.best, wish.tolerance, wish.cost) == (("requests",), 0, 30, 30)
    assert (kept.levels[0].cost, kept.levels[1].cost) == (0, 480)


def test_a_level_tolerates_the_most_that_any_of_its_rules_does() -> None:
    p = _wished({"paid_time": 5, "overtime": 60})
    assert [p.tolerance_of(group) for group in p.order] == [0, 60]


@pytest.mark.parametrize("tolerance", [{"request": 1}, {"requests": -1}])
def test_tolerances_of_no_rule_and_below_zero_are_refused(tolerance: dict[str, int]) -> None:
    with pytest.raises(InputError, match="tolerance"):
        _wished(tolerance)
