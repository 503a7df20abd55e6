"""A case as sheets of plain text, the way people edit it: every key has a cell, set or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from scheduler.exchange.case import Case
from scheduler.exchange.layout import (
    ACTIVITIES,
    AGENTS,
    ASSIGNMENT_KIND,
    AVAILABILITY,
    CAPACITY,
    CASE,
    CONTRACTS,
    LIMITS,
    PRICES,
    QUEUES,
    REQUESTS,
    ROTATIONS,
    RULES,
    SETTINGS,
    SHIFTS,
    SPECIAL_DAYS,
    TABLES,
)
from scheduler.exchange.read_case import read_case_sheets
from scheduler.exchange.record import Column, Layout
from scheduler.exchange.tables import clean, neutralise
from scheduler.exchange.write_case import Rows, case_tables, setting_sheets
from scheduler.people import Contract
from scheduler.rostering.activities import Activity
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.staffing.channels import Queue

Sheets = Mapping[str, Rows]

# History is imported, never typed; its zone goes with the file and stays in case.toml.
EDITED = (*SETTINGS, *(name for name in TABLES if name != "history"))
# What tells the rows of a sheet apart; a sheet that is not here has no such thing.
KEYS = {
    "case": ("key",),
    "rules": ("key",),
    "capacity": ("key",),
    "shrinkage": ("cause",),
    "queues": ("name",),
    "shifts": ("name",),
    "contracts": ("name",),
    "rotations": ("name",),
    "activities": ("name",),
    "agents": ("id",),
    "time_off": ("agent_id", "start"),
    "assignments": ("agent_id", "date"),
}
_MAY_BE_EMPTY = (("shifts", "dst"),)
_LAYOUTS: Mapping[str, Layout] = {
    "case": CASE,
    "queues": QUEUES,
    "shifts": SHIFTS,
    "contracts": CONTRACTS,
    "activities": ACTIVITIES,
    "capacity": CAPACITY,
    "agents": AGENTS,
    "requests": REQUESTS,
    "availability": AVAILABILITY,
    "special_days": SPECIAL_DAYS,
    "assignments": {"kind": Column(field="kind", notation=ASSIGNMENT_KIND)},
}
_STARTS: Mapping[str, tuple[type[Any], Layout, Mapping[str, str]]] = {
    "queues": (
        Queue,
        QUEUES,
        {
            "channel": "phone",
            "service_level": "0.8",
            "answer_within": "20s",
            "aht": "4m",
            "opening": "Mon-Fri 09:00-17:00",
        },
    ),
    "shifts": (ShiftTemplate, SHIFTS, {"start": "09:00", "end": "17:00", "dst": "keep_end"}),
    "contracts": (Contract, CONTRACTS, {}),
    "activities": (Activity, ACTIVITIES, {"kind": "together", "length": "30m"}),
}
_ALWAYS = {
    "case": tuple(key for key in CASE if key != "history_timezone"),
    "rules": (
        *RULES,
        *(f"prices.{key}" for key in PRICES),
        *(f"limits.{key}" for key in LIMITS),
    ),
    "capacity": tuple(CAPACITY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs between two cases.

    Attributes
    ----------
    sheet
        Name of the sheet it stands in.
    of
        What tells its row apart, such as an agent's id; the whole row where nothing does.
    column
        The column; empty where the whole row came or went.
    before, after
        The cells; both empty where the whole row came or went.
    kind
        ``changed``, ``added``, ``removed``, or ``moved`` where only the order is another.
    """

    sheet: str
    of: str
    kind: str
    column: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """Write it as ``contracts, full-time: max_hours_week 40 → 38``."""
        place = ", ".join(filter(None, (self.sheet, self.of)))
        if self.kind != "changed":
            return f"{place}: {'in another order' if self.kind == 'moved' else self.kind}"
        column = "" if self.column in ("value", "share") else f"{self.column} "
        return f"{place}: {column}{self.before or 'nothing'} → {self.after or 'nothing'}"


def case_sheets(case: Case) -> dict[str, Rows]:
    """Write a case as sheets of plain text, each with its header, empty ones too."""
    known = replace(case, history=None)
    empty = {name: [list(columns)] for name, columns in TABLES.items()}
    tables = {**empty, **setting_sheets(known), **case_tables(known)}
    sheets = {name: [[clean(cell) for cell in row] for row in tables[name]] for name in EDITED}
    for name, keys in _ALWAYS.items():
        header, *rows = sheets[name]
        values = {row[0]: row[1] for row in rows}
        sheets[name] = [header, *([key, values.get(key, "")] for key in keys)]
    return sheets


def new_row(sheet: str) -> list[str]:
    """Return a row to begin with: what is meant where nothing is said, and usual values."""
    kind, layout, usual = _STARTS[sheet]
    meant = {
        each.name: each.default
        for each in fields(kind)
        if each.default is not MISSING and each.default is not None
    }
    return [
        usual.get(name)
        or (column.notation.cell(meant[column.field]) if column.field in meant else "")
        for name, column in layout.items()
    ]


def blank_sheets(name: str, zone: str) -> dict[str, Rows]:
    """Return the sheets of a team that has only a name and a time zone yet."""
    keyed = {sheet: [["key", "value"], *([key, ""] for key in _ALWAYS[sheet])] for sheet in _ALWAYS}
    listed = {
        sheet: [list(layout)]
        for sheet, layout in (
            ("queues", QUEUES),
            ("shifts", SHIFTS),
            ("contracts", CONTRACTS),
            ("rotations", ROTATIONS),
            ("activities", ACTIVITIES),
        )
    }
    tables = {sheet: [list(columns)] for sheet, columns in TABLES.items()}
    sheets: dict[str, Rows] = {**tables, **keyed, **listed, "shrinkage": [["cause", "share"]]}
    said = {"name": name, "timezone": zone, "interval_minutes": "30"}
    sheets["case"] = [[key, said.get(key, value)] for key, value in sheets["case"]]
    return {sheet: sheets[sheet] for sheet in EDITED}


def cell_choices(sheet: str, column: str) -> tuple[str, ...]:
    """Return the few words that a cell may hold, nothing among them where it may be empty."""
    found = _LAYOUTS.get(sheet, {}).get(column)
    if found is None or not found.notation.words:
        return ()
    empty = ("",) if (sheet, column) in _MAY_BE_EMPTY else ()
    return (*empty, *found.notation.words)


def typed_case(sheets: Sheets) -> Case:
    """Read sheets of plain text back as a case.

    Rows that are empty are passed over.

    Raises
    ------
    InputError
        Every fault; its file is the name of the sheet, its row counts the header as 1.
    """
    return read_case_sheets(
        {
            name: [[neutralise(cell.strip()) for cell in row] for row in rows]
            for name, rows in sheets.items()
            if len(rows) > 1 or name in SETTINGS or name == "agents"
        }
    )


def sheet_changes(before: Sheets, after: Sheets) -> tuple[Change, ...]:
    """List what differs between two cases, sheet by sheet, in the words of their cells."""
    found: list[Change] = []
    for name in EDITED:
        if before[name] != after[name]:
            found += _changes(name, before[name], after[name])
    return tuple(found)


def _changes(sheet: str, before: Rows, after: Rows) -> list[Change]:
    header = before[0]
    old, new = _keyed(sheet, before), _keyed(sheet, after)
    found = [Change(sheet=sheet, of=key, kind="removed") for key in old if key not in new]
    for key, row in new.items():
        if key not in old:
            found.append(Change(sheet=sheet, of=key, kind="added"))
            continue
        found += [
            Change(sheet=sheet, of=key, kind="changed", column=column, before=was, after=now)
            for column, was, now in zip(header, old[key], row, strict=True)
            if was != now
        ]
    both = [key for key in old if key in new]
    if both != [key for key in new if key in old]:
        found.append(Change(sheet=sheet, of="", kind="moved"))
    return found


def _keyed(sheet: str, rows: Rows) -> dict[str, list[str]]:
    """Rows by what tells them apart; those that nothing does are counted."""
    header, *body = rows
    columns = [header.index(each) for each in KEYS.get(sheet, header)]
    keyed: dict[str, list[str]] = {}
    for row in body:
        words = key = ", ".join(filter(None, (row[column] for column in columns)))
        times = 1
        while key in keyed:
            times += 1
            key = f"{words} ({times})"
        keyed[key] = row
    return keyed
