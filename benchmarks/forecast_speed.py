"""How long a year of half-hours takes to forecast, on one process and on two.

``python -m benchmarks.forecast_speed [QUEUES]``: one queue, then QUEUES (50) of them on two
processes through the executor that ``make_forecast`` is handed, a week ahead with ranges. Every
process keeps to one thread: with more, the threads of small matrix products wait for each other.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.forecast import make_forecast
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.special_days import OpeningHours

WORKERS = 2


def year_of_queues(count: int) -> tuple[History, TimeGrid]:
    """Draw a year of half-hours of some queues, and the week after it."""
    zone = ZoneInfo("Europe/Paris")
    grid = TimeGrid.over_days(date(2025, 1, 6), 364, timedelta(minutes=30), zone)
    rng = np.random.default_rng(count)
    luck = np.repeat(rng.gamma(100.0, 0.01, (count, 366)), 48, axis=1)[:, : len(grid)]
    shape = np.sin(np.pi * grid.local_minutes / 1440) * (1.2 - 0.1 * grid.weekdays)
    counts = rng.poisson(40.0 * shape * luck).astype(np.float64)
    names = tuple(f"queue {number}" for number in range(count))
    after = TimeGrid.over_days(date(2026, 1, 5), 7, timedelta(minutes=30), zone)
    return History.of_offered(grid, names, counts), after


def forecast_all(
    history: History, grid: TimeGrid, executor: Executor | None
) -> tuple[float, float]:
    """Forecast the queues of a history with ranges; return seconds of clock and of this process."""
    began, worked = time.perf_counter(), time.process_time()
    make_forecast(
        history,
        grid,
        opening=dict.fromkeys(history.queues, OpeningHours.always()),
        aht_s=dict.fromkeys(history.queues, 240.0),
        executor=executor,
    )
    return time.perf_counter() - began, time.process_time() - worked


def main(arguments: Sequence[str] = ()) -> None:
    """Print how long it takes."""
    queues = int(arguments[0]) if arguments else 50
    one, grid = year_of_queues(1)
    many, _ = year_of_queues(queues)
    # A new process reads this when it loads its numeric library; a forked one has it loaded.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        pool.submit(forecast_all, one, grid, None).result()
        clock, worked = pool.submit(forecast_all, one, grid, None).result()
        print(f"one queue, a year, a week ahead: {clock:.1f} s, {worked:.1f} s of work", flush=True)
        clock, _ = forecast_all(many, grid, pool)
    print(f"{queues} queues on {WORKERS} processes: {clock:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
