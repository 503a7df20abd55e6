"""Tables with a row for each interval and queue as arrays, every faulty cell named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scheduler.errors import InputError
from scheduler.exchange.instants import read_instant
from scheduler.exchange.notation import read_amount, read_count
from scheduler.exchange.record import Findings, Record
from scheduler.exchange.refusal import among, refuse
from scheduler.exchange.tables import Table, clean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Read = Callable[[str], float]

# A history has so many rows that one mistake of an export fills a screen soon enough.
MOST_ALIKE = 100
_TOTAL = re.compile(r"((grand|sub)[ -]?)?totals?:?|sum(mary)?:?", re.IGNORECASE)


def is_total(text: str) -> bool:
    """Tell whether a cell says that its row sums up others."""
    return _TOTAL.fullmatch(text) is not None


def count(text: str) -> float:
    """Read a number of contacts; NaN for an empty cell."""
    return read_count(text) if text else np.nan


def amount(text: str) -> float:
    """Read a number of 0 or more; NaN for an empty cell."""
    return read_amount(text) if text else np.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """How rows are to be read.

    Attributes
    ----------
    columns
        How the text of each column of figures is read.
    queues
        Names of the queues, in the order wanted; empty takes every name as it comes.
    only_queue
        Name of the queue where the table has no such column; empty refuses such a table.
    stated_zone
        Zone of times without offset; None refuses them.
    stated
        Where that zone can be stated, for the message.
    """

    columns: Mapping[str, Read]
    queues: tuple[str, ...] = ()
    only_queue: str = ""
    stated_zone: ZoneInfo | None = None
    stated: str = "history_timezone in case.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRows:
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

    def where(self, mask: Mask) -> IntervalRows:
        """Return the rows where the mask holds."""
        return replace(
            self,
            starts=self.starts[mask],
            queue=self.queue[mask],
            values={name: each[mask] for name, each in self.values.items()},
            numbers=self.numbers[mask],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column: its different texts, cleaned, and which of them each row holds.

    Attributes
    ----------
    name
        Name of the column.
    texts
        The different texts.
    codes
        Position in ``texts``, one value a row.
    """

    name: str
    texts: list[str]
    codes: Ints

    @classmethod
    def of(cls, name: str, column: list[str]) -> Cells:
        """Build a column from its cells as they stand."""
        codes, uniques = pd.factorize(np.array(column, dtype=object))
        texts = [clean(text) for text in uniques]
        return cls(name=name, texts=texts, codes=codes.astype(np.int64))

    def where(self, mask: Mask | Ints) -> Cells:
        """Return the column of the rows where the mask holds, or at these positions."""
        return replace(self, codes=self.codes[mask])

    def holds(self, test: Callable[[str], bool]) -> Mask:
        """Tell for every row whether its text passes a test."""
        return np.array([test(text) for text in self.texts], dtype=bool)[self.codes]


def read_rows(
    table: Table, plan: RowPlan, required: str, findings: Findings
) -> IntervalRows | None:
    """Read every row whose start and queue can be understood; total rows are left out.

    Parameters
    ----------
    table
        Columns ``interval_start``, ``queue`` and those of the plan.
    plan
        How to read it.
    required
        The column of figures that must be there.
    findings
        Where faults and remarks are noted; a row with a faulty cell is left out.
    """
    wanted = ("interval_start", "queue", *plan.columns)
    cells = {name: _cells_of(table, name) for name in table.header if name in wanted}
    missing = [name for name in ("interval_start", required) if name not in cells]
    if "queue" not in cells and not plan.only_queue:
        missing.append("queue")
    for name in missing:
        found = f"the columns {', '.join(table.header)[:200]}"
        header = Record(values={}, file=table.file, row=1)
        findings.add(header.fault(name, f"a column {name}", found))
    if missing:
        return None
    numbers = np.asarray(table.numbers, dtype=np.int64)
    kept = ~_totals(cells, plan)
    if not kept.all():
        text = f"total rows left out: {int((~kept).sum())}, the first here"
        findings.remark(text, file=table.file, row=int(numbers[~kept][0]))
    cells = {name: each.where(kept) for name, each in cells.items()}
    place = Place(file=table.file, numbers=numbers[kept], findings=findings)
    return _understood(cells, plan, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the rows being read come from, and where their faults go.

    Attributes
    ----------
    file
        Name of the file.
    numbers
        The rows as a spreadsheet counts them.
    findings
        Where faults are noted.
    """

    file: str
    numbers: Ints
    findings: Findings

    def parse(self, cells: Cells, read: Read) -> tuple[Floats, Mask]:
        """Read each different text once; return the values and where there is no fault."""
        values = np.full(len(cells.texts), np.nan)
        errors: dict[int, InputError] = {}
        for code, text in enumerate(cells.texts):
            try:
                values[code] = read(text)
            except InputError as error:
                errors[code] = error
        faulty = np.isin(cells.codes, list(errors))
        places = np.flatnonzero(faulty)
        for at in places[:MOST_ALIKE]:
            record = Record(values={}, file=self.file, row=int(self.numbers[at]))
            self.findings.add(record.placed(errors[int(cells.codes[at])], cells.name))
        if places.size > MOST_ALIKE:
            more = places.size - MOST_ALIKE
            row = int(self.numbers[places[MOST_ALIKE]])
            record = Record(values={}, file=self.file, row=row)
            found = f"faults in {more} rows from here on"
            self.findings.add(record.fault(cells.name, "no such faults", found))
        return values[cells.codes], ~faulty


def _cells_of(table: Table, name: str) -> Cells:
    position = table.header.index(name)
    return Cells.of(name, [row[position] for row in table.rows])


def _totals(cells: Mapping[str, Cells], plan: RowPlan) -> Mask:
    """Find the rows that sum up others."""

    def sums_up(text: str) -> bool:
        return text not in plan.queues and is_total(text)

    found = cells["interval_start"].holds(sums_up)
    return found | cells["queue"].holds(sums_up) if "queue" in cells else found


def _understood(cells: dict[str, Cells], plan: RowPlan, place: Place) -> IntervalRows:
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
        values[name], fine = place.parse(column, plan.columns[name])
        understood &= fine
    used = sorted({int(each) for each in queue[understood]})
    rows = IntervalRows(
        starts=np.where(understood, starts, 0).astype(np.int64),
        queue=np.searchsorted(used, np.where(understood, queue, 0)).astype(np.int64),
        values=values,
        numbers=place.numbers,
        queues=tuple(queues[each] for each in used),
    )
    return rows.where(understood)


def _position(name: str, queues: tuple[str, ...]) -> float:
    if name not in queues:
        refuse(f"the name of a queue{among(name, queues)}", name)
    return queues.index(name)
