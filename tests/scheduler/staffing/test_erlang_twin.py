"""Erlang formulas against a naive twin that solves the queue state by state."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from scheduler.staffing import erlang

QUICK = settings(deadline=None, derandomize=True, max_examples=60)
loads = st.floats(0.05, 5.0)
heads = st.integers(1, 7)
patiences = st.floats(20.0, 400.0)
thresholds = st.sampled_from([0.0, 1.0, 5.0, 20.0, 120.0, 1000.0])
AHT = 300.0


def naive_b(load: Fraction, agents: int) -> Fraction:
    blocked = Fraction(1)
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Shares of contacts by what became of them within T, from the chain itself."""

    answered: float
    answered_in_time: float
    abandoned_in_time: float
    abandoned_shortly: float
    patient_in_time: float
    wait_answered_s: float
    wait_all_s: float
    waiting: float


def naive_outcome(load: float, agents: int, patience_s: float, within_s: float) -> Outcome:
    """Solve M/M/n+M with at most ``most`` waiting, following a tagged contact's own chain."""
    most = 45
    weights = [1.0]
    for state in range(1, agents + most):
        leaving = min(state, agents) + max(state - agents, 0) * AHT / patience_s
        weights.append(weights[-1] * load / leaving)
    found = np.array(weights) / sum(weights)
    ahead = found[agents:]  # the tagged contact joins behind this many waiting ones
    # States: ahead = 0 ... most - 1, then served, then abandoned.
    size = ahead.size
    flow = np.zeros((size + 2, size + 2))
    for m in range(size):
        flow[m, m - 1 if m else size] = agents / AHT + m / patience_s
        flow[m, size + 1] = 1.0 / patience_s
        flow[m, m] = -flow[m].sum()
    start = np.concatenate([ahead, [0.0, 0.0]])
    end = start @ expm(flow * within_s)
    patient = flow.copy()
    patient[:size, size + 1] = 0.0
    patient[np.arange(size), np.arange(size)] = -(agents / AHT + np.arange(size) / patience_s)
    waiting_times = np.linalg.inv(-flow[:size, :size])
    served_from_first = flow[0, size]
    free = float(found[:agents].sum())
    # Wait of the served: integral of t P(served at t) = start Q^-2 (rate to be served).
    wait_served = ahead @ waiting_times @ waiting_times[:, 0] * served_from_first
    return Outcome(
        answered=free + float(ahead @ waiting_times[:, 0]) * served_from_first,
        answered_in_time=free + end[size],
        abandoned_in_time=end[size + 1],
        abandoned_shortly=(start @ expm(flow * 5.0))[size + 1],
        patient_in_time=free + (start @ expm(patient * within_s))[size],
        wait_answered_s=float(wait_served),
        wait_all_s=float((ahead @ waiting_times).sum()),
        waiting=1.0 - free,
    )


@given(st.fractions(Fraction(1, 100), Fraction(40), max_denominator=100), st.integers(0, 60))
@QUICK
def test_erlang_b_and_c_against_exact_fractions(load: Fraction, agents: int) -> None:
    b = naive_b(load, agents)
    assert erlang.erlang_b(float(load), agents) == pytest.approx(float(b), rel=1e-12)
    if agents > load:
        c = b / (1 - load / agents * (1 - b))
        assert erlang.erlang_c(float(load), agents) == pytest.approx(float(c), rel=1e-12)
    else:
        assert erlang.erlang_c(float(load), agents) == 1.0


@given(loads, heads, patiences, thresholds)
@settings(QUICK, max_examples=30)
def test_erlang_a_against_the_chain(
    load: float, agents: int, patience_s: float, within_s: float
) -> None:
    naive = naive_outcome(load, agents, patience_s, within_s)
    offered_but = {
        "answered_of_offered": 1.0,
        "excluding_abandoned_within": 1.0 - naive.abandoned_in_time,
        "answered_of_answered": naive.answered,
        "excluding_short_abandons": 1.0 - naive.abandoned_shortly,
    }
    expected = {name: naive.answered_in_time / whole for name, whole in offered_but.items()}
    expected["abandoned_within_counted"] = naive.answered_in_time + naive.abandoned_in_time
    expected["infinitely_patient"] = naive.patient_in_time
    line = {"aht_s": AHT, "patience_s": patience_s}
    for definition in erlang.DEFINITIONS:
        found = erlang.service_level(
            load, agents, answer_within_s=within_s, definition=definition, **line
        )
        # A threshold below 5 s may leave fewer counted contacts than are answered.
        assert found == pytest.approx(min(expected[definition], 1.0), abs=1e-9), definition
    figures = {
        "wait_probability": naive.waiting,
        "abandon_rate": 1.0 - naive.answered,
        "mean_wait_s": naive.wait_all_s,
        "asa_s": naive.wait_answered_s / naive.answered,
        "occupancy": load * naive.answered / agents,
    }
    for name, value in figures.items():
        assert getattr(erlang, name)(load, agents, **line) == pytest.approx(
            value, rel=1e-8, abs=1e-9
        ), name


@given(
    st.lists(st.tuples(loads, st.floats(0.0, 0.99), thresholds), min_size=1, max_size=8),
    st.sampled_from([30.0, 300.0, np.inf]),
    st.sampled_from(erlang.DEFINITIONS),
)
@QUICK
def test_the_search_finds_what_counting_up_finds(
    rows: list[tuple[float, float, float]], patience_s: float, definition: erlang.Definition
) -> None:
    def count_up(load: float, target: float, within_s: float) -> int:
        agents = 0
        while erlang.service_level(
            load, agents, aht_s=AHT, answer_within_s=within_s, patience_s=patience_s,
            definition=definition,
        ) < target - 1e-12:  # fmt: skip
            agents += 1
        return agents

    load, target, within_s = (np.array(column) for column in zip(*rows, strict=True))
    found = erlang.agents_required(
        load, aht_s=AHT, answer_within_s=within_s, target=target, patience_s=patience_s,
        definition=definition,
    )  # fmt: skip
    assert found.tolist() == [count_up(*row) for row in rows]


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
@pytest.mark.parametrize("patience_s", [1.0, 60.0, 600.0, 1e5, np.inf])
def test_another_agent_never_lowers_a_service_level(
    definition: erlang.Definition, patience_s: float
) -> None:
    load, agents, within = np.meshgrid([0.3, 5.0, 40.0], np.arange(60), [0.0, 3.0, 20.0, 3600.0])
    level = erlang.service_level(
        load, agents, aht_s=AHT, answer_within_s=within, patience_s=patience_s,
        definition=definition,
    )  # fmt: skip
    assert np.diff(level, axis=0).min() > -1e-12


def count_up_without_abandonment(load: float, target: float, within_s: float) -> int:
    """Add one agent after the other, with Erlang B's own recursion from none up."""
    agents, inverse = 0, 1.0
    while True:
        agents += 1
        inverse = 1.0 + agents / load * inverse
        if agents > load:
            waiting = agents / (agents - load * (1.0 - 1.0 / inverse)) / inverse
            if waiting * np.exp(-(agents - load) * within_s / AHT) <= 1.0 - target + 1e-12:
                return agents


@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(1e-6, 2.0), st.floats(1.0, 900.0), st.integers(1, 900)),
            st.sampled_from([1e-9, 0.01, 0.3, 0.8, 0.95, 0.999, 1.0 - 1e-9]),
            st.sampled_from([0.0, 1.0, 20.0, 600.0, 36_000.0]),
        ),
        min_size=1,
        max_size=6,
    )
)
@QUICK
def test_the_search_without_abandonment_against_counting_up(
    rows: list[tuple[float, float, float]],
) -> None:
    load, target, within_s = (np.array(column) for column in zip(*rows, strict=True))
    found = erlang.agents_required(load, aht_s=AHT, answer_within_s=within_s, target=target)
    assert found.tolist() == [count_up_without_abandonment(*row) for row in rows]
