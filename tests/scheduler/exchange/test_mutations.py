"""Valid files changed at random give a clean case or an InputError, never anything else."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from small_case import FILES, MAX_BYTES
from small_problem import SHEET, small_problem, small_roster

from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.exchange.case_packing import packed, unpacked
from scheduler.exchange.read_case import read_case, read_case_workbook
from scheduler.exchange.read_roster import parse_roster
from scheduler.exchange.write_case import workbook_bytes
from scheduler.exchange.write_roster import roster_files
from scheduler.rostering.coverage import cover
from scheduler.rostering.roster import Roster

NASTY = st.sampled_from(
    [
        *["", "0", "-1", "1e999", "nan", "inf", "9" * 400, "1_000", "٣", "true", "null", "'", '"'],
        *["=1+1", "'=1", "\ufeff", "\x00", "\ud7ff", "a;b", ";", "lang:", "24:00", "25:00", "0:0"],
        *["2026-03-29", "2026-03-29T01:30", "9999-12-31", "0001-01-01T00:00+14:00", "2026-02-30"],
        *["2026-03-16T09:00:00+99:99", "2026-10-25T01:30", "20260316", "2026-W10-1", "Total"],
        *["UTC", "Europe", "../x", "Etc/GMT+5", "Factory", "GB-", "UT", "Mon", "Sun-Mon", "none"],
        *["stable", "1d", "0s", "999999999999d", "1bd", "always", "closed", "[", "[[x]]", "{a=1}"],
    ]
)
PLACES = st.floats(0, 1, exclude_max=True)


@st.composite
def changed_text(draw: st.DrawFn, text: str) -> str:
    """Swap a cell or value, drop, double or cut a line, or write over some characters."""
    for _ in range(draw(st.integers(1, 3))):
        lines = text.split("\n")
        at = int(draw(PLACES) * len(lines))
        kind = draw(st.sampled_from(["cell", "cell", "value", "drop", "double", "over"]))
        if kind == "cell":
            cells = lines[at].split(",")
            cells[int(draw(PLACES) * len(cells))] = draw(NASTY)
            lines[at] = ",".join(cells)
        elif kind == "value":
            key, _, _ = lines[at].partition(" = ")
            word = draw(NASTY)
            lines[at] = f"{key} = {draw(st.sampled_from([word, repr(word), f'[{word!r}]']))}"
        elif kind == "drop":
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        else:
            start = int(draw(PLACES) * (len(lines[at]) + 1))
            over = draw(st.text(max_size=4) | NASTY)
            lines[at] = lines[at][:start] + over + lines[at][start + len(over) :]
        text = "\n".join(lines)
    return text


@given(st.data())
@settings(deadline=None, derandomize=True, max_examples=300)
def test_changed_folders(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["case.toml", *FILES]))
    text = data.draw(changed_text(FILES[name]))
    with TemporaryDirectory() as place:
        for file, content in {**FILES, name: text}.items():
            Path(place, file).write_bytes(content.encode("utf-8", "surrogatepass"))
        with suppress(InputError):
            assert isinstance(read_case(Path(place), max_bytes=MAX_BYTES), Case)


@given(name=st.sampled_from(sorted(FILES)), at=PLACES, junk=st.binary(max_size=6))
@settings(deadline=None, derandomize=True, max_examples=150)
def test_changed_bytes(name: str, at: float, junk: bytes) -> None:
    old = FILES[name].encode()
    start = int(at * len(old))
    with TemporaryDirectory() as place:
        for file, content in FILES.items():
            Path(place, file).write_text(content)
        Path(place, name).write_bytes(old[:start] + junk + old[start + len(junk) :])
        with suppress(InputError):
            assert isinstance(read_case(Path(place), max_bytes=MAX_BYTES), Case)


@cache
def _small_workbook() -> bytes:
    with TemporaryDirectory() as place:
        for file, content in FILES.items():
            Path(place, file).write_text(content)
        return workbook_bytes(read_case(Path(place), max_bytes=MAX_BYTES))


CELLS = st.one_of(
    NASTY.map(lambda text: "".join(c for c in text if c >= " ")),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.datetimes(),
    st.times(),
    st.dates(),
    st.timedeltas(),
    st.none(),
)


@given(st.data())
@settings(deadline=None, derandomize=True, max_examples=25)
def test_changed_workbooks(data: st.DataObject) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_small_workbook()))
    for _ in range(3):
        sheet = book[data.draw(st.sampled_from(book.sheetnames))]
        row, column = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 8))
        with suppress(ValueError, OverflowError):  # openpyxl writes no such value
            sheet.cell(row=row, column=column).value = data.draw(CELLS)
    target = io.BytesIO()
    book.save(target)
    with suppress(InputError):
        read = read_case_workbook(target.getvalue(), "x.xlsx", max_bytes=MAX_BYTES)
        assert isinstance(read, Case)


@given(at=PLACES, junk=st.binary(min_size=1, max_size=6))
@settings(deadline=None, derandomize=True, max_examples=80)
def test_changed_bytes_of_a_workbook(at: float, junk: bytes) -> None:
    old = _small_workbook()
    start = int(at * len(old))
    data = old[:start] + junk + old[start + len(junk) :]
    with suppress(InputError):
        assert isinstance(read_case_workbook(data, "x.xlsx", max_bytes=MAX_BYTES), Case)


@given(at=PLACES, junk=st.binary(min_size=1, max_size=6))
@settings(deadline=None, derandomize=True, max_examples=80)
def test_changed_bytes_of_a_packed_folder(at: float, junk: bytes) -> None:
    old = packed({name: text.encode() for name, text in FILES.items()})
    start = int(at * len(old))
    data = old[:start] + junk + old[start + len(junk) :]
    with suppress(InputError):
        assert unpacked(data, "x.zip", max_bytes=MAX_BYTES).files


PROBLEM = small_problem()


@cache
def _small_roster() -> str:
    roster = small_roster(PROBLEM)
    files = roster_files(PROBLEM, roster, cover(PROBLEM, roster), SHEET)
    return files["roster.csv"].decode()


@given(st.data())
@settings(deadline=None, derandomize=True, max_examples=150)
def test_changed_rosters(data: st.DataObject) -> None:
    encoded = data.draw(changed_text(_small_roster())).encode("utf-8", "surrogatepass")
    with suppress(InputError):
        read = parse_roster(encoded, "r.csv", PROBLEM, max_bytes=MAX_BYTES)
        assert isinstance(read, Roster)
