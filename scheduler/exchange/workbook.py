"""Workbooks (.xlsx): sheets of text in and out, guarded against files made to harm."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError

from scheduler.errors import Fault, InputError
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import shown
from scheduler.exchange.tables import MOST_COLUMNS, check_size
from scheduler.exchange.xml_depth import MOST_DEPTH, too_deep

MOST_ENTRIES = 500
MOST_ROWS = 400_000
MOST_CELLS = 4_000_000
_UNPACKED_TIMES = 4
# A sheet of figures packs about 15 to 1; only parts of some size can do harm.
_RATIO = 100
_LARGE = 1_000_000

Rows = list[list[str]]


def read_sheets(
    data: bytes, file: str, wanted: Sequence[str], *, max_bytes: int, findings: Findings
) -> dict[str, Rows]:
    """Read the wanted sheets of a workbook as rows of text.

    Dates and times become ISO 8601 text, numbers their shortest form, so that a workbook reads
    like the CSV files it stands for. Formulas are refused: what they show depends on who opened
    the workbook last.

    Parameters
    ----------
    data
        The bytes of the file.
    file
        Its name.
    wanted
        Names of sheets; others are remarked.
    max_bytes
        Largest size of the file; unpacked it may be four times as large.
    findings
        Where faults and remarks are noted.

    Raises
    ------
    InputError
        The file is too large, packs too much, or is no workbook.
    """
    sheets: dict[str, Rows] = {}
    with _opened(data, file, max_bytes) as book:
        for sheet in book.worksheets:
            name = sheet.title.strip().casefold()
            if name in wanted:
                sheets[name] = _read_rows(sheet, sheet_file(file, name), findings)
            else:
                findings.remark(f"sheet {sheet.title!r} is not read", file=file)
    return sheets


@contextmanager
def _opened(data: bytes, file: str, max_bytes: int) -> Iterator[Any]:
    """Open a workbook for reading; whatever openpyxl makes of a broken one is an InputError."""
    check_size(len(data), file, max_bytes)
    check_archive(data, file, max_bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        except Exception as error:
            raise InputError(
                Fault(file=file, expected="an .xlsx workbook", found=_words(error))
            ) from error


def sheet_titles(data: bytes, file: str, *, max_bytes: int) -> tuple[str, ...]:
    """Return the names of a workbook's sheets as :func:`read_sheets` wants them, in their order.

    Raises
    ------
    InputError
        The file is too large, packs too much, or is no workbook.
    """
    with _opened(data, file, max_bytes) as book:
        return tuple(sheet.title.strip().casefold() for sheet in book.worksheets)


def sheet_file(file: str, sheet: str) -> str:
    """Name a sheet as faults name it."""
    return f"{file}, sheet {sheet}"


def check_archive(data: bytes, file: str, max_bytes: int) -> None:
    """Refuse an archive that unpacks to too much, or too deep, before anything is kept of it.

    Raises
    ------
    InputError
        Too many entries, too many bytes, a ratio or a depth that no honest workbook has.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise InputError(
            Fault(file=file, expected="an .xlsx workbook", found=_words(error))
        ) from error
    total = sum(entry.file_size for entry in entries)
    large = [entry for entry in entries if entry.file_size >= _LARGE]
    packed = max((entry.file_size / max(1, entry.compress_size) for entry in large), default=0.0)
    demands = (
        (f"at most {MOST_ENTRIES} entries", f"{len(entries)}", len(entries) <= MOST_ENTRIES),
        (
            f"at most {_UNPACKED_TIMES * max_bytes:,} bytes when unpacked",
            f"{total:,}",
            total <= _UNPACKED_TIMES * max_bytes,
        ),
        (f"parts packed at most {_RATIO} to 1", f"{packed:.0f} to 1", packed <= _RATIO),
    )
    faults = [Fault(file=file, expected=e, found=found) for e, found, holds in demands if not holds]
    if not faults:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            deep = too_deep(archive)
        if deep:
            expected = f"parts nested at most {MOST_DEPTH} deep"
            faults.append(Fault(file=file, expected=expected, found=f"{deep}, deeper"))
    if faults:
        raise InputError(faults)


def _read_rows(sheet: Any, file: str, findings: Findings) -> Rows:
    # A sheet states its own size, which may be wrong on purpose.
    sheet.reset_dimensions()
    first = next(sheet.iter_rows(max_row=1), ())
    header = [_text(cell, file, 1, "", findings) for cell in first[: MOST_COLUMNS + 1]]
    while header and not header[-1].strip():
        header.pop()
    if len(header) > MOST_COLUMNS:
        return [header]
    rows = [header]
    wide = max(1, len(header)) + 1
    most = min(MOST_ROWS, MOST_CELLS // wide)
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_col=wide), start=2):
        if number > most:
            expected = f"at most {most:,} rows of {wide} columns"
            findings.add(Fault(file=file, row=number, expected=expected, found="more"))
            break
        rows.append(
            [
                _text(cell, file, number, name, findings)
                for cell, name in zip(cells, [*header, "beyond the header"], strict=False)
            ]
        )
    width = len(header)
    return [row + [""] * (width - len(row)) for row in rows]


def _text(cell: Any, file: str, row: int, column: str, findings: Findings) -> str:
    """Write the value of a cell as a CSV file would hold it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str) and cell.data_type not in ("f", "e"):
        return value
    if cell.data_type in ("f", "e") or isinstance(value, timedelta):
        kind = {"f": "a formula", "e": "an error"}.get(cell.data_type, "a length of time")
        expected = "a value typed in"
        findings.add(
            Fault(file=file, row=row, column=column, expected=expected, found=f"{kind}: {value}")
        )
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return _moment(value, cell.number_format)


def _moment(value: object, shape: str) -> str:
    if isinstance(value, datetime):
        rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        dated = "h" not in shape.casefold() and rounded.time() == time(0)
        return rounded.date().isoformat() if dated else rounded.isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def write_sheets(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Write rows of text as the sheets of a workbook, the first row of each as its header.

    Every cell is stored as text, so nothing in it can become a formula.

    Raises
    ------
    InputError
        A cell holds a character that no workbook can.
    """
    with new_book() as book:
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            sheet.freeze_panes = "A2"
            for number, row in enumerate(rows, start=1):
                cells = [text_cell(sheet, text, number) for text in row]
                for cell in cells if number == 1 else ():
                    cell.font = Font(bold=True)
                sheet.append(cells)
        return saved(book)


@contextmanager
def new_book() -> Iterator[Workbook]:
    """Open a workbook that is written row by row; its temporary files do not outlive an error."""
    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()
        raise


def text_cell(sheet: Any, text: str, row: int) -> Any:
    """Make a cell that holds text as text, whatever it begins with.

    Raises
    ------
    InputError
        The text holds a character that no workbook can.
    """
    try:
        cell = WriteOnlyCell(sheet, value=text or None)
    except IllegalCharacterError as error:
        expected = "text without control characters"
        place = f"sheet {sheet.title}"
        raise InputError(
            Fault(file=place, row=row, expected=expected, found=shown(text))
        ) from error
    if text:
        cell.data_type = "s"
    return cell


def saved(book: Workbook) -> bytes:
    """Give the bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120]
