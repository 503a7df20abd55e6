"""A roster as a workbook: agents × days in colour, shifts, coverage and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from scheduler.exchange.roster_sheet import GridCell, RosterSheet, day_words, grid_rows
from scheduler.exchange.roster_table import (
    COVERAGE_COLUMNS,
    ROSTER_COLUMNS,
    coverage_rows,
    roster_rows,
)
from scheduler.exchange.tables import neutralise
from scheduler.exchange.workbook import new_book, saved, text_cell
from scheduler.rostering.coverage import Coverage
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster

# Pale, so that black text stands out on every one of them.
_FILLS = tuple(
    PatternFill("solid", fgColor=colour)
    for colour in (
        "CFE3F7",
        "FBE3B5",
        "D3EFD0",
        "ECD5F0",
        "FBD3CC",
        "CDEEEE",
        "E4E0D0",
        "DADCF5",
    )
)
_WORDS = frozenset((*COVERAGE_COLUMNS[:3], *ROSTER_COLUMNS)) - {"paid_minutes"}


def roster_workbook(
    problem: Problem, roster: Roster, coverage: Coverage, sheet: RosterSheet
) -> bytes:
    """Write a roster as the bytes of an ``.xlsx`` workbook.

    Sheets: ``roster`` (agents × days, hours in the agent's zone), ``shifts`` (the columns of
    ``roster.csv``), ``coverage`` (those of ``coverage.csv``) and ``numbers``.

    Raises
    ------
    InputError
        A text holds a character that no workbook can.
    """
    with new_book() as book:
        _grid(book, problem, roster)
        _listed(book, "shifts", ROSTER_COLUMNS, roster_rows(problem, roster))
        _listed(book, "coverage", COVERAGE_COLUMNS, coverage_rows(problem, coverage))
        _numbers(book, sheet)
        return saved(book)


class _Page:
    """A sheet being written row by row."""

    def __init__(self, book: Workbook, title: str, widths: Sequence[int], frozen: str) -> None:
        self._sheet = book.create_sheet(title)
        self._sheet.freeze_panes = frozen
        for number, width in enumerate(widths, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        self._row = 0

    def add(self, cells: Iterable[str | float | GridCell], *, bold: bool = False) -> None:
        """Add a row of text, numbers and shifts."""
        self._row += 1
        written = [self._cell(each) for each in cells]
        for cell in written if bold else ():
            cell.font = Font(bold=True)
        self._sheet.append(written)

    def _cell(self, value: str | float | GridCell) -> Any:
        if isinstance(value, float):
            return WriteOnlyCell(self._sheet, value=value)
        if isinstance(value, str):
            return text_cell(self._sheet, neutralise(value), self._row)
        words = "\n".join((value.shift, value.hours, value.queues))
        words += f"\n{value.activities}" if value.activities else ""
        cell = text_cell(self._sheet, neutralise(words), self._row)
        cell.fill = _FILLS[value.tone]
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell


def _grid(book: Workbook, problem: Problem, roster: Roster) -> None:
    days = [day_words(day) for day in problem.dates]
    page = _Page(book, "roster", (24, 20, 12, *[16] * len(days)), "D2")
    page.add(["agent", "time zone", "paid hours", *days], bold=True)
    for row in grid_rows(problem, roster):
        shifts = [_one(cells) if cells else "" for cells in row.days]
        page.add([row.name, row.zone, round(row.paid_hours, 2), *shifts])


def _one(cells: tuple[GridCell, ...]) -> GridCell:
    """Put several shifts of a day into one cell."""
    first = cells[0]
    if len(cells) == 1:
        return first
    words = " / ".join(f"{cell.shift} {cell.hours}" for cell in cells)
    return GridCell(shift=words, hours="", queues=first.queues, tone=first.tone)


def _listed(
    book: Workbook, title: str, columns: tuple[str, ...], rows: Iterable[dict[str, str]]
) -> None:
    page = _Page(book, title, [18] * len(columns), "A2")
    page.add(columns, bold=True)
    for row in rows:
        page.add(
            row[name] if name in _WORDS or not row[name] else float(row[name]) for name in columns
        )


def _numbers(book: Workbook, sheet: RosterSheet) -> None:
    page = _Page(book, "numbers", (28, 28, *[18] * len(sheet.queue_columns)), "A2")
    page.add([sheet.title], bold=True)
    page.add([sheet.sentence])
    for label, value in sheet.numbers:
        page.add([label, value])
    page.add([])
    page.add(sheet.queue_columns, bold=True)
    for row in sheet.queue_rows:
        page.add(row)
    page.add(["made", sheet.made.isoformat()])
