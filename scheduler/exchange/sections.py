"""The raw settings of a case, from ``case.toml`` or from the sheets that stand for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.errors import Fault
from scheduler.exchange.layout import (
    ACTIVITIES,
    CASE,
    CONTRACTS,
    QUEUES,
    ROTATIONS,
    SETTINGS,
    SHIFTS,
)
from scheduler.exchange.record import Findings, Layout, Record, check_keys
from scheduler.exchange.refusal import shown
from scheduler.exchange.tables import decode, make_table

CASE_FILE = "case.toml"
LARGEST_TOML = 1_000_000
MOST_PARTS = 16
# The reader of TOML takes memory by the square of a key's parts.
_DEEP = re.compile(
    r"""(?:(?:[\w-]{1,99}|"[^"\n]{0,99}"|'[^'\n]{0,99}')[ \t]*\.[ \t]*)"""
    rf"{{{MOST_PARTS}}}"
)
_LINE = re.compile(r"\(at line (\d+)")
_KINDS = {
    "queues": "queue",
    "shifts": "shift",
    "contracts": "contract",
    "rotations": "rotation",
    "activities": "activity",
}
_PARTS = ("prices", "limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The raw settings of a case, from whichever kind of file.

    Attributes
    ----------
    case
        Keys of the case itself.
    queues, shifts, contracts, rotations, activities
        One record each.
    shrinkage, rules, prices, limits, capacity
        Keys of these sections.
    """

    case: Record
    queues: tuple[Record, ...]
    shifts: tuple[Record, ...]
    contracts: tuple[Record, ...]
    rotations: tuple[Record, ...]
    activities: tuple[Record, ...]
    shrinkage: Record
    rules: Record
    prices: Record
    limits: Record
    capacity: Record


def parse_toml(data: bytes, findings: Findings) -> Sections | None:
    """Read ``case.toml``; None where it is no TOML."""
    if len(data) > LARGEST_TOML:
        expected, found = f"at most {LARGEST_TOML:,} bytes", f"{len(data):,} bytes"
        findings.add(Fault(file=CASE_FILE, expected=expected, found=found))
        return None
    text = decode(data, CASE_FILE, findings)
    if text is None:
        return None
    if _DEEP.search(text):
        expected = f"keys of at most {MOST_PARTS} parts"
        findings.add(Fault(file=CASE_FILE, expected=expected, found="more, with dots between"))
        return None
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = _LINE.search(str(error))
        row = int(line[1]) if line else None
        found = str(error)[:120] or "something else"
        findings.add(Fault(file=CASE_FILE, row=row, expected="TOML", found=found))
        return None
    return _sections(values, findings)


def _sections(values: dict[str, Any], findings: Findings) -> Sections:
    """Take a TOML document apart; parts of the wrong kind are noted and read as empty."""
    whole = Record(values=values, file=CASE_FILE)
    check_keys(whole, (*CASE, *SETTINGS[1:]), findings)

    def table(parent: Record, key: str, label: str) -> Record:
        part = parent.values.get(key, {})
        if not isinstance(part, dict):
            findings.add(parent.fault(key, f"a section [{label}]", shown(part)))
            part = {}
        return Record(values=part, file=CASE_FILE, label=label)

    def tables(key: str) -> tuple[Record, ...]:
        part = values.get(key, [])
        if not isinstance(part, list) or not all(isinstance(each, dict) for each in part):
            findings.add(whole.fault(key, f"sections [[{key}]]", shown(part)))
            part = []
        return tuple(
            Record(values=each, file=CASE_FILE, label=_label(key, number, each))
            for number, each in enumerate(part, start=1)
        )

    rules = table(whole, "rules", "rules")
    return Sections(
        case=Record(values={key: values[key] for key in CASE if key in values}, file=CASE_FILE),
        queues=tables("queues"),
        shifts=tables("shifts"),
        contracts=tables("contracts"),
        rotations=tables("rotations"),
        activities=tables("activities"),
        shrinkage=table(whole, "shrinkage", "shrinkage"),
        rules=rules,
        prices=table(rules, "prices", "rules.prices"),
        limits=table(rules, "limits", "rules.limits"),
        capacity=table(whole, "capacity", "capacity"),
    )


def _label(key: str, number: int, values: Mapping[str, object]) -> str:
    name = values.get("name")
    return f"{_KINDS[key]} {name!r}" if isinstance(name, str) else f"{key}, entry {number}"


def parse_sheets(
    sheets: Mapping[str, list[list[str]]], files: Mapping[str, str], findings: Findings
) -> Sections:
    """Read the sheets of a workbook that stand for ``case.toml``.

    Parameters
    ----------
    sheets
        Rows of text by sheet, each with a header: ``case``, ``rules`` and ``capacity`` have
        the columns key and value, ``shrinkage`` cause and share, the others one column a key.
    files
        What faults call each sheet.
    findings
        Where faults are noted.
    """
    if "case" not in sheets:
        found = f"the sheets {', '.join(sheets) or 'none'}"
        findings.add(Fault(file=files["case"], expected="a sheet named case", found=found))

    def keys(name: str, key: str = "key", value: str = "value") -> Record:
        return _keys(sheets.get(name, []), files[name], (key, value), findings)

    case, rules = keys("case"), keys("rules")
    if case.values:
        check_keys(case, CASE, findings)
    return Sections(
        case=case,
        queues=_rows(sheets.get("queues", []), files["queues"], QUEUES, findings),
        shifts=_rows(sheets.get("shifts", []), files["shifts"], SHIFTS, findings),
        contracts=_rows(sheets.get("contracts", []), files["contracts"], CONTRACTS, findings),
        rotations=_rows(sheets.get("rotations", []), files["rotations"], ROTATIONS, findings),
        activities=_rows(sheets.get("activities", []), files["activities"], ACTIVITIES, findings),
        shrinkage=keys("shrinkage", "cause", "share"),
        rules=_part(rules, ""),
        prices=_part(rules, "prices"),
        limits=_part(rules, "limits"),
        capacity=keys("capacity"),
    )


def _rows(
    rows: list[list[str]], file: str, layout: Layout, findings: Findings
) -> tuple[Record, ...]:
    known = tuple(layout)
    table = rows and make_table(rows, file, known=known, required=("name",), findings=findings)
    return tuple(table.records(known)) if table else ()


def _keys(rows: list[list[str]], file: str, columns: tuple[str, str], findings: Findings) -> Record:
    table = rows and make_table(rows, file, known=columns, required=columns, findings=findings)
    values: dict[str, object] = {}
    places: dict[str, int] = {}
    for row in table.records(columns) if table else ():
        key = row.text(columns[0])
        if key in values:
            findings.add(row.fault(columns[0], "no key twice", shown(key)))
        values[key] = row.text(columns[1])
        places[key] = row.row or 0
    return Record(values=values, rows=places, file=file)


def _part(record: Record, part: str) -> Record:
    """Take the keys of one part, as ``promise`` of ``prices.promise``; of no part for ``""``."""
    names = {}
    for key in record.values:
        head, dot, rest = key.partition(".")
        of, name = (head, rest) if dot and head in _PARTS else ("", key)
        if of == part and name:
            names[key] = name
    return Record(
        values={names[key]: value for key, value in record.values.items() if key in names},
        rows={names[key]: row for key, row in record.rows.items() if key in names},
        file=record.file,
    )
