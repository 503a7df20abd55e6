"""The history of contacts as a table: onto a grid, gaps told apart from zeros."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.history import History
from scheduler.errors import Fault, InputError
from scheduler.exchange.history_rows import (
    COUNTS,
    Floats,
    HistoryPlan,
    HistoryRows,
    Ints,
    Mask,
    read_rows,
)
from scheduler.exchange.record import Findings, Record
from scheduler.exchange.tables import Table, neutralise

LONGEST_DAYS = 20 * 366
MOST_CELLS = 20_000_000
_FINEST_S = 300
_ENOUGH_STARTS = 24


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
    rows = read_rows(table, plan, findings)
    if rows is None or not rows.starts.size:
        return None
    grid = _grid_of(rows, table.file, plan, findings)
    if grid is None:
        return None
    rows = _on_grid(rows, grid, table.file, findings)
    _refuse_duplicates(rows, table.file, findings)
    if findings.count > before:
        return None
    sheet = _Sheet(rows=rows, grid=grid)
    history = sheet.history()
    for text in _gaps(history, sheet, plan):
        findings.remark(text, file=table.file)
    return history


def _grid_of(
    rows: HistoryRows, file: str, plan: HistoryPlan, findings: Findings
) -> TimeGrid | None:
    """Lay a grid from the first to the last local day."""
    first, last = (
        datetime.fromtimestamp(int(second), UTC).astimezone(plan.zone).date()
        for second in (rows.starts.min(), rows.starts.max())
    )
    days = (last - first).days + 1
    cells = days * (timedelta(days=1) // plan.interval) * len(rows.queues)
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
        return TimeGrid.over_days(first, days, plan.interval, plan.zone)
    except InputError as error:
        findings.add(Record(values={}, file=file).placed(error))
        return None


def _on_grid(rows: HistoryRows, grid: TimeGrid, file: str, findings: Findings) -> HistoryRows:
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


def _refuse_duplicates(rows: HistoryRows, file: str, findings: Findings) -> None:
    key = rows.starts * len(rows.queues) + rows.queue
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(np.diff(key[order]) == 0)
    for at in again:
        first, second = int(rows.numbers[order[at]]), int(rows.numbers[order[at + 1]])
        row = Record(values={}, file=file, row=second)
        expected = "one row for an interval and queue"
        findings.add(row.fault("interval_start, queue", expected, f"the same as row {first}"))


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """Rows on their grid; planes have the shape (queues, intervals)."""

    rows: HistoryRows
    grid: TimeGrid

    @property
    def cells(self) -> Ints:
        """Position of every row in a flattened plane."""
        since = self.rows.starts - int(self.grid.start.timestamp())
        place = self.rows.queue * len(self.grid) + since // int(self.grid.interval_s)
        return np.asarray(place, dtype=np.int64)

    def total(self, values: Floats) -> Floats:
        """Sum values into a plane; NaN where one of them is unknown, 0 where there is none."""
        shape = (len(self.rows.queues), len(self.grid))
        flat = np.bincount(self.cells, weights=values, minlength=shape[0] * shape[1])
        return np.asarray(flat, dtype=np.float64).reshape(shape)

    def days_with_data(self) -> Mask:
        """Tell for every queue and interval whether the queue has contacts counted that day."""
        _, day = np.unique(self.grid.local_dates, return_inverse=True)
        counted = self.total(np.isfinite(self.rows.values["offered"]).astype(np.float64))
        daily = np.stack([np.bincount(day, weights=row) for row in counted])
        return np.asarray(daily[:, day] > 0)

    def listed(self) -> Mask:
        """Tell for every queue and interval whether there is a row."""
        return self.total(np.ones(self.rows.starts.size)) > 0

    def history(self) -> History:
        """Fill the planes."""
        known = self.listed() | self.days_with_data()
        planes = {
            name: np.where(known, self.total(self.rows.values[name]), np.nan)
            for name in COUNTS
            if name in self.rows.values
        }
        unknown = np.full(known.shape, np.nan)
        return History(
            grid=self.grid,
            queues=self.rows.queues,
            offered=planes["offered"],
            handled=planes.get("handled", unknown),
            abandoned=planes.get("abandoned", unknown),
            aht_s=self.handling_time() if "aht_s" in self.rows.values else unknown,
        )

    def handling_time(self) -> Floats:
        """Mean of an interval's rows, each counted as often as it was handled."""
        values = self.rows.values
        aht = values["aht_s"]
        weight = np.nan_to_num(values.get("handled", values["offered"]))
        alone = self.total(np.ones(aht.size)).reshape(-1)[self.cells] == 1
        weight = np.where(alone, 1.0, weight) * np.isfinite(aht)
        heavy = self.total(weight)
        with np.errstate(invalid="ignore"):
            return np.asarray(self.total(weight * np.nan_to_num(aht)) / heavy)


def _gaps(history: History, sheet: _Sheet, plan: HistoryPlan) -> list[str]:
    """Say what was missing inside opening hours and how it was read."""
    listed, counted = sheet.listed(), sheet.days_with_data()
    dates = history.grid.local_dates
    words = []
    for row, queue in enumerate(history.queues):
        usual = usually_open(plan, queue, history.grid)
        zeros = usual & counted[row] & ~listed[row]
        if zeros.any():
            days = np.unique(dates[zeros]).size
            words.append(
                f"queue {queue}: {int(zeros.sum())} intervals without a row were read as 0 "
                f"contacts, because their days have other rows (days: {days})"
            )
        unknown = np.unique(dates[usual & ~counted[row]])
        if unknown.size:
            listing = ", ".join(map(str, unknown[:5])) + (", …" if unknown.size > 5 else "")
            words.append(
                f"queue {queue}: days without data stay unknown: {listing} ({unknown.size} in all)"
            )
    return words


def usually_open(plan: HistoryPlan, queue: str, grid: TimeGrid) -> Mask:
    """Tell which intervals start inside the usual hours of a day that is not closed."""
    if queue not in plan.opening:
        return np.ones(len(grid), dtype=bool)
    is_open = np.zeros(len(grid), dtype=bool)
    for weekday, spans in enumerate(plan.opening[queue].spans):
        for opens, closes in spans:
            begin = opens.hour * 60 + opens.minute
            end = closes.hour * 60 + closes.minute or 24 * 60
            minutes = grid.local_minutes
            is_open |= (grid.weekdays == weekday) & (minutes >= begin) & (minutes < end)
    closed = [day.day for day in plan.special_days if day.kind == "closed" and day.concerns(queue)]
    return is_open & ~np.isin(grid.local_dates, np.array(closed, dtype="datetime64[D]"))


def write_history(history: History, plan: HistoryPlan) -> list[list[str]]:
    """Write a history as rows of text under a header; :func:`read_history` gives it back.

    Columns that are unknown throughout are left out, and so are rows of nothing outside usual
    hours. The first and the last day get a row in any case, so that the grid is the same.
    """
    grid = history.grid
    planes = {"offered": history.offered} | {
        name: plane
        for name in (*COUNTS[1:], "aht_s")
        if not np.isnan(plane := getattr(history, name)).all()
    }
    _, first, day = np.unique(grid.local_dates, return_index=True, return_inverse=True)
    kept = np.zeros(history.offered.shape, dtype=bool)
    for row, queue in enumerate(history.queues):
        counted = np.bincount(day, weights=~np.isnan(history.offered[row]))[day] > 0
        nothing = np.isnan(history.aht_s[row]) & ~usually_open(plan, queue, grid)
        for name in COUNTS:
            nothing &= (planes[name][row] == 0) if name in planes else True
        listed = np.any([~np.isnan(plane[row]) for plane in planes.values()], axis=0)
        kept[row] = (listed | counted) & ~nothing
    kept[:, first[[0, -1]]] = True
    queues = [neutralise(name) for name in history.queues]
    starts = [start.isoformat() for start in grid.starts_local()]
    at, which = np.nonzero(kept.T)
    columns = [[_number(value) for value in plane[which, at]] for plane in planes.values()]
    cells = zip((starts[i] for i in at), (queues[q] for q in which), *columns, strict=True)
    return [["interval_start", "queue", *planes], *(list(row) for row in cells)]


def _number(value: float) -> str:
    if np.isnan(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))
