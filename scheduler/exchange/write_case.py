"""Writing a case: a folder or a workbook that reads back as the same case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import tomlkit

from scheduler.exchange.case import Case
from scheduler.exchange.files import write_file, write_folder
from scheduler.exchange.history_plan import HistoryPlan
from scheduler.exchange.instants import end_words, start_words
from scheduler.exchange.layout import (
    ACTIVITIES,
    AGENTS,
    AVAILABILITY,
    CAPACITY,
    CONTRACTS,
    LIMITS,
    PINS,
    PRICES,
    QUEUES,
    REQUESTS,
    ROTATIONS,
    RULES,
    SETTINGS,
    SHIFTS,
    SPECIAL_DAYS,
    TABLES,
    WAITS,
)
from scheduler.exchange.record import Layout, cell_values, plain_values
from scheduler.exchange.sections import CASE_FILE
from scheduler.exchange.settings import shrinkage_values
from scheduler.exchange.tables import neutralise, write_csv
from scheduler.exchange.workbook import write_sheets
from scheduler.exchange.write_history import write_history
from scheduler.people import TimeOff

Rows = list[list[str]]


def write_case(case: Case, folder: Path) -> None:
    """Write a case as a folder; :func:`read_case` gives the same case back.

    Files of tables that the case has nothing for are removed.

    Parameters
    ----------
    case
        What to write; its remarks are not.
    folder
        Where; made if it is missing, other files in it stay.
    """
    files = case_files(case)
    write_folder(folder, files)
    for name in TABLES:
        if f"{name}.csv" not in files:
            (folder / f"{name}.csv").unlink(missing_ok=True)


def case_files(case: Case) -> dict[str, bytes]:
    """Give the bytes of every file of a case's folder, by name."""
    tables = case_tables(case)
    files = {f"{name}.csv": write_csv(rows[0], rows[1:]) for name, rows in tables.items()}
    return {CASE_FILE: case_toml(case).encode("utf-8"), **files}


def write_workbook(case: Case, file: Path) -> None:
    """Write a case as an ``.xlsx`` workbook with the same sheets."""
    write_file(file, workbook_bytes(case))


def workbook_bytes(case: Case) -> bytes:
    """Give the bytes of a case's workbook, as a download hands them out.

    Raises
    ------
    InputError
        A text holds a character that no workbook can.
    """
    return write_sheets({**setting_sheets(case), **case_tables(case)})


def case_toml(case: Case) -> str:
    """Write the settings of a case as TOML."""
    document = tomlkit.document()
    for key, value in heading_values(case).items():
        document.add(key, value)
    for name, items, layout in listed_sections(case):
        if items:
            sections = tomlkit.aot()
            for item in items:
                sections.append(toml_section(plain_values(item, layout)))
            document.add(name, sections)
    document.add("shrinkage", toml_section(shrinkage_values(case.shrinkage, case.unplanned)))
    rules = toml_section(plain_values(case, stated_rules(case)))
    rules.add("prices", toml_section(plain_values(case.prices, PRICES)))
    rules.add("limits", toml_section(plain_values(case.limits, LIMITS)))
    document.add("rules", rules)
    document.add("capacity", toml_section(plain_values(case.hiring, CAPACITY)))
    return tomlkit.dumps(document)


def toml_section(values: Mapping[str, object]) -> Any:
    """Make a section of TOML."""
    table = tomlkit.table()
    for key, value in values.items():
        table.add(key, toml_value(value))
    return table


def toml_value(value: object) -> object:
    """Write a list or table on one line, also where a list's members are tables."""
    if isinstance(value, dict):
        line = tomlkit.inline_table()
        line.update(value)
        return line
    if not isinstance(value, list):
        return value
    array = tomlkit.array()
    for each in value:
        array.append(toml_value(each))
    return array


def heading_values(case: Case) -> dict[str, Any]:
    """Give the keys that stand before all sections, those that say nothing left out."""
    heading = {
        "name": case.name,
        "about": case.sentence,
        "timezone": case.zone.key,
        "interval_minutes": case.interval // timedelta(minutes=1),
        "country": case.country,
        "week": case.week,
        "weeks": case.weeks if case.weeks > 1 else None,
    }
    return {key: value for key, value in heading.items() if value not in ("", None)}


def listed_sections(case: Case) -> tuple[tuple[str, tuple[Any, ...], Layout], ...]:
    """Give the sections that come several times: name, members, and how these are written."""
    return (
        ("queues", case.queues, QUEUES),
        ("shifts", case.templates, SHIFTS),
        ("contracts", case.team.contracts, CONTRACTS),
        ("rotations", case.rotations, ROTATIONS),
        ("activities", case.activities, ACTIVITIES),
    )


def stated_rules(case: Case) -> Layout:
    """Return the columns of the manager's rules that hold anything."""
    return {key: column for key, column in RULES.items() if getattr(case, column.field)}


def setting_sheets(case: Case) -> dict[str, Rows]:
    """Write the settings as sheets of text."""
    sheets: dict[str, Rows] = {}
    sheets["case"] = [["key", "value"], *([key, str(v)] for key, v in heading_values(case).items())]
    for name, items, layout in listed_sections(case):
        sheets[name] = [list(layout), *(cell_values(item, layout) for item in items)]
    lost = shrinkage_values(case.shrinkage, case.unplanned)
    shares = ([cause, str(share)] for cause, share in lost.items())
    sheets["shrinkage"] = [["cause", "share"], *shares]
    kept = stated_rules(case)
    rules = [list(row) for row in zip(kept, cell_values(case, kept), strict=True)]
    for part, item, layout in (("prices", case.prices, PRICES), ("limits", case.limits, LIMITS)):
        cells = zip(layout, cell_values(item, layout), strict=True)
        rules += [[f"{part}.{key}", cell] for key, cell in cells if cell]
    sheets["rules"] = [["key", "value"], *rules]
    policy = zip(CAPACITY, cell_values(case.hiring, CAPACITY), strict=True)
    sheets["capacity"] = [["key", "value"], *([key, cell] for key, cell in policy if cell)]
    return {name: [[neutralise(cell) for cell in row] for row in sheets[name]] for name in SETTINGS}


def case_tables(case: Case) -> dict[str, Rows]:
    """Write the tables of a case as rows of text with a header; empty ones are left out.

    ``agents`` is always there.
    """
    zones = {agent.agent_id: agent.zone for agent in case.team.agents}

    def stretch(off: TimeOff) -> list[str]:
        zone = zones[off.agent_id]
        return [off.agent_id, start_words(off.start, zone), end_words(off.end, zone), off.kind]

    marked = (("pinned", case.pins), ("past", case.past))
    tables: dict[str, Rows] = {
        "agents": [cell_values(agent, AGENTS) for agent in case.team.agents],
        "time_off": [stretch(off) for off in case.team.time_off],
        "requests": [cell_values(request, REQUESTS) for request in case.requests],
        "availability": [cell_values(each, AVAILABILITY) for each in case.weekly],
        "special_days": [cell_values(day, SPECIAL_DAYS) for day in case.special_days],
        "waits": [cell_values(each, WAITS) for each in case.waits],
        "assignments": [[*cell_values(p, PINS), kind] for kind, pins in marked for p in pins],
    }
    written = {
        name: [list(TABLES[name]), *([neutralise(cell) for cell in row] for row in rows)]
        for name, rows in tables.items()
        if rows or name == "agents"
    }
    if case.history is not None:
        written["history"] = write_history(case.history, history_plan(case))
    return written


def history_plan(case: Case) -> HistoryPlan:
    """Tell when the queues of a case are usually open."""
    return HistoryPlan(
        zone=case.zone,
        interval=case.interval,
        opening={queue.name: queue.opening for queue in case.queues},
        special_days=case.special_days,
    )
