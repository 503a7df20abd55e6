"""Everything that is handed out of a roster, written into one folder."""

from __future__ import annotations

from pathlib import Path

from scheduler.exchange.calendars import calendar_files
from scheduler.exchange.files import write_folder
from scheduler.exchange.roster_page import roster_page
from scheduler.exchange.roster_sheet import RosterSheet
from scheduler.exchange.roster_table import (
    COVERAGE_COLUMNS,
    ROSTER_COLUMNS,
    coverage_rows,
    roster_rows,
    table_csv,
)
from scheduler.exchange.roster_workbook import roster_workbook
from scheduler.rostering.coverage import Coverage
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster

CALENDARS = "calendars"


def roster_files(
    problem: Problem, roster: Roster, coverage: Coverage, sheet: RosterSheet
) -> dict[str, bytes]:
    """Give the bytes of every file of a roster, by path in its folder.

    ``roster.csv``, ``coverage.csv``, ``roster.xlsx``, ``roster.html`` and
    ``calendars/<agent_id>.ics``.

    Raises
    ------
    InputError
        A text holds a character that no workbook can.
    """
    calendars = calendar_files(problem, roster, sheet.made)
    return {
        "roster.csv": table_csv(ROSTER_COLUMNS, roster_rows(problem, roster)),
        "coverage.csv": table_csv(COVERAGE_COLUMNS, coverage_rows(problem, coverage)),
        "roster.xlsx": roster_workbook(problem, roster, coverage, sheet),
        "roster.html": roster_page(problem, roster, coverage, sheet),
        **{f"{CALENDARS}/{name}": data for name, data in calendars.items()},
    }


def write_roster(
    folder: Path, problem: Problem, roster: Roster, coverage: Coverage, sheet: RosterSheet
) -> tuple[Path, ...]:
    """Write every file of a roster; none is replaced before all of them are on the disk.

    Calendars of agents who are no longer in the team are removed.

    Returns
    -------
    tuple of Path
        What was written.
    """
    files = roster_files(problem, roster, coverage, sheet)
    write_folder(folder, files)
    for old in (folder / CALENDARS).glob("*.ics"):
        if f"{CALENDARS}/{old.name}" not in files:
            old.unlink()
    return tuple(folder / name for name in files)
