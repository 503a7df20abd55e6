"""The beginning of an export as an import would understand it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from scheduler.errors import Fault
from scheduler.exchange.acd_chunk import Chunk
from scheduler.exchange.acd_contacts import WORDS, Contacts, Reason, joined
from scheduler.exchange.acd_export import dates_of
from scheduler.exchange.acd_intervals import read_interval_rows
from scheduler.exchange.acd_report import Detected, Preview, Question
from scheduler.exchange.acd_rows import RowReader
from scheduler.exchange.acd_times import ORDER_WANTED, ZONE_WANTED, Clock, possible_orders
from scheduler.exchange.acd_variant import CallReader, IntervalColumns
from scheduler.exchange.instants import utc_iso
from scheduler.exchange.record import Findings
from scheduler.exchange.tables import figure

LOOKED_AT = 500
_UTC = ZoneInfo("UTC")
# In the order of the numbers of Outcome.
_OUTCOMES = ("open", "handled", "abandoned", "sent on")
_CONTACTS = ("row", "arrived", "queue", "outcome", "wait_s", "handle_s", "left_out")
_INTERVALS = ("row", "interval_start", "queue", "offered", "handled", "abandoned", "aht_s")

Cells = tuple[tuple[str, ...], ...]


def preview_of(reader: RowReader, rows: int) -> Preview:
    """Read the first rows, and list what an import must be told.

    Parameters
    ----------
    reader
        The export.
    rows
        How many contacts or intervals are shown.
    """
    variant = reader.layout.variant
    reader, missing = _settled(reader)
    stated = "zone" not in missing
    if isinstance(variant.reads, IntervalColumns):
        frame = _intervals(reader, variant.reads)
        header, table, bare = _INTERVALS, _interval_cells(frame.head(rows), stated), False
    else:
        contacts = _contacts(reader, variant.reads())
        header, table = _CONTACTS, _contact_cells(contacts, rows, stated)
        bare = bool((~np.isnan(contacts.handle_s) & ~contacts.whole).any())
    return Preview(
        detected=Detected(variant=variant.name, title=variant.title, reason=reader.layout.reason),
        columns=reader.layout.header,
        header=header,
        rows=table,
        questions=_questions(reader, missing, bare=bare),
        faults=reader.findings.error().faults,
        remarks=tuple(reader.findings.remarks),
    )


def _settled(reader: RowReader) -> tuple[RowReader, frozenset[str]]:
    """Choose what is not stated, so that the rows can be shown; say what was missing."""
    missing = set()
    clock = reader.clock
    if clock.order is None:
        dates = dates_of(_first(replace(reader, findings=Findings())), reader.layout.variant.dates)
        orders = sorted(possible_orders(dates))
        if len(orders) != 1 and ORDER_WANTED in _wanted(reader, replace(clock, zone=_UTC)):
            missing.add("date_order")
        clock = replace(clock, order=orders[0] if orders else "dmy")
    if clock.zone is None:
        if ZONE_WANTED in _wanted(reader, clock):
            missing.add("zone")
        clock = replace(clock, zone=_UTC)
    return replace(reader, clock=clock), frozenset(missing)


def _wanted(reader: RowReader, clock: Clock) -> set[str]:
    """Read the first rows by a clock, and return what their faults would have expected."""
    reads = reader.layout.variant.reads
    looking = replace(reader, clock=clock, findings=Findings())
    if isinstance(reads, IntervalColumns):
        _intervals(looking, reads)
    else:
        _contacts(looking, reads())
    return {fault.expected for fault in looking.findings.error().faults}


def _first(reader: RowReader) -> Chunk:
    """Return the first rows without those that sum up others."""
    variant = reader.layout.variant
    chunk = next(reader.chunks(LOOKED_AT), None)
    if chunk is None:
        if not reader.findings.count:
            expected = "at least one row below the header"
            reader.findings.add(Fault(file=reader.source.file, expected=expected, found="none"))
        raise reader.findings.error()
    blank = isinstance(variant.reads, IntervalColumns) and variant.reads.blank_sums
    return chunk.without_totals(variant.dates, blank=blank)[0]


def _intervals(reader: RowReader, columns: IntervalColumns) -> pd.DataFrame:
    return read_interval_rows(_first(reader), columns, without_short=False)


def _contacts(reader: RowReader, calls: CallReader) -> Contacts:
    parts = [calls.read(_first(reader)), calls.rest()]
    contacts = joined(part for part in parts if part is not None)
    return contacts.where(np.argsort(contacts.numbers, kind="stable"))


def _interval_cells(frame: pd.DataFrame, stated: bool) -> Cells:
    return tuple(
        (
            str(row["row"]),
            _moment(int(row["start"]), stated),
            str(row["queue"]),
            *(figure(float(row[name])) for name in _INTERVALS[3:]),
        )
        for _, row in frame.iterrows()
    )


def _contact_cells(contacts: Contacts, rows: int, stated: bool) -> Cells:
    return tuple(
        (
            str(contacts.numbers[at]),
            _moment(int(contacts.arrived[at]), stated),
            contacts.queue.texts[contacts.queue.codes[at]],
            _OUTCOMES[contacts.outcome[at]],
            figure(float(contacts.wait_s[at])),
            figure(float(contacts.handle_s[at])),
            WORDS.get(Reason(int(contacts.reason[at])), ""),
        )
        for at in range(min(rows, len(contacts)))
    )


def _moment(second: int, stated: bool) -> str:
    """Write an instant in UTC, or as the file's clocks showed it where their zone is unknown."""
    moment = datetime.fromtimestamp(second, UTC)
    return utc_iso(moment) if stated else f"{moment:%Y-%m-%d %H:%M:%S}"


def _questions(reader: RowReader, missing: frozenset[str], *, bare: bool) -> tuple[Question, ...]:
    asked = (
        ("zone", "The file states no zone: in which one are its times?", "zone" in missing, True),
        (
            "date_order",
            "Does the day or the month come first in its dates? The first rows do not tell, others "
            "may.",
            "date_order" in missing,
            False,
        ),
        (
            "queue_from",
            "No column names a queue as usual: which one does? Without it all contacts are one "
            "queue.",
            not reader.queue,
            False,
        ),
        (
            "wrap_up_s",
            "Its handling times hold no after-call work: how many seconds are to be added?",
            bare,
            False,
        ),
    )
    return tuple(
        Question(key=key, text=text, needed=needed) for key, text, asks, needed in asked if asks
    )
