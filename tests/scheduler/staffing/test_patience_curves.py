"""Stated patience: its curve against steps, its draws, and queues that live with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import queue

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.general_patience import general_agents_required, general_queue
from scheduler.staffing.immediate import immediate_need
from scheduler.staffing.patience_shapes import (
    CurvePatience,
    MixedPatience,
    SteppedPatience,
    patience_quantiles_s,
)
from scheduler.staffing.simulate import simulate_queue

CURVE = CurvePatience(points=((10.0, 0.95), (60.0, 0.6), (240.0, 0.2)))
HASTY = MixedPatience(shares=(0.4, 0.6), means_s=(15.0, 190.0))
LINE: dict[str, Any] = {"aht_s": 300.0, "answer_within_s": 20.0}


def test_a_curve_is_the_limit_of_many_steps() -> None:
    edges = np.linspace(0.0, 240.0, 24_001)
    middles = (edges[1:] + edges[:-1]) / 2.0
    steps = SteppedPatience(times_s=edges[1:], staying_after=CURVE.staying(edges[1:]))
    waits = np.array([0.0, 5.0, 10.0, 33.3, 60.0, 200.0, 240.0, 1000.0])
    np.testing.assert_allclose(CURVE.spent_s(waits), steps.spent_s(waits), atol=0.01)
    np.testing.assert_allclose(CURVE.staying(middles), np.interp(middles, *CURVE._curve()))
    assert CURVE.endless == 0.2
    assert CURVE.mean_s == np.inf
    assert CurvePatience(points=((100.0, 0.0),)).mean_s == pytest.approx(50.0)


def test_many_points_of_an_exponential_are_erlang_a() -> None:
    times = np.concatenate([np.linspace(1.0, 400.0, 200), np.linspace(420.0, 3000.0, 60)])
    points = tuple((float(t), float(np.exp(-t / 120.0))) for t in times)
    found = general_queue(10.0, 10, patience=CurvePatience(points=points), **LINE)
    theory = erlang.service_level(10.0, 10, patience_s=120.0, **LINE)
    assert found.service_level == pytest.approx(theory, abs=1e-3)


@pytest.mark.parametrize("points", [(), ((10.0, 1.1),), ((10.0, 0.5), (5.0, 0.2)), ((5.0, -0.1),)])
def test_a_curve_that_is_none_is_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(InputError, match="points"):
        CurvePatience(points=points)


@pytest.mark.parametrize("shape", [CURVE, HASTY], ids=["curve", "mix"])
def test_draws_follow_the_curve(shape: CurvePatience | MixedPatience) -> None:
    drawn = patience_quantiles_s(shape, 4000)
    for wait in (3.0, 10.0, 77.0, 230.0):
        share = np.mean(drawn > wait)
        assert share == pytest.approx(float(shape.staying(np.array(wait))), abs=5e-4)
    assert np.mean(np.isinf(drawn)) == pytest.approx(shape.endless, abs=5e-4)


@pytest.mark.parametrize("shape", [CURVE, HASTY], ids=["curve", "mix"])
def test_the_simulation_contains_the_integral(shape: CurvePatience | MixedPatience) -> None:
    found = simulate_queue(
        [12.0 * 1500 * 6], [6], interval_s=1500 * 3600.0, patience_s=shape, replications=10,
        seed=1, **LINE,
    )  # fmt: skip
    theory = general_queue(6.0, 6, patience=shape, **LINE)
    assert found.overall_service_level.low < theory.service_level < found.overall_service_level.high
    assert found.overall_abandon_rate.low < theory.abandon_rate < found.overall_abandon_rate.high


def test_the_requirement_lives_with_the_shape() -> None:
    load, aht_s = np.array([0.0, 20.0, 45.0]), np.full(3, 300.0)
    hasty = queue(patience=HASTY, service_level=0.8)
    need = immediate_need(hasty, load, aht_s, 0.0)
    least = general_agents_required(load, target=0.8, patience=HASTY, **LINE)
    np.testing.assert_array_equal(need.base, least)
    found = general_queue(load, need.base, patience=HASTY, **LINE)
    np.testing.assert_allclose(need.service_level, found.service_level, atol=1e-12)
    busy = load[1:] * (1.0 - found.abandon_rate[1:]) / need.base[1:]
    np.testing.assert_allclose(need.occupancy[1:], busy, atol=1e-12)


def test_shapes_are_for_phone_and_history_is_to_be_fitted_first() -> None:
    with pytest.raises(InputError, match="mean time for chat"):
        queue(channel="chat", patience=HASTY)
    with pytest.raises(InputError, match="fitted to its waits"):
        _ = queue(patience="history").patience_s
