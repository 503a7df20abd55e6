"""Instances of the public staff-scheduling benchmark of T. Curtois and R. Qu, and solutions.

The format is described at schedulingbenchmarks.org. A line that begins with ``#`` is a comment, a
blank line ends a section, cells are separated by commas. A solution has one line a person and one
cell a day, separated by tabs, empty for a day off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import Fault
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import among, shown
from scheduler.exchange.tables import check_size, decode

# Columns of each section; ``…`` stands for any number more of the last one.
SECTIONS = {
    "SECTION_HORIZON": ("days",),
    "SECTION_SHIFTS": ("ShiftID", "length", "forbidden"),
    "SECTION_STAFF": (
        "ID",
        "MaxShifts",
        "MaxTotalMinutes",
        "MinTotalMinutes",
        "MaxConsecutiveShifts",
        "MinConsecutiveShifts",
        "MinConsecutiveDaysOff",
        "MaxWeekends",
    ),
    "SECTION_DAYS_OFF": ("EmployeeID", "DayIndex", "…"),
    "SECTION_SHIFT_ON_REQUESTS": ("EmployeeID", "Day", "ShiftID", "Weight"),
    "SECTION_SHIFT_OFF_REQUESTS": ("EmployeeID", "Day", "ShiftID", "Weight"),
    "SECTION_COVER": ("Day", "ShiftID", "Requirement", "WeightUnder", "WeightOver"),
}
MOST_DAYS = 371
_LARGEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftType:
    """A shift, its length in minutes, and the shifts that may not follow it on the next day."""

    name: str
    minutes: int
    forbidden_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One person's limits over the whole horizon; ``most_of`` by shift, 0 for never."""

    name: str
    most_of: dict[str, int]
    max_minutes: int
    min_minutes: int
    max_consecutive: int
    min_consecutive: int
    min_days_off: int
    max_weekends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A shift wanted or not wanted on a day (from 0), and what it costs to refuse."""

    staff: str
    day: int
    shift: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How many people a shift needs on a day, and what one missing or too many costs."""

    day: int
    shift: str
    people: int
    under: int
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One file of the benchmark; day 0 is a Monday."""

    name: str
    days: int
    shifts: tuple[ShiftType, ...]
    staff: tuple[Staff, ...]
    days_off: tuple[tuple[str, int], ...]
    on_requests: tuple[Wish, ...]
    off_requests: tuple[Wish, ...]
    cover: tuple[Cover, ...]


def read_instance(path: Path, *, max_bytes: int) -> Instance:
    """Read an instance.

    Raises
    ------
    InputError
        The file is too large or not in the format; every fault is listed.
    """
    check_size(path.stat().st_size, path.name, max_bytes)
    findings = Findings()
    text = decode(path.read_bytes(), path.name, findings)
    if text is None:
        raise findings.error()
    return parse_instance(text, path.name)


def parse_instance(text: str, file: str) -> Instance:
    """Read an instance from its text; errors as for :func:`read_instance`."""
    findings = Findings()
    lines = _sections(text, file, findings)
    if findings.count:
        raise findings.error()
    instance = _Reader(file, findings).instance(lines)
    if findings.count:
        raise findings.error()
    return instance


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of a section, split into cells."""

    file: str
    row: int
    columns: tuple[str, ...]
    cells: tuple[str, ...]

    def fault(self, column: str, expected: str, found: str) -> Fault:
        return Fault(file=self.file, row=self.row, column=column, expected=expected, found=found)


def _sections(text: str, file: str, findings: Findings) -> dict[str, list[_Line]]:
    """Split the text into sections, each line with as many cells as it should have."""
    found: dict[str, list[_Line]] = {}
    section = ""
    for row, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            section = line
            if section not in SECTIONS or section in found:
                expected = f"a section once{among(section, SECTIONS)}"
                findings.add(Fault(file=file, row=row, expected=expected, found=shown(line)))
            found.setdefault(section, [])
        elif section in SECTIONS:
            cells = tuple(cell.strip() for cell in line.split(","))
            made = _Line(file=file, row=row, columns=SECTIONS[section], cells=cells)
            if _fits(made, findings):
                found[section].append(made)
        elif not section:
            findings.add(Fault(file=file, row=row, expected="a section", found=shown(line)))
    for name in ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF"):
        if not found.get(name) and not findings.count:
            findings.add(Fault(file=file, expected=f"lines in {name}", found="none"))
    return found


def _fits(line: _Line, findings: Findings) -> bool:
    """Tell whether a line has the cells of its section."""
    endless, count = line.columns[-1] == "…", len(line.columns)
    good = len(line.cells) >= count - 1 if endless else len(line.cells) == count
    if not good:
        findings.add(line.fault("", f"cells {','.join(line.columns)}", f"{len(line.cells)} cells"))
    return good


class _Reader:
    """Turns lines into an instance and notes what is wrong with them."""

    def __init__(self, file: str, findings: Findings) -> None:
        self._file, self._findings, self._days = file, findings, 0
        self._shifts: dict[str, int] = {}
        self._staff: dict[str, int] = {}

    def instance(self, lines: dict[str, list[_Line]]) -> Instance:
        self._days = self._horizon(lines["SECTION_HORIZON"])
        self._note(lines["SECTION_SHIFTS"], "ShiftID", self._shifts)
        self._note(lines["SECTION_STAFF"], "ID", self._staff)
        return Instance(
            name=self._file.rsplit(".", 1)[0],
            days=self._days,
            shifts=tuple(map(self._shift, lines["SECTION_SHIFTS"])),
            staff=tuple(map(self._person, lines["SECTION_STAFF"])),
            days_off=tuple(self._free(lines.get("SECTION_DAYS_OFF", []))),
            on_requests=tuple(map(self._wish, lines.get("SECTION_SHIFT_ON_REQUESTS", []))),
            off_requests=tuple(map(self._wish, lines.get("SECTION_SHIFT_OFF_REQUESTS", []))),
            cover=tuple(map(self._cover, lines.get("SECTION_COVER", []))),
        )

    def _horizon(self, lines: list[_Line]) -> int:
        days = self._whole(lines[0], 0, MOST_DAYS)
        if days % 7 or not days:
            expected = f"whole weeks, at most {MOST_DAYS} days"
            self._findings.add(lines[0].fault("days", expected, lines[0].cells[0]))
        return days

    def _note(self, lines: list[_Line], column: str, known: dict[str, int]) -> None:
        """Note the keys of a section; each stands there once."""
        for line in lines:
            key = line.cells[0]
            if not key or key in known:
                self._findings.add(line.fault(column, "a name that is not there yet", shown(key)))
            known[key] = line.row

    def _shift(self, line: _Line) -> ShiftType:
        after = tuple(name for name in line.cells[2].split("|") if name)
        for name in after:
            self._named(line, 2, name, self._shifts)
        return ShiftType(
            name=line.cells[0], minutes=self._whole(line, 1, 1440, least=1), forbidden_after=after
        )

    def _person(self, line: _Line) -> Staff:
        high, low, most, least, off, weekends = (
            self._whole(line, at, _LARGEST * 10, least=int(at in (4, 5, 6))) for at in range(2, 8)
        )
        if low > high:
            found = f"{low} above {high}"
            self._findings.add(line.fault("MinTotalMinutes", "at most MaxTotalMinutes", found))
        if least > most:
            found = f"{least} above {most}"
            self._findings.add(line.fault("MinConsecutiveShifts", "at most the maximum", found))
        return Staff(
            name=line.cells[0],
            most_of=self._most_of(line),
            max_minutes=high,
            min_minutes=low,
            max_consecutive=most,
            min_consecutive=least,
            min_days_off=off,
            max_weekends=weekends,
        )

    def _most_of(self, line: _Line) -> dict[str, int]:
        """Read ``E=14|L=0``."""
        found: dict[str, int] = {}
        for part in filter(None, line.cells[1].split("|")):
            name, sign, most = part.partition("=")
            if not sign or not most.isascii() or not most.isdigit() or len(most) > 4:
                expected = "ShiftID=number, joined by |"
                self._findings.add(line.fault("MaxShifts", expected, shown(part)))
            elif self._named(line, 1, name, self._shifts):
                found[name] = int(most)
        return found

    def _free(self, lines: list[_Line]) -> Iterator[tuple[str, int]]:
        for line in lines:
            name = self._named(line, 0, line.cells[0], self._staff)
            for at in range(1, len(line.cells)):
                yield name, self._day(line, at)

    def _wish(self, line: _Line) -> Wish:
        return Wish(
            staff=self._named(line, 0, line.cells[0], self._staff),
            day=self._day(line, 1),
            shift=self._named(line, 2, line.cells[2], self._shifts),
            weight=self._whole(line, 3, _LARGEST),
        )

    def _cover(self, line: _Line) -> Cover:
        return Cover(
            day=self._day(line, 0),
            shift=self._named(line, 1, line.cells[1], self._shifts),
            people=self._whole(line, 2, _LARGEST),
            under=self._whole(line, 3, _LARGEST),
            over=self._whole(line, 4, _LARGEST),
        )

    def _day(self, line: _Line, at: int) -> int:
        return self._whole(line, at, max(0, self._days - 1))

    def _whole(self, line: _Line, at: int, most: int, *, least: int = 0) -> int:
        """Read a whole number between bounds; ``least`` where there is a fault."""
        cell = line.cells[at] if line.cells[at] != "-0" else "0"  # so in the site's Instance 15
        good = cell.isascii() and cell.isdigit() and len(cell) <= 9
        if good and least <= int(cell) <= most:
            return int(cell)
        column = line.columns[min(at, len(line.columns) - 1)]
        column = line.columns[-2] if column == "…" else column
        self._findings.add(line.fault(column, f"{least} … {most}", shown(cell)))
        return least

    def _named(self, line: _Line, at: int, name: str, known: dict[str, int]) -> str:
        """Return a name that must be known; empty with a fault where it is not."""
        if name in known:
            return name
        what = "shift" if known is self._shifts else "person"
        expected = f"the ID of a {what}{among(name, known)}"
        self._findings.add(line.fault(line.columns[at], expected, shown(name)))
        return ""
