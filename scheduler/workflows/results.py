"""What a solve left in its folder, read back for the people who look at it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.access import Action, User
from scheduler.exchange.tables import clean
from scheduler.workflows.week import require

NUMBERS = "numbers.json"
ROSTER = "roster.csv"


def current_folder(out: Path, case: str, monday: date) -> Path:
    """Return where the newest roster of a case and week is, if there is one."""
    return out / "current" / case / monday.isoformat()


def current_mondays(out: Path, case: str) -> list[date]:
    """Return the weeks of a case that have a roster, in order."""
    return sorted(date.fromisoformat(path.name) for path in (out / "current" / case).glob("????-*"))


def make_current(name: Path, folder: Path) -> None:
    """Point a week's name at a result, in one step: readers see the old or the new one whole.

    Parameters
    ----------
    name
        See :func:`current_folder`.
    folder
        Where the files are, and stay.
    """
    name.parent.mkdir(parents=True, exist_ok=True)
    link = name.with_name(f".{name.name}.{folder.parent.name}")
    link.symlink_to(folder.resolve(), target_is_directory=True)
    link.replace(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosteredShift:
    """One row of ``roster.csv``.

    Attributes
    ----------
    agent_id, agent, zone
        Whose shift, and in which zone they live.
    day
        The agent's local date to which the shift belongs.
    shift
        Name of the template.
    start, end
        Half-open, in the agent's zone.
    queues
        Names of the queues.
    breaks
        As ``12:00-12:30``, in the agent's zone.
    paid_minutes
        Paid time.
    blocks
        As ``phone 09:00-12:00``, in the agent's zone; empty where one queue holds the whole shift.
    activities
        As ``10:00-10:30 team meeting``, in the agent's zone.
    """

    agent_id: str
    agent: str
    zone: ZoneInfo
    day: date
    shift: str
    start: datetime
    end: datetime
    queues: tuple[str, ...]
    breaks: tuple[str, ...]
    paid_minutes: int
    blocks: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What a solve gave.

    Attributes
    ----------
    folder
        Where its files are.
    numbers
        The numbers of the terminal contract, see :func:`scheduler.workflows.manager.numbers`.
    shifts
        The roster; None where there is none.
    coverage
        Rows of ``coverage.csv``, text by column; empty without a roster.
    """

    folder: Path
    numbers: dict[str, Any]
    shifts: tuple[RosteredShift, ...] | None
    coverage: tuple[dict[str, str], ...]

    def calendars(self) -> list[Path]:
        """Return the agents' calendar files, in order."""
        return sorted((self.folder / "calendars").glob("*.ics"))


def read_result(user: User, folder: Path, *, case: str) -> Result | None:
    """Read what a solve of a case gave; None where there is nothing yet.

    Raises
    ------
    AccessDenied
        The user may not see rosters of that case.
    """
    require(user, Action.SEE_ROSTER, of_team=case)
    # What the name stands for now: a newer roster may take it while this one is being read.
    folder = folder.resolve()
    try:
        numbers = json.loads((folder / NUMBERS).read_bytes())
    except FileNotFoundError:
        return None
    made = (folder / ROSTER).exists()
    return Result(
        folder=folder,
        numbers=numbers,
        shifts=tuple(read_shifts(folder)) if made else None,
        coverage=tuple(_rows(folder / "coverage.csv")) if made else (),
    )


def read_shifts(folder: Path) -> Iterator[RosteredShift]:
    """Yield the shifts of a roster that this program wrote; none where there is no roster."""
    if not (folder / ROSTER).exists():
        return
    for row in _rows(folder / ROSTER):
        zone = ZoneInfo(row["agent_timezone"])
        yield RosteredShift(
            agent_id=row["agent_id"],
            agent=row["agent"],
            zone=zone,
            day=date.fromisoformat(row["date"]),
            shift=row["shift"],
            start=datetime.fromisoformat(row["start_utc"]).astimezone(zone),
            end=datetime.fromisoformat(row["end_utc"]).astimezone(zone),
            queues=tuple(row["queues"].split(";")) if row["queues"] else (),
            breaks=tuple(row["breaks"].split(";")) if row["breaks"] else (),
            paid_minutes=int(row["paid_minutes"]),
            blocks=tuple(filter(None, row.get("blocks", "").split(";"))),
            activities=tuple(filter(None, row.get("activities", "").split(";"))),
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: clean(cell) for name, cell in row.items()}
