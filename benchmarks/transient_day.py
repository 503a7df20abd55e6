"""A day followed exactly through time: how long it takes, how exact it is, and a stock solver.

Four reference days of 40 quarter-hours. The stock solver integrates the same chain's equations
with LSODA (relative tolerance 1e-6), which gives the waiting probability but no service level
yet; it is left out (nan) where it would take a quarter of a minute.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from benchmarks.erlang_speed import seconds
from scheduler.staffing.transient import TransientDay, evaluate_day

REFERENCE = (
    Path(__file__).resolve().parent.parent
    / "tests"
    / "fixtures"
    / "erlang"
    / "transient_reference.csv"
)
INTERVAL_S, WITHIN_S = 900.0, 20.0
PLACES, MOST_FOR_STOCK = 150, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One day of the table."""

    day: str
    agents: int
    ours_s: float
    error: float
    stock_s: float
    stock_error: float


def exact(day: pd.DataFrame, patience_s: float) -> TransientDay:
    """Ask the product."""
    return evaluate_day(
        day["calls_per_interval"],
        day["agents"],
        interval_s=INTERVAL_S,
        aht_s=day["aht_s"],
        answer_within_s=WITHIN_S,
        patience_s=patience_s,
    )


def stock(day: pd.DataFrame, patience_s: float) -> NDArray[np.float64]:
    """Integrate the chain's equations; return P(wait) of every interval."""
    states = int(day["agents"].max()) + PLACES
    contacts = np.arange(states)
    state, before, found = np.eye(1, 2 * states)[0], 0, []
    for agents, calls, aht_s in zip(
        day["agents"], day["calls_per_interval"], day["aht_s"], strict=True
    ):
        arrival, busy = calls / INTERVAL_S, np.minimum(contacts, agents)
        going = busy / aht_s + (contacts - busy) / patience_s

        def flow(
            _: float,
            both: NDArray[np.float64],
            arrival: float = arrival,
            going: NDArray[np.float64] = going,
        ) -> NDArray[np.float64]:
            now = both[:states]
            change = -going * now
            change[:-1] += going[1:] * now[1:] - arrival * now[:-1]
            change[1:] += arrival * now[:-1]
            return np.concatenate([change, now])

        kept = contacts - np.maximum(np.minimum(contacts, before) - agents, 0)
        state = np.concatenate([np.bincount(kept, state[:states], states), np.zeros(states)])
        state = solve_ivp(flow, (0.0, INTERVAL_S), state, "LSODA", rtol=1e-6, atol=1e-10).y[:, -1]
        found.append(state[states + agents :].sum() / INTERVAL_S)
        before = agents
    return np.array(found)


def table() -> list[Row]:
    """Time every day."""
    rows = []
    for name, day in pd.read_csv(REFERENCE).groupby("day", sort=False):
        patience_s = float(day["patience_s"].iloc[0])
        patience_s = patience_s if patience_s > 0 else np.inf
        agents, found = int(day["agents"].max()), exact(day, patience_s)
        stock_s = stock_error = np.nan
        if agents <= MOST_FOR_STOCK:
            start = time.perf_counter()
            stock_error = float(np.abs(stock(day, patience_s) - day["p_wait_exact"]).max())
            stock_s = time.perf_counter() - start
        rows.append(
            Row(
                day=str(name),
                agents=agents,
                ours_s=seconds(lambda d=day, p=patience_s: exact(d, p), 15),
                error=float(np.abs(found.service_level - day["sl_offered_exact"]).max()),
                stock_s=stock_s,
                stock_error=stock_error,
            )
        )
    return rows


def main() -> None:
    """Print the table."""
    print(
        f"{'day':<46} {'agents':>6} {'ours ms':>8} {'error':>8} {'LSODA ms':>9} {'error':>8} "
        f"{'ratio':>6}"
    )
    for row in table():
        print(
            f"{row.day:<46} {row.agents:>6} {row.ours_s * 1e3:>8.1f} {row.error:>8.0e} "
            f"{row.stock_s * 1e3:>9.0f} {row.stock_error:>8.0e} "
            f"{row.stock_s / row.ours_s:>5.0f}x"
        )


if __name__ == "__main__":
    main()
