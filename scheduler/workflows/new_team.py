"""A new team of the book: from nothing, from a sample case, from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.exchange.case_sheets import (
    Change,
    Sheets,
    blank_sheets,
    case_sheets,
    new_row,
    sheet_changes,
    typed_case,
)
from scheduler.exchange.read_case import CASE_FILES, read_bytes, read_case_files
from scheduler.exchange.revise_case import revised_files
from scheduler.exchange.sections import CASE_FILE
from scheduler.exchange.write_case import case_files
from scheduler.store.database import Database
from scheduler.workflows.book import HISTORY, OpenTeam, start_team
from scheduler.workflows.week import require


def first_sheets(zone: str) -> Sheets:
    """Return the sheets of a team to begin with: one queue, two shifts, one contract, nobody."""
    sheets = dict(blank_sheets("", zone))

    def row(sheet: str, **said: str) -> list[str]:
        header = sheets[sheet][0]
        meant = dict(zip(header, new_row(sheet), strict=True)) | said
        return [meant[column] for column in header]

    shifts = [
        row("shifts", name="early", start="07:00", end="15:00", weekdays="Mon-Fri"),
        row("shifts", name="late", start="13:00", end="21:00", weekdays="Mon-Fri"),
    ]
    queue = row("queues", name="phone", opening="Mon-Fri 07:00-21:00", patience="3m")
    contract = row("contracts", name="full-time", weekdays="Mon-Fri")
    for sheet, rows in (("queues", [queue]), ("shifts", shifts), ("contracts", [contract])):
        sheets[sheet] = [*sheets[sheet], *rows]
    return sheets


def try_first(sheets: Sheets) -> tuple[Change, ...]:
    """Say what typed sheets of a new team hold beyond a blank one.

    Raises
    ------
    InputError
        Every fault, located as for :func:`scheduler.workflows.team_setup.try_sheets`.
    """
    case = typed_case(sheets)
    return sheet_changes(blank_sheets("", case.zone.key), case_sheets(case))


def start_typed(
    user: User, database: Database, name: str, sheets: Sheets, *, now: datetime
) -> OpenTeam:
    """Add a team out of typed sheets; errors as for :func:`scheduler.workflows.book.start_team`."""
    require(user, Action.ADD_TEAM)
    case = replace(typed_case(sheets), name=name.strip())
    return start_team(user, database, name.strip(), case_files(case), now=now)


def start_sent(
    user: User, database: Database, name: str, files: Mapping[str, bytes], *, now: datetime
) -> OpenTeam:
    """Add a team out of a case folder's files under a name of its own; errors as above."""
    require(user, Action.ADD_TEAM)
    setup = {file: data for file, data in files.items() if file != HISTORY}
    case = read_case_files(setup)
    named = revised_files(setup, case, replace(case, name=name.strip()))
    history = {HISTORY: files[HISTORY]} if HISTORY in files else {}
    return start_team(user, database, name.strip(), {**named, **history}, now=now)


def sample_names(rosters: Path) -> tuple[str, ...]:
    """Return the names of the sample cases, the demo first."""
    names = [path.parent.name for path in rosters.glob(f"*/{CASE_FILE}")]
    return tuple(sorted(names, key=lambda name: (name != "demo", name)))


def start_sample(
    user: User,
    database: Database,
    name: str,
    rosters: Path,
    sample: str,
    *,
    max_bytes: int,
    now: datetime,
) -> OpenTeam:
    """Add a team out of a sample case; errors as above, and there may be no such sample."""
    require(user, Action.ADD_TEAM)
    if sample not in sample_names(rosters):
        raise InputError(Fault(column="sample", expected="a sample case", found=repr(sample)))
    folder = rosters / sample
    files = {
        file: read_bytes(folder / file, max_bytes)
        for file in CASE_FILES
        if (folder / file).is_file()
    }
    return start_sent(user, database, name, files, now=now)
