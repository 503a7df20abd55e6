"""Patience from data: known answers, simulated calls with known truth, and the measured shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.patience import (
    fit_patience,
    fit_patience_from_counts,
    measured_patience,
)


def test_all_time_waited_is_shared_by_those_who_left() -> None:
    fit = fit_patience([10, 20, 30, 0, 40], [True, False, True, False, False])
    assert (fit.patience_s, fit.abandoned, fit.waited_s) == (50.0, 2.0, 100.0)
    # The mean wait of those who left, 20 s, would be far too little.
    assert fit.low_s < 50.0 < fit.high_s


def test_the_interval_is_that_of_a_poisson_count() -> None:
    fit = fit_patience([100.0] * 10, [True] * 7 + [False] * 3)
    # At either end the count seen is just not improbable on its side.
    assert poisson.sf(6, fit.waited_s / fit.high_s) == pytest.approx(0.025)
    assert poisson.cdf(7, fit.waited_s / fit.low_s) == pytest.approx(0.025)


def test_nobody_leaving_bounds_patience_from_below_only() -> None:
    fit = fit_patience([30.0, 60.0], [False, False])
    assert fit.patience_s == fit.high_s == np.inf
    assert 20.0 < fit.low_s < 30.0


def calls(patience_s: float, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw what reports show: the shorter of wait offered and patience, and which it was."""
    rng = np.random.default_rng(seed)
    offered = np.where(rng.random(number) < 0.4, 0.0, rng.gamma(1.5, 20.0, number))
    patience = rng.exponential(patience_s, number)
    return np.minimum(offered, patience), patience < offered


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(400):
        fit = fit_patience(*calls(120.0, 500, seed))
        held += fit.low_s < 120.0 < fit.high_s
    # Garwood's intervals are a little wide; 95 % of 400 is 380, and 366 is three errors below.
    assert 366 <= held < 400


def test_counts_of_erlang_a_give_its_patience_back() -> None:
    load, agents = np.array([5.0, 20.0, 90.0]), np.array([5, 19, 92])
    line = {"aht_s": 300.0, "patience_s": 150.0}
    fit = fit_patience_from_counts(
        [40.0, 60.0, 270.0],
        np.array([40.0, 60.0, 270.0]) * erlang.abandon_rate(load, agents, **line),
        erlang.mean_wait_s(load, agents, **line),
    )
    assert fit.patience_s == pytest.approx(150.0, rel=1e-12)


def test_counts_and_calls_agree() -> None:
    waits, left = calls(90.0, 2_000, seed=5)
    whole = fit_patience(waits, left)
    parts = fit_patience_from_counts(
        [1_500, 500],
        [left[:1_500].sum(), left[1_500:].sum()],
        [waits[:1_500].mean(), waits[1_500:].mean()],
    )
    assert parts.patience_s == pytest.approx(whole.patience_s)
    assert parts.high_s == pytest.approx(whole.high_s)


def naive_product_limit(waits: list[float], left: list[bool]) -> list[tuple[float, float]]:
    """Walk through the waits; at each that ended in leaving, those still there share the loss."""
    steps, stays = [], 1.0
    for time in sorted({w for w, gone in zip(waits, left, strict=True) if gone}):
        there = sum(w >= time for w in waits)
        gone = sum(w == time and g for w, g in zip(waits, left, strict=True))
        stays *= 1 - gone / there
        steps.append((time, stays))
    return steps


def test_the_measured_shape_against_walking_through_the_waits() -> None:
    rng = np.random.default_rng(1)
    waits = rng.integers(0, 30, 200).astype(float)
    left = rng.random(200) < 0.4
    shape = measured_patience(waits, left)
    steps = naive_product_limit(waits.tolist(), left.tolist())
    assert shape.times_s.tolist() == [time for time, _ in steps]
    assert shape.staying_after == pytest.approx([stays for _, stays in steps])


def test_the_measured_shape_finds_the_distribution_behind_censoring() -> None:
    waits, left = calls(60.0, 20_000, seed=2)
    shape = measured_patience(waits, left)
    at = np.array([5.0, 20.0, 40.0])
    assert shape.staying(at) == pytest.approx(np.exp(-at / 60.0), abs=0.015)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([], []), "some waiting"),
        (([0.0, 0.0], [False, False]), "some waiting"),
        (([-1.0], [True]), "wait_s"),
        (([1.0], [0.5]), "abandoned or not"),
        (([1.0, 2.0], [True, False, False]), "go together"),
        (([[1.0]], [[True]]), "one row"),
    ],
)
def test_bad_calls_are_refused(arguments: tuple[Any, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_patience(*arguments)


def test_bad_counts_are_refused() -> None:
    with pytest.raises(InputError, match="at most as many as offered"):
        fit_patience_from_counts([5.0], [6.0], [10.0])
    with pytest.raises(InputError, match="mean_wait_s"):
        fit_patience_from_counts([5.0], [1.0], [-10.0])
    with pytest.raises(InputError, match="some who abandoned"):
        measured_patience([1.0, 2.0], [False, False])
