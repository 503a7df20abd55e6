"""Histories whose truth is known, and the excerpt of a real one."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.special_days import OpeningHours, open_share

HALF_HOUR = timedelta(minutes=30)
LONDON = ZoneInfo("Europe/London")
OFFICE = OpeningHours.parse("Mon-Fri 09:00-17:00")
BANK = OpeningHours.parse("Mon-Fri 07:00-21:00")
# A Monday without a clock change near it.
MONDAY = date(2026, 1, 5)


def weeks_grid(weeks: int, first: date = MONDAY, zone: ZoneInfo = LONDON) -> TimeGrid:
    return TimeGrid.over_days(first, 7 * weeks, HALF_HOUR, zone)


def true_means(grid: TimeGrid, volume: float, opening: OpeningHours = OFFICE) -> NDArray:
    """Contacts an interval: busy Mondays, quiet Fridays, a peak at noon."""
    weekday = np.array([1.3, 1.1, 1.0, 0.9, 0.7, 0.5, 0.4])[grid.weekdays]
    hour = 1.0 - 0.5 * np.abs(grid.local_minutes - 720) / 720
    return volume * weekday * hour * open_share(opening, (), "", grid)


def poisson_counts(
    grid: TimeGrid,
    volume: float,
    *,
    seed: int,
    day_spread: float = 0.0,
    opening: OpeningHours = OFFICE,
) -> NDArray:
    """Poisson arrivals around the truth; whole days vary by a gamma factor."""
    rng = np.random.default_rng(seed)
    _, which = np.unique(grid.local_dates, return_inverse=True)
    factor = np.ones(which.max() + 1)
    if day_spread:
        factor = rng.gamma(1 / day_spread**2, day_spread**2, factor.size)
    return rng.poisson(true_means(grid, volume, opening) * factor[which]).astype(float)


def history_of(grid: TimeGrid, *counts: NDArray) -> History:
    """Queues ``phone``, ``chat`` … with these contacts."""
    names = ("phone", "chat", "email", "social")[: len(counts)]
    return History.of_offered(grid, names, np.array(counts))


def bank_rows() -> list[tuple[datetime, float]]:
    """The excerpt as it stands in the file: naive local starts and calls."""
    path = Path(__file__).parent / "data" / "us_bank_excerpt.csv"
    with path.open(newline="") as file:
        return [
            (datetime.fromisoformat(row["interval_start"]), float(row["calls"]))
            for row in csv.DictReader(file)
        ]


def bank_history() -> History:
    calls = dict(bank_rows())
    grid = TimeGrid.over_days(date(2003, 8, 4), 84, HALF_HOUR, ZoneInfo("America/New_York"))
    offered = [calls.get(start.replace(tzinfo=None), np.nan) for start in grid.starts_local()]
    return history_of(grid, np.array(offered))
