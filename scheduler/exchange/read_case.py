"""Reading a case: a folder or a workbook, every fault of every file reported together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from forecasting.history import History
from forecasting.special_days import SpecialDay
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import HALF_HOUR, Case
from scheduler.exchange.history_plan import HistoryPlan
from scheduler.exchange.history_table import read_history, read_history_rows
from scheduler.exchange.layout import ACTIVITIES, AGENTS, REQUIRED, SETTINGS, TABLES
from scheduler.exchange.people_tables import (
    Names,
    read_agents,
    read_assignments,
    read_availability,
    read_requests,
    read_special_days,
    read_time_off,
    read_waits,
)
from scheduler.exchange.record import Findings, Record, read_values
from scheduler.exchange.sections import CASE_FILE, Sections, parse_sheets, parse_toml
from scheduler.exchange.settings import Settings, read_settings
from scheduler.exchange.tables import Table, check_size, make_table, read_csv
from scheduler.exchange.workbook import read_sheets, sheet_file
from scheduler.people import Team

_ZONE = {"timezone": AGENTS["timezone"]}
_UTC = ZoneInfo("UTC")
_NEEDED = (CASE_FILE, "agents.csv")
CASE_FILES = (CASE_FILE, *(f"{name}.csv" for name in TABLES))


def read_case(path: Path, *, max_bytes: int) -> Case:
    """Read a case from a folder or an ``.xlsx`` workbook with the same sheets.

    Parameters
    ----------
    path
        The folder that holds ``case.toml``, or the workbook.
    max_bytes
        Largest size of a file.

    Raises
    ------
    InputError
        Every fault of every file: with file, row, column, what was expected and what came.
    """
    findings = Findings()
    if path.is_dir():
        sections, tables = _read_files(_load_folder(path, max_bytes, findings), findings)
    elif path.suffix.casefold() in (".xlsx", ".xlsm"):
        data = read_bytes(path, max_bytes)
        sections, tables = _read_workbook(data, path.name, max_bytes, findings)
    else:
        expected = "a folder with case.toml, or an .xlsx workbook"
        found = "another kind of file" if path.exists() else "nothing of that name"
        raise InputError(Fault(file=path.name, expected=expected, found=found))
    return _assemble(sections, tables, findings)


def read_case_workbook(data: bytes, file: str, *, max_bytes: int) -> Case:
    """Read a case from the bytes of a workbook, as an upload brings them.

    Parameters and faults are those of :func:`read_case`; ``file`` is the name in the faults.
    """
    findings = Findings()
    return _assemble(*_read_workbook(data, file, max_bytes, findings), findings)


def read_case_sheets(sheets: Mapping[str, list[list[str]]]) -> Case:
    """Read a case from rows of text by sheet, as forms on a screen make them.

    Parameters
    ----------
    sheets
        Rows by the names of a workbook's sheets, the header first; cells are neutralised as
        files have them.

    Raises
    ------
    InputError
        Every fault; its file is the name of the sheet, its row counts the header as 1.
    """
    findings = Findings()
    names = {name: name for name in (*SETTINGS, *TABLES)}
    return _assemble(*_parse(sheets, names, findings), findings)


def read_case_files(files: Mapping[str, bytes]) -> Case:
    """Read a case from the bytes of a folder's files by name; others than a case's are ignored.

    Raises
    ------
    InputError
        Every fault of every file, as for :func:`read_case`.
    """
    findings = Findings()
    for name in _NEEDED:
        if name not in files:
            findings.add(Fault(file=name, expected="a file that can be read", found="none"))
    return _assemble(*_read_files(files, findings), findings)


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Read a file of limited size.

    Raises
    ------
    InputError
        There is none, it cannot be read, or it is too large.
    """
    try:
        check_size(path.stat().st_size, path.name, max_bytes)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError(
            Fault(file=path.name, expected="a file that can be read", found=found)
        ) from error
    check_size(len(data), path.name, max_bytes)
    return data


def _load_folder(folder: Path, max_bytes: int, findings: Findings) -> dict[str, bytes]:
    """Read the bytes of a case folder's files; what cannot be read is noted."""
    files: dict[str, bytes] = {}
    for name in CASE_FILES:
        if name in _NEEDED or (folder / name).exists():
            try:
                files[name] = read_bytes(folder / name, max_bytes)
            except InputError as error:
                findings.add(error.faults)
    return files


def _read_files(
    files: Mapping[str, bytes], findings: Findings
) -> tuple[Sections | None, dict[str, Table]]:
    sections = parse_toml(files[CASE_FILE], findings) if CASE_FILE in files else None
    tables: dict[str, Table] = {}
    for name, known in TABLES.items():
        file = f"{name}.csv"
        if file not in files:
            continue
        required = REQUIRED[name]
        table = read_csv(files[file], file, known=known, required=required, findings=findings)
        if table is not None:
            tables[name] = table
    return sections, tables


def _read_workbook(
    data: bytes, file: str, max_bytes: int, findings: Findings
) -> tuple[Sections | None, dict[str, Table]]:
    wanted = (*SETTINGS, *TABLES)
    sheets = read_sheets(data, file, wanted, max_bytes=max_bytes, findings=findings)
    return _parse(sheets, {name: sheet_file(file, name) for name in wanted}, findings)


def _parse(
    sheets: Mapping[str, list[list[str]]], files: Mapping[str, str], findings: Findings
) -> tuple[Sections | None, dict[str, Table]]:
    """Read sheets of text; ``files`` is what faults call each of them."""
    sections = parse_sheets(sheets, files, findings)
    tables: dict[str, Table] = {}
    for name, known in TABLES.items():
        if name in sheets or name == "agents":
            table = make_table(
                sheets.get(name, []),
                files[name],
                known=known,
                required=REQUIRED[name],
                findings=findings,
            )
            if table is not None:
                tables[name] = table
    return sections, tables


def _assemble(sections: Sections | None, tables: Mapping[str, Table], findings: Findings) -> Case:
    """Read every value of every table before anything is refused."""
    settings = read_settings(sections, findings) if sections is not None else None
    agent_table, history_table = tables.get("agents"), tables.get("history")
    zones = _zones(agent_table)
    names = _names(sections, agent_table)
    agents = read_agents(agent_table, names, findings)
    time_off = read_time_off(tables.get("time_off"), names, zones, findings)
    requests = read_requests(tables.get("requests"), names, findings)
    weekly = read_availability(tables.get("availability"), names, findings)
    days = read_special_days(tables.get("special_days"), names, findings)
    waits = read_waits(tables.get("waits"), names, findings)
    pins, past = read_assignments(tables.get("assignments"), names, findings)
    history = _history(history_table, names, settings, days, findings)
    if sections is None or settings is None or findings.count:
        raise findings.error()
    heading = {key: value for key, value in settings.heading.items() if key != "history_zone"}
    try:
        return Case(
            **heading,
            **settings.rules,
            queues=settings.queues,
            shrinkage=settings.shrinkage,
            unplanned=settings.unplanned,
            templates=settings.templates,
            team=Team(agents=agents, contracts=settings.contracts, time_off=time_off),
            history=history,
            waits=waits,
            special_days=days,
            requests=requests,
            weekly=weekly,
            pins=pins,
            past=past,
            prices=settings.prices,
            limits=settings.limits,
            rotations=settings.rotations,
            activities=settings.activities,
            hiring=settings.hiring,
            remarks=tuple(findings.remarks),
        )
    except InputError as error:
        raise InputError(sections.case.placed(error)) from None


def _names(sections: Sections | None, agents: Table | None) -> Names:
    """List what rows may refer to, also where its own row has a fault.

    Names that are missing or there twice are faults enough: nothing is held against them.
    """

    def named(records: Iterable[Record], key: str = "name") -> tuple[str, ...] | None:
        names = tuple(record.text(key) for record in records)
        return names if all(names) and len(set(names)) == len(names) else None

    listed = agents.records(("id",)) if agents is not None and agents.whole else None
    ids = None if listed is None else named(listed, "id")
    if sections is None:
        return Names(queues=None, shifts=None, contracts=None, rotations=None, agents=ids)
    return Names(
        queues=named(sections.queues),
        shifts=named(sections.shifts),
        contracts=named(sections.contracts),
        rotations=named(sections.rotations),
        agents=ids,
        activity_skills=frozenset().union(*map(_skills, sections.activities)),
    )


def _skills(activity: Record) -> frozenset[str]:
    """Skills that an activity asks for; its faults are noted where it is read."""
    values = read_values(activity, {"skills": ACTIVITIES["skills"]}, (), Findings())
    return frozenset().union(*values.values())


def _zones(agents: Table | None) -> dict[str, ZoneInfo]:
    """Zone of every agent whose zone can be read, by id."""
    zones: dict[str, ZoneInfo] = {}
    for record in agents.records(("id", "timezone")) if agents is not None else ():
        # Faults are noted where the agents are read.
        values = read_values(record, _ZONE, (), Findings())
        zones.update({record.text("id"): zone for zone in values.values()})
    return zones


def _history(
    table: Table | None,
    names: Names,
    settings: Settings | None,
    days: tuple[SpecialDay, ...],
    findings: Findings,
) -> History | None:
    if table is None:
        return None
    queues = settings.queues if settings is not None else ()
    heading = settings.heading if settings is not None else {}
    known = names.queues or ()
    plan = HistoryPlan(
        zone=heading.get("zone", _UTC),
        interval=heading.get("interval", HALF_HOUR),
        queues=known,
        only_queue=known[0] if len(known) == 1 else "",
        stated_zone=heading.get("history_zone"),
        opening={queue.name: queue.opening for queue in queues},
        special_days=days,
    )
    if "zone" in heading and "interval" in heading:
        return read_history(table, plan, findings)
    # Without a zone there is no grid, but every cell can still be checked.
    read_history_rows(table, replace(plan, stated_zone=_UTC), findings)
    return None
