"""Reading an export to its end: everything counted and reported, or every fault told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from forecasting.history import History
from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_chunk import normal
from scheduler.exchange.acd_contacts import Reason
from scheduler.exchange.acd_intervals import IntervalTally, read_interval_rows
from scheduler.exchange.acd_layout import rows_of, with_open_ends, with_quiet_days
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_remarks import words_on_contacts, words_on_intervals, words_on_times
from scheduler.exchange.acd_report import Imported, ImportReport
from scheduler.exchange.acd_rows import RowReader
from scheduler.exchange.acd_tally import Tally
from scheduler.exchange.acd_variant import CallReader, IntervalColumns
from scheduler.exchange.history_plan import REPLACED
from scheduler.exchange.history_table import lay_out
from scheduler.exchange.interval_rows import IntervalRows


def read_contacts(
    reader: RowReader,
    calls: CallReader,
    plan: ImportPlan,
    chunk_rows: int,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Count the contacts of an export that lists them one by one.

    Parameters
    ----------
    reader
        The rows.
    calls
        Makes contacts of them.
    plan
        What is counted, and how.
    chunk_rows
        Rows held at a time.
    progress
        Told the rows read so far, after each part.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    variant = reader.layout.variant
    tally = Tally(plan=plan, file=reader.source.file, findings=reader.findings)
    rows = 0
    for chunk in reader.chunks(chunk_rows):
        rest, sums = chunk.without_totals(variant.dates)
        for numbers in (sums, np.asarray(chunk.notes, dtype=np.int64)):
            tally.left_out.add_all(Reason.TOTAL, numbers)
            tally.found += numbers.size
        rows += len(chunk) + len(chunk.notes)
        tally.add(calls.read(rest))
        if progress is not None:
            progress(rows)
    unfinished = calls.rest()
    if unfinished is not None:
        tally.add(unfinished)
    counts = tally.finish()
    if reader.findings.count or tally.arrivals is None:
        raise _error(reader, tally)
    intervals = rows_of(counts, tally.queues, variant.counts, plan)
    intervals = with_quiet_days(intervals, tally.covered, plan.service_zone)
    intervals = with_open_ends(intervals, tally.covered, plan)
    history = _laid_out(reader, intervals, plan, aligned=True)
    _remark(reader, words_on_contacts(tally, variant, plan))
    return Imported(
        history=history,
        report=_report(reader, plan, rows, tally, tally.arrivals, "contacts"),
        waits=tally.waits(),
    )


def read_intervals(
    reader: RowReader, columns: IntervalColumns, plan: ImportPlan, chunk_rows: int
) -> Imported:
    """Read an export that counts by interval already; parameters as for :func:`read_contacts`."""
    variant = reader.layout.variant
    tally = IntervalTally(plan=plan, file=reader.source.file, findings=reader.findings)
    rows = 0
    for chunk in reader.chunks(chunk_rows):
        rest, sums = chunk.without_totals(variant.dates, blank=columns.blank_sums)
        tally.left_out.add_all(Reason.TOTAL, sums)
        tally.found += sums.size
        rows += len(chunk)
        tally.add(read_interval_rows(rest, columns, without_short=plan.short_abandon_s > 0))
    intervals = tally.finish()
    if reader.findings.count or intervals is None:
        raise _error(reader, tally)
    arrivals = int(intervals.starts.min()), int(intervals.starts.max())
    if variant.complete:
        intervals = with_quiet_days(intervals, intervals.starts, plan.service_zone)
    history = _laid_out(reader, intervals, plan, aligned=False)
    _remark(reader, words_on_intervals(columns, plan, history))
    if REPLACED in map(normal, reader.layout.header):
        _remark(reader, ["which of its values were put in place of others is not carried over"])
    report = _report(reader, plan, rows, tally, arrivals, "rows")
    return Imported(history=history, report=report, waits=())


def _error(reader: RowReader, tally: Tally | IntervalTally) -> InputError:
    """Return the faults; without any, say that nothing is left to count."""
    if not reader.findings.count:
        reasons = [f"{each.count:,} left out: {each.reason}" for each in tally.left_out.listed()]
        queues = [f"queues in the file: {', '.join(tally.unwanted[:8])}"] if tally.unwanted else []
        words = "; ".join([f"{tally.found:,} in the file", *reasons, *queues])
        expected = "at least one contact that counts"
        reader.findings.add(Fault(file=reader.source.file, expected=expected, found=words))
    return reader.findings.error()


def _laid_out(
    reader: RowReader, intervals: IntervalRows, plan: ImportPlan, *, aligned: bool
) -> History:
    file = reader.source.file
    history = lay_out(intervals, file, plan.history, reader.findings, aligned=aligned)
    if history is None:
        raise reader.findings.error()
    return history


def _remark(reader: RowReader, words: list[str]) -> None:
    for text in words:
        reader.findings.remark(text, file=reader.source.file)


def _report(
    reader: RowReader,
    plan: ImportPlan,
    rows: int,
    tally: Tally | IntervalTally,
    arrivals: tuple[int, int],
    unit: str,
) -> ImportReport:
    layout, source = reader.layout, reader.source
    first, last = (
        datetime.fromtimestamp(each, UTC).astimezone(plan.service_zone) for each in arrivals
    )
    return ImportReport(
        file=source.file,
        variant=layout.variant.name,
        title=layout.variant.title,
        reason=layout.reason,
        fingerprint=source.fingerprint,
        encoding=source.encoding,
        times=words_on_times(reader.clock),
        attribution=layout.variant.attribution,
        unit=unit,
        rows=rows,
        found=tally.found,
        counted=tally.counted,
        left_out=tally.left_out.listed(),
        first=first,
        last=last,
        remarks=tuple(reader.findings.remarks),
    )
