"""A roster as one HTML page: no script, nothing loaded from anywhere, light and dark."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from scheduler.exchange.coverage_chart import HEIGHT, WIDTH, coverage_charts
from scheduler.exchange.roster_sheet import TONES, RosterSheet, day_words, grid_rows
from scheduler.rostering.coverage import Coverage
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster


def roster_page(problem: Problem, roster: Roster, coverage: Coverage, sheet: RosterSheet) -> bytes:
    """Write a roster as a page: numbers, agents × days, and a coverage chart for every queue."""
    text = files("scheduler.exchange").joinpath("roster_page.jinja").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(text)
    return page.render(
        sheet=sheet,
        days=[day_words(day) for day in problem.dates],
        rows=grid_rows(problem, roster),
        charts=coverage_charts(problem, coverage),
        tones=TONES,
        width=WIDTH,
        height=HEIGHT,
        made=sheet.made.isoformat(sep=" ", timespec="minutes"),
    ).encode("utf-8")
