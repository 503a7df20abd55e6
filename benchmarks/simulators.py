"""The same queue in three simulators: ours, simpy and ciw, in calls a second.

M/M/n+M with 92 erlang, 90 agents, handling time 300 s, patience 120 s, threshold 20 s, from an
empty start. Every simulator runs the same number of days; each day's share answered in time is
one observation. The exact share comes from following the same day through time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import ciw
import numpy as np
import simpy
from numpy.typing import NDArray
from scipy.stats import t as student

from scheduler.staffing.simulate import simulate_queue
from scheduler.staffing.transient import evaluate_day

LOAD, AGENTS, AHT_S, PATIENCE_S, WITHIN_S = 92.0, 90, 300.0, 120.0, 20.0
DAY_S, DAYS, TIMED_DAYS, SEED = 36_000.0, 40, 2_000, 0
RATE = LOAD / AHT_S
# Long enough after the day for all its calls to be answered or gone.
AFTER_S = 3_000.0

# One row a day: calls of the day, those answered in time, and all that were simulated.
Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One simulator of the table."""

    name: str
    calls_per_second: float
    service_level: float
    low: float
    high: float


def with_simpy(days: int) -> Days:
    """Simulate in simpy: one process a call, which waits for an agent or for its patience."""

    def call(env: simpy.Environment, team: simpy.Resource, chance: random.Random) -> Iterator:
        came = env.now
        tally[day, 0] += 1
        with team.request() as turn:
            yield turn | env.timeout(chance.expovariate(1.0 / PATIENCE_S))
            if turn.triggered:
                tally[day, 1] += env.now - came <= WITHIN_S
                yield env.timeout(chance.expovariate(1.0 / AHT_S))

    def source(env: simpy.Environment, team: simpy.Resource, chance: random.Random) -> Iterator:
        while True:
            yield env.timeout(chance.expovariate(RATE))
            if env.now >= DAY_S:
                return
            env.process(call(env, team, chance))

    tally = np.zeros((days, 3))
    for day in range(days):
        chance = random.Random(SEED + day)  # noqa: S311 - a simulation, nothing secret
        env = simpy.Environment()
        env.process(source(env, simpy.Resource(env, AGENTS), chance))
        env.run()
    tally[:, 2] = tally[:, 0]
    return tally


def with_ciw(days: int) -> Days:
    """Simulate in ciw: one node with reneging."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE)],
        service_distributions=[ciw.dists.Exponential(1.0 / AHT_S)],
        reneging_time_distributions=[ciw.dists.Exponential(1.0 / PATIENCE_S)],
        number_of_servers=[AGENTS],
    )
    tally = np.zeros((days, 3))
    for day in range(days):
        ciw.seed(SEED + day)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(DAY_S + AFTER_S)
        for record in simulation.get_all_records(only=["service", "renege"]):
            served = record.record_type == "service"
            in_day = record.arrival_date < DAY_S
            tally[day] += in_day, in_day and served and record.waiting_time <= WITHIN_S, 1
    return tally


def ours(days: int) -> Days:
    """Simulate with the product."""
    found = simulate_queue(
        [RATE * DAY_S],
        [AGENTS],
        interval_s=DAY_S,
        aht_s=AHT_S,
        patience_s=PATIENCE_S,
        answer_within_s=WITHIN_S,
        replications=days,
        seed=SEED,
    )
    return np.column_stack([found.offered, found.in_time, found.offered])


def exact_level() -> float:
    """Follow the day exactly, in quarter-hours."""
    parts = 40
    day = evaluate_day(
        np.full(parts, RATE * DAY_S / parts),
        np.full(parts, AGENTS),
        interval_s=DAY_S / parts,
        aht_s=AHT_S,
        patience_s=PATIENCE_S,
        answer_within_s=WITHIN_S,
    )
    return float(day.service_level.mean())


def row(name: str, simulate: Callable[[int], Days], timed_days: int, runs: int) -> Row:
    """Simulate the same number of days everywhere for the interval, and time some."""
    calls, in_time, _ = simulate(DAYS).T
    level = in_time.sum() / calls.sum()
    error = np.std(in_time - level * calls, ddof=1) / calls.mean() / np.sqrt(DAYS)
    half = student.ppf(0.975, DAYS - 1) * error
    taken, simulated = [], 0.0
    for _ in range(runs):
        start = time.perf_counter()
        simulated = simulate(timed_days)[:, 2].sum()
        taken.append(time.perf_counter() - start)
    return Row(
        name=name,
        calls_per_second=simulated / median(taken),
        service_level=level,
        low=level - half,
        high=level + half,
    )


def table() -> list[Row]:
    """Time the three simulators; their intervals must hold each other's means."""
    rows = [
        row("ours", ours, TIMED_DAYS, 5),
        row("simpy", with_simpy, 4, 3),
        row("ciw", with_ciw, 4, 3),
    ]
    assert all(a.low < b.service_level < a.high for a in rows for b in rows)
    assert all(a.low < exact_level() < a.high for a in rows)
    return rows


def main() -> None:
    """Print the table."""
    rows = table()
    print(f"exact share answered in time: {exact_level():.4f}")
    print(f"{'simulator':<10} {'calls a second':>14} {'ours':>6}  {'in time':>8}  95 % interval")
    for each in rows:
        ratio = rows[0].calls_per_second / each.calls_per_second
        print(
            f"{each.name:<10} {each.calls_per_second:>14,.0f} {ratio:>5,.0f}x  "
            f"{each.service_level:>8.4f}  {each.low:.4f} to {each.high:.4f}"
        )


if __name__ == "__main__":
    main()
