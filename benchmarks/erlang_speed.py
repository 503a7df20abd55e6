"""Agents required: our search against pyworkforce, and against a chain solved state by state.

80 % in 20 s, handling time 240 s. Times are medians of several runs; where the other side would
need minutes it is timed on part of the intervals and scaled, and the table says so. Both sides
must give the same numbers of agents.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray
from pyworkforce.queuing import ErlangC

from scheduler.staffing.erlang import agents_required

AHT_S, WITHIN_S, TARGET, PATIENCE_S = 240.0, 20.0, 0.8, 120.0
YEAR, SAMPLE = 35_040, 1_000
WEEK, DAY, PEAK = 672, 96, 100.0

Loads = NDArray[np.float64]
Agents = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: the same task done twice."""

    task: str
    peer: str
    ours_s: float
    peer_s: float
    timed: str = "all"

    @property
    def ratio(self) -> float:
        """How many times as long the peer takes."""
        return self.peer_s / self.ours_s


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median time of some runs after one to warm up, s."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def ours(load: Loads, patience_s: float = math.inf) -> Agents:
    """Ask the product."""
    return agents_required(
        load, aht_s=AHT_S, answer_within_s=WITHIN_S, target=TARGET, patience_s=patience_s
    )


def pyworkforce(load: Loads) -> Agents:
    """Ask pyworkforce, which takes one interval at a time and minutes."""
    minutes = AHT_S / 60.0
    return np.array(
        [
            ErlangC(
                transactions=erlangs * 30.0 / minutes, aht=minutes, asa=WITHIN_S / 60.0, interval=30
            ).required_positions(TARGET)["raw_positions"]
            for erlangs in load.tolist()
        ]
    )


def chain_level(load: float, agents: int) -> float:
    """Solve M/M/n+M state by state: the share answered within the threshold."""
    weights = [1.0]
    while len(weights) <= agents or weights[-1] > 1e-15 * max(weights):
        state = len(weights)
        leaving = min(state, agents) + max(state - agents, 0) * AHT_S / PATIENCE_S
        weights.append(weights[-1] * load / leaving)
    free, line = weights[:agents], weights[agents:]
    served = served_in_time(len(line), agents)
    in_time = sum(free) + sum(weight * chance for weight, chance in zip(line, served, strict=True))
    return in_time / sum(weights)


def served_in_time(places: int, agents: int) -> list[float]:
    """Follow a contact with 0, 1, ... others ahead until it is served, gone or out of time."""
    rate = agents / AHT_S + places / PATIENCE_S
    chance, result = [0.0] * places, [0.0] * places
    weight, left, step = math.exp(-rate * WITHIN_S), 1.0, 0
    while left > 1e-15:
        result = [so_far + weight * now for so_far, now in zip(result, chance, strict=True)]
        left -= weight
        step += 1
        weight *= rate * WITHIN_S / step
        chance = [
            (
                (agents / AHT_S + m / PATIENCE_S) * (chance[m - 1] if m else 1.0)
                + (rate - agents / AHT_S - (m + 1) / PATIENCE_S) * chance[m]
            )
            / rate
            for m in range(places)
        ]
        if step > 60 + 2 * rate * WITHIN_S:
            break
    return result


def counting_up(load: Loads) -> Agents:
    """Add agents one by one until the chain meets the target."""
    found = []
    for erlangs in load.tolist():
        agents = 1
        while chain_level(erlangs, agents) < TARGET:
            agents += 1
        found.append(agents)
    return np.array(found)


def halving(load: Loads) -> Agents:
    """Find the same by bisection between none and one and a half times the load."""
    found = []
    for erlangs in load.tolist():
        fails, holds = 0, math.ceil(1.5 * erlangs) + 10
        while holds - fails > 1:
            middle = (fails + holds) // 2
            if chain_level(erlangs, middle) < TARGET:
                fails = middle
            else:
                holds = middle
        found.append(holds)
    return np.array(found)


def week_of_days() -> Loads:
    """Return seven equal days of quarter-hours: nothing at night but 2 %, the peak at noon."""
    quarter = np.arange(WEEK) % DAY
    return PEAK * np.clip(np.sin(np.pi * (quarter - 24) / 64), 0.02, 1.0)


def table(seed: int = 0) -> list[Row]:
    """Time every task."""
    year = np.random.default_rng(seed).uniform(1.0, 5_000.0, YEAR)
    sample, week = year[:SAMPLE], week_of_days()
    np.testing.assert_array_equal(ours(sample), pyworkforce(sample))
    np.testing.assert_array_equal(ours(week), pyworkforce(week))
    day = week[:DAY]
    np.testing.assert_array_equal(ours(day, PATIENCE_S), counting_up(day))
    days = WEEK / DAY
    year_task = f"Erlang C, {YEAR:,} loads of 1 to 5,000 E"
    abandoning = f"Erlang A, {WEEK} intervals, peak {PEAK:g} E"
    abandoning_s = seconds(lambda: ours(week, PATIENCE_S), 15)
    return [
        Row(
            task=year_task,
            peer="pyworkforce",
            ours_s=seconds(lambda: ours(year), 7),
            peer_s=seconds(lambda: pyworkforce(sample), 1) * YEAR / SAMPLE,
            timed=f"{SAMPLE:,} loads",
        ),
        Row(
            task=f"Erlang C, {WEEK} intervals, peak {PEAK:g} E",
            peer="pyworkforce",
            ours_s=seconds(lambda: ours(week), 51),
            peer_s=seconds(lambda: pyworkforce(week), 5),
        ),
        Row(
            task=abandoning,
            peer="chain, counting up",
            ours_s=abandoning_s,
            peer_s=seconds(lambda: counting_up(day), 1) * days,
            timed="1 of 7 days",
        ),
        Row(
            task=abandoning,
            peer="chain, halving",
            ours_s=abandoning_s,
            peer_s=seconds(lambda: halving(day), 3) * days,
            timed="1 of 7 days",
        ),
    ]


def main() -> None:
    """Print the table."""
    print(f"{'task':<40} {'peer':<20} {'peer s':>9} {'ours ms':>8} {'ratio':>8}  peer timed on")
    for row in table():
        print(
            f"{row.task:<40} {row.peer:<20} {row.peer_s:>9.3f} {row.ours_s * 1e3:>8.2f} "
            f"{row.ratio:>7,.0f}x  {row.timed}"
        )


if __name__ == "__main__":
    main()
