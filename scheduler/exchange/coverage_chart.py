"""The shape of a coverage chart: required and scheduled agents over the rostered days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np

from scheduler.exchange.interval_rows import Floats, Ints
from scheduler.exchange.roster_sheet import day_words
from scheduler.rostering.coverage import Coverage
from scheduler.rostering.problem import Problem

WIDTH = 960.0
HEIGHT = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """One day of a chart: its words, where it begins, and its agent-hours."""

    words: str
    x: str
    required: str
    scheduled: str
    shortfall: str
    surplus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageChart:
    """Paths of one queue's chart, in a box of ``WIDTH`` × ``HEIGHT``; hours as words.

    Attributes
    ----------
    queue, zone
        The queue; the zone of its days.
    required, scheduled
        Lines, as SVG path data.
    shortfall, surplus
        Areas between them, as SVG path data.
    top
        Agents at the upper edge.
    days
        The days, in order.
    total
        The hours of all days.
    """

    queue: str
    zone: str
    required: str
    scheduled: str
    shortfall: str
    surplus: str
    top: int
    days: tuple[DayMark, ...]
    total: DayMark


def coverage_charts(problem: Problem, coverage: Coverage) -> tuple[CoverageChart, ...]:
    """Draw a chart for every queue, over the hours in which anything is required or scheduled."""
    grid = problem.requirement.grid
    busy = ((problem.requirement.required > 0) | (coverage.scheduled > 0)).any(axis=0)
    shown = np.flatnonzero(np.isin(grid.local_minutes, grid.local_minutes[busy]))
    return tuple(
        _chart(problem, coverage, queue, shown) for queue in range(len(problem.queue_names))
    )


def _chart(problem: Problem, coverage: Coverage, queue: int, shown: Ints) -> CoverageChart:
    grid = problem.requirement.grid
    required = problem.requirement.required[queue, shown].astype(np.float64)
    scheduled = coverage.scheduled[queue, shown]
    top = max(1, ceil(max(required.max(initial=0), scheduled.max(initial=0))))
    step = WIDTH / max(1, shown.size)
    scale = HEIGHT / top
    hours = {
        "required": problem.requirement.required[queue] * grid.interval_s / 3600,
        "scheduled": coverage.scheduled[queue] * grid.interval_s / 3600,
        "shortfall": coverage.shortfall[queue] * grid.interval_s / 3600,
        "surplus": coverage.surplus[queue] * grid.interval_s / 3600,
    }
    dates = grid.local_dates[shown]
    days = tuple(
        _mark(day_words(day), float(np.argmax(dates == day)) * step, hours, grid.day_slice(day))
        for day in grid.dates()
        if np.any(dates == day)
    )
    low, high = np.minimum(required, scheduled), np.maximum(required, scheduled)
    short = required > scheduled
    return CoverageChart(
        queue=problem.queue_names[queue],
        zone=grid.zone.key,
        required=step_path(required, step, scale),
        scheduled=step_path(scheduled, step, scale),
        shortfall=area_path(low, high, short, step, scale),
        surplus=area_path(low, high, ~short, step, scale),
        top=top,
        days=days,
        total=_mark("All days", 0.0, hours, slice(None)),
    )


def _mark(words: str, x: float, hours: dict[str, Floats], part: slice) -> DayMark:
    totals = {name: f"{values[part].sum():.1f}" for name, values in hours.items()}
    return DayMark(words=words, x=_short(x), **totals)


def step_path(values: Floats, step: float, scale: float) -> str:
    """Draw values as a staircase, one step an interval, 0 at the lower edge."""
    parts = []
    for n, value in enumerate(values):
        rise = "M0 " if n == 0 else "V"
        parts.append(f"{rise}{_short(HEIGHT - value * scale)}H{_short((n + 1) * step)}")
    return "".join(parts)


def area_path(low: Floats, high: Floats, where: Iterable[bool], step: float, scale: float) -> str:
    """Draw a bar between two lines in the intervals that are meant."""
    return "".join(
        f"M{_short(n * step)} {_short(HEIGHT - high[n] * scale)}"
        f"h{_short(step)}v{_short((high[n] - low[n]) * scale)}h{_short(-step)}z"
        for n, meant in enumerate(where)
        if meant and high[n] > low[n]
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
