"""Hiring plans: cases worked out by hand, and random small ones against trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.staffing.capacity import HiringTerms, plan_hiring

TERMS = HiringTerms(hiring_cost=3.0, idle_cost=1.0, shortfall_cost=100.0)


def test_people_come_when_they_are_needed() -> None:
    plan = plan_hiring([10, 12, 12, 15], headcount=10, terms=TERMS, max_hires=9)
    assert plan.hires.tolist() == [0, 2, 0, 3]
    assert plan.headcount.tolist() == plan.capacity.tolist() == [10, 12, 12, 15]
    assert (plan.cost, plan.status) == (15.0, "optimal")
    assert plan.bound == pytest.approx(15.0, rel=1e-5)


def test_who_must_learn_comes_earlier() -> None:
    # Worth nothing for two weeks, so the two of the last week start in the second.
    plan = plan_hiring(
        [10, 10, 10, 12], headcount=10, terms=replace(TERMS, ramp=(0.0, 0.0)), max_hires=9
    )
    assert plan.hires.tolist() == [0, 2, 0, 0]
    assert plan.headcount.tolist() == [10, 12, 12, 12]
    assert plan.capacity.tolist() == [10, 10, 10, 12]
    # Half worth in the first week: who starts in time would be idle by half an agent.
    plan = plan_hiring([10, 11], headcount=10, terms=replace(TERMS, ramp=(0.5,)), max_hires=9)
    assert plan.hires.tolist() == [1, 0]
    assert plan.idle.tolist() == [0.5, 0.0]


def test_a_limit_spreads_hiring_forward() -> None:
    plan = plan_hiring([10, 10, 14], headcount=10, terms=TERMS, max_hires=2)
    assert plan.hires.tolist() == [0, 2, 2]
    assert plan.idle.tolist() == [0.0, 2.0, 0.0]
    late = plan_hiring([10, 10, 14], headcount=10, terms=TERMS, max_hires=[0, 0, 1])
    assert late.hires.tolist() == [0, 0, 1]
    assert late.shortfall.tolist() == [0.0, 0.0, 3.0]
    assert late.cost == 303.0


def test_attrition_is_made_good() -> None:
    # A tenth of twenty leaves: two start again in the second week, 1.8 of 20 in the third.
    plan = plan_hiring([20, 20, 20], headcount=20, terms=replace(TERMS, attrition=0.1), max_hires=9)
    assert plan.hires.tolist() == [0, 2, 2]
    assert plan.headcount == pytest.approx([20.0, 20.0, 20.0])


def test_shrinkage_needs_more_people_than_agents() -> None:
    plan = plan_hiring([70], headcount=90, terms=replace(TERMS, shrinkage=0.3), max_hires=50)
    assert plan.hires.tolist() == [10]
    assert plan.capacity == pytest.approx([70.0])


def test_who_is_not_worth_it_is_not_hired() -> None:
    # Missing for one week costs 100; hiring for it costs more.
    plan = plan_hiring([11, 10], headcount=10, terms=replace(TERMS, hiring_cost=200.0), max_hires=9)
    assert plan.hires.tolist() == [0, 0]
    assert plan.shortfall.tolist() == [1.0, 0.0]
    # Nobody is dismissed: too many stay idle.
    assert plan_hiring([5], headcount=8, terms=TERMS, max_hires=9).idle.tolist() == [3.0]


def naive_cost(
    need: list[float], headcount: float, terms: HiringTerms, hires: tuple[int, ...]
) -> float:
    """Keep a list of cohorts and let every one age, learn and shrink."""
    cohorts = [[float(headcount), 10**6]]
    cost = 0.0
    for wanted, new in zip(need, hires, strict=True):
        cohorts.append([float(new), 0])
        worth = sum(
            people * (terms.ramp[age] if age < len(terms.ramp) else 1.0) for people, age in cohorts
        )
        missing = wanted - worth * (1.0 - terms.shrinkage)
        cost += terms.hiring_cost * new
        cost += terms.shortfall_cost * max(missing, 0.0) + terms.idle_cost * max(-missing, 0.0)
        cohorts = [[people * (1.0 - terms.attrition), age + 1] for people, age in cohorts]
    return cost


@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=4),
    st.integers(0, 6),
    st.sampled_from([0.0, 0.05, 0.3]),
    st.sampled_from([(), (0.0,), (0.2, 0.7)]),
    st.sampled_from([0.0, 0.25]),
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 30)),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_small_plans_against_trying_everything(
    need: list[int],
    headcount: int,
    attrition: float,
    ramp: tuple[float, ...],
    shrinkage: float,
    costs: tuple[int, int, int],
) -> None:
    terms = HiringTerms(
        attrition=attrition, ramp=ramp, shrinkage=shrinkage,
        hiring_cost=costs[0], idle_cost=costs[1], shortfall_cost=costs[2],
    )  # fmt: skip
    plan = plan_hiring(need, headcount=headcount, terms=terms, max_hires=3)
    best = min(naive_cost(need, headcount, terms, h) for h in product(range(4), repeat=len(need)))
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(best, rel=1e-5, abs=1e-6)
    assert plan.bound <= best + 1e-6 * best + 1e-9
    assert naive_cost(need, headcount, terms, tuple(plan.hires)) == pytest.approx(plan.cost)


def test_a_year_and_a_quarter_is_planned_in_seconds() -> None:
    weeks = np.arange(64)
    plan = plan_hiring(
        120 + weeks + 25 * np.sin(2 * np.pi * weeks / 52),
        headcount=190,
        terms=HiringTerms(
            attrition=0.006, ramp=(0.0, 0.0, 0.3, 0.6, 0.8), shrinkage=0.3,
            hiring_cost=5_000.0, idle_cost=700.0, shortfall_cost=2_500.0,
        ),
        max_hires=12,
        seconds=1.5,
    )  # fmt: skip
    assert plan.bound <= plan.cost <= 1.02 * plan.bound
    assert plan.hires.max() <= 12
    np.testing.assert_allclose(
        plan.capacity - plan.idle + plan.shortfall,
        120 + weeks + 25 * np.sin(2 * np.pi * weeks / 52),
    )


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"required": [-1]}, "required"),
        ({"required": []}, "required"),
        ({"required": 5}, "required"),
        ({"headcount": -1}, "headcount"),
        ({"max_hires": 1.5}, "max_hires"),
        ({"max_hires": [1, 2, 3]}, "go together"),
        ({"seconds": 0}, "seconds"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], column: str) -> None:
    given_: dict[str, Any] = {"required": [5, 6], "headcount": 5, "max_hires": 2} | change
    with pytest.raises(InputError, match=column):
        plan_hiring(given_.pop("required"), terms=TERMS, **given_)


def test_bad_terms_are_reported_together() -> None:
    with pytest.raises(InputError) as refused:
        HiringTerms(
            attrition=1.0, ramp=(1.2,), shrinkage=-0.1,
            hiring_cost=-1.0, idle_cost=np.inf, shortfall_cost=np.nan,
        )  # fmt: skip
    assert len(refused.value.faults) == 6
