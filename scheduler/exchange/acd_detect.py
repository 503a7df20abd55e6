"""Which kind of export a file is, told by its columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal

from scheduler.errors import Fault, InputError
from scheduler.exchange import (
    acd_aircall,
    acd_amazon,
    acd_asterisk,
    acd_genesys,
    acd_technion,
    acd_tickets,
    acd_twilio,
)
from scheduler.exchange.acd_chunk import normal
from scheduler.exchange.acd_json import read_records
from scheduler.exchange.acd_variant import Variant
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import nearest, shown

VARIANTS: tuple[Variant, ...] = (
    *acd_aircall.VARIANTS,
    *acd_tickets.VARIANTS,
    *acd_amazon.VARIANTS,
    *acd_genesys.VARIANTS,
    *acd_asterisk.VARIANTS,
    *acd_twilio.VARIANTS,
    *acd_technion.VARIANTS,
)
MOST_ABOVE = 20
_DELIMITERS = ",;\t|"
_LOG_LINE = re.compile(r"\d{9,10}(\.\d+)?\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[A-Z]+(\||\s*$)", re.ASCII)
_RECORDS = re.compile(r"[\[\s]*\{")
# Agents' own lines say nothing of the contacts that came.
_OF_AGENTS = frozenset({"interval start", "agent id", "agent name"})

Form = Literal["table", "workbook", "lines", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an export is laid out.

    Attributes
    ----------
    variant
        Its kind.
    form
        Rows of a table, sheets of a workbook, lines without a header, or JSON.
    header
        Its columns as written.
    reason
        Why it is taken for this kind.
    delimiter
        What separates the cells of a table.
    above
        Rows above the header.
    """

    variant: Variant
    form: Form
    header: tuple[str, ...]
    reason: str
    delimiter: str = ""
    above: int = 0


def variant_named(name: str) -> Variant:
    """Return the kind of export of this name.

    Raises
    ------
    InputError
        There is none.
    """
    for variant in VARIANTS:
        if variant.name == name:
            return variant
    names = [variant.name for variant in VARIANTS]
    expected = f"one of {', '.join(names)}{nearest(name, names)}"
    raise InputError(Fault(column="variant", expected=expected, found=shown(name)))


def lay_out_text(head: str, file: str, variant: Variant | None) -> Layout:
    """Tell how the text of an export is laid out from its beginning.

    Parameters
    ----------
    head
        The beginning of the text.
    file
        Name of the file.
    variant
        Its kind, where it is known.

    Raises
    ------
    InputError
        It is of no known kind, or not of the one named.
    """
    head = head.removeprefix("\ufeff")
    start = head.lstrip()
    if _RECORDS.match(start):
        return _chosen(_of_records(head, file), file, variant)
    if _LOG_LINE.match(start):
        columns = acd_asterisk.COLUMNS
        return _chosen([Found(form="lines", header=columns, delimiter="|")], file, variant)
    found = [each for delimiter in _DELIMITERS for each in _of_table(head, delimiter)]
    return _chosen(found, file, variant)


def lay_out_rows(rows: Sequence[Sequence[str]], file: str, variant: Variant | None) -> Layout:
    """Tell how the sheet of a workbook is laid out; see :func:`lay_out_text`."""
    found = [
        Found(form="workbook", header=_trimmed(row), above=above)
        for above, row in enumerate(rows[:MOST_ABOVE])
    ]
    return _chosen(found, file, variant)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A row that may be the header.

    Attributes
    ----------
    form, header, delimiter, above
        As in :class:`Layout`.
    """

    form: Form
    header: tuple[str, ...]
    delimiter: str = ""
    above: int = 0

    @cached_property
    def columns(self) -> frozenset[str]:
        """Normal names of the columns."""
        return frozenset(map(normal, self.header))


def _of_records(head: str, file: str) -> list[Found]:
    records = islice(read_records(io.StringIO(head), file, Findings()), 200)
    fields = dict.fromkeys(name for _, record in records for name in record)
    return [Found(form="json", header=tuple(fields))]


def _of_table(head: str, delimiter: str) -> Iterator[Found]:
    rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        for above, row in enumerate(islice(rows, MOST_ABOVE)):
            yield Found(form="table", header=_trimmed(row), delimiter=delimiter, above=above)
    except csv.Error:
        # What comes after it is no header; reading the rows will name the fault.
        return


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Drop the empty cells at the end of what may be a header."""
    width = max((at for at, cell in enumerate(row, start=1) if cell.strip()), default=0)
    return tuple(row[:width])


def _chosen(found: list[Found], file: str, variant: Variant | None) -> Layout:
    """Take the header and the kind that have most of their columns in common."""
    wanted = VARIANTS if variant is None else (variant,)
    fitting = [
        (len(kind.needs), -each.above, each, kind)
        for each in found
        for kind in wanted
        if kind.fits(each.columns)
    ]
    if not fitting:
        raise InputError(_unknown(found, file, wanted))
    _, _, each, kind = max(fitting, key=lambda fit: fit[:2])
    return Layout(
        variant=kind,
        form=each.form,
        header=each.header,
        reason=_reason(kind, each),
        delimiter=each.delimiter,
        above=each.above,
    )


def _reason(kind: Variant, found: Found) -> str:
    if found.form == "lines":
        return "its lines hold a time, a call, a queue, an agent and an event"
    written = {normal(name): name.strip() for name in reversed(found.header)}
    names = [next(written[name] for name in group if name in written) for group in kind.needs]
    lacking = f" and none called {' or '.join(kind.lacks)}" if kind.lacks else ""
    return f"it has the columns {', '.join(names)}{lacking}"


def _unknown(found: list[Found], file: str, wanted: Sequence[Variant]) -> Fault:
    """Name the kind that comes nearest, and what it lacks."""
    each, kind = max(
        ((each, kind) for each in found or [Found(form="table", header=())] for kind in wanted),
        key=lambda pair: 1 - len(pair[1].missing(pair[0].columns)) / len(pair[1].needs),
    )
    row = each.above + 1 if each.form in ("table", "workbook") else None
    nothing = "no record that stands on one line" if each.form == "json" else "no columns"
    columns = f"the columns {', '.join(each.header)[:200]}" if any(each.header) else nothing
    missing = kind.missing(each.columns)
    if each.columns >= _OF_AGENTS:
        expected = "an export of queues: this one counts what agents did, not what customers wanted"
    elif len(missing) < len(kind.needs):
        lacks = f"with {', '.join(missing)}" if missing else f"without {', '.join(kind.lacks)}"
        expected = f"an export that is known; the nearest is {kind.title}, {lacks}"
    else:
        expected = f"an export that is known: {', '.join(kind.name for kind in wanted)}"
    return Fault(file=file, row=row, expected=expected, found=columns)
