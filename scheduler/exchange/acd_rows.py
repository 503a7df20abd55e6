"""The rows of an export, some at a time, whatever it is laid out as."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TextIO

import numpy as np

from scheduler.errors import Fault
from scheduler.exchange.acd_asterisk import COLUMNS
from scheduler.exchange.acd_chunk import Chunk, normal
from scheduler.exchange.acd_detect import Layout
from scheduler.exchange.acd_json import read_records
from scheduler.exchange.acd_source import Source
from scheduler.exchange.acd_times import Clock
from scheduler.exchange.interval_rows import Place
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import shown
from scheduler.exchange.tables import fitting_rows

LONGEST_LINE = 1 << 20
# Records carry far more fields than are read.
_MOST_RECORDS = 5000

Rows = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Some rows with their numbers, their own columns in JSON, and the rows that are notes."""

    rows: Rows
    numbers: Sequence[int]
    columns: Mapping[str, tuple[int, str]] | None = None
    notes: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Reads the rows of one export.

    Attributes
    ----------
    source
        The file; its name stands in faults.
    layout
        How it is laid out.
    queue
        The column that names the queue; empty where there is none.
    clock
        How times are to be understood.
    findings
        Where faults are noted.
    sheet
        Rows of a workbook's sheet, the header among them.
    """

    source: Source
    layout: Layout
    queue: str
    clock: Clock
    findings: Findings
    sheet: Rows = field(default_factory=list)

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Yield chunks of at most so many rows, until the end or until faults are too many."""
        columns = self._columns()
        # A line without an end must not fill the memory; records bound their own.
        if self.layout.form != "json" and self.source.longest_line > LONGEST_LINE:
            self._refuse(None, f"lines of at most {LONGEST_LINE:,} characters", "a longer one")
            return
        if columns is None:
            return
        if self.layout.form == "workbook":
            parts = self._parts(iter(self.sheet), size)
        else:
            parts = self._text_parts(size)
        for part in parts:
            place = Place(
                file=self.source.file,
                numbers=np.asarray(part.numbers, dtype=np.int64),
                findings=self.findings,
            )
            yield Chunk(
                columns=part.columns or columns,
                rows=part.rows,
                place=place,
                clock=self.clock,
                queue=self.queue,
                notes=part.notes,
            )
            if self.findings.full(self.source.file):
                return

    def _text_parts(self, size: int) -> Iterator[_Part]:
        with self.source.text() as stream:
            if self.layout.form == "json":
                yield from self._record_parts(stream, min(size, _MOST_RECORDS))
            elif self.layout.form == "lines":
                yield from self._line_parts(stream, size)
            else:
                rows = csv.reader(stream, delimiter=self.layout.delimiter, strict=True)
                yield from self._parts(rows, size)

    def _columns(self) -> Mapping[str, tuple[int, str]] | None:
        """Return where every column stands; None where one that is read stands there twice."""
        columns: dict[str, tuple[int, str]] = {}
        variant = self.layout.variant
        read = {name for group in variant.needs for name in group} | {self.queue}
        before = self.findings.count
        for position, written in enumerate(self.layout.header):
            name = normal(written)
            if name in columns and name in read:
                found = f"a second column named {shown(written)}"
                self._refuse(self.layout.above + 1, "each column once", found)
            if name:
                columns.setdefault(name, (position, written.strip()))
        return columns if self.findings.count == before else None

    def _parts(self, rows: Iterator[list[str]], size: int) -> Iterator[_Part]:
        """Yield rows that are as wide as the header."""
        width = len(self.layout.header)
        first = self.layout.above + 2
        header = self._some(rows, first - 1, 1)
        if len(header) < first - 1:
            return
        while True:
            some = self._some(rows, size, first)
            if not some:
                return
            if set(map(len, some)) == {width} and all(map(any, some)):
                yield _Part(rows=some, numbers=range(first, first + len(some)))
            else:
                notes = self._notes(some, first)
                kept, numbers = fitting_rows(
                    some, width, self.source.file, first=first, findings=self.findings
                )
                yield _Part(rows=kept, numbers=numbers, notes=notes)
            if len(some) < size:
                return
            first += len(some)

    def _some(self, rows: Iterator[list[str]], size: int, first: int) -> Rows:
        some: Rows = []
        try:
            some.extend(islice(rows, size))
        except csv.Error as error:
            self._refuse(first + len(some), "cells of usual length, quotes closed", str(error))
        return some

    def _notes(self, rows: Rows, first: int) -> list[int]:
        """Empty the rows that are lines of text below a report; return their numbers."""
        found = []
        for number, row in enumerate(rows, start=first):
            alone = bool(row) and row[0].strip() and not any(map(str.strip, row[1:]))
            if self.layout.variant.notes and alone and len(self.layout.header) > 1:
                found.append(number)
                row.clear()
        return found

    def _line_parts(self, stream: TextIO, size: int) -> Iterator[_Part]:
        """Yield the lines of a log, cut at their bars."""
        width, first = len(COLUMNS), 1
        while lines := list(islice(stream, size)):
            rows: Rows = []
            numbers = []
            for number, line in enumerate(lines, start=first):
                cells = line.rstrip("\r\n").removeprefix("\ufeff").split("|")
                if len(cells) < 5:
                    if any(cells):
                        self._refuse(number, "time|call|queue|agent|event", shown(line.strip()))
                    continue
                rows.append((cells + [""] * width)[:width])
                numbers.append(number)
            yield _Part(rows=rows, numbers=numbers)
            first += len(lines)

    def _record_parts(self, stream: TextIO, size: int) -> Iterator[_Part]:
        """Yield records as rows; every part has the columns that occur in it."""
        records = read_records(stream, self.source.file, self.findings)
        while some := list(islice(records, size)):
            names = dict.fromkeys(name for _, record in some for name in record)
            columns = {name: (at, name) for at, name in enumerate(names) if name}
            missing = self.layout.variant.missing(frozenset(names))
            for name in missing:
                self._refuse(some[0][0], f"a field {name}", "none from this record on")
            if not missing:
                rows = [[record.get(name, "") for name in names] for _, record in some]
                yield _Part(rows=rows, numbers=[number for number, _ in some], columns=columns)

    def _refuse(self, row: int | None, expected: str, found: str) -> None:
        self.findings.add(Fault(file=self.source.file, row=row, expected=expected, found=found))
