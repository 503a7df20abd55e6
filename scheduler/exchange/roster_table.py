"""A roster and its coverage as rows of text, columns as the terminal contract names them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from scheduler.exchange.instants import local_iso, utc_iso
from scheduler.exchange.interval_rows import Floats
from scheduler.exchange.stretches import activity_words, block_words, stretch_words
from scheduler.exchange.tables import figure, neutralise, write_csv
from scheduler.people import Agent
from scheduler.rostering.coverage import Coverage
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import Shift

ROSTER_COLUMNS = (
    "agent_id",
    "agent",
    "date",
    "shift",
    "start_utc",
    "end_utc",
    "start_local",
    "end_local",
    "start_service",
    "end_service",
    "agent_timezone",
    "queues",
    "breaks",
    "paid_minutes",
    "blocks",
    "activities",
)
COVERAGE_COLUMNS = (
    "interval_start_utc",
    "interval_start_local",
    "queue",
    "offered",
    "aht_s",
    "base",
    "required",
    "scheduled",
    "shortfall",
    "surplus",
    "service_level",
    "occupancy",
)


def roster_rows(problem: Problem, roster: Roster) -> list[dict[str, str]]:
    """Write every assignment as a row of text by column, not neutralised."""
    service = problem.requirement.grid.zone
    return [
        _row(assignment, problem.agents[assignment.agent_id], service)
        for assignment in roster.assignments
    ]


def _row(assignment: Assignment, agent: Agent, service: ZoneInfo) -> dict[str, str]:
    shift = assignment.shift
    cells = (
        agent.agent_id,
        agent.name,
        shift.day.isoformat(),
        shift.template,
        utc_iso(shift.start),
        utc_iso(shift.end),
        local_iso(shift.start, agent.zone),
        local_iso(shift.end, agent.zone),
        local_iso(shift.start, service),
        local_iso(shift.end, service),
        agent.zone.key,
        ";".join(assignment.queues),
        break_words(shift, agent.zone),
        str(shift.paid_minutes),
        block_words(assignment, agent.zone),
        activity_words(shift, agent.zone),
    )
    return dict(zip(ROSTER_COLUMNS, cells, strict=True))


def break_words(shift: Shift, zone: ZoneInfo) -> str:
    """Write the breaks of a shift in local time: ``12:00-12:30;15:00-15:15``."""
    return ";".join(stretch_words(rest.start, rest.end, zone) for rest in shift.breaks)


def coverage_rows(problem: Problem, coverage: Coverage) -> list[dict[str, str]]:
    """Write every interval and queue as a row of text by column, by time, then queue."""
    need = problem.requirement
    planes = {
        "offered": need.offered,
        "aht_s": need.aht_s,
        "base": need.base,
        "required": need.required,
        "scheduled": coverage.scheduled,
        "shortfall": coverage.shortfall,
        "surplus": coverage.surplus,
        "service_level": coverage.service_level,
        "occupancy": occupancy(problem, coverage),
    }
    starts = need.grid.starts_utc()
    return [
        {
            "interval_start_utc": utc_iso(start),
            "interval_start_local": local_iso(start, need.grid.zone),
            "queue": name,
            **{column: figure(round(float(plane[q, i]), 6)) for column, plane in planes.items()},
        }
        for i, start in enumerate(starts)
        for q, name in enumerate(problem.queue_names)
    ]


def occupancy(problem: Problem, coverage: Coverage) -> Floats:
    """Share of the time on the queue spent on contacts, shape (queues, intervals), at most 1.

    Offered load over the agents on the queue, those rostered less shrinkage; NaN where there
    is none.
    """
    need = problem.requirement
    on_queue = coverage.scheduled * (1 - need.shrinkage)
    share = np.full(on_queue.shape, np.nan)
    np.divide(need.load, on_queue, out=share, where=on_queue > 0)
    return np.asarray(np.minimum(share, 1.0))


def table_csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    """Write rows as CSV, text neutralised."""
    return write_csv(columns, ([neutralise(row[name]) for name in columns] for row in rows))
