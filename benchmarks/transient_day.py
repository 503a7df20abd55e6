"""A day followed exactly through time: how long it takes, how exact it is, and a stock solver.

Four reference days of 40 quarter-hours. The stock solver integrates the same chain's equations
with LSODA (relative tolerance 1e-6), which gives the waiting probability but no service level yet.
"""

from __future__ import annotations

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
PLACES = 150


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
    """Integrate the chain's equations; return P(wait) of every interval.

    Probabilities and their integrals stand in turns, so that the equations are banded.
    """
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
            now, change = both[::2], np.empty(both.size)
            change[::2], change[1::2] = -going * now, now
            change[:-2:2] += going[1:] * now[1:] - arrival * now[:-1]
            change[2::2] += arrival * now[:-1]
            return change

        kept = contacts - np.maximum(np.minimum(contacts, before) - agents, 0)
        start = np.zeros(2 * states)
        start[::2] = np.bincount(kept, state[::2], states)
        state = solve_ivp(
            flow, (0.0, INTERVAL_S), start, "LSODA", rtol=1e-6, atol=1e-10, lband=2, uband=2
        ).y[:, -1]
        found.append(state[2 * agents + 1 :: 2].sum() / INTERVAL_S)
        before = agents
    return np.array(found)


def table() -> list[Row]:
    """Time every day."""
    rows = []
    for name, day in pd.read_csv(REFERENCE).groupby("day", sort=False):
        patience_s = float(day["patience_s"].iloc[0])
        patience_s = patience_s if patience_s > 0 else np.inf
        approximate, found = stock(day, patience_s), exact(day, patience_s)
        rows.append(
            Row(
                day=str(name),
                agents=int(day["agents"].max()),
                ours_s=seconds(lambda d=day, p=patience_s: exact(d, p), 15),
                error=float(np.abs(found.service_level - day["sl_offered_exact"]).max()),
                stock_s=seconds(lambda d=day, p=patience_s: stock(d, p), 3),
                stock_error=float(np.abs(approximate - day["p_wait_exact"]).max()),
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
