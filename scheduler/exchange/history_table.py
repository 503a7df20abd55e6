"""The history of contacts as a table: onto a grid, gaps told apart from zeros."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.history import History
from scheduler.errors import Fault, InputError
from scheduler.exchange.history_plan import HistoryPlan
from scheduler.exchange.history_planes import HistoryPlanes, gap_words
from scheduler.exchange.interval_rows import IntervalRows, Ints, read_rows
from scheduler.exchange.record import Findings, Record
from scheduler.exchange.tables import Table

LONGEST_DAYS = 20 * 366
MOST_CELLS = 20_000_000
_FINEST_S = 300
_ENOUGH_STARTS = 24


def read_history_rows(table: Table, plan: HistoryPlan, findings: Findings) -> IntervalRows | None:
    """Read the rows of a history; a column ``calls`` stands for ``offered``."""
    if "calls" in table.header and "offered" not in table.header:
        header = tuple("offered" if name == "calls" else name for name in table.header)
        table = replace(table, header=header)
    return read_rows(table, plan.rows, "offered", findings)


def read_history(table: Table, plan: HistoryPlan, findings: Findings) -> History | None:
    """Read a table of contacts; None where it has a fault or no row.

    Rows may come in any order. Intervals without a row are 0 contacts on a day on which the
    queue has others, and unknown on other days. Finer rows are summed.

    Parameters
    ----------
    table
        Columns ``interval_start``, ``queue``, ``offered`` (or ``calls``), ``handled``,
        ``abandoned``, ``aht_s``; the last three may be left out.
    plan
        How to read it.
    findings
        Where faults and remarks are noted.
    """
    before = findings.count
    rows = read_history_rows(table, plan, findings)
    if rows is None or not rows.starts.size:
        return None
    history = lay_out(rows, table.file, plan, findings)
    return history if findings.count == before else None


def lay_out(
    rows: IntervalRows,
    file: str,
    plan: HistoryPlan,
    findings: Findings,
    *,
    aligned: bool = False,
) -> History | None:
    """Lay rows of a history on its grid; None where they do not fit.

    Parameters
    ----------
    rows
        At least one row; the column ``offered`` must be there.
    file
        Name of the file they come from.
    plan, findings
        As for :func:`read_history`.
    aligned
        Whether the rows were made for the plan's intervals, so that how far they lie apart says
        nothing.
    """
    before = findings.count
    interval = plan.interval or _usual_interval(rows)
    grid = _grid_of(rows, file, plan.zone, interval, findings)
    if grid is None:
        return None
    if not aligned:
        rows = _on_grid(rows, grid, file, findings)
    _refuse_duplicates(rows, file, findings)
    if findings.count > before:
        return None
    planes = HistoryPlanes(rows=rows, grid=grid)
    history = planes.history()
    for text in gap_words(history, planes, plan):
        findings.remark(text, file=file)
    return history


def _usual_interval(rows: IntervalRows) -> timedelta:
    """Take the longest usual interval that fits between all rows."""
    starts = np.unique(rows.starts)
    apart = int(np.gcd.reduce(starts - starts[0])) or 3600
    fitting = [minutes for minutes in (60, 30, 20, 15, 10, 5) if apart % (minutes * 60) == 0]
    return timedelta(minutes=fitting[0] if fitting else 5)


def _grid_of(
    rows: IntervalRows, file: str, zone: ZoneInfo, interval: timedelta, findings: Findings
) -> TimeGrid | None:
    """Lay a grid from the first to the last local day."""
    first, last = (
        datetime.fromtimestamp(int(second), UTC).astimezone(zone).date()
        for second in (rows.starts.min(), rows.starts.max())
    )
    days = (last - first).days + 1
    cells = days * (timedelta(days=1) // interval) * len(rows.queues)
    if days > LONGEST_DAYS or cells > MOST_CELLS:
        expected = f"at most 20 years and {MOST_CELLS:,} intervals of all queues"
        findings.add(
            Fault(
                file=file,
                column="interval_start",
                expected=expected,
                found=f"{first} … {last} with {len(rows.queues)} queues",
            )
        )
        return None
    try:
        return TimeGrid.over_days(first, days, interval, zone)
    except InputError as error:
        findings.add(Record(values={}, file=file).placed(error))
        return None


def _on_grid(rows: IntervalRows, grid: TimeGrid, file: str, findings: Findings) -> IntervalRows:
    """Refuse rows that start between intervals; finer rows are remarked."""
    minutes = int(grid.interval_s // 60)
    since = rows.starts - int(grid.start.timestamp())
    step = _step_of(since, int(grid.interval_s))
    if step < grid.interval_s:
        text = f"rows of {step // 60} minutes were summed into intervals of {minutes}"
        findings.remark(text, file=file)
    place = Record(values={}, file=file)
    if step > grid.interval_s:
        expected, found = f"a row every {minutes} minutes", f"one every {step // 60} minutes"
        findings.add(place.fault("interval_start", expected, found))
        return rows
    fine = since % step == 0
    expected = f"the start of a {minutes}-minute interval, counted from local midnight"
    for at in np.flatnonzero(~fine):
        local = datetime.fromtimestamp(int(rows.starts[at]), UTC).astimezone(grid.zone)
        row = replace(place, row=int(rows.numbers[at]))
        findings.add(row.fault("interval_start", expected, local.isoformat()))
    return rows.where(fine)


def _step_of(since: Ints, interval_s: int) -> int:
    """Tell how far apart the rows lie, in seconds: the interval unless most rows say otherwise.

    Some, but not nearly all, rows of finer data lie between the intervals.
    """
    between = float(np.mean(since % interval_s != 0))
    if between == 0 and np.unique(since).size >= _ENOUGH_STARTS:
        apart = int(np.gcd.reduce(since - since[0]))
        return max(apart, interval_s)
    if 0.25 <= between <= 0.9:
        for step in range(interval_s - _FINEST_S, 0, -_FINEST_S):
            if interval_s % step == 0 and np.mean(since % step == 0) > 0.9:
                return step
    return interval_s


def _refuse_duplicates(rows: IntervalRows, file: str, findings: Findings) -> None:
    key = rows.starts * len(rows.queues) + rows.queue
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(np.diff(key[order]) == 0)
    for at in again:
        first, second = int(rows.numbers[order[at]]), int(rows.numbers[order[at + 1]])
        row = Record(values={}, file=file, row=second)
        expected = "one row for an interval and queue"
        findings.add(row.fault("interval_start, queue", expected, f"the same as row {first}"))
