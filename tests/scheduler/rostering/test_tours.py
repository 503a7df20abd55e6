"""Whole tours: the dynamic program against plain enumeration, and bounds against optima."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from builders import EARLY, MONDAY, problem, requirement
from small_instances import made_up, naive_faults, naive_objective
from test_rules_twice import HARD_TOLD
from tiny import Tiny

from scheduler.errors import InputError
from scheduler.exchange.curtois_qu import Instance, Staff, parse_instance
from scheduler.exchange.curtois_qu_problem import problem_of
from scheduler.rostering.check import check, cost
from scheduler.rostering.columns.gather import gather
from scheduler.rostering.columns.generate import first_tours, generate
from scheduler.rostering.columns.master import Master
from scheduler.rostering.columns.pricing import Pricer
from scheduler.rostering.columns.spec import specify
from scheduler.rostering.columns.terms import NoTour
from scheduler.rostering.moves import alone
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.prices import ORDER, Prices
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.rules.catalogue import HARD
from scheduler.rostering.rules.rule import InTour, OnEachShift
from scheduler.rostering.solver import solve
from scheduler.rostering.wanted import PeopleWanted

ONE_LEVEL = (tuple(name for group in ORDER for name in group),)
Table = dict[tuple[int, ...], int]


def _pricers(problem: Problem) -> list[Pricer]:
    tours = gather(problem).tours.values()
    return [Pricer(number, specify(terms)) for number, terms in enumerate(tours)]


def _every_tour(instance: Instance, person: Staff) -> Table:
    """Every tour of one person that keeps the benchmark's rules, and its own cost, naively."""
    one = replace(
        instance,
        staff=(person,),
        days_off=tuple(off for off in instance.days_off if off[0] == person.name),
        on_requests=tuple(w for w in instance.on_requests if w.staff == person.name),
        off_requests=tuple(w for w in instance.off_requests if w.staff == person.name),
        cover=(),
    )
    names = [shift.name for shift in instance.shifts]
    off = {day for _, day in one.days_off}
    ways = [[-1] if day in off else range(-1, len(names)) for day in range(instance.days)]
    found = {}
    for days in product(*ways):
        line = ["" if kind < 0 else names[kind] for kind in days]
        if not naive_faults(one, [line]):
            found[days] = naive_objective(one, [line])
    return found


def _worth(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.integers(-3, 12, shape) + rng.random(shape)


def _gain(worth: np.ndarray, days: tuple[int, ...]) -> float:
    return float(sum(worth[day, kind] for day, kind in enumerate(days) if kind >= 0))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("free", [7, 8])
def test_the_cheapest_tour_is_the_cheapest_of_all(seed: int, free: int) -> None:
    instance = parse_instance(made_up(seed, staff=3, weeks=2, shifts=2, free=free), "x")
    rng = np.random.default_rng(seed)
    for pricer, person in zip(_pricers(problem_of(instance)), instance.staff, strict=True):
        every = _every_tour(instance, person)
        for _ in range(4):
            worth = _worth(rng, (instance.days, 2))
            values = {days: own - _gain(worth, days) for days, own in every.items()}
            found = pricer.price(worth, np.inf, wanted=3)
            assert found.exact
            if not every:
                assert not found.tours
                continue
            best = min(values.values())
            assert found.bound == pytest.approx(best)
            for tour in found.tours:
                assert every[tour.days] == tour.cost
            assert values[found.tours[0].days] == pytest.approx(best)
            quick = pricer.price(worth, np.inf, beam=1)
            assert quick.bound <= best + 1e-6
            assert all(tour.days in every for tour in quick.tours)
            none = pricer.price(worth, best)
            assert (none.tours, none.exact) == ((), True)
            assert none.bound == pytest.approx(best)


def _as_tours(tiny: Tiny) -> Problem:
    """The problem without what whole tours never hold: past, service, levels of priority."""
    zeros = {name: 0 for name in Prices.__dataclass_fields__}
    return replace(
        tiny.problem, past=(), order=ONE_LEVEL, prices=Prices(**{**zeros, "request": 7}), pins=()
    )


def _plain_tours(problem: Problem, agent_id: str) -> Table:
    """Every tour of one agent that the plain checker passes, and what it costs by itself."""
    one = alone(problem, agent_id)
    terms = gather(problem).tours[agent_id]
    kinds = len(problem.templates)
    found = {}
    for days in product(range(-1, kinds), repeat=problem.days):
        shifts = [terms.shifts[day][kind] for day, kind in enumerate(days) if kind >= 0]
        if any(shift is None for shift in shifts):
            continue
        queues = problem.queues_of(problem.agents[agent_id])[:1]
        roster = Roster.of(
            Assignment(agent_id=agent_id, shift=shift.settled(), queues=queues)
            for shift in shifts
            if shift is not None
        )
        if not check(one, roster):
            found[days] = cost(one, roster)
    return found


def _cases() -> list[Tiny]:
    """Tiny problems of one agent whose rules can be held within tours."""
    found = []
    for tiny in HARD_TOLD:
        problem = _as_tours(tiny)
        if (len(problem.templates) + 1) ** problem.days > 1000 or len(problem.agents) > 1:
            continue
        try:
            gather(problem)
        except NoTour:
            continue
        found.append(tiny)
    return found


CASES = _cases()


@pytest.mark.parametrize("tiny", CASES, ids=lambda tiny: f"{tiny.rule}: {tiny.sentence}")
def test_a_rule_lives_within_a_tour_as_the_plain_checker_says(tiny: Tiny) -> None:
    problem = _as_tours(tiny)
    (pricer,) = _pricers(problem)
    every = _plain_tours(problem, "ana")
    assert every
    rng = np.random.default_rng(1)
    for _ in range(20):
        worth = _worth(rng, (problem.days, len(problem.templates)))
        found = pricer.price(worth, np.inf)
        assert found.bound == pytest.approx(min(own - _gain(worth, d) for d, own in every.items()))
        assert every[found.tours[0].days] == found.tours[0].cost


def test_every_hard_rule_that_lives_within_tours_has_a_case() -> None:
    held = {r.name for r in HARD if isinstance(r, InTour | OnEachShift)}
    assert held <= {tiny.rule for tiny in CASES}


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_lies_below_the_best_of_all_rosters(seed: int) -> None:
    instance = parse_instance(made_up(seed, staff=2, weeks=1, shifts=2, free=2), "x")
    problem = problem_of(instance)
    tables = [[*_every_tour(instance, person)] for person in instance.staff]
    names = ["" if kind < 0 else instance.shifts[kind].name for kind in (0, 1, -1)]
    values = [
        naive_objective(instance, [[names[kind] for kind in days] for days in pair])
        for pair in product(*(table[:400] for table in tables))
    ]
    master = Master(2, (7, 2), gather(problem).demands)
    pricers = _pricers(problem)
    assert bool(first_tours(master, pricers)) == (not all(tables))
    if all(tables):
        least = float(sum(pricer.least_cost for pricer in pricers))
        root = generate(master, pricers, stop=lambda: False, report=lambda bound: None, known=least)
        assert least <= root.bound
        assert root.bound <= min(values)
        result = solve(problem, SolveParams(seconds=10, workers=1, strategy="tours"))
        assert (
            result.objective == solve(problem, SolveParams(workers=1, strategy="model")).objective
        )


@pytest.mark.parametrize("seed", range(3))
def test_both_ways_to_search_agree(seed: int) -> None:
    text = made_up(seed + 20, staff=5, weeks=2)
    problem = problem_of(parse_instance(text, "x"))
    plain = solve(problem, SolveParams(seconds=5, workers=1, strategy="model"))
    tours = solve(problem, SolveParams(seconds=2, workers=1, strategy="tours"))
    assert (plain.status == "infeasible") == (tours.status == "infeasible")
    if plain.objective is None or tours.objective is None:
        assert tours.roster is None
        return
    assert tours.bound is not None
    assert plain.bound is not None
    assert tours.bound <= plain.objective
    assert plain.bound <= tours.objective
    assert tours.objective <= plain.objective * 1.02 + 2
    assert sum(penalty.cost for penalty in tours.penalties) == tours.objective


def test_progress_tells_bounds_and_cancel_keeps_the_best_so_far() -> None:
    problem = problem_of(parse_instance(made_up(3, staff=12, weeks=4, shifts=4), "x"))
    told: list[Progress] = []
    params = SolveParams(seconds=30, workers=1, strategy="tours")
    result = solve(problem, params, told.append, cancelled=lambda: len(told) > 3)
    assert result.status in ("feasible", "optimal")
    assert result.seconds < 20
    bounds = [each.bound for each in told if each.bound is not None]
    assert bounds == sorted(bounds)
    assert told[-1].objective == result.objective


def test_without_time_there_is_still_a_roster_and_a_bound() -> None:
    problem = problem_of(parse_instance(made_up(4, staff=12, weeks=4, shifts=4), "x"))
    result = solve(problem, SolveParams(seconds=0.001, workers=1, strategy="tours"))
    assert result.status == "feasible"
    assert result.objective is not None
    assert result.bound is not None
    assert 0 <= result.bound <= result.objective


def test_the_same_seed_gives_the_same_roster() -> None:
    problem = problem_of(parse_instance(made_up(5, staff=6, weeks=2), "x"))
    params = SolveParams(seconds=60, workers=1, seed=3, gap=0.5, strategy="tours")
    first, second = (solve(problem, params) for _ in range(2))
    assert first.roster == second.roster


def test_nobody_without_a_tour_is_called_a_roster() -> None:
    text = made_up(1, staff=3, weeks=1)
    person = text.split("SECTION_STAFF\n")[1].split("\n")[0]
    cells = person.split(",")
    cells[2:4] = ["480", "480"]
    cells[5] = "3"
    bad = text.replace(person, ",".join([*cells[:4], "4", *cells[5:]]))
    problem = problem_of(parse_instance(bad, "x"))
    tours = solve(problem, SolveParams(seconds=5, workers=1, strategy="tours"))
    plain = solve(problem, SolveParams(seconds=5, workers=1, strategy="model"))
    assert tours.status == plain.status


def test_what_tours_cannot_hold_is_refused_with_the_reason() -> None:
    wanted = (PeopleWanted(day=MONDAY, shift="early", people=1),)
    need = requirement(days=7, offered=5.0)
    busy = problem(need=need, templates=(EARLY,), wanted=wanted, order=ONE_LEVEL)
    with pytest.raises(InputError, match="promise"):
        solve(busy, SolveParams(seconds=5, workers=1, strategy="tours"))
    assert solve(busy, SolveParams(seconds=5, workers=1)).status == "optimal"
