"""M/M/n+G against Erlang A and C, a known deterministic case, and a naive simulation."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.general_patience import general_agents_required, general_queue
from scheduler.staffing.patience_shapes import MixedPatience, PatienceShape, SteppedPatience

QUICK = settings(deadline=None, derandomize=True, max_examples=60)


def at_once(patience_s: float) -> SteppedPatience:
    """All customers leave after the same wait."""
    return SteppedPatience(times_s=np.array([patience_s]), staying_after=np.array([0.0]))


@given(
    st.floats(0.01, 400.0),
    st.floats(0.2, 2.0),
    st.floats(2.0, 3_000.0),
    st.sampled_from([0.0, 3.0, 20.0, 600.0]),
    st.sampled_from(erlang.DEFINITIONS),
)
@QUICK
def test_exponential_patience_is_erlang_a(
    load: float, staffing: float, patience_s: float, within_s: float, definition: erlang.Definition
) -> None:
    agents = round(load * staffing)
    found = general_queue(
        load, agents, aht_s=300, answer_within_s=within_s, definition=definition,
        patience=MixedPatience(means_s=(patience_s,)),
    )  # fmt: skip
    line = {"aht_s": 300, "patience_s": patience_s}
    expected = erlang.service_level(
        load, agents, answer_within_s=within_s, definition=definition, **line
    )
    assert found.service_level == pytest.approx(expected, abs=1e-9)
    assert found.wait_probability == pytest.approx(
        erlang.wait_probability(load, agents, **line), abs=1e-9
    )
    assert found.abandon_rate == pytest.approx(erlang.abandon_rate(load, agents, **line), abs=1e-9)
    assert found.mean_wait_s == pytest.approx(erlang.mean_wait_s(load, agents, **line), rel=1e-7)
    assert found.asa_s == pytest.approx(erlang.asa_s(load, agents, **line), rel=1e-7)


@pytest.mark.parametrize(("load", "agents"), [(1_000, 900), (50_000, 45_000), (50_000, 50_300)])
def test_exponential_patience_is_erlang_a_for_huge_teams(load: float, agents: int) -> None:
    found = general_queue(
        load, agents, aht_s=300, answer_within_s=20, patience=MixedPatience(means_s=(120.0,))
    )
    expected = erlang.service_level(load, agents, aht_s=300, answer_within_s=20, patience_s=120)
    assert found.service_level == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_customers_who_never_leave_are_erlang_c(definition: erlang.Definition) -> None:
    load, agents = np.array([0.0, 0.0, 3.0, 3.0, 100.0, 100.0]), np.array([0, 2, 0, 5, 90, 108])
    line = {"aht_s": 300, "answer_within_s": 20, "definition": definition}
    shape = MixedPatience(shares=(0.3, 0.7), means_s=(np.inf, np.inf))
    found = general_queue(load, agents, patience=shape, **line)
    np.testing.assert_allclose(
        found.service_level, erlang.service_level(load, agents, **line), atol=1e-9
    )
    np.testing.assert_allclose(found.mean_wait_s, erlang.mean_wait_s(load, agents, aht_s=300))
    np.testing.assert_allclose(found.asa_s, erlang.asa_s(load, agents, aht_s=300))


def test_the_shape_of_patience_matters_more_than_its_mean() -> None:
    # 100 E of 300 s, 98 agents, mean patience 120 s, 20 s. Simulated: .2379 +- .0034, .814, .879.
    line = {"aht_s": 300, "answer_within_s": 20}
    all_at_once = general_queue(100, 98, patience=at_once(120.0), **line).service_level
    assert all_at_once == pytest.approx(0.2385, abs=5e-5)
    exponential = general_queue(100, 98, patience=MixedPatience(means_s=(120.0,)), **line)
    assert exponential.service_level == pytest.approx(0.814, abs=5e-4)


def naive_shares(
    load: float, agents: int, within_s: float, shape: PatienceShape, calls: int, seed: int
) -> np.ndarray:
    """Let callers come one by one; return in time, abandoned, waits and virtual waits too long."""
    rng = np.random.default_rng(seed)
    grid = np.linspace(0.0, 5_000.0, 500_001)
    stays = shape.staying(grid)
    came = np.cumsum(rng.exponential(300.0 / load, calls))
    patience = np.append(grid, np.inf)[np.searchsorted(-stays, -rng.random(calls))]
    handling = rng.exponential(300.0, calls)
    free_at = [0.0] * agents
    counts = np.zeros(4)
    for now, patient_s, work_s in zip(came, patience, handling, strict=True):
        waits = max(free_at[0] - now, 0.0)
        if waits == 0.0 or waits < patient_s:
            heapq.heapreplace(free_at, now + waits + work_s)
            counts[0] += waits <= within_s
        else:
            counts[1] += 1
        counts[2] += min(waits, patient_s)
        counts[3] += waits > within_s
    return counts / calls


@pytest.mark.parametrize(
    "shape",
    [
        MixedPatience(shares=(0.6, 0.4), means_s=(20.0, 270.0)),
        SteppedPatience(times_s=np.array([10.0, 60.0]), staying_after=np.array([0.7, 0.0])),
        SteppedPatience(times_s=np.array([0.0, 100.0]), staying_after=np.array([0.9, 0.2])),
    ],
    ids=["mixed", "steps", "some leave at once, some never"],
)
def test_other_shapes_agree_with_a_naive_simulation(shape: PatienceShape) -> None:
    load, agents, within_s = 6.0, 6, 15.0
    runs = np.array([naive_shares(load, agents, within_s, shape, 10_000, s) for s in range(12)])
    line: dict[str, Any] = {"aht_s": 300, "answer_within_s": within_s, "patience": shape}
    found = general_queue(load, agents, **line)
    virtual = general_queue(load, agents, definition="infinitely_patient", **line)
    theory = [
        found.service_level, found.abandon_rate, found.mean_wait_s, 1.0 - virtual.service_level
    ]  # fmt: skip
    error = runs.std(axis=0, ddof=1) / np.sqrt(12)
    assert np.abs((runs.mean(axis=0) - theory) / error).max() < 3.7


def test_definitions_fit_together() -> None:
    shape = SteppedPatience(
        times_s=np.array([3.0, 12.0, 80.0]), staying_after=np.array([0.9, 0.6, 0.1])
    )
    line: dict[str, Any] = {"aht_s": 300, "answer_within_s": 20, "patience": shape}
    level = {
        name: general_queue(20, 19, definition=name, **line).service_level
        for name in erlang.DEFINITIONS
    }
    lost = general_queue(20, 19, **line).abandon_rate
    plain = level["answered_of_offered"]
    gone_in_time = level["abandoned_within_counted"] - plain
    assert level["excluding_abandoned_within"] == pytest.approx(plain / (1 - gone_in_time))
    assert level["answered_of_answered"] == pytest.approx(plain / (1 - lost))
    assert plain < level["excluding_short_abandons"] < level["excluding_abandoned_within"]


def test_the_search_finds_what_counting_up_finds() -> None:
    load = np.array([0.0, 0.3, 4.0, 17.0, 60.0])
    for shape in (at_once(90.0), MixedPatience(shares=(0.5, 0.5), means_s=(15.0, 300.0))):
        line: dict[str, Any] = {"aht_s": 240, "answer_within_s": 20, "patience": shape}
        found = general_agents_required(load, target=0.8, **line)
        for erlangs, agents in zip(load, found, strict=True):
            level = general_queue(erlangs, np.arange(agents + 1), **line).service_level
            assert np.flatnonzero(level >= 0.8)[0] == agents
    exponential = general_agents_required(
        load, target=0.8, aht_s=240, answer_within_s=20, patience=MixedPatience(means_s=(120.0,))
    )
    np.testing.assert_array_equal(
        exponential,
        erlang.agents_required(load, aht_s=240, answer_within_s=20, target=0.8, patience_s=120),
    )


def test_a_line_that_some_never_leave_may_not_settle() -> None:
    shape = MixedPatience(shares=(0.5, 0.5), means_s=(60.0, np.inf))
    found = general_queue([10, 10], [4, 6], aht_s=300, answer_within_s=20, patience=shape)
    assert found.service_level[0] == 0.0 < found.service_level[1]
    assert found.mean_wait_s[0] == found.asa_s[0] == np.inf
    assert found.abandon_rate[0] == 0.5 > found.abandon_rate[1]


@pytest.mark.parametrize("waited", [0.0, 0.4, 3.0, 3.5, 12.0, 500.0])
def test_time_spent_is_the_integral_of_who_stays(waited: float) -> None:
    shapes: list[PatienceShape] = [
        MixedPatience(shares=(0.2, 0.5, 0.3), means_s=(2.0, 40.0, np.inf)),
        SteppedPatience(
            times_s=np.array([0.0, 3.0, 12.0]), staying_after=np.array([0.9, 0.4, 0.1])
        ),
    ]
    for shape in shapes:
        middles = (np.arange(200_000) + 0.5) / 200_000 * waited
        expected = shape.staying(middles).mean() * waited
        assert shape.spent_s(np.array([waited]))[0] == pytest.approx(expected, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MixedPatience(shares=(0.5,), means_s=(1.0, 2.0)), "as many shares"),
        (lambda: MixedPatience(shares=(0.5, 0.4), means_s=(1.0, 2.0)), "together 1"),
        (lambda: MixedPatience(means_s=(0.0,)), "means_s"),
        (lambda: SteppedPatience(times_s=np.zeros(0), staying_after=np.zeros(0)), "at least one"),
        (lambda: SteppedPatience(times_s=np.array([2.0, 1.0]), staying_after=np.ones(2)), "rising"),
        (lambda: SteppedPatience(times_s=np.ones(1), staying_after=np.array([1.1])), "falling"),
        (lambda: general_queue(1, 1, aht_s=0, answer_within_s=1, patience=at_once(9)), "aht_s"),
    ],
)
def test_bad_arguments_are_refused(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()
