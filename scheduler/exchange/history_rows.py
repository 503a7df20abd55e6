"""The rows of a history file as arrays, every faulty cell named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.special_days import OpeningHours, SpecialDay
from scheduler.errors import Fault, InputError
from scheduler.exchange.instants import read_instant
from scheduler.exchange.notation import nearest, read_amount, read_count, refuse
from scheduler.exchange.record import Findings, Record
from scheduler.exchange.tables import Table, clean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

COUNTS = ("offered", "handled", "abandoned")
_TOTAL = re.compile(r"((grand|sub)[ -]?)?totals?:?|sum(mary)?:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlan:
    """How a history is to be read.

    Attributes
    ----------
    zone
        The service's zone: the grid runs over its local days.
    interval
        Length of an interval.
    queues
        Names of the queues, in the order wanted; empty takes every name as it comes.
    only_queue
        Name of the queue where the file has no such column; empty refuses such a file.
    stated_zone
        Zone of times without offset; None refuses them.
    stated
        Where that zone is stated, for the message.
    opening
        Usual hours by queue; intervals outside them are not missed. Empty: always open.
    special_days
        Closed days are not missed either.
    """

    zone: ZoneInfo
    interval: timedelta
    queues: tuple[str, ...] = ()
    only_queue: str = ""
    stated_zone: ZoneInfo | None = None
    stated: str = "history_timezone in case.toml"
    opening: Mapping[str, OpeningHours] = field(default_factory=dict)
    special_days: tuple[SpecialDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRows:
    """Rows that were understood; arrays have one value a row.

    Attributes
    ----------
    starts
        Seconds since 1970 in UTC.
    queue
        Position in ``queues``.
    values
        The columns that the file has; NaN for an empty cell.
    numbers
        The rows as a spreadsheet counts them.
    queues
        Names of the queues that occur.
    """

    starts: Ints
    queue: Ints
    values: Mapping[str, Floats]
    numbers: Ints
    queues: tuple[str, ...]

    def where(self, mask: Mask) -> HistoryRows:
        """Return the rows where the mask holds."""
        return replace(
            self,
            starts=self.starts[mask],
            queue=self.queue[mask],
            values={name: each[mask] for name, each in self.values.items()},
            numbers=self.numbers[mask],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """One column: its different texts, cleaned, and which of them each row holds."""

    name: str
    texts: list[str]
    codes: Ints

    def where(self, mask: Mask) -> _Cells:
        return replace(self, codes=self.codes[mask])

    def holds(self, test: Callable[[str], bool]) -> Mask:
        return np.array([test(text) for text in self.texts], dtype=bool)[self.codes]


def read_rows(table: Table, plan: HistoryPlan, findings: Findings) -> HistoryRows | None:
    """Read every row whose start and queue can be understood.

    Returns
    -------
    HistoryRows or None
        None where a column is missing; faults of cells are noted and their rows left out.
    """
    cells = {name: _cells(table, name) for name in table.header if name in _COLUMNS}
    if "offered" not in cells and "calls" in cells:
        cells["offered"] = replace(cells["calls"], name="calls")
    cells.pop("calls", None)
    if not _check_columns(table, cells, plan, findings):
        return None
    numbers = np.asarray(table.numbers, dtype=np.int64)
    kept = ~_totals(cells, plan)
    for number in numbers[~kept][:1]:
        text = f"{int((~kept).sum())} total rows left out, the first here"
        findings.remark(text, file=table.file, row=int(number))
    cells = {name: each.where(kept) for name, each in cells.items()}
    place = _Place(file=table.file, numbers=numbers[kept], findings=findings)
    return _understood(cells, plan, place)


_COLUMNS = ("interval_start", "queue", "offered", "calls", "handled", "abandoned", "aht_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the rows being read come from, and where their faults go."""

    file: str
    numbers: Ints
    findings: Findings

    def parse(self, cells: _Cells, read: Callable[[str], float]) -> tuple[Floats, Mask]:
        """Read each different text once; return the values and where there is no fault."""
        values = np.full(len(cells.texts), np.nan)
        errors: dict[int, InputError] = {}
        for code, text in enumerate(cells.texts):
            try:
                values[code] = read(text)
            except InputError as error:
                errors[code] = error
        faulty = np.isin(cells.codes, list(errors))
        for at in np.flatnonzero(faulty):
            record = Record(values={}, file=self.file, row=int(self.numbers[at]))
            self.findings.add(record.placed(errors[int(cells.codes[at])], cells.name))
        return values[cells.codes], ~faulty


def _cells(table: Table, name: str) -> _Cells:
    position = table.header.index(name)
    column = np.array([row[position] for row in table.rows], dtype=object)
    codes, uniques = pd.factorize(column)
    return _Cells(name=name, texts=[clean(text) for text in uniques], codes=codes.astype(np.int64))


def _check_columns(
    table: Table, cells: Mapping[str, _Cells], plan: HistoryPlan, findings: Findings
) -> bool:
    missing = [name for name in ("interval_start", "offered") if name not in cells]
    if "queue" not in cells and not plan.only_queue:
        missing.append("queue")
    for name in missing:
        found = f"the columns {', '.join(table.header)[:200]}"
        findings.add(
            Fault(file=table.file, row=1, column=name, expected=f"a column {name}", found=found)
        )
    return not missing


def _totals(cells: Mapping[str, _Cells], plan: HistoryPlan) -> Mask:
    """Find the rows that sum up others."""

    def is_total(text: str) -> bool:
        return text not in plan.queues and _TOTAL.fullmatch(text) is not None

    found = cells["interval_start"].holds(is_total)
    return found | cells["queue"].holds(is_total) if "queue" in cells else found


def _understood(cells: dict[str, _Cells], plan: HistoryPlan, place: _Place) -> HistoryRows:
    def second_of(text: str) -> float:
        return read_instant(text, plan.stated_zone, stated=plan.stated).timestamp()

    starts, understood = place.parse(cells.pop("interval_start"), second_of)
    queues = plan.queues or (plan.only_queue,)
    queue: Floats = np.zeros(starts.size)
    if "queue" in cells:
        named = cells.pop("queue")
        queues = plan.queues or tuple(dict.fromkeys(text for text in named.texts if text))
        queue, known = place.parse(named, lambda text: _position(text, queues))
        understood &= known
    values: dict[str, Floats] = {}
    for name, column in cells.items():
        values[name], fine = place.parse(column, _count if name in COUNTS else _amount)
        understood &= fine
    used = sorted({int(each) for each in queue[understood]})
    rows = HistoryRows(
        starts=np.where(understood, starts, 0).astype(np.int64),
        queue=np.searchsorted(used, np.where(understood, queue, 0)).astype(np.int64),
        values=values,
        numbers=place.numbers,
        queues=tuple(queues[each] for each in used),
    )
    return rows.where(understood)


def _position(name: str, queues: tuple[str, ...]) -> float:
    if name not in queues:
        refuse(f"the name of a queue{nearest(name, queues)}", name)
    return queues.index(name)


def _count(text: str) -> float:
    return read_count(text) if text else np.nan


def _amount(text: str) -> float:
    # No contact takes no time: exports write 0 where there was nothing to measure.
    return (read_amount(text) or np.nan) if text else np.nan
