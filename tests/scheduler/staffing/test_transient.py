"""The exact day against reference values, a naive twin of dense matrices, and theory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import simpson
from scipy.linalg import expm

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.chat import chat_service_level
from scheduler.staffing.load import lagged_load
from scheduler.staffing.simulate import simulate_queue
from scheduler.staffing.transient import evaluate_day

FIXTURES = Path(__file__).parents[2] / "fixtures" / "erlang"


@pytest.mark.parametrize(
    "day",
    [
        "A80/20 peak16",
        "A80/20 peak485",
        "lunch hole -20% peak92 patience 600s",
        "ErlangC, lunch hole -8 agents, no abandonment",
    ],
)
def test_a_day_agrees_with_the_reference(day: str) -> None:
    table = pd.read_csv(FIXTURES / "transient_reference.csv").query("day == @day")
    patience_s = table["patience_s"].iloc[0]
    found = evaluate_day(
        table["calls_per_interval"],
        table["agents"],
        interval_s=900,
        aht_s=table["aht_s"],
        patience_s=patience_s if patience_s > 0 else np.inf,
        answer_within_s=20,
    )
    for values, column in (
        (found.service_level, "sl_offered_exact"),
        (found.abandon_rate, "p_abandon_in_interval_exact"),
        (found.wait_probability, "p_wait_exact"),
    ):
        np.testing.assert_allclose(values, table[column], rtol=0, atol=1e-6, err_msg=column)
    # Dense matrices with 500 places confirm ours where the table's line was cut a little short.
    np.testing.assert_allclose(found.mean_queue, table["mean_queue_exact"], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("patience_s", [120.0, np.inf])
def test_a_lagged_load_mends_what_steps_break(patience_s: float) -> None:
    table = pd.read_csv(FIXTURES / "transient_reference.csv")
    contacts = table.loc[table["day"].str.startswith("ErlangC"), "calls_per_interval"].to_numpy()
    line = {"aht_s": 300.0, "patience_s": patience_s, "answer_within_s": 20.0}
    short, agents = {}, {}
    for lag in (False, True):
        load = lagged_load(contacts, np.full(40, 300.0), np.ones(40), 900.0, lag=lag)
        heads = erlang.agents_required(load, target=0.8, **line)
        day = evaluate_day(contacts, heads, interval_s=900.0, **line)
        agents[lag], short[lag] = heads.sum(), (day.service_level < 0.8).sum()
    assert short[True] <= 1 < 9 <= short[False]
    assert agents[True] <= agents[False] + 1


STEPS = 100  # of an interval, in the twin: a second each
MOST = 45  # contacts in the twin's system
FINISH, LEAVE = 1 / 60.0, 1 / 80.0
PHONE, CHAT = [1.0], [1.0, 1.3]  # stretch of a contact with one or two at a time


def in_hand(contacts: int, agents: int, stretch: list[float]) -> list[int]:
    """Deal contacts out one by one; return what each agent has in hand, the fewest first."""
    hands = [0] * agents
    for _ in range(min(contacts, agents * len(stretch))):
        hands[hands.index(min(hands))] += 1
    return sorted(hands)


def speed_of(hands: list[int], stretch: list[float]) -> float:
    return sum(n / stretch[n - 1] * FINISH for n in hands if n)


def line_generator(agents: int, stretch: list[float]) -> np.ndarray:
    """Return the flow of a tagged contact: m ahead, then served, then gone."""
    flow = np.zeros((MOST + 2, MOST + 2))
    for m in range(MOST):
        flow[m, m - 1 if m else MOST] = speed_of([len(stretch)] * agents, stretch) + m * LEAVE
        flow[m, MOST + 1] = LEAVE
        flow[m, m] = -flow[m].sum()
    return flow


def system_generator(arrival: float, agents: int, stretch: list[float]) -> np.ndarray:
    flow = np.zeros((MOST, MOST))
    for j in range(MOST):
        if j + 1 < MOST:
            flow[j, j + 1] = arrival
        if j:
            waiting = max(j - agents * len(stretch), 0)
            flow[j, j - 1] = speed_of(in_hand(j, agents, stretch), stretch) + waiting * LEAVE
        flow[j, j] = -flow[j].sum()
    return flow


def naive_day(
    offered: list[float], agents: list[int], threshold: int, stretch: list[float]
) -> list[tuple[float, float, float, float]]:
    """Return (served in time, still waiting, mean queue, P(wait)) per interval, by the second."""
    second = [expm(line_generator(n, stretch)) for n in agents]
    places = [n * len(stretch) for n in agents]
    state = np.zeros(MOST)
    state[0] = 1.0
    rows = []
    for i, (contacts, n) in enumerate(zip(offered, agents, strict=True)):
        if i and n < agents[i - 1]:  # the contacts of those who leave drop out
            stays = np.zeros(MOST)
            for j, chance in enumerate(state):
                stays[j - sum(in_hand(j, agents[i - 1], stretch)[: agents[i - 1] - n])] += chance
            state = stays
        step = expm(system_generator(contacts / STEPS, n, stretch))
        # Chances jump where the threshold comes to reach the next change of agents.
        jump = -threshold % STEPS
        total = np.zeros(4)
        sampled: list[np.ndarray] = []
        for s in range(STEPS + 1):
            if s == jump and s > 0:
                sampled.append(sample(state, second, places, i, s, threshold, reached=False))
                total += simpson(np.array(sampled), dx=1.0, axis=0)
                sampled = []
            sampled.append(sample(state, second, places, i, s, threshold, reached=True))
            state = state @ step if s < STEPS else state
        total += simpson(np.array(sampled), dx=1.0, axis=0)
        rows.append(tuple(total / STEPS))
    return rows


def sample(
    state: np.ndarray,
    second: list[np.ndarray],
    places: list[int],
    i: int,
    s: int,
    threshold: int,
    *,
    reached: bool,
) -> np.ndarray:
    n = places[i]
    served, still = tagged(second, places, i, s, threshold, reached=reached)
    by_state = [(1.0, 0.0)] * n + list(zip(served, still, strict=True))
    queue = state @ np.maximum(np.arange(MOST) - n, 0)
    return np.array([*(state @ np.array(by_state[:MOST])), queue, state[n:].sum()])


def tagged(
    second: list[np.ndarray], places: list[int], i: int, s: int, threshold: int, *, reached: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Push one contact for each number ahead through the seconds up to its threshold."""
    chance = np.eye(MOST, MOST + 2)

    def newcomers(now: int) -> None:
        before, current = (min(i + t // STEPS, len(places) - 1) for t in (now - 1, now))
        new = max(places[current] - places[before], 0)
        chance[:, MOST] += chance[:, :new].sum(axis=1)
        chance[:, : MOST - new] = chance[:, new:MOST].copy()
        chance[:, MOST - new : MOST] = 0.0

    for passed in range(threshold):
        if passed or s == STEPS:  # the last sample comes just before the change
            newcomers(s + passed)
        chance[:] = chance @ second[min(i + (s + passed) // STEPS, len(places) - 1)]
    if threshold and reached:
        newcomers(s + threshold)
    return chance[:, MOST], chance[:, :MOST].sum(axis=1)


@pytest.mark.parametrize("stretch", [PHONE, CHAT], ids=["phone", "chat"])
@pytest.mark.parametrize("threshold", [0, 20, 150])
def test_a_rough_day_agrees_with_dense_matrices(threshold: int, stretch: list[float]) -> None:
    offered, agents = [9.0, 14.0, 6.0, 3.0], [3, 7, 2, 4]
    if stretch == CHAT:
        agents = [2, 4, 1, 2]
    twin = np.array(naive_day(offered, agents, threshold, stretch))
    served, still, queue, waiting = twin.T
    expected = {
        "answered_of_offered": served,
        "excluding_abandoned_within": served / (served + still),
        "abandoned_within_counted": 1.0 - still,
        "infinitely_patient": 1.0 - still * np.exp(threshold * LEAVE),
    }
    for definition, level in expected.items():
        found = evaluate_day(
            offered,
            agents,
            interval_s=STEPS,
            aht_s=60,
            patience_s=80,
            answer_within_s=threshold,
            definition=definition,
            concurrency=len(stretch),
            slowdown=stretch[-1] - 1.0,
        )
        np.testing.assert_allclose(found.service_level, level, atol=2e-6, err_msg=definition)
        np.testing.assert_allclose(found.mean_queue, queue, atol=2e-6)
        np.testing.assert_allclose(found.wait_probability, waiting, atol=2e-6)
        np.testing.assert_allclose(
            found.abandon_rate, queue * LEAVE / np.array(offered) * STEPS, atol=2e-6
        )


@pytest.mark.parametrize("threshold", [20, 150])
@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_a_part_of_an_agent_is_there_all_day_or_not_at_all(
    definition: erlang.Definition, threshold: int
) -> None:
    line: dict[str, Any] = {
        "interval_s": STEPS, "aht_s": 60, "patience_s": 80, "answer_within_s": threshold,
        "definition": definition,
    }  # fmt: skip
    offered, agents = np.array([9.0, 14.0, 6.0, 3.0]), np.array([3.25, 6.5, 2.0, 3.9])
    found = evaluate_day(offered, agents, **line)
    served, counted, queue = np.zeros(4), np.zeros(4), np.zeros(4)
    for draw in (np.arange(20) + 0.5) / 20:
        day = evaluate_day(offered, np.floor(agents + draw), **line)
        served += day.counted * day.service_level / 20
        counted += day.counted / 20
        queue += day.mean_queue / 20
    np.testing.assert_allclose(found.service_level, served / counted, atol=1e-9)
    np.testing.assert_allclose(found.counted, counted, atol=1e-9)
    np.testing.assert_allclose(found.mean_queue, queue, atol=1e-9)


def test_days_apart_are_walked_apart() -> None:
    line: dict[str, Any] = {
        "interval_s": STEPS, "aht_s": 60, "patience_s": 8, "answer_within_s": 20
    }  # fmt: skip
    one, other = ([9.0, 14.0, 0.0], [3.25, 6.5, 0.0]), ([6.0, 3.0], [2.7, 3.9])
    night = [0.0] * 3
    both = evaluate_day([*one[0], *night, *other[0]], [*one[1], *night, *other[1]], **line)
    apart = [evaluate_day(*day, **line).service_level for day in (one, other)]
    np.testing.assert_allclose(
        both.service_level[[0, 1, 6, 7]], np.concatenate(apart)[[0, 1, 3, 4]], atol=1e-12
    )


def test_the_service_level_of_a_day_weighs_what_counts() -> None:
    line: dict[str, Any] = {
        "interval_s": 900, "aht_s": 300, "patience_s": 100, "answer_within_s": 30,
        "definition": "excluding_abandoned_within",
    }  # fmt: skip
    offered, agents = np.array([30.0, 45.0, 20.0, 30.0]), [8, 12.5, 5, 9]
    day = evaluate_day(offered, agents, **line)
    run = simulate_queue(offered, agents, replications=3000, seed=2, **line).overall_service_level
    weights = offered * day.counted
    assert run.low < weights @ day.service_level / weights.sum() < run.high


@pytest.mark.parametrize("patience_s", [60.0, 300.0])
def test_a_threshold_beyond_the_day_leaves_who_is_answered(patience_s: float) -> None:
    line: dict[str, Any] = {"interval_s": 900, "aht_s": 300, "patience_s": patience_s}
    offered, agents = [30.0, 45.0, 20.0, 30.0], [8, 12.5, 5, 9]
    patient = evaluate_day(offered, agents, answer_within_s=1e5, **line)
    among = evaluate_day(
        offered, agents, answer_within_s=1e5, definition="answered_of_answered", **line
    )
    np.testing.assert_allclose(among.service_level, 1.0, atol=1e-12)
    # All who do not abandon, now or later: over the day both counts agree.
    lost = patient.abandon_rate @ offered
    # Those who still wait at the end abandon after it, or are taken by the last agents.
    assert 0.0 <= (1.0 - patient.service_level) @ offered - lost < patient.mean_queue[-1]


@pytest.mark.parametrize(
    ("offered", "agents"),
    [([30.0, 45.0, 20.0], [12, 12, 10]), ([60.0, 60.0, 60.0], [10, 10, 10]), ([30.0], [0.5])],
    ids=["calm", "flooded", "half an agent"],
)
def test_where_nobody_abandons_everybody_is_answered_in_the_end(
    offered: list[float], agents: list[float]
) -> None:
    line: dict[str, Any] = {"interval_s": 900, "aht_s": 300, "answer_within_s": 20}
    among, of_all = (
        evaluate_day(offered, agents, definition=definition, **line).service_level
        for definition in ("answered_of_answered", "answered_of_offered")
    )
    if agents[-1] < 1:  # without the agent nobody is
        of_all = of_all / agents[-1]
    np.testing.assert_allclose(among, of_all, atol=1e-9)


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_the_simulation_contains_the_exact_day(definition: erlang.Definition) -> None:
    offered, agents = [30.0, 45.0, 20.0, 30.0], [8, 15, 5, 9]
    line: dict[str, Any] = {
        "interval_s": 900, "aht_s": 300, "patience_s": 100, "answer_within_s": 30,
        "definition": definition,
    }  # fmt: skip
    exact = evaluate_day(offered, agents, **line)
    found = simulate_queue(offered, agents, replications=3000, seed=1, **line)
    error = found.in_time - exact.service_level * found.counted
    z = error.mean(axis=0) / (error.std(axis=0, ddof=1) / np.sqrt(3000))
    assert np.abs(z).max() < 3.5


@pytest.mark.parametrize("patience_s", [60.0, np.inf])
@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_a_day_without_change_settles_at_erlang(
    definition: erlang.Definition, patience_s: float
) -> None:
    line: dict[str, Any] = {
        "aht_s": 300, "patience_s": patience_s, "answer_within_s": 20, "definition": definition
    }  # fmt: skip
    found = evaluate_day([30.0] * 30, [13] * 30, interval_s=900, **line)
    assert found.service_level[-1] == pytest.approx(erlang.service_level(10, 13, **line), abs=1e-9)
    assert found.service_level[0] > found.service_level[-1]
    waits = {"aht_s": 300, "patience_s": patience_s}
    assert found.wait_probability[-1] == pytest.approx(
        erlang.wait_probability(10, 13, **waits), abs=1e-9
    )
    assert found.abandon_rate[-1] == pytest.approx(erlang.abandon_rate(10, 13, **waits), abs=1e-9)


@pytest.mark.parametrize("patience_s", [60.0, np.inf])
def test_chats_without_change_settle_at_the_balanced_chain(patience_s: float) -> None:
    line: dict[str, Any] = {"aht_s": 300, "patience_s": patience_s, "answer_within_s": 20}
    found = evaluate_day(
        [30.0] * 40, [7] * 40, interval_s=900, concurrency=3, slowdown=0.25, **line
    )
    steady = chat_service_level(10, 7, stretch=(1.0, 1.25, 1.5), **line)
    assert found.service_level[-1] == pytest.approx(steady, abs=1e-9)


def test_simulated_chats_come_close_to_the_exact_day() -> None:
    offered, agents = [10.0, 25.0, 12.0, 15.0], [2.7, 5.4, 1.8, 3.6]
    line: dict[str, Any] = {
        "interval_s": 900, "aht_s": 300, "patience_s": 200, "answer_within_s": 30,
        "concurrency": 3, "slowdown": 0.25,
    }  # fmt: skip
    exact = evaluate_day(offered, agents, **line).service_level
    found = simulate_queue(offered, agents, replications=4000, seed=1, **line)
    # The chain spreads chats evenly at every instant; agents only take new ones so.
    np.testing.assert_allclose(found.service_level, exact, atol=0.02)


def test_a_day_with_closed_hours_and_overload() -> None:
    line: dict[str, Any] = {"interval_s": 900, "aht_s": 300, "answer_within_s": 20}
    day = evaluate_day([0, 30, 0, 30, 0], [0, 12, 0, 12, 0], patience_s=120, **line)
    assert day.service_level[[0, 2, 4]].tolist() == [1.0, 1.0, 1.0]
    assert day.abandon_rate[0] == 0.0
    # After a closed quarter of an hour the afternoon opens as empty as the morning did.
    assert day.service_level[3] == pytest.approx(day.service_level[1], abs=1e-3)
    nobody = evaluate_day([5.0, 5.0], [0, 0], patience_s=60, **line)
    assert nobody.service_level.tolist() == [0.0, 0.0]
    assert nobody.wait_probability == pytest.approx([1.0, 1.0])
    # Twice the contacts that can be handled and nobody gives up: the line grows to 30 an interval.
    flood = evaluate_day([60.0, 60.0, 60.0], [10, 10, 10], **line)
    assert flood.mean_queue[-1] - flood.mean_queue[-2] == pytest.approx(30.0, abs=0.5)
    assert flood.service_level[-1] < 1e-6


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"offered": [-1.0]}, "offered"),
        ({"offered": 5.0, "agents": 2}, "offered"),
        ({"agents": [-1.5]}, "agents"),
        ({"interval_s": 0}, "interval_s"),
        ({"answer_within_s": -1}, "answer_within_s"),
        ({"patience_s": 0}, "patience_s"),
        ({"aht_s": 0}, "aht_s"),
        ({"definition": "asa"}, "definition"),
        ({"short_abandon_s": -1}, "short_abandon_s"),
        ({"concurrency": 0}, "concurrency"),
        ({"slowdown": 1.0}, "slowdown"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], column: str) -> None:
    arguments: dict[str, Any] = {
        "offered": [5.0], "agents": [2], "interval_s": 900, "aht_s": 300, "answer_within_s": 20
    }  # fmt: skip
    arguments |= change
    with pytest.raises(InputError, match=column):
        evaluate_day(arguments.pop("offered"), arguments.pop("agents"), **arguments)
