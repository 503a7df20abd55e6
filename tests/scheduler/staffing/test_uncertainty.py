"""Uncertain rates: a reference table, drawn rates, certainty as the limit, and quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.uncertainty import (
    agents_required_uncertain,
    expected_service_level,
    target_chance,
)

LINE: dict[str, Any] = {"aht_s": 300, "answer_within_s": 20}


@pytest.mark.parametrize(
    ("load", "cv", "patience_s", "point", "expected", "hedged"),
    [
        (10, 0.1, np.inf, 14, 0.834, 14),
        (50, 0.1, np.inf, 57, 0.694, 60),
        (100, 0.1, np.inf, 108, 0.596, 115),
        (100, 0.2, np.inf, 108, 0.510, 127),
        (400, 0.1, np.inf, 412, 0.520, 446),
        (10, 0.1, 120, 12, 0.807, 12),
        (50, 0.1, 120, 51, 0.782, 52),
        (100, 0.1, 120, 98, 0.763, 101),
        (100, 0.2, 120, 98, 0.674, 108),
        (400, 0.1, 120, 370, 0.700, 386),
    ],
)
def test_a_table_worked_out_before(
    load: float, cv: float, patience_s: float, point: int, expected: float, hedged: int
) -> None:
    line = LINE | {"patience_s": patience_s}
    assert erlang.agents_required(load, target=0.8, **line) == point
    level = expected_service_level(load, point, cv=cv, **line)
    assert level == pytest.approx(expected, abs=6e-4)
    assert agents_required_uncertain(load, cv=cv, target=0.8, **line) == hedged
    # Staffing for the mean rate meets an interval's target little more often than a coin does.
    if load >= 50:
        assert 0.5 < target_chance(load, point, cv=cv, target=0.8, **line) < 0.65


@given(
    st.floats(0.5, 150.0),
    st.floats(0.8, 1.4),
    st.floats(0.03, 1.0),
    st.sampled_from([60.0, np.inf]),
    st.sampled_from(erlang.DEFINITIONS),
)
@settings(deadline=None, derandomize=True, max_examples=30)
def test_against_rates_at_even_steps_of_probability(
    load: float, staffing: float, cv: float, patience_s: float, definition: erlang.Definition
) -> None:
    agents = round(load * staffing)
    line = LINE | {"patience_s": patience_s, "definition": definition}
    size = 4_000
    # Rates in the middle of equal chances, from a thousand times as many sorted draws.
    draws = np.random.default_rng(0).gamma(cv**-2, cv**2, (size, 500))
    rates = np.sort(draws.ravel()).reshape(size, 500).mean(axis=1)
    level = erlang.service_level(load * rates, agents, **line)
    found = expected_service_level(load, agents, cv=cv, **line)
    assert found == pytest.approx(rates @ level / rates.sum(), abs=3e-3)
    chance = target_chance(load, agents, cv=cv, target=0.7, **line)
    assert chance == pytest.approx(np.mean(level >= 0.7), abs=3e-3)


@pytest.mark.parametrize("patience_s", [100.0, np.inf])
def test_a_certain_rate_is_erlang(patience_s: float) -> None:
    load, agents = np.array([0.0, 3.0, 80.0, 80.0]), np.array([0, 5, 84, 70])
    line = LINE | {"patience_s": patience_s}
    level = erlang.service_level(load, agents, **line)
    for cv, close in ((0.0, 1e-14), (1e-4, 1e-4)):
        found = expected_service_level(load, agents, cv=cv, **line)
        np.testing.assert_allclose(found, level, atol=close)
    chance = target_chance(load, agents, cv=0, target=0.8, **line)
    np.testing.assert_array_equal(chance, level >= 0.8)
    for confidence in (None, 0.9):
        np.testing.assert_array_equal(
            agents_required_uncertain(load, cv=0, target=0.8, confidence=confidence, **line),
            erlang.agents_required(load, target=0.8, **line),
        )


@pytest.mark.parametrize("patience_s", [100.0, np.inf])
def test_agents_for_a_confidence_are_just_enough(patience_s: float) -> None:
    load, line = np.array([0.4, 12.0, 90.0]), LINE | {"patience_s": patience_s}
    for confidence in (0.1, 0.5, 0.9):
        agents = agents_required_uncertain(load, cv=0.15, target=0.8, confidence=confidence, **line)
        assert np.all(target_chance(load, agents, cv=0.15, target=0.8, **line) >= confidence)
        assert np.all(target_chance(load, agents - 1, cv=0.15, target=0.8, **line) < confidence)


def test_agents_in_expectation_are_just_enough() -> None:
    load, cv = np.array([[0.4], [12.0], [90.0]]), np.array([0.0, 0.1, 0.5])
    agents = agents_required_uncertain(load, cv=cv, target=0.8, **LINE)
    assert agents.shape == (3, 3)
    assert np.all(expected_service_level(load, agents, cv=cv, **LINE) >= 0.8 - 1e-12)
    assert np.all(expected_service_level(load, agents - 1, cv=cv, **LINE) < 0.8)
    assert np.all(np.diff(agents, axis=1) >= 0)


def test_without_load_everything_is_kept() -> None:
    assert expected_service_level(0, 0, cv=0.3, **LINE) == 1.0
    assert target_chance(0, 0, cv=0.3, target=0.8, **LINE) == pytest.approx(1.0)
    assert agents_required_uncertain(0, cv=0.3, target=0.8, **LINE) == 0
    assert expected_service_level(5, 0, cv=0.3, **LINE) == 0.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: expected_service_level(5, 7, cv=1.5, **LINE), "cv: expected 0 to 1"),
        (lambda: expected_service_level(5, 7, cv=-0.1, **LINE), "cv"),
        (lambda: expected_service_level(5, 7.5, cv=0.1, **LINE), "agents"),
        (lambda: target_chance(5, 7, cv=0.1, target=1.0, **LINE), "target"),
        (
            lambda: agents_required_uncertain(5, cv=0.1, target=0.8, confidence=1.0, **LINE),
            "confidence",
        ),
    ],
)
def test_bad_arguments_are_named(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
