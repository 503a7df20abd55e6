"""Workbooks: typed cells read like text, formulas refused, bombs not unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from case_strategies import differences
from openpyxl import Workbook, load_workbook
from small_case import MAX_BYTES

from scheduler.errors import InputError
from scheduler.exchange import workbook
from scheduler.exchange.case import Case
from scheduler.exchange.layout import CONTRACTS
from scheduler.exchange.read_case import read_case, read_case_workbook
from scheduler.exchange.write_case import workbook_bytes, write_workbook

Folder = Callable[[Mapping[str, str | bytes | None]], Path]
Change = Callable[[Any], None]


@pytest.fixture
def case(folder: Folder) -> Case:
    return read_case(folder({}), max_bytes=MAX_BYTES)


def _changed(case: Case, change: Change) -> bytes:
    book = load_workbook(io.BytesIO(workbook_bytes(case)))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _read(data: bytes) -> Case:
    return read_case_workbook(data, "small.xlsx", max_bytes=MAX_BYTES)


def test_a_file_and_an_upload_read_alike(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "Small.XLSX"
    write_workbook(case, path)
    assert differences(case, read_case(path, max_bytes=MAX_BYTES)) == []
    assert differences(case, _read(path.read_bytes())) == []


def test_every_cell_is_text(case: Case) -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(case)))
    kinds = {cell.data_type for sheet in book for row in sheet.rows for cell in row if cell.value}
    assert kinds == {"s"}


def test_cells_typed_by_a_spreadsheet_read_like_text(case: Case) -> None:
    def change(book: Any) -> None:
        book["agents"]["H2"] = time(7, 0)
        book["agents"]["J2"] = 18.5
        book["requests"]["B2"] = date(2026, 3, 25)
        book["requests"]["E2"] = 2
        book["time_off"]["C2"] = date(2026, 3, 27)
        book["special_days"]["D3"] = 1.5
        contracts = book["contracts"]
        holidays = list(CONTRACTS).index("works_public_holidays") + 1
        contracts.cell(row=2, column=holidays).value = False
        book["case"]["B5"] = 30
        book["history"]["C3"] = 0.0

    assert differences(case, _read(_changed(case, change))) == []


def test_a_typed_time_reads_in_the_stated_zone(case: Case) -> None:
    def change(book: Any) -> None:
        book["case"].append(["history_timezone", "Europe/London"])
        book["history"]["A2"] = datetime(2026, 3, 16, 0, 0)  # noqa: DTZ001 - a cell has no zone
        book["history"]["A2"].number_format = "yyyy-mm-dd hh:mm"

    assert differences(case, _read(_changed(case, change))) == []


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "words"),
    [
        ("agents", "B2", "=HYPERLINK(1)", "sheet agents, row 2, column name"),
        ("history", "C3", "=SUM(C4:C9)", "sheet history, row 3, column offered"),
        ("case", "B2", "=A1", "sheet case, row 2, column value"),
        ("rules", "B2", "promis", "sheet rules, row 2, column rules, order"),
        ("queues", "C2", "80", "sheet queues, row 2, column service_level"),
        ("queues", "C1", "servicelevel", "sheet queues, row 1, column servicelevel"),
        ("contracts", "A2", "", "sheet contracts, row 2, column name"),
        ("case", "A4", "timezon", "sheet case, row 4, column timezon: expected a known key (did"),
        ("case", "A4", "name", "sheet case, row 4, column key: expected no key twice"),
        ("shrinkage", "B2", "1.2", "sheet shrinkage, row 2, column shrinkage, breaks"),
    ],
)
def test_faults_of_a_workbook_name_the_sheet(
    sheet: str, cell: str, value: str, words: str, case: Case
) -> None:
    def change(book: Any) -> None:
        book[sheet][cell] = value or None

    with pytest.raises(InputError) as refused:
        _read(_changed(case, change))
    assert f"small.xlsx, {words}" in str(refused.value)


def test_a_missing_sheet_is_named(case: Case) -> None:
    def change(book: Any) -> None:
        del book["case"], book["agents"]

    with pytest.raises(InputError) as refused:
        _read(_changed(case, change))
    assert "a sheet named case" in str(refused.value)
    assert "sheet agents, row 1: expected a header" in str(refused.value)


def test_other_sheets_are_remarked(case: Case) -> None:
    again = _read(_changed(case, lambda book: book.create_sheet("Notes")))
    assert "small.xlsx: sheet 'Notes' is not read" in map(str, again.remarks)


def _archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an .xlsx workbook"),
        (b"PK\x03\x04 nonsense", "an .xlsx workbook"),
        (_archive(a=b"nothing of a workbook"), "an .xlsx workbook"),
        (_archive(a=b"\0" * 2_000_000), "parts packed at most 100 to 1"),
        (_archive(**{str(n): b"" for n in range(600)}), "at most 500 entries"),
        (b"x" * (MAX_BYTES + 1), "at most 5,000,000 bytes"),
    ],
)
def test_what_is_no_honest_workbook_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        _read(data)


def test_a_bomb_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "load_workbook", lambda *_, **__: pytest.fail("was opened"))
    with pytest.raises(InputError, match="20,000,000 bytes when unpacked"):
        _read(_archive(a=b"\0" * 20_000_001))


def test_endless_rows_are_not_read(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    with pytest.raises(InputError, match="sheet history, row 6: expected at most 5 rows"):
        _read(workbook_bytes(case))


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(case: Case) -> None:
    data = workbook_bytes(case)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            lie = b'<dimension ref="A1:XFD1048576"/><sheetData>'
            new.writestr(entry, text.replace(b"<sheetData>", lie))
    assert differences(case, _read(target.getvalue())) == []


def test_entities_are_not_expanded(case: Case) -> None:
    data = workbook_bytes(case)
    target = io.BytesIO()
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry, text.replace(b"<workbook", bomb + b"<workbook", 1))
    with pytest.raises(InputError, match=r"an \.xlsx workbook"):
        _read(target.getvalue())


def test_text_that_no_workbook_can_hold_is_refused() -> None:
    with pytest.raises(InputError, match="sheet agents, row 2: expected text without control"):
        workbook.write_sheets({"agents": [["name"], ["a\x01b"]]})


def test_an_empty_workbook_is_no_case() -> None:
    target = io.BytesIO()
    Workbook().save(target)
    with pytest.raises(InputError, match="a sheet named case"):
        _read(target.getvalue())
