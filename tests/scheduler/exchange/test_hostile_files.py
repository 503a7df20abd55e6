"""Files made to harm: refused soon, with their place, in little memory.

Each is read in a process of its own that may not take more memory than is named here, so that
a reader that unpacks or copies without bound dies and fails its test.
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from openpyxl import Workbook
from small_case import FILES

from scheduler.exchange.read_case import read_case, read_case_files
from scheduler.exchange.write_case import workbook_bytes

MB = 1_000_000
MOST_BYTES = 50 * MB  # what the app takes by default
MOST_MEMORY_MB = 320  # beyond what the interpreter takes with our modules loaded
MOST_SECONDS = 30.0  # measured below 4; the machines of others are busy, too

# Read in a child: the peak of its memory before and after, and what it was told.
CHILD = """
import json, resource, sys, time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo
from scheduler.errors import InputError
from scheduler.exchange.acd import import_history
from scheduler.exchange.read_case import read_case
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 1_500_000_000,) * 2)
def peak():  # of this program; getrusage would count the peak of whoever started it
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
start = peak()
utc, most = ZoneInfo("UTC"), int(sys.argv[1])
for path in map(Path, sys.argv[2:]):
    began, told = time.monotonic(), ""
    try:
        if path.suffix == ".csv":
            import_history(path, zone=utc, service_zone=utc, interval=timedelta(minutes=30),
                           max_bytes=most)
        else:
            read_case(path, max_bytes=most)
    except InputError as error:
        told = str(error)[:2000]
    seconds = time.monotonic() - began
    print(json.dumps({"told": told, "kb": peak() - start, "seconds": seconds}), flush=True)
"""


def small() -> dict[str, bytes]:
    return {name: text.encode() for name, text in FILES.items()}


@cache
def honest_book() -> bytes:
    return workbook_bytes(read_case_files(small()))


def repacked(change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """An honest workbook with its parts changed and others added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(honest_book())) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return target.getvalue()


def in_first_sheet(xml: bytes) -> bytes:
    return repacked(
        lambda name, data: (
            data.replace(b"</sheetData>", xml + b"</sheetData>")
            if name.startswith("xl/worksheets/")
            else data
        )
    )


def with_entities(name: str, data: bytes) -> bytes:
    lol = b'<!ENTITY l0 "lol">' + b"".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">'.encode() for n in range(1, 10)
    )
    if not name.startswith("xl/worksheets/"):
        return data
    head, mark, rest = data.partition(b"<worksheet")
    return head + b"<!DOCTYPE x [" + lol + b"]>" + mark + rest.replace(b"<t>", b"<t>&l9;", 1)


def outside(name: str, data: bytes) -> bytes:
    if name != "xl/workbook.xml":
        return data
    return b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + data


def wide_book() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("case")
    sheet.append([f"c{n}" for n in range(16_384)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def long_rows() -> bytes:
    """Half a megabyte that holds a sheet of a million rows."""
    row = b"<row><c t='inlineStr'><is><t>x</t></is></c></row>"
    return in_first_sheet(row * 1_000_000)


BOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    # 0.4 MB that unpack to 100 MB and more.
    "blown up": (lambda: in_first_sheet(b" " * 110 * MB), "parts packed at most 100 to 1"),
    "many small bombs": (
        lambda: repacked(lambda _, d: d, {f"x{n}": b"\0" * 999_999 for n in range(205)}),
        "bytes when unpacked",
    ),
    "a million rows": (long_rows, "parts packed at most 100 to 1"),
    "many entries": (
        lambda: repacked(lambda _, d: d, {f"x{n}": b"" for n in range(2_000)}),
        "at most 500 entries",
    ),
    "deep": (lambda: in_first_sheet(b"<row>" * 50_000 + b"</row>" * 50_000), "at most 64 deep"),
    "laughs": (lambda: repacked(with_entities), "an .xlsx workbook"),
    "a file of ours": (lambda: repacked(outside), "an .xlsx workbook"),
    "wide": (wide_book, "columns"),
    "a long cell": (
        lambda: in_first_sheet(
            b"<row><c t='inlineStr'><is><t>" + b"xy" * 200_000 + b"</t></is></c></row>"
        ),
        "",
    ),
    "cut": (lambda: honest_book()[:-300], "an .xlsx workbook"),
    "other text": (lambda: repacked(lambda _, d: d.replace(b"a1", b"\xff\xfe")), "xlsx workbook"),
    "control signs": (lambda: repacked(lambda _, d: d.replace(b"Amy", b"&#1;")), "xlsx workbook"),
}


def case_of(**changes: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        for name, data in (small() | {k.replace("__", "."): v for k, v in changes.items()}).items():
            (folder / name).write_bytes(data)
        return folder

    return write


AGENTS = FILES["agents.csv"].encode()
HEAD, FIRST, SECOND = AGENTS.splitlines(keepends=True)
FOLDERS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "many columns": (case_of(agents__csv=b"id," * 2_000_000 + b"\n"), "agents.csv"),
    "wide rows": (case_of(agents__csv=HEAD + b"a" + b"," * 20 * MB + b"a"), "agents.csv, row 2"),
    "a long cell": (case_of(agents__csv=HEAD + b"x" * 20 * MB), "agents.csv, row 2"),
    "an open quote": (case_of(agents__csv=HEAD + b'"' + FIRST * 200_000), "agents.csv, row 2"),
    "many faults": (case_of(agents__csv=HEAD + b"x,y\n" * 200_000), "agents.csv, row 2"),
    "nul": (case_of(agents__csv=AGENTS.replace(b"Amy", b"A\0y")), "agents.csv, row 2"),
    "utf-16 halves": (case_of(agents__csv=b"\xff\xfe" + b"\x00\xd8" * 1000), "agents.csv"),
    "neither encoding": (case_of(agents__csv=AGENTS.replace(b"Amy", b"\x81\x8d")), "agents.csv"),
    "utf-7": (case_of(agents__csv=AGENTS.replace(b"Amy", b"+AD0-1")), ""),
    "a large setting": (case_of(case__toml=b'a = "' + b"x" * 2 * MB + b'"'), "case.toml"),
    "deep settings": (case_of(case__toml=b"a = " + b"[" * 100_000), "case.toml"),
    "deep keys": (case_of(case__toml=b"a." * 100_000 + b"a = 1"), "keys of at most 16 parts"),
    "deep quoted keys": (
        case_of(case__toml=b'a = {"b" . ' * 1 + b"'b'." * 50_000 + b"c = 1}"),
        "16 parts",
    ),
    "a large number": (case_of(case__toml=b"interval_minutes = " + b"9" * 5000), "case.toml"),
}


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 1)


IMPORTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a packed bomb": (lambda: packed(b"a,b\n" * 14 * MB), "at most 50,000,000 bytes, unpacked"),
    "packed twice": (lambda: packed(packed(b"\0" * 60 * MB)), "export"),
    "cut": (lambda: packed(b"a,b\n" * MB)[:-9], "export"),
    "one line": (lambda: b"x" * 49 * MB, "export"),
    "one page of records": (lambda: b'[{"a": "' + b"x" * 48 * MB, "export"),
    "deep records": (lambda: b"[" * 10 * MB, "export"),
    "deep objects": (lambda: b'{"a":' * 5 * MB, "export"),
    "wide": (lambda: b"a," * 20 * MB, "export"),
    "nul": (lambda: b"\0" * 40 * MB, "export"),
    "a workbook": (lambda: in_first_sheet(b" " * 110 * MB), "parts packed at most 100 to 1"),
}


def read_in_child(kinds: Iterable[str], paths: Iterable[Path]) -> dict[str, str]:
    """Read files in a process of its own and return by kind what each was refused with."""
    paths = list(paths)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(MOST_BYTES), *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"at {paths[len(said)]}: {done.stderr[-2000:]}"
    found = dict(zip(kinds, said, strict=True))
    # The peak only ever grows, so whoever raises it above the limit is the first to show it.
    high = {kind: f"{each['kb'] / 1024:.0f} MB" for kind, each in found.items()}
    assert all(each["kb"] / 1024 < MOST_MEMORY_MB for each in said), high
    slow = {kind: each["seconds"] for kind, each in found.items()}
    assert all(each["seconds"] < MOST_SECONDS for each in said), slow
    return {kind: each["told"] for kind, each in found.items()}


def test_workbooks(tmp_path: Path) -> None:
    paths = []
    for number, (make, _) in enumerate(BOOKS.values()):
        paths.append(tmp_path / f"case{number}.xlsx")
        paths[-1].write_bytes(make())
        assert paths[-1].stat().st_size < 3 * MB
    told = read_in_child(BOOKS, paths)
    for path, (kind, (_, words)) in zip(paths, BOOKS.items(), strict=True):
        assert words in told[kind], kind
        assert path.name in told[kind] or not words, kind


def test_folders(tmp_path: Path) -> None:
    paths = []
    for number, (make, _) in enumerate(FOLDERS.values()):
        (tmp_path / str(number)).mkdir()
        paths.append(make(tmp_path / str(number)))
    told = read_in_child(FOLDERS, paths)
    for kind, (_, words) in FOLDERS.items():
        assert words in told[kind], kind


def test_imports(tmp_path: Path) -> None:
    paths = []
    for number, (make, _) in enumerate(IMPORTS.values()):
        paths.append(tmp_path / f"export{number}.csv")
        paths[-1].write_bytes(make())
    told = read_in_child(IMPORTS, paths)
    for kind, (_, words) in IMPORTS.items():
        assert words in told[kind], kind


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    far = tmp_path / "far"
    names = ("../escaped", f"{far}/escaped", "xl/../../escaped", "C:\\escaped")
    book = tmp_path / "inner" / "case.xlsx"
    book.parent.mkdir()
    data = repacked(lambda _, data: data, dict.fromkeys(names, b"evil"))
    book.write_bytes(data)
    # Such parts are in nobody's way: nothing is unpacked to the disk.
    assert read_case(book, max_bytes=MOST_BYTES).name == "Small"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [book]


def test_the_limit_is_real() -> None:
    """A reader without bound would die in the child."""
    assert resource.getrlimit(resource.RLIMIT_AS)
    code = CHILD.replace("utc, most", "x = bytes(2_000_000_000); utc, most", 1)
    done = subprocess.run(
        [sys.executable, "-c", code, "1"], capture_output=True, text=True, check=False
    )
    assert "MemoryError" in done.stderr
