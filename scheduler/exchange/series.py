"""Forecast and requirement as CSV: a row for each interval and queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.forecast import Forecast
from forecasting.grid import TimeGrid
from scheduler.errors import Fault, InputError
from scheduler.exchange.instants import local_iso
from scheduler.exchange.interval_rows import (
    Floats,
    IntervalRows,
    Read,
    RowPlan,
    amount,
    count,
    read_rows,
)
from scheduler.exchange.record import Findings
from scheduler.exchange.tables import decode, figure, neutralise, read_csv, write_csv
from scheduler.staffing.requirement import Requirement

MOST_CELLS = 5_000_000
REQUIREMENT = ("offered", "aht_s", "base", "required", "service_level", "occupancy")
_QUANTILE = re.compile(r"(?<![a-z_])p(\d{1,2}(?:\.\d+)?)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequirementTable:
    """What ``staff`` writes of a requirement; arrays of shape (queues, intervals).

    Attributes
    ----------
    grid, queues
        The intervals, and the names of the queues.
    offered, aht_s
        Contacts an interval; handling time in seconds.
    base, required
        Agents before and after shrinkage.
    service_level, occupancy
        Shares, 0 to 1; NaN where they are not known.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    offered: Floats
    aht_s: Floats
    base: Floats
    required: Floats
    service_level: Floats
    occupancy: Floats


def planes_csv(grid: TimeGrid, queues: tuple[str, ...], planes: Mapping[str, Floats]) -> bytes:
    """Write planes of shape (queues, intervals) as CSV, ordered by time, then queue."""
    names = [neutralise(queue) for queue in queues]
    rows = [
        [start.isoformat(), name, *(figure(plane[q, i]) for plane in planes.values())]
        for i, start in enumerate(grid.starts_local())
        for q, name in enumerate(names)
    ]
    return write_csv(["interval_start", "queue", *planes], rows)


def forecast_csv(forecast: Forecast) -> bytes:
    """Write a forecast: ``interval_start, queue, offered, p10 … p90, aht_s, aht_p10 … aht_p90``.

    Starts are in the service's time with its offset; columns ``p10`` and ``aht_p10`` are not
    exceeded with a probability of 10 %.
    """
    names = [f"p{100 * level:.6g}" for level in forecast.levels]
    quantiles = dict(zip(names, forecast.quantiles, strict=True))
    times = {
        f"aht_{name}": plane for name, plane in zip(names, forecast.aht_quantiles, strict=True)
    }
    planes = {"offered": forecast.offered, **quantiles, "aht_s": forecast.aht_s, **times}
    return planes_csv(forecast.grid, forecast.queues, planes)


def requirement_csv(need: Requirement) -> bytes:
    """Write a requirement, columns as the terminal contract names them."""
    planes = {name: getattr(need, name) for name in REQUIREMENT}
    return planes_csv(need.grid, tuple(queue.name for queue in need.queues), planes)


def read_forecast(data: bytes, file: str, *, zone: ZoneInfo) -> Forecast:
    """Read a forecast as :func:`forecast_csv` writes it, perhaps changed by hand.

    A file without the columns ``aht_p10`` … has handling times without a range.

    Parameters
    ----------
    data, file
        Bytes and name of the file.
    zone
        The service's zone, and that of times without offset.

    Raises
    ------
    InputError
        Every fault: also an interval missing or a quantile below the one before it.
    """
    findings = Findings()
    header = (decode(data, file, Findings()) or "").partition("\n")[0]
    names = dict.fromkeys(f"p{digits}" for digits in _QUANTILE.findall(header))
    levels = sorted(names, key=lambda name: float(name[1:]))
    ranged = [f"aht_{name}" for name in levels] if "aht_p" in header else []
    columns = ("offered", *levels, "aht_s", *ranged)
    grid, rows, planes = _read_planes(data, file, dict.fromkeys(columns, amount), zone, findings)
    shape = (0, *planes["offered"].shape)
    try:
        return Forecast(
            grid=grid,
            queues=rows.queues,
            offered=planes["offered"],
            levels=np.array([float(name[1:]) / 100 for name in levels]),
            quantiles=np.stack([planes[name] for name in levels]) if levels else np.empty(shape),
            aht_s=planes["aht_s"],
            aht_quantiles=np.stack([planes[name] for name in ranged])
            if ranged
            else np.zeros((0, 0, 0)),
            models=("file",) * len(rows.queues),
            remarks=tuple(findings.remarks),
        )
    except InputError as error:
        raise InputError(
            Fault(file=file, column=fault.column, expected=fault.expected, found=fault.found)
            for fault in error.faults
        ) from None


def read_requirement(data: bytes, file: str, *, zone: ZoneInfo) -> RequirementTable:
    """Read a requirement as :func:`requirement_csv` writes it; faults as for a forecast."""
    readers: dict[str, Read] = dict.fromkeys(REQUIREMENT, amount)
    readers |= {"base": count, "required": count}
    grid, rows, planes = _read_planes(data, file, readers, zone, Findings())
    return RequirementTable(grid=grid, queues=rows.queues, **planes)


def _read_planes(
    data: bytes, file: str, readers: Mapping[str, Read], zone: ZoneInfo, findings: Findings
) -> tuple[TimeGrid, IntervalRows, dict[str, Floats]]:
    """Read a table in which every queue has a row in every interval."""
    known = ("interval_start", "queue", *readers)
    table = read_csv(data, file, known=known, required=known, findings=findings)
    if table is None:
        raise findings.error()
    plan = RowPlan(columns=readers, stated_zone=zone)
    rows = read_rows(table, plan, "offered", findings)
    if rows is None or not rows.starts.size:
        findings.add(Fault(file=file, expected="at least one row", found="none"))
    if rows is None or findings.count:
        raise findings.error()
    grid = _grid(rows, file, zone)
    since = rows.starts - int(grid.start.timestamp())
    cells = rows.queue * len(grid) + since // int(grid.interval_s)
    shape = (len(rows.queues), len(grid))
    listed = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    for queue, at in np.argwhere(listed != 1):
        start = local_iso(grid.start + int(at) * grid.interval, zone)
        expected = f"one row for queue {rows.queues[queue]} at {start}"
        findings.add(Fault(file=file, expected=expected, found=f"{listed[queue, at]}"))
    if findings.count:
        raise findings.error()
    order = np.argsort(cells)
    return grid, rows, {name: each[order].reshape(shape) for name, each in rows.values.items()}


def _grid(rows: IntervalRows, file: str, zone: ZoneInfo) -> TimeGrid:
    """Lay the grid on which all rows lie."""
    starts = np.unique(rows.starts)
    step = int(np.gcd.reduce(starts - starts[0])) or 1800
    count = int(starts[-1] - starts[0]) // step + 1
    if count * len(rows.queues) > min(MOST_CELLS, 2 * rows.starts.size + 100):
        apart = f"{count} intervals of {step} s from first to last"
        raise InputError(
            Fault(file=file, column="interval_start", expected="rows without gaps", found=apart)
        )
    first = datetime.fromtimestamp(int(starts[0]), UTC)
    return TimeGrid(start=first, interval=timedelta(seconds=step), count=count, zone=zone)
