"""Tables of text: reading and writing CSV as people and spreadsheets make it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from scheduler.errors import Fault, InputError
from scheduler.exchange.record import Findings, Record
from scheduler.exchange.refusal import nearest, shown

MOST_COLUMNS = 64
# Commas in quoted text count, too, so a line may have far more than columns.
_MOST_SIGNS = 10_000
_RISKY = re.compile(r"'*[=+\-@\x00-\x1f\x7f]")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text under a header.

    Attributes
    ----------
    file
        The name in faults and remarks.
    header
        Names of the columns.
    rows
        Cells as they stand, each row as long as the header.
    numbers
        The row of each as a spreadsheet counts it; the header is row 1.
    whole
        Whether no row was left out because of its length.
    """

    file: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]
    whole: bool = True

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield these columns of each row with its place, cells cleaned."""
        positions = [(each, self.header.index(each)) for each in columns if each in self.header]
        for number, row in zip(self.numbers, self.rows, strict=True):
            values = {name: clean(row[position]) for name, position in positions}
            yield Record(values=values, file=self.file, row=number)


def neutralise(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def clean(cell: str) -> str:
    """Strip blanks around a cell and the apostrophe that :func:`neutralise` put there."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def decode(data: bytes, file: str, findings: Findings) -> str | None:
    """Decode text as UTF-8 or UTF-16 with a mark, else as Windows-1252, which is remarked."""
    encoding = next((name for mark, name in BOMS if data.startswith(mark)), "")
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if candidate == "cp1252":
            findings.remark("is not UTF-8; read as Windows-1252 (cp1252)", file=file)
        return text.removeprefix("\ufeff")
    expected = "text in UTF-8, UTF-16 or Windows-1252"
    findings.add(Fault(file=file, expected=expected, found="bytes that are none of them"))
    return None


def read_csv(
    data: bytes, file: str, *, known: Sequence[str], required: Sequence[str], findings: Findings
) -> Table | None:
    """Read a CSV file whose cells are separated by comma, semicolon or tab.

    Parameters
    ----------
    data
        The bytes of the file.
    file
        Its name.
    known, required
        Columns that are read, and those among them that must be there.
    findings
        Where faults and remarks are noted.

    Returns
    -------
    Table or None
        None where the header is unusable. Rows of the wrong length are left out.
    """
    text = decode(data, file, findings)
    if text is None:
        return None
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    wide = _wide_line(text, delimiter)
    if wide:
        expected, found = f"at most {MOST_COLUMNS} columns", f"more than {_MOST_SIGNS}"
        findings.add(Fault(file=file, row=wide, expected=expected, found=found))
        return None
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(source)
    except csv.Error as error:
        found = f"{error}"
        expected = "cells of usual length, quotes closed"
        findings.add(Fault(file=file, row=len(rows) + 1, expected=expected, found=found))
        return None
    return make_table(rows, file, known=known, required=required, findings=findings)


def _wide_line(text: str, delimiter: str) -> int:
    """Return the number of the first line that would make more cells than memory is for; 0."""
    lines = enumerate(io.StringIO(text, newline=""), start=1)
    return next((number for number, line in lines if line.count(delimiter) > _MOST_SIGNS), 0)


def make_table(
    rows: Sequence[list[str]],
    file: str,
    *,
    known: Sequence[str],
    required: Sequence[str],
    findings: Findings,
) -> Table | None:
    """Check the header and the length of every row; parameters as for :func:`read_csv`.

    ``rows`` holds every row of the file, the header first; empty ones are passed over.
    """
    if not rows or not any(map(str.strip, rows[0])):
        expected = f"a header with the columns {', '.join(known)}"
        findings.add(Fault(file=file, row=1, expected=expected, found="an empty first row"))
        return None
    header = _trimmed([clean(name) for name in rows[0]])
    if len(header) > MOST_COLUMNS:
        expected, found = f"at most {MOST_COLUMNS} columns", f"{len(header)}"
        findings.add(Fault(file=file, row=1, expected=expected, found=found))
        return None
    if not _check_header(header, file, known, required, findings):
        return None
    before = findings.count
    kept, numbers = fitting_rows(rows[1:], len(header), file, first=2, findings=findings)
    whole = findings.count == before
    return Table(file=file, header=tuple(header), rows=kept, numbers=numbers, whole=whole)


def fitting_rows(
    rows: Sequence[list[str]], width: int, file: str, *, first: int, findings: Findings
) -> tuple[list[list[str]], list[int]]:
    """Return the rows that are as wide as the header, and their numbers.

    Empty rows, and empty cells beyond the header, are passed over; every other row of another
    width is noted as a fault.

    Parameters
    ----------
    rows
        Rows without the header.
    width
        Number of columns.
    file
        The name in faults.
    first
        Number of the first row.
    findings
        Where faults are noted.
    """
    kept: list[list[str]] = []
    numbers: list[int] = []
    for number, row in enumerate(rows, start=first):
        cells = row if len(row) == width else _trimmed(row)
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        if len(row) < width or len(cells) > width:
            expected = f"{width} cells"
            findings.add(Fault(file=file, row=number, expected=expected, found=f"{len(row)} cells"))
            continue
        kept.append(row if len(row) == width else row[:width])
        numbers.append(number)
    return kept, numbers


def _trimmed(row: list[str]) -> list[str]:
    """Drop the empty cells at the end."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return row[:width]


def _check_header(
    header: list[str], file: str, known: Sequence[str], required: Sequence[str], findings: Findings
) -> bool:
    before = findings.count

    def refuse(column: str, expected: str, found: str) -> None:
        findings.add(Fault(file=file, row=1, column=column, expected=expected, found=found))

    for name in sorted({each for each in header if header.count(each) > 1}):
        refuse(name, "each column once", f"{header.count(name)} columns named {shown(name)}")
    missing = [name for name in known if name not in header]
    for name in required:
        if name in missing:
            refuse(name, f"a column {name}", f"the columns {', '.join(header)[:200]}")
    for name in header:
        if name not in known:
            hint = nearest(name, missing)
            if hint:
                refuse(name, f"a known column{hint}", shown(name))
            else:
                findings.remark(f"column {shown(name)} is not read", file=file, row=1)
    return findings.count == before


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as UTF-8 CSV; the cells are final (see :func:`neutralise`)."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue().encode("utf-8")


def figure(value: float) -> str:
    """Write a number as short as it reads back; nothing where it is not finite."""
    if not isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def check_size(size: int, file: str, max_bytes: int) -> None:
    """Refuse what is too large to be read.

    Raises
    ------
    InputError
        The size is above the limit.
    """
    if size > max_bytes:
        raise InputError(
            Fault(file=file, expected=f"at most {max_bytes:,} bytes", found=f"{size:,} bytes")
        )
