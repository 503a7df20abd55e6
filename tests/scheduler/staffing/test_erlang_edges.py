"""Where calculators break: no load, overload, no agents, huge loads, bad arguments, rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.staffing import erlang

TARGET: dict[str, Any] = {"aht_s": 300, "answer_within_s": 20, "target": 0.8}


@pytest.mark.parametrize("patience_s", [60.0, np.inf])
def test_no_load_needs_nobody_and_keeps_every_promise(patience_s: float) -> None:
    line = {"aht_s": 300, "patience_s": patience_s}
    assert erlang.agents_required(0, patience_s=patience_s, **TARGET) == 0
    for agents in (0, 3):
        assert erlang.service_level(0, agents, answer_within_s=0, **line) == 1.0
        for figure in (erlang.wait_probability, erlang.abandon_rate, erlang.mean_wait_s):
            assert figure(0, agents, **line) == 0.0
        assert erlang.asa_s(0, agents, **line) == 0.0
        assert erlang.occupancy(0, agents, **line) == 0.0


@pytest.mark.parametrize(("load", "agents"), [(10, 5), (10, 10), (0.5, 0), (5e4, 49_999)])
def test_agents_at_or_below_the_load_without_abandonment(load: float, agents: int) -> None:
    assert erlang.erlang_c(load, agents) == 1.0
    assert erlang.service_level(load, agents, aht_s=300, answer_within_s=3600) == 0.0
    assert erlang.asa_s(load, agents, aht_s=300) == np.inf
    assert erlang.mean_wait_s(load, agents, aht_s=300) == np.inf
    assert erlang.occupancy(load, agents) == (1.0 if agents else 0.0)
    assert erlang.abandon_rate(load, agents) == 0.0


def test_without_agents_everybody_abandons_in_the_end() -> None:
    line = {"aht_s": 300, "patience_s": 60}
    assert erlang.abandon_rate(2, 0, **line) == 1.0
    assert erlang.mean_wait_s(2, 0, **line) == 60.0
    assert erlang.asa_s(2, 0, **line) == np.inf
    counted = erlang.service_level(
        2, 0, answer_within_s=60, definition="abandoned_within_counted", **line
    )
    assert counted == pytest.approx(1 - np.exp(-1))


@pytest.mark.parametrize("within_s", [0.0, 20.0, 3600.0, 86_400.0])
@pytest.mark.parametrize("load", [0.3, 4.0, 4.6, 9.999, 50_000.0])
def test_any_threshold_from_none_to_a_day(load: float, within_s: float) -> None:
    target = {"aht_s": 300, "answer_within_s": within_s}
    agents = erlang.agents_required(load, target=0.8, **target)
    assert erlang.service_level(load, agents, **target) >= 0.8
    assert agents - 1 <= load or erlang.service_level(load, agents - 1, **target) < 0.8
    if within_s >= 3600 and load < 9:
        assert agents == np.floor(load) + 1


def test_a_target_met_exactly_is_met() -> None:
    # One agent and 0.1 erlang answer exactly 90 % at once; doubles give 0.9 or a hair less.
    for load in (0.1, np.nextafter(0.1, 1.0)):
        assert erlang.agents_required(load, aht_s=300, answer_within_s=0, target=0.9) == 1


def test_arguments_broadcast_and_keep_their_types() -> None:
    load = np.array([[0.0], [5.0], [50.0]])
    agents = erlang.agents_required(load, aht_s=[240, 300], answer_within_s=20, target=0.8)
    assert (agents.shape, agents.dtype) == ((3, 2), np.int64)
    level = erlang.service_level(load, agents, aht_s=[240, 300], answer_within_s=20)
    assert (level.shape, level.dtype) == ((3, 2), np.float64)
    assert isinstance(erlang.erlang_c(5, 7), float)
    mixed = erlang.service_level(
        [10, 10], 12, aht_s=300, answer_within_s=20, patience_s=[60, np.inf]
    )
    assert mixed[0] > mixed[1] == erlang.service_level(10, 12, aht_s=300, answer_within_s=20)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"load": -1}, "load"),
        ({"load": np.nan}, "load"),
        ({"load": np.inf}, "load"),
        ({"load": "many"}, "load"),
        ({"agents": 2.5}, "agents"),  # people are whole; shrinkage is for the requirement
        ({"agents": -1}, "agents"),
        ({"aht_s": 0}, "aht_s"),
        ({"aht_s": np.inf}, "aht_s"),
        ({"answer_within_s": -1}, "answer_within_s"),
        ({"answer_within_s": np.nan}, "answer_within_s"),
        ({"patience_s": 0}, "patience_s"),
        ({"patience_s": np.nan}, "patience_s"),
        ({"definition": "asa"}, "definition"),
        ({"short_abandon_s": -5}, "short_abandon_s"),
        ({"load": [1, 2], "agents": [1, 2, 3]}, "load, agents"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], column: str) -> None:
    given_ = {"load": 5, "agents": 7, "aht_s": 300, "answer_within_s": 20} | change
    load, agents = given_.pop("load"), given_.pop("agents")
    with pytest.raises(InputError, match=column):
        erlang.service_level(load, agents, **given_)


@pytest.mark.parametrize("target", [1.0, 1.5, -0.1, np.nan])
def test_a_target_nobody_can_keep_is_an_error(target: float) -> None:
    with pytest.raises(InputError, match="target: expected 0 or more and below 1"):
        erlang.agents_required(5, aht_s=300, answer_within_s=20, target=target)


def test_all_bad_arguments_are_reported_together() -> None:
    with pytest.raises(InputError) as refused:
        erlang.service_level(-1, 2.5, aht_s=0, answer_within_s=20)
    assert len(refused.value.faults) == 3


def test_patience_needs_a_handling_time() -> None:
    with pytest.raises(InputError, match="aht_s"):
        erlang.occupancy(5, 7, patience_s=60)


@pytest.mark.parametrize("load", [1e-9, 1.0, 1e3, 5e4])
@pytest.mark.parametrize("patience_s", [1e-3, 1.0, 120.0, 1e7, np.inf])
def test_extremes_give_numbers_in_range(load: float, patience_s: float) -> None:
    agents = np.unique(np.floor([0, 1, load / 2, load, load + 1, 1.01 * load + 1, 9 * load + 99]))
    line = {"aht_s": 300, "patience_s": patience_s}
    for definition in erlang.DEFINITIONS:
        level = erlang.service_level(
            load, agents[:, None], answer_within_s=[0, 20, 1e6], definition=definition, **line
        )
        assert np.all((level >= 0) & (level <= 1))
    for figure in (erlang.wait_probability, erlang.abandon_rate, erlang.occupancy):
        share = figure(load, agents, **line)
        assert np.all((share >= 0) & (share <= 1))
    assert np.all(erlang.asa_s(load, agents, **line) >= 0)


def test_shrinkage_divides_and_ignores_dust() -> None:
    assert erlang.scheduled(21, 0.3) == 30
    assert erlang.scheduled(70, 0.3) == 100
    assert erlang.scheduled([0, 1, 14], 0.3).tolist() == [0, 2, 20]
    assert erlang.compound_shrinkage({"breaks": 0.1, "leave": 0.2}) == pytest.approx(0.28)
    assert erlang.compound_shrinkage({}) == 0.0
    with pytest.raises(InputError, match="leave"):
        erlang.compound_shrinkage({"leave": 1.0})
    with pytest.raises(InputError, match="shrinkage"):
        erlang.scheduled(21, 1.0)


@given(st.integers(0, 50_000), st.integers(0, 99))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_shrinkage_in_whole_percents_against_exact_division(base: int, percent: int) -> None:
    assert erlang.scheduled(base, percent / 100) == -(-base * 100 // (100 - percent))


@given(st.integers(0, 5_000), st.integers(1, 60), st.integers(1, 100))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_occupancy_cap_against_exact_division(calls: int, minutes: int, percent: int) -> None:
    load = calls * minutes / 30
    exact = -(-calls * minutes * 100 // (30 * percent))
    assert erlang.agents_for_occupancy(load, percent / 100) == exact


def test_occupancy_cap_of_a_known_trap() -> None:
    assert erlang.agents_for_occupancy(24 * 3 / 30, 0.80) == 3
