"""Rows pasted out of a spreadsheet, with or without a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from scheduler.errors import Fault, InputError
from scheduler.exchange.refusal import among, shown
from scheduler.exchange.tables import clean

MOST_ROWS = 5000


def read_pasted(text: str, columns: Sequence[str], names: Mapping[str, str]) -> list[list[str]]:
    """Read pasted rows into the columns of a table.

    A first row is a header where any cell of it names a column; without one, cells stand in the
    order of the columns.

    Parameters
    ----------
    text
        Cells separated by tab, semicolon or comma, whichever the first row has, in this order.
    columns
        The columns of the table.
    names
        What columns are called on screen, to the columns.

    Raises
    ------
    InputError
        Columns that are not known, rows that are too long, or too many of them.
    """
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = next((sign for sign in "\t;," if sign in first), "\t")
    rows = [
        [clean(cell) for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        if any(cell.strip() for cell in row)
    ]
    if not rows:
        raise InputError(Fault(expected="rows to add", found="none"))
    if len(rows) > MOST_ROWS:
        raise InputError(Fault(expected=f"at most {MOST_ROWS:,} rows", found=f"{len(rows):,}"))
    known = {name.casefold(): column for name, column in names.items()}
    known |= {column.casefold(): column for column in columns}
    header = [known.get(cell.casefold()) for cell in rows[0]]
    places: list[str | None] = list(columns)
    faults = []
    if any(header):
        for cell, column in zip(rows.pop(0), header, strict=True):
            if column is None and cell:
                expected = f"a known column{among(cell, columns)}"
                faults.append(Fault(row=1, expected=expected, found=shown(cell)))
        places = header
    for number, row in enumerate(rows, start=1):
        if len(row) > len(places):
            expected = f"at most {len(places)} cells"
            faults.append(Fault(row=number, expected=expected, found=f"{len(row)} cells"))
    if faults:
        raise InputError(faults)
    found = [dict(zip(places, row, strict=False)) for row in rows]
    return [[cells.get(column, "") for column in columns] for cells in found]
