"""What all verbs share: the program itself, its options, and who is at the terminal."""

from __future__ import annotations

import getpass
import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.access import Role, User
from scheduler.config import Settings, read_door_settings, read_settings
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.staffing.deadline import parse_duration
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade

app = typer.Typer(
    name="callboard",
    help="From call history to a published roster that keeps the service-level promise.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
CaseName = Annotated[
    str, typer.Argument(help="A case folder or workbook, or its name in rosters/.")
]
Week = Annotated[
    datetime | None,
    typer.Option("--week", formats=["%Y-%m-%d"], help="Any date in the week wanted."),
]
Seconds = Annotated[float, typer.Option(help="Time limit of the search.")]
Workers = Annotated[int | None, typer.Option(help="Search threads.")]
Seed = Annotated[int, typer.Option(help="Seed of search and simulation.")]
Replications = Annotated[int, typer.Option(min=2, max=100_000, help="Simulated weeks.")]


def exit_unless(good: bool) -> None:
    """End with exit code 1 when the work is done but its outcome is bad."""
    if not good:
        raise typer.Exit(1)


def user() -> User:
    """Return whoever holds the terminal: they hold the files, and so may do everything."""
    return User(name=getpass.getuser(), role=Role.ADMINISTRATOR)


def settings() -> Settings:
    """Read the settings from the environment and the folder the terminal is in."""
    return read_settings(os.environ, Path.cwd())


def open_book() -> Database:
    """Open the roster book that the environment names, in its newest form.

    Raises
    ------
    InputError
        It names none.
    """
    database = book_here(new=True)
    upgrade(database)
    return database


def book_here(*, new: bool = False) -> Database:
    """Open the roster book that the environment names, as it is.

    Parameters
    ----------
    new
        Whether a file may be made where there is none.

    Raises
    ------
    InputError
        It names none, or a file that is not there.
    """
    url = read_door_settings(os.environ).book
    if not url:
        expected = "CALLBOARD_BOOK=path of the roster book"
        raise InputError(Fault(file="environment", expected=expected, found="no book"))
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:") and not new and not file.exists():
        raise InputError(Fault(file=str(file), expected="a roster book", found="no file"))
    return Database(url)


def max_bytes() -> int:
    """Return the largest file that is read, in bytes."""
    return settings().max_upload_mb * 1_000_000


def open_case(name: str) -> Case:
    """Read a case by its path, or by its name among the sample cases."""
    return read_case(case_path(name), max_bytes=max_bytes())


def case_path(name: str) -> Path:
    """Return where a case is: a path, or a name among the sample cases."""
    path = Path(name)
    return path if path.exists() else settings().rosters / name


def day_of(moment: datetime | None) -> date | None:
    """Return the date of an option that names a day."""
    return None if moment is None else moment.date()


def duration(option: str, text: str) -> Any:
    """Read a duration; a fault names the option."""
    try:
        return parse_duration(text)
    except InputError as error:
        raise InputError(
            Fault(column=option, expected=f.expected, found=f.found) for f in error.faults
        ) from None
