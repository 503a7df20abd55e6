"""Records (rows of a table, sections of ``case.toml``) and what is found wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, TypeVar

from scheduler.errors import Fault, InputError, Remark
from scheduler.exchange.notation import Notation
from scheduler.exchange.refusal import nearest, shown

T = TypeVar("T")

MOST_FAULTS = 1000


@dataclass(slots=True)
class Findings:
    """Faults and remarks gathered while files are read; the one mutable thing of a reading.

    At most :data:`MOST_FAULTS` faults are kept of each file.
    """

    remarks: list[Remark] = field(default_factory=list)
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, faults: Fault | Iterable[Fault]) -> None:
        """Note one fault or several."""
        for fault in (faults,) if isinstance(faults, Fault) else faults:
            kept = self._faults.setdefault(fault.file, [])
            self._counts[fault.file] = self._counts.get(fault.file, 0) + 1
            if len(kept) < MOST_FAULTS:
                kept.append(fault)

    def remark(self, text: str, *, file: str, row: int | None = None) -> None:
        """Note something that the user should know."""
        self.remarks.append(Remark(text=text, file=file, row=row))

    def full(self, file: str) -> bool:
        """Tell whether a file has so many faults that it is not worth reading on."""
        return self._counts.get(file, 0) > MOST_FAULTS

    @property
    def count(self) -> int:
        """Number of faults so far."""
        return sum(self._counts.values())

    def error(self) -> InputError:
        """Return everything found as one error, file by file and row by row."""
        faults: list[Fault] = []
        for file, kept in self._faults.items():
            faults += sorted(kept, key=lambda fault: fault.row or 0)
            if self.full(file):
                found = f"more than the {MOST_FAULTS} listed here"
                faults.append(Fault(file=file, expected="no faults", found=found))
        return InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Named raw values and where they stand.

    Attributes
    ----------
    values
        Raw values by column or key: text from a cell, any plain value from TOML.
    file, row
        The place; ``rows`` has a row for each key where they stand in rows of their own.
    label
        What the record is, where there is no row: ``queue 'phone'``.
    """

    values: Mapping[str, object]
    file: str
    row: int | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    label: str = ""

    def fault(self, column: str, expected: str, found: str) -> Fault:
        """Make a fault at the place of a value; ``found`` is in words."""
        row = self.rows.get(column, self.row)
        place = f"{self.label}, {column}".removeprefix(", ") if row is None else column
        return Fault(file=self.file, row=row, column=place, expected=expected, found=found)

    def placed(self, error: InputError, column: str = "") -> list[Fault]:
        """Give faults that know no place the place of this record or of one of its values."""
        row = self.rows.get(column, self.row)
        faults = []
        for fault in error.faults:
            name = column or fault.column
            if self.label and row is None:
                name = f"{self.label}, {name}".removesuffix(", ")
            faults.append(replace(fault, file=self.file, row=row, column=name))
        return faults

    def text(self, column: str) -> str:
        """Return a value that is text, or nothing."""
        value = self.values.get(column, "")
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one column or key carries one field of a type."""

    field: str
    notation: Notation[Any]


Layout = Mapping[str, Column]


def layout_of(**columns: Notation[Any] | Column) -> Layout:
    """Make a layout from notations; a bare notation carries the field of the column's name."""
    return {
        name: each if isinstance(each, Column) else Column(field=name, notation=each)
        for name, each in columns.items()
    }


def required_fields(kind: type) -> frozenset[str]:
    """Return the fields of a dataclass that have no default."""
    return frozenset(
        each.name
        for each in fields(kind)
        if each.default is MISSING and each.default_factory is MISSING
    )


def read_values(
    record: Record, layout: Layout, required: Iterable[str], findings: Findings
) -> dict[str, Any]:
    """Read the values that a record holds, by field; faulty and empty ones are left out."""
    needed = set(required)
    values: dict[str, Any] = {}
    for name, column in layout.items():
        raw = record.values.get(name, "")
        if raw == "" or raw is None:
            if column.field in needed:
                findings.add(record.fault(name, f"a value for {name}", "nothing"))
            continue
        try:
            values[column.field] = column.notation.parse(raw)
        except InputError as error:
            findings.add(record.placed(error, name))
    return values


def build(
    record: Record, kind: Callable[..., T], layout: Layout, findings: Findings, **more: object
) -> T | None:
    """Build a dataclass from a record, or note why not.

    Parameters
    ----------
    record
        The raw values.
    kind
        The dataclass; its fields without default must be in the record or in ``more``.
    layout
        Its columns.
    findings
        Where faults are noted.
    more
        Fields that come from elsewhere.
    """
    before = findings.count
    needed = required_fields(kind) if isinstance(kind, type) else frozenset()
    values = read_values(record, layout, needed - set(more), findings)
    if findings.count > before:
        return None
    try:
        return kind(**values, **more)
    except InputError as error:
        findings.add(record.placed(error))
        return None


def check_keys(record: Record, known: Iterable[str], findings: Findings) -> None:
    """Note every key that is not known, with the nearest that is."""
    names = list(known)
    for key in record.values:
        if key not in names and not findings.full(record.file):
            expected = f"a known key{nearest(key, names)}: {', '.join(names)}"
            findings.add(record.fault(key, expected, shown(key)))


def plain_values(item: object, layout: Layout) -> dict[str, object]:
    """Write a dataclass as TOML values; what is None is left out."""
    return {
        name: column.notation.plain(value)
        for name, column in layout.items()
        if (value := getattr(item, column.field)) is not None
    }


def cell_values(item: object, layout: Layout) -> list[str]:
    """Write a dataclass as the cells of a row; what is None is an empty cell."""
    return [
        "" if (value := getattr(item, column.field)) is None else column.notation.cell(value)
        for column in layout.values()
    ]
