"""Requirements that allow for the forecast's range and for agents' breath."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from builders import queue

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.immediate import immediate_need, occupancy_with
from scheduler.staffing.simulate import simulate_queue
from scheduler.staffing.transient import evaluate_day
from scheduler.staffing.uncertain_day import evaluate_uncertain_day
from scheduler.staffing.uncertainty import (
    agents_required_uncertain,
    chance_below,
    expected_service_level,
    rate_factors,
    target_chance,
)

LOAD, AHT_S = np.array([0.0, 8.0, 40.0, 100.0]), np.full(4, 300.0)
CV = np.array([0.0, 0.2, 0.1, 0.1])
LINE: dict[str, Any] = {"aht_s": 300.0, "answer_within_s": 20.0, "patience_s": 120.0}
PHONE: dict[str, Any] = {"patience": timedelta(minutes=2)}


def test_the_target_is_met_in_expectation_with_the_fewest_agents() -> None:
    need = immediate_need(queue(**PHONE, staff_for="range"), LOAD, AHT_S, 0.0, CV)
    least = agents_required_uncertain(LOAD, cv=CV, target=0.8, **LINE)
    np.testing.assert_array_equal(need.base, least)
    assert (need.base[1:] > erlang.agents_required(LOAD[1:], target=0.8, **LINE)).any()
    level = expected_service_level(LOAD, need.base, cv=CV, **LINE)
    np.testing.assert_allclose(need.service_level, level, atol=1e-3)
    every = np.arange(need.curve.shape[1])
    expected = expected_service_level(LOAD[3], every, cv=CV[3], **LINE)
    np.testing.assert_allclose(need.curve[3], expected, atol=1e-3)


@pytest.mark.parametrize("patience_s", [120.0, np.inf])
def test_a_few_factors_stand_for_all_rates(patience_s: float) -> None:
    line = LINE | {"patience_s": patience_s}
    cv, agents = np.array([0.05, 0.1, 0.2, 0.4]), np.array([104.0, 108.0, 112.0, 120.0])
    factors, weights, _ = rate_factors(cv, seen=True)
    quick = weights @ erlang.service_level(100.0 * factors, agents, **line)
    slow = expected_service_level(100.0, agents, cv=cv, **line)
    np.testing.assert_allclose(quick, slow, atol=2e-3 if np.isfinite(patience_s) else 0.03)
    mean, _, _ = rate_factors(cv, seen=False)
    np.testing.assert_allclose(weights @ mean, 1.0, atol=1e-3)
    np.testing.assert_array_equal(rate_factors(np.zeros(2), seen=True)[0], 1.0)


def test_the_chance_of_a_target_is_read_off_a_few_factors() -> None:
    factors, _, below = rate_factors(np.array(0.1), seen=False)
    for agents in (90, 98, 104):
        levels = erlang.service_level(100.0 * factors, agents, **LINE)
        chance = target_chance(100.0, agents, cv=0.1, target=0.8, **LINE)
        assert chance_below(levels, below, 0.8) == pytest.approx(float(chance), abs=0.02)
    assert chance_below(np.array([0.9, 0.85]), np.array([0.2, 0.8]), 0.8) == 1.0
    assert chance_below(np.array([0.7, 0.5]), np.array([0.2, 0.8]), 0.8) == 0.0


def test_simulation_and_exact_day_agree_on_uncertain_rates() -> None:
    offered, agents = np.array([30.0, 45.0, 20.0, 30.0]), np.array([12.0, 16.5, 9.0, 10.8])
    line = LINE | {"interval_s": 900.0}
    cv = np.array([0.2, 0.3, 0.2, 0.25])
    day = evaluate_uncertain_day(offered, agents, rate_cv=cv, **line)
    run = simulate_queue(offered, agents, rate_cv=cv, replications=3000, seed=3, **line)
    every = np.arange(4)
    level = day.service_level(every)
    assert run.overall_service_level.low < level < run.overall_service_level.high
    certain = evaluate_day(offered, agents, **line)
    assert level < offered @ certain.service_level / offered.sum()
    # Rates rise together: the share of replications whose expected level meets the target.
    assert 0.0 < day.target_chance(every, 0.8) < 1.0
    one = evaluate_uncertain_day(offered, agents, rate_cv=np.zeros(4), **line)
    assert one.service_level(every) == offered @ certain.service_level / offered.sum()


@pytest.mark.parametrize("change", [PHONE, {}, {"channel": "chat", "concurrency": 3, **PHONE}])
def test_nobody_is_busier_than_the_cap_and_one_fewer_would_be(change: dict[str, Any]) -> None:
    capped = queue(**change, max_occupancy=0.7, floor=0.0)
    free = immediate_need(queue(**change, floor=0.0), LOAD, AHT_S, 0.0)
    need = immediate_need(capped, LOAD, AHT_S, 0.0)
    busy = occupancy_with(capped, LOAD, need.base * 1.0, AHT_S)
    assert (busy <= 0.7 + 1e-9).all()
    np.testing.assert_array_equal(need.floor, immediate_floor(capped))
    more = need.base > free.base
    fewer = occupancy_with(capped, LOAD[more], need.base[more] - 1.0, AHT_S[more])
    assert more.any()
    assert (fewer > 0.7).all()


def immediate_floor(capped: Any) -> np.ndarray:
    """Count up from nobody until agents have breath: the naive twin."""
    counts = []
    for load in LOAD:
        agents = 0
        while load and (
            agents == 0
            or occupancy_with(capped, np.array([load]), np.array([agents * 1.0]), AHT_S[:1])[0]
            > 0.7 + 1e-12
        ):
            agents += 1
        counts.append(agents)
    return np.array(counts)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"max_occupancy": 0.0}, "above 0, at most 1"),
        ({"max_occupancy": 1.2}, "above 0, at most 1"),
        ({"staff_for": "p80"}, "one of mean, range"),
        ({"channel": "email", "max_occupancy": 0.8}, "its work can wait"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        queue(**change)
