"""Forecasts of months: how far the mean is off where the truth is known, and what ranges hold.

``python -m benchmarks.long_range [FILE]``: made series of half-hours, forecast some weeks ahead
from several origins with different luck; FILE may be ``technion_bank_1999_30min_fullyear.csv`` (see
docs/benchmarks.md). Bias is of the sum over all weeks; week by week, ``in range`` is the share of
weekly totals between p10 and p90.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecasting import Case, read_case
from forecasting.forecast import make_forecast
from forecasting.grid import TimeGrid, day_numbers
from forecasting.history import History
from forecasting.special_days import OpeningHours, open_share

SEEDS = 3
Change = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def growing(a_week: float) -> Change:
    """Return a level that grows by a share a week."""
    return lambda day: np.asarray((1.0 + a_week) ** (day / 7.0))


def seasonal(day: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a level with a yearly season of a fifth, busiest at new year."""
    return np.asarray(1.0 + 0.2 * np.cos(2.0 * np.pi * day / 365.25))


def stops(day: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a level that grew by 1 % a week and does so no more in the last eight weeks."""
    return np.asarray(1.01 ** (np.minimum(day, 52 * 7 - 56) / 7.0))


MADE: tuple[tuple[str, int, int, Change], ...] = (
    ("flat, a year known", 52, 12, growing(0.0)),
    ("flat, a year known", 52, 52, growing(0.0)),
    ("growth of 1 % a week, half a year known", 26, 1, growing(0.01)),
    ("growth of 1 % a week, half a year known", 26, 12, growing(0.01)),
    ("growth of 1 % a week, a year known", 52, 1, growing(0.01)),
    ("growth of 1 % a week, a year known", 52, 12, growing(0.01)),
    ("growth of 1 % a week, a year known", 52, 26, growing(0.01)),
    ("decline of 0.5 % a week, a year known", 52, 12, growing(-0.005)),
    ("growth that stopped eight weeks ago", 52, 12, stops),
    ("yearly season, two and a half years known", 130, 26, seasonal),
    ("yearly season, two and a half years known", 130, 52, seasonal),
)


def made(level: NDArray[np.float64], seed: int) -> tuple[Case, NDArray[np.float64]]:
    """Draw counts around a level by the day, with a tenth of luck a day; return the means, too."""
    hours = "Mon-Fri 08:00-20:00; Sat 09:00-13:00"
    zone = ZoneInfo("Europe/Paris")
    grid = TimeGrid.over_days(date(2023, 1, 2), level.size, timedelta(minutes=30), zone)
    rng = np.random.default_rng(seed)
    shape = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.5, 0.0])[grid.weekdays]
    shape = shape * (1.0 - 0.5 * np.abs(grid.local_minutes - 690) / 720)
    day = day_numbers(grid)
    mean = 40.0 * shape * level[day] * open_share(OpeningHours.parse(hours), (), "", grid)
    counts = rng.poisson(mean * rng.gamma(100.0, 0.01, level.size)[day]).astype(np.float64)
    history = History.of_offered(grid, ("phone",), counts[np.newaxis])
    return Case(name="made", history=history, hours=hours), np.bincount(day, mean)


def ahead(case: Case, known: int, weeks: int) -> NDArray[np.float64]:
    """Forecast weekly totals after some known weeks: mean, p10, p90 and what came."""
    first = case.history.grid.dates()[0]
    origin = first + timedelta(weeks=known, days=-first.weekday() % 7)
    past = case.history.before(origin)
    grid = TimeGrid.over_days(origin, 7 * weeks, past.grid.interval, past.grid.zone)
    found = make_forecast(
        past,
        grid,
        opening={"phone": OpeningHours.parse(case.hours)},
        aht_s={"phone": 240.0},
        country=case.country,
    )
    part = slice(len(past.grid), len(past.grid) + len(grid))
    came = np.nan_to_num(case.history.offered[0, part])
    totals = found.totals("week", count=1000)
    low, high = totals.quantiles[[0, -1], 0]
    week = day_numbers(grid) // 7
    return np.array([np.bincount(week, found.offered[0]), low, high, np.bincount(week, came)])


def line(name: str, weeks: int, parts: Sequence[NDArray[np.float64]], truth: float) -> str:
    """Write a row: bias, its spread over origins, error of weeks, range."""
    mean, low, high, came = np.concatenate(parts, axis=1)
    bias = [float(part[0].sum() / (truth or part[3].sum()) - 1.0) for part in parts]
    inside = np.mean((low <= came) & (came <= high))
    wide = np.mean((high - low) / np.maximum(mean, 1e-9))
    missed = np.abs(mean - came).sum() / came.sum()
    return (
        f"| {name} | {weeks} | {np.mean(bias):+.1%} | {np.std(bias):.1%} | {missed:.1%} "
        f"| {inside:.0%} | {wide:.0%} |"
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table."""
    print("| series | weeks | bias | spread of bias | weekly WAPE | in range | width |")
    print("|---|---|---|---|---|---|---|")
    for name, known, weeks, change in MADE:
        level = change(np.arange(7.0 * (known + weeks)))
        parts = []
        for seed in range(SEEDS):
            case, mean = made(level, seed)
            parts.append(ahead(case, known, weeks))
        print(line(name, weeks, parts, float(mean[7 * known :].sum())), flush=True)
    if arguments:
        case = read_case(Path(arguments[0]), "technion", "UTC", "Mon-Sun 07:00-24:00", "IL")
        for weeks in (4, 12):
            last = (len(case.history.grid.dates()) // 7) - weeks
            parts = [ahead(case, known, weeks) for known in range(26, last, 3)]
            print(line("an Israeli bank in 1999", weeks, parts, 0.0), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
