"""The simulator against theory, exact transient values and a naive twin."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing import simulation_kernel as kernel
from scheduler.staffing.chat import chat_service_level
from scheduler.staffing.simulate import QueueSimulation, simulate_queue

FIXTURES = Path(__file__).parents[2] / "fixtures" / "erlang"
DAY: dict[str, Any] = {
    "interval_s": 900.0,
    "aht_s": 300.0,
    "patience_s": 120.0,
    "answer_within_s": 20.0,
}


def stationary(load: float, agents: int, seed: int, hours: float = 1500.0, **change: Any) -> Any:
    """Simulate one long interval: long enough for the empty start not to show."""
    settings = {"patience_s": 120.0, "replications": 10} | change
    return simulate_queue(
        [load * hours * 12.0],
        [agents],
        interval_s=hours * 3600.0,
        aht_s=300.0,
        answer_within_s=20.0,
        seed=seed,
        **settings,
    )


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_service_levels_contain_erlang_a(definition: erlang.Definition) -> None:
    found = stationary(5.0, 5, seed=1, definition=definition).overall_service_level
    theory = erlang.service_level(
        5.0, 5, aht_s=300, answer_within_s=20, patience_s=120, definition=definition
    )
    assert found.low < theory < found.high
    assert found.high - found.low < 0.01


@pytest.mark.parametrize(("load", "agents", "patience_s"), [(5.0, 5, 120.0), (3.0, 5, np.inf)])
def test_other_figures_contain_erlang(load: float, agents: int, patience_s: float) -> None:
    found: QueueSimulation = stationary(load, agents, seed=2, patience_s=patience_s)
    line = {"aht_s": 300, "patience_s": patience_s}
    for estimate, theory in (
        (found.overall_asa_s, erlang.asa_s(load, agents, **line)),
        (found.overall_abandon_rate, erlang.abandon_rate(load, agents, **line)),
        (found.overall_occupancy, erlang.occupancy(load, agents, **line)),
    ):
        assert estimate.low <= theory <= estimate.high


def test_ninety_five_percent_intervals_hold_about_that_often() -> None:
    theory = erlang.service_level(2.0, 3, aht_s=300, answer_within_s=20, patience_s=120)
    found = [
        stationary(2.0, 3, seed=seed, hours=200.0).overall_service_level for seed in range(200)
    ]
    held = sum(estimate.low < theory < estimate.high for estimate in found)
    # Binomial with 200 and 0.95: fewer than 178 or all of them come once in several thousand.
    assert 178 <= held < 200


@pytest.mark.parametrize(
    ("day", "patience_s"),
    [
        ("A80/20 peak16", 120.0),
        ("lunch hole -20% peak92 patience 600s", 600.0),
        ("ErlangC, lunch hole -8 agents, no abandonment", np.inf),
    ],
)
def test_every_interval_of_a_day_agrees_with_the_exact_transient(
    day: str, patience_s: float
) -> None:
    table = pd.read_csv(FIXTURES / "transient_reference.csv").query("day == @day")
    found = simulate_queue(
        table["calls_per_interval"],
        table["agents"],
        replications=300,
        seed=4,
        **DAY | {"patience_s": patience_s},
    )
    exact, weights = table["sl_offered_exact"].to_numpy(), table["calls_per_interval"].to_numpy()
    error = found.in_time - exact * found.counted
    z = error.mean(axis=0) / (error.std(axis=0, ddof=1) / np.sqrt(300))
    # Of 120 intervals in all, one beyond 4.5 would come by chance once in a thousand runs.
    assert np.abs(z).max() < 4.5
    assert 0.6 < np.mean(z**2) < 1.6
    overall = found.overall_service_level
    half = overall.high - overall.mean
    assert abs(overall.mean - exact @ weights / weights.sum()) < 1.5 * half


@dataclass(slots=True)
class TwinAgent:
    """An agent of the naive twin."""

    chats: int = 0
    here: bool = True


def naive_replication(
    rng: random.Random, offered: list[float], agents: list[int], stretch: list[float]
) -> np.ndarray:
    """Let a clock run for every single thing that can happen next; the first one happens."""
    tally = np.zeros((len(offered) + 1, 6))  # offered, answered, in time, abandoned, wait, busy
    team: list[TwinAgent] = []
    waiting: list[tuple[float, int]] = []
    now = 0.0

    def take() -> None:
        while waiting:
            free = [agent for agent in team if agent.here and agent.chats < len(stretch)]
            if not free:
                return
            came, row = waiting.pop(0)
            min(free, key=lambda agent: agent.chats).chats += 1
            tally[row] += [0, 1, now - came <= 20.0, 0, now - came, 0]

    for i in range(len(offered) + 1):
        over = i == len(offered)
        if not over:
            change_team(team, agents[i])
        take()
        while True:
            clocks = [(900.0 * (i + 1), "end", None)] if not over else []
            if not over and offered[i]:
                clocks.append((now + rng.expovariate(offered[i] / 900.0), "arrival", None))
            clocks += [
                (now + rng.expovariate(1.0 / (300.0 * stretch[agent.chats - 1])), "done", agent)
                for agent in team
                for _ in range(agent.chats)
            ]
            clocks += [(now + rng.expovariate(1.0 / 120.0), "gone", each) for each in waiting]
            if over and not waiting:
                break
            then, what, whose = min(clocks, key=lambda clock: clock[0])
            tally[i, 5] += sum(agent.chats for agent in team if agent.here) * (then - now)
            now = then
            if what == "end":
                break
            if what == "arrival":
                tally[i, 0] += 1
                waiting.append((now, i))
            elif what == "done":
                whose.chats -= 1
            else:
                tally[whose[1], 3] += 1
                waiting.remove(whose)
            take()
    return tally[:-1]


def change_team(team: list[TwinAgent], agents: int) -> None:
    for agent in sorted((a for a in team if a.here), key=lambda a: a.chats)[: -agents or None]:
        agent.here = False
    team[:] = [agent for agent in team if agent.here or agent.chats]
    team += [TwinAgent() for _ in range(agents - sum(a.here for a in team))]


@pytest.mark.parametrize("stretch", [[1.0], [1.0, 1.3]], ids=["phone", "chat"])
def test_means_of_a_rough_day_agree_with_the_twin(stretch: list[float]) -> None:
    offered, agents = [9.0, 14.0, 5.0, 8.0], [2, 4, 1, 2]
    rng = random.Random(4)  # noqa: S311 - a simulation, nothing secret
    twin = np.stack([naive_replication(rng, offered, agents, stretch) for _ in range(1500)])
    found = simulate_queue(
        offered,
        agents,
        **DAY,
        concurrency=len(stretch),
        slowdown=stretch[-1] - 1.0,
        replications=6000,
        seed=4,
    )
    busy = found.occupancy * np.array(agents) * len(stretch) * 900.0
    pairs = [
        (found.offered, twin[:, :, 0]),
        (found.answered, twin[:, :, 1]),
        (found.in_time, twin[:, :, 2]),
        (found.abandoned, twin[:, :, 3]),
        (found.wait_s, twin[:, :, 4]),
    ]
    for ours, theirs in pairs:
        error = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs))
        assert np.abs((ours.mean(axis=0) - theirs.mean(axis=0)) / error).max() < 4.0
    error = twin[:, :, 5].std(axis=0) / np.sqrt(len(twin))
    assert np.abs((busy - twin[:, :, 5].mean(axis=0)) / error).max() < 4.5


def test_chat_comes_close_to_the_balanced_chain() -> None:
    found = stationary(20.0, 11, seed=5, concurrency=3, slowdown=0.25, hours=300.0)
    chain = chat_service_level(
        20.0, 11, aht_s=300, answer_within_s=20, stretch=(1, 1.25, 1.5), patience_s=120
    )
    assert found.overall_service_level.mean == pytest.approx(chain, abs=0.01)


def test_same_seed_same_result_and_replications_do_not_depend_on_their_number() -> None:
    offered, agents = [20.0, 30.0], [7.0, 9.5]
    first = simulate_queue(offered, agents, **DAY, replications=20, seed=6)
    again = simulate_queue(offered, agents, **DAY, replications=20, seed=6)
    more = simulate_queue(offered, agents, **DAY, replications=30, seed=6)
    other = simulate_queue(offered, agents, **DAY, replications=20, seed=7)
    np.testing.assert_array_equal(first.in_time, again.in_time)
    np.testing.assert_array_equal(first.wait_s, more.wait_s[:20])
    assert np.any(first.in_time != other.in_time)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    simulate_queue(
        [5.0], [2.0], **DAY, replications=3, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_half_an_agent_is_one_every_other_time() -> None:
    found = simulate_queue([30.0], [0.5], **DAY, replications=4000, seed=8)
    none, one = (simulate_queue([30.0], [n], **DAY, replications=4000, seed=9) for n in (0.0, 1.0))
    assert not none.answered.any()
    half = one.answered.mean() / 2
    assert found.answered.mean() == pytest.approx(half, rel=0.05)
    assert np.mean(found.answered == 0) == pytest.approx(0.5, abs=0.03)


def test_part_of_an_agent_stays_away_all_day_and_comes_and_goes_by_the_day() -> None:
    # Two days of two intervals, the night between closed, calls of years.
    agents, offered = [0.5, 0.5, 0.0, 0.5, 0.5], [40.0, 40.0, 0.0, 40.0, 40.0]
    found = simulate_queue(offered, agents, **DAY | {"aht_s": 1e9}, replications=500, seed=5)
    there = found.answered > 0
    assert not (there[:, 1] & ~there[:, 0]).any()  # nobody comes at noon
    assert there[:, [0, 3]].mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.01)
    assert not np.array_equal(there[:, 0], there[:, 3])


def test_who_leaves_finishes_and_who_is_left_waits_or_abandons() -> None:
    # One agent for a quarter of an hour, calls of years: whoever is begun is finished.
    slow = DAY | {"aht_s": 1e9}
    left = simulate_queue([10.0, 0.0], [1.0, 0.0], **slow, replications=50)
    np.testing.assert_array_equal(left.answered.sum(axis=1), left.offered.sum(axis=1) > 0)
    np.testing.assert_array_equal(left.answered + left.abandoned, left.offered)
    patient = simulate_queue(
        [10.0, 0.0], [1.0, 0.0], **slow | {"patience_s": np.inf}, replications=50
    )
    assert not patient.abandoned.any()
    assert patient.answered.sum() < patient.offered.sum()
    # Who waits over a closed hour is answered when the next agents come.
    morning = simulate_queue(
        [10.0, 0.0, 0.0], [0.0, 0.0, 5.0], **DAY | {"patience_s": np.inf}, replications=50
    )
    np.testing.assert_array_equal(morning.answered, morning.offered)
    assert morning.overall_asa_s.mean > 900.0
    assert morning.overall_service_level.mean == 0.0


def test_after_the_horizon_the_last_agents_empty_the_line() -> None:
    found = simulate_queue([60.0], [2.0], **DAY | {"patience_s": np.inf}, replications=50)
    np.testing.assert_array_equal(found.answered, found.offered)


def test_without_contacts_there_is_nothing_to_complain_about() -> None:
    found = simulate_queue([0.0, 0.0], [0.0, 3.0], **DAY, replications=5)
    assert found.service_level.tolist() == [1.0, 1.0]
    assert found.overall_service_level.mean == 1.0
    for figure in (found.asa_s, found.abandon_rate, found.occupancy):
        assert not figure.any()


def test_overall_intervals_follow_the_ratio_estimator_by_hand() -> None:
    found = simulate_queue([12.0], [4.0], **DAY, replications=10, seed=10)
    x, y = found.in_time.sum(axis=1), found.counted.sum(axis=1)
    ratio = sum(x) / sum(y)
    variance = sum((a - ratio * b) ** 2 for a, b in zip(x, y, strict=True)) / 9
    half = 2.2622 * (variance / 10) ** 0.5 / (sum(y) / 10)  # t with 9 degrees of freedom
    estimate = found.overall_service_level
    assert estimate.mean == pytest.approx(ratio)
    assert estimate.high - estimate.mean == pytest.approx(half, rel=1e-4)
    assert estimate.mean - estimate.low == pytest.approx(half, rel=1e-4)


def test_a_long_line_outgrows_its_first_room() -> None:
    found = simulate_queue([5000.0], [1.0], **DAY | {"patience_s": np.inf}, replications=2)
    np.testing.assert_array_equal(found.answered, found.offered)
    rng = np.random.Generator(np.random.PCG64(0))
    tally = kernel.replicate(
        rng, np.array([5.0]), np.zeros(1), 900.0, np.array([300.0]), np.array([np.inf]), 20.0, 5.0,
        np.array([0.0, 1.0]),
    )  # fmt: skip
    assert tally[0, kernel.OFFERED] > 4000
    assert tally[0, kernel.ABANDONED] == 0


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"offered": [-1.0]}, "offered"),
        ({"offered": [[1.0]]}, "offered"),
        ({"agents": [np.nan]}, "agents"),
        ({"agents": [1.0, 2.0], "offered": [1.0, 2.0, 3.0]}, "offered, agents"),
        ({"aht_s": 0.0}, "aht_s"),
        ({"interval_s": 0.0}, "interval_s"),
        ({"patience_s": -1.0}, "patience_s"),
        ({"answer_within_s": -1.0}, "answer_within_s"),
        ({"definition": "asa"}, "definition"),
        ({"concurrency": 0}, "concurrency"),
        ({"slowdown": 1.0}, "slowdown"),
        ({"replications": 1}, "replications"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], column: str) -> None:
    arguments: dict[str, Any] = {"offered": [5.0], "agents": [2.0], "replications": 2, **DAY}
    arguments |= change
    with pytest.raises(InputError, match=column):
        simulate_queue(arguments.pop("offered"), arguments.pop("agents"), **arguments)
