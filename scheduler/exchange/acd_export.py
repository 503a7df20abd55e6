"""An export, opened: its kind, its queue column and the order of its dates are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_chunk import Chunk, normal
from scheduler.exchange.acd_detect import Layout, lay_out_rows, lay_out_text, variant_named
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_rows import RowReader, Rows
from scheduler.exchange.acd_source import Source, examine
from scheduler.exchange.acd_times import DateOrder, is_open_date, possible_orders, split_moment
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import nearest, shown
from scheduler.exchange.workbook import read_sheets, sheet_titles

_BOTH: frozenset[DateOrder] = frozenset({"dmy", "mdy"})


def open_export(path: Path, variant: str | None, plan: ImportPlan, max_bytes: int) -> RowReader:
    """Look through an export and settle how it is laid out.

    Parameters
    ----------
    path
        The file.
    variant
        Its kind; None finds it out.
    plan
        Names the queue's column, where it is not the usual one, and how times are understood.
    max_bytes
        Largest size of the file and of what it unpacks to.

    Raises
    ------
    InputError
        It cannot be read, or is of no known kind.
    """
    findings = Findings()
    wanted = None if variant is None else variant_named(variant)
    source = examine(path, max_bytes)
    sheet: Rows = []
    if source.workbook:
        sheet = _sheet_of(source, max_bytes, findings)
        layout = lay_out_rows(sheet, source.file, wanted)
    else:
        layout = lay_out_text(source.head(), source.file, wanted)
    if source.encoding == "cp1252":
        findings.remark("is not UTF-8; read as Windows-1252 (cp1252)", file=source.file)
    if layout.above:
        text = f"rows above the header were passed over: {layout.above}"
        findings.remark(text, file=source.file, row=1)
    return RowReader(
        source=source,
        layout=layout,
        queue=_queue_column(layout, source.file, plan),
        clock=plan.clock,
        findings=findings,
        sheet=sheet,
    )


def _sheet_of(source: Source, max_bytes: int, findings: Findings) -> Rows:
    """Read the sheet called history, else the first."""
    data = source.data()
    titles = sheet_titles(data, source.file, max_bytes=max_bytes)
    title = "history" if "history" in titles else titles[0] if titles else ""
    sheets = read_sheets(data, source.file, (title,), max_bytes=max_bytes, findings=findings)
    return sheets.get(title, [])


def _queue_column(layout: Layout, file: str, plan: ImportPlan) -> str:
    names = {normal(name): name for name in layout.header}
    if not plan.queue_from:
        return next((name for name in layout.variant.queue if name in names), "")
    if normal(plan.queue_from) not in names:
        expected = f"queue_from: a column of the file{nearest(plan.queue_from, names)}"
        found = shown(plan.queue_from)
        raise InputError(Fault(file=file, column="queue_from", expected=expected, found=found))
    return normal(plan.queue_from)


def with_order(reader: RowReader, size: int) -> RowReader:
    """Find out whether the day or the month comes first, where the file leaves it open.

    Parameters
    ----------
    reader
        The export; if its clock knows the order already, it comes back as it is.
    size
        Rows looked at together.

    Raises
    ------
    InputError
        No date in the file tells, or some say the one and some the other.
    """
    if reader.clock.order is not None:
        return reader
    # The faults of the rows are noted when they are read.
    looking = replace(reader, findings=Findings())
    orders, example = _BOTH, ""
    for at, chunk in enumerate(looking.chunks(size)):
        dates = dates_of(chunk, reader.layout.variant.dates)
        example = example or next(filter(is_open_date, dates), "")
        if at == 0 and not example:
            return reader
        orders &= possible_orders(dates)
        if len(orders) == 1:
            return replace(reader, clock=replace(reader.clock, order=next(iter(orders))))
        if not orders:
            break
    if not example:
        return reader
    raise InputError(undecided(reader.source.file, orders, example))


def undecided(file: str, orders: frozenset[DateOrder], example: str) -> Fault:
    """Say that the order of day and month must be stated, or that there are both."""
    if orders:
        expected = "date_order: dmy where the day comes first, mdy where the month does"
        found = f"no date in the file that tells: {shown(example)}"
    else:
        expected = "dates in one order"
        found = "some with the day first and some with the month first"
    return Fault(file=file, column="date_order", expected=expected, found=found)


def dates_of(chunk: Chunk, columns: Iterable[str]) -> list[str]:
    """List the different dates in these columns."""
    cells = [cell for name in columns if name in chunk.columns for cell in chunk.raw(name)]
    return list(dict.fromkeys(split_moment(cell)[0] for cell in cells))
