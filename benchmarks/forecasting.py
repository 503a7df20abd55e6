"""Forecast accuracy on real and made series, beside simple rules and general libraries.

Protocol, that of ``callboard backtest``: an expanding window; from the end of a day the next 1, 7
or 14 calendar days are forecast and all their half-hours pooled. The origins lie evenly over the
last half of a series; the first half only teaches, and the trials before an origin
calibrate its ranges. Absent days and public holidays neither train nor score. Peers are fitted
anew at the same origins and scored on the same intervals, with their own ranges.

Where origins are stated they are those of the figures that this program set out to beat, measured
before it began (:data:`TO_BEAT`): the same baselines at these origins come out as they did then.

``python -m benchmarks.forecasting [FOLDER]``: FOLDER may hold ``us_bank_30min.csv`` and
``technion_bank_1999_30min_fullyear.csv`` (see docs/benchmarks.md); the bank of ``rosters/bank`` and
made series are always scored. Peers take part where they are installed (``make bench-forecast``).
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

from benchmarks import forecast_speed
from forecasting.accuracy import Backtest, backtest
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.measures import bias, coverage, pinball, wape
from forecasting.series import Calendar
from forecasting.special_days import OpeningHours, SpecialDay, open_share
from forecasting.spread import LEVELS

HALF_HOUR = timedelta(minutes=30)
HORIZONS, ORIGINS = (1, 7, 14), 24
SHOWN = ("seasonal naive", "ewma weekday", "low rank + calendar", "automatic")
QUEUE = "phone"
BANK = Path(__file__).parent.parent / "rosters" / "bank" / "history.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Origins of figures measured elsewhere, and WAPE and pinball loss to beat at 1, 7, 14 days."""

    first: date
    every: int
    count: int
    wape: tuple[float, float, float]
    pinball: tuple[float, float, float]


TO_BEAT = {
    "rosters/bank": Stated(
        first=date(2003, 7, 21),
        every=3,
        count=21,
        wape=(0.044, 0.053, 0.056),
        pinball=(20.5, 25.4, 27.1),
    ),
    "technion_bank_1999_30min_fullyear": Stated(
        first=date(1999, 6, 6),
        every=6,
        count=31,
        wape=(0.195, 0.202, 0.206),
        pinball=(2.90, 2.94, 3.02),
    ),
}
"""An ensemble of six models weighted by 1/WAPE² of errors made before the origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A series and what is known of it."""

    name: str
    history: History
    hours: str
    country: str = ""
    real: bool = False
    closed: tuple[date, ...] = ()

    @property
    def special_days(self) -> tuple[SpecialDay, ...]:
        """The closed days."""
        return tuple(SpecialDay(day=day, kind="closed") for day in self.closed)


def half_days_of_israel(year: int) -> tuple[date, ...]:
    """Return the days that offices there keep short: holidays of choice, and each one's eve."""
    kept = holidays.country_holidays("IL", years=[year], categories=("public", "optional"))
    eves = {day - timedelta(days=1) for day in kept}
    return tuple(sorted(day for day in {*kept, *eves} if day.year == year))


def read_case(path: Path, name: str, zone: str, hours: str, country: str) -> Case:
    """Read a column ``calls`` or ``offered``; rows marked as imputed are left out."""
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("imputed", "0") == "0"]
    column = "offered" if "offered" in rows[0] else "calls"
    first, last = (datetime.fromisoformat(rows[end]["interval_start"]).date() for end in (0, -1))
    grid = TimeGrid.over_days(first, (last - first).days + 1, HALF_HOUR, ZoneInfo(zone))
    counts = np.full(len(grid), np.nan)
    for row in rows:
        at = datetime.fromisoformat(row["interval_start"])
        at = at if at.tzinfo else at.replace(tzinfo=grid.zone)
        counts[grid.index_of(at)] = float(row[column])
    history = History.of_offered(grid, (QUEUE,), counts[np.newaxis])
    return Case(name=name, history=history, hours=hours, country=country, real=True)


def made_case(name: str, volume: float, change: NDArray[np.float64], seed: int) -> Case:
    """Draw Poisson counts around a weekly shape, daily luck and a level that changes by the day."""
    hours = "Mon-Fri 08:00-20:00; Sat 09:00-13:00"
    grid = TimeGrid.over_days(date(2025, 1, 6), change.size, HALF_HOUR, ZoneInfo("Europe/Paris"))
    rng = np.random.default_rng(seed)
    luck = change * rng.gamma(100.0, 0.01, change.size)
    shape = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.5, 0.0])[grid.weekdays]
    shape = shape * (1.0 - 0.5 * np.abs(grid.local_minutes - 690) / 720)
    which = (grid.local_dates - grid.local_dates[0]).astype(np.int64)
    mean = volume * shape * luck[which] * open_share(OpeningHours.parse(hours), (), "", grid)
    counts = rng.poisson(mean).astype(np.float64)
    history = History.of_offered(grid, (QUEUE,), counts[np.newaxis])
    return Case(name=name, history=history, hours=hours)


def cases(folder: Path | None) -> list[Case]:
    """Return all series that are there."""
    day = np.arange(280)
    found = [
        read_case(BANK, "rosters/bank", "America/New_York", "Mon-Fri 07:00-21:00", "US"),
        made_case("steady", 40.0, np.ones(280), 1),
        made_case("a level that jumps by half", 40.0, np.where(day < 170, 1.0, 1.5), 2),
        made_case("growth of 1 % a week", 40.0, 1.01 ** (day / 7.0), 3),
        made_case("low volume", 0.3, np.ones(280), 4),
    ]
    if folder is not None:
        name = "technion_bank_1999_30min_fullyear"
        path = folder / f"{name}.csv"
        bank = read_case(path, name, "UTC", "Mon-Sun 07:00-24:00", "IL")
        found.insert(1, replace(bank, closed=half_days_of_israel(1999)))
    return found


def score_peers(case: Case, report: Backtest) -> list[str]:
    """Fit every peer at the origins of a report and score it, on real series only."""
    if not (case.real and find_spec("statsforecast") and find_spec("lightgbm")):
        return []
    from benchmarks.forecast_peers import PEERS

    opening = OpeningHours.parse(case.hours)
    history, _ = case.history.cleaned({QUEUE: opening}, case.special_days, case.country)
    series = Calendar(
        queue=QUEUE, opening=opening, special_days=case.special_days, country=case.country
    ).series(history)
    lines = []
    for name, peer in PEERS.items():
        parts = []
        for origin in report.origins:
            past = series.before(origin)
            grid = TimeGrid.over_days(origin, report.horizon_days, HALF_HOUR, series.grid.zone)
            window = slice(len(past.grid), len(past.grid) + len(grid))
            known = ~np.isnan(series.counts[window])
            mean, quantiles = peer(past, grid)
            parts.append(np.vstack([series.counts[window], mean, quantiles])[:, known])
        observed, mean, *quantiles = np.concatenate(parts, axis=1)
        lines.append(line(name, observed, mean, np.array(quantiles)))
    return lines


def line(
    name: str, observed: NDArray[np.float64], mean: NDArray[np.float64], q: NDArray[np.float64]
) -> str:
    """Write one row of a table."""
    return row(
        name,
        wape(observed, mean),
        bias(observed, mean),
        coverage(observed, q[0], q[-1]),
        pinball(observed, q, LEVELS),
    )


def row(name: str, missed: float, over: float, inside: float, loss: float) -> str:
    """Write the cells of a row."""
    return f"| {name} | {missed:.1%} | {over:+.1%} | {inside:.0%} | {loss:.2f} |"


def score(case: Case, stated: Stated | None = None) -> None:
    """Print a table a horizon, at origins of our own or at stated ones."""
    for number, days in enumerate(HORIZONS):
        began = time.perf_counter()
        report = backtest(
            case.history,
            queue=QUEUE,
            opening=OpeningHours.parse(case.hours),
            horizon_days=days,
            origins=ORIGINS if stated is None else stated.count,
            special_days=case.special_days,
            country=case.country,
            first_origin=None if stated is None else stated.first,
            every=None if stated is None else stated.every,
        )
        took = time.perf_counter() - began
        print(
            f"\n{case.name}, {days} days: {len(report.origins)} origins from {report.origins[0]} "
            f"to {report.origins[-1]}, {report.intervals} intervals, {took:.0f} s\n"
        )
        print("| model | WAPE | bias | in the 80 % range | pinball |\n|---|---|---|---|---|")
        for each in report.scores:
            if each.model in SHOWN:
                print(row(each.model, each.wape, each.bias, each.coverage80, each.pinball))
        if stated is not None:
            beaten = f"{stated.wape[number]:.1%} | | | {stated.pinball[number]:.2f}"
            print(f"| *to beat: ensemble of six* | {beaten} |")
        for text in score_peers(case, report) if stated is None else ():
            print(text)
        print(f"| *Poisson floor* | {report.poisson_floor:.1%} | | | |", flush=True)


def main(arguments: Sequence[str] = ()) -> None:
    """Print all tables and the times."""
    for case in cases(Path(arguments[0]) if arguments else None):
        score(case)
        if case.name in TO_BEAT:
            score(case, TO_BEAT[case.name])
    forecast_speed.main()


if __name__ == "__main__":
    main(sys.argv[1:])
