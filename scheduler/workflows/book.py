"""A team of the roster book: opening it as a case, changing its set-up, bringing in history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from scheduler.access import Action, User, decide
from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_merge import merged
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import CASE_FILES, read_bytes, read_case_files
from scheduler.exchange.tables import write_csv
from scheduler.exchange.write_case import case_tables, history_plan
from scheduler.exchange.write_history import write_history
from scheduler.store.database import Connection, Database
from scheduler.store.history import (
    HistoryImport,
    digest_of,
    find_import,
    keep_history,
    list_imports,
    read_history_csv,
)
from scheduler.store.setups import add_team, read_setup, save_setup, team_names
from scheduler.workflows.history import read_exports
from scheduler.workflows.import_choices import Choices
from scheduler.workflows.week import require

HISTORY = "history.csv"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenTeam:
    """A team as its book holds it now.

    Attributes
    ----------
    team_id, name
        Whose book.
    setup, history
        Versions of the set-up and of the history that the case was read from.
    case
        Both together.
    """

    team_id: int
    name: str
    setup: int
    history: int
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: its number, its report, and whether the book knew it already."""

    number: int
    report: str
    known: bool


def start_team(
    user: User, database: Database, name: str, files: Mapping[str, bytes], *, now: datetime
) -> OpenTeam:
    """Add a team with the files of a case folder, its history among them or not.

    Raises
    ------
    AccessDenied
        The user may not add teams.
    InputError
        Every fault of the files.
    Conflict
        There is a team of that name.
    """
    require(user, Action.ADD_TEAM)
    if not 1 <= len(name.strip()) <= 100:
        raise InputError(Fault(column="team", expected="1 to 100 characters", found=repr(name)))
    kept = {file: files[file] for file in CASE_FILES if file in files}
    case = read_case_files(kept)
    with database.writing() as connection:
        team_id = add_team(connection, name, who=user.who, at=now)
        setup = {file: data for file, data in kept.items() if file != HISTORY}
        save_setup(connection, team_id, setup, seen=0, who=user.who, at=now)
        if case.history is not None:
            keep_history(
                connection,
                team_id,
                kept[HISTORY],
                seen=0,
                digest=digest_of(kept[HISTORY]),
                name=HISTORY,
                report="came with the team's first files",
                who=user.who,
                at=now,
            )
    return _open(database, name)


def teams_in(database: Database) -> list[str]:
    """Return the names of a book's teams, the sample first, then by the alphabet.

    For workflows that check permission.
    """
    with database.reading() as connection:
        names = team_names(connection)
    return sorted(names, key=lambda name: (name != "demo", name))


def teams_of(user: User, database: Database) -> list[str]:
    """Return the names of the teams whose case a user may see, see :func:`teams_in`."""
    return [
        name for name in teams_in(database) if decide(user, Action.SEE_CASE, of_team=name).allowed
    ]


def open_team(user: User, database: Database, name: str) -> OpenTeam:
    """Open a team's book; the same versions are read once.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    InputError
        There is no such team.
    """
    require(user, Action.SEE_CASE, of_team=name)
    return _open(database, name)


def change_setup(
    user: User,
    database: Database,
    name: str,
    files: Mapping[str, bytes],
    *,
    seen: int,
    now: datetime,
    reason: str = "",
) -> int:
    """Keep a new version of a team's set-up, if it can be read with its history.

    Parameters
    ----------
    user
        Who changes it.
    database, name
        The book and the team.
    files
        Files of a case folder that take the place of those there; others stay.
    seen
        The version that was changed.
    now, reason
        For the audit.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    InputError
        Every fault of the files.
    Conflict
        Somebody has saved a newer version.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    with database.reading() as connection:
        team_id = team_key(connection, name)
        _, before = read_setup(connection, team_id, seen)
        _, history = read_history_csv(connection, team_id)
    whole = before | {file: files[file] for file in CASE_FILES if file in files and file != HISTORY}
    read_case_files(whole | ({} if history is None else {HISTORY: history}))
    with database.writing() as connection:
        return save_setup(
            connection, team_id, whole, seen=seen, who=user.who, at=now, reason=reason
        )


def import_into_book(
    user: User,
    database: Database,
    name: str,
    exports: Sequence[Path],
    choices: Choices,
    *,
    max_bytes: int,
    now: datetime,
) -> Imported:
    """Read exports and add what they say to a team's history, once.

    The same files, understood the same way, are known by their contents and change nothing.

    Parameters
    ----------
    user
        Who brings them.
    database, name
        The book and the team.
    exports, choices, max_bytes
        See :func:`scheduler.workflows.history.read_exports`.
    now
        For the audit.

    Raises
    ------
    AccessDenied
        The user may not import history of this team.
    InputError
        Every fault of every file.
    Conflict
        Another history has been imported meanwhile.
    """
    require(user, Action.IMPORT_HISTORY, of_team=name)
    files = b"".join(digest_of(read_bytes(path, max_bytes)).encode() for path in exports)
    digest = digest_of(files + repr(choices).encode())
    team = _open(database, name)
    with database.reading() as connection:
        known = find_import(connection, team.team_id, digest)
    if known is not None:
        return Imported(number=known.number, report=known.report, known=True)
    reading = read_exports(
        user, exports, choices, case=team.case, max_bytes=max_bytes, of_team=name
    )
    report = "\n".join(str(each) for each in (*reading.reports, *reading.remarks))
    history = team.case.history
    whole = reading.history if history is None else merged(history, reading.history)
    header, *rows = write_history(whole, history_plan(team.case))
    with database.writing() as connection:
        number = keep_history(
            connection,
            team.team_id,
            write_csv(header, rows),
            seen=team.history,
            digest=digest,
            name=", ".join(path.name for path in exports)[:200],
            report=report,
            who=user.who,
            at=now,
        )
    return Imported(number=number, report=report, known=False)


def imports_of(user: User, database: Database, name: str) -> tuple[HistoryImport, ...]:
    """Return who brought which history when, the first first.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    """
    require(user, Action.SEE_CASE, of_team=name)
    with database.reading() as connection:
        return list_imports(connection, team_key(connection, name))


def replace_table(
    connection: Connection,
    user: User,
    team: OpenTeam,
    case: Case,
    table: str,
    *,
    now: datetime,
    reason: str,
) -> int:
    """Write one table of a changed case into a new set-up; the other files stay to the byte.

    For workflows that have checked permission. Returns the new version.

    Parameters
    ----------
    connection
        A writing transaction.
    user
        Who changes it.
    team
        The team as it was opened.
    case
        The team's case with the change in it.
    table
        Name of the table without ``.csv``.
    now, reason
        For the audit.

    Raises
    ------
    Conflict
        Somebody has saved a newer set-up since the team was opened.
    """
    header, *rows = case_tables(replace(case, history=None))[table]
    _, files = read_setup(connection, team.team_id, team.setup)
    return save_setup(
        connection,
        team.team_id,
        files | {f"{table}.csv": write_csv(header, rows)},
        seen=team.setup,
        who=user.who,
        at=now,
        reason=reason,
    )


def team_key(connection: Connection, name: str) -> int:
    """Return the key of a team.

    Raises
    ------
    InputError
        There is no such team.
    """
    found = team_names(connection).get(name)
    if found is None:
        raise InputError(Fault(column="team", expected="a team of the book", found=repr(name)))
    return found


def team_name(connection: Connection, team_id: int) -> str:
    """Return the name of a team; KeyError if there is none."""
    return {key: name for name, key in team_names(connection).items()}[team_id]


def opened(database: Database, name: str) -> OpenTeam:
    """Open a team's book for a workflow that has checked its own permission."""
    return _open(database, name)


def at_setup(database: Database, team: OpenTeam, setup: int) -> Case:
    """Return the team's case as an older set-up had it, with today's history."""
    return _case(database, team.team_id, setup, team.history)


def _open(database: Database, name: str) -> OpenTeam:
    with database.reading() as connection:
        team_id = team_key(connection, name)
        setup, _ = read_setup(connection, team_id)
        imports = list_imports(connection, team_id)
    history = imports[-1].number if imports else 0
    return OpenTeam(
        team_id=team_id,
        name=name,
        setup=setup,
        history=history,
        case=_case(database, team_id, setup, history),
    )


def forget_cases() -> None:
    """Forget every case that was read: somebody has been erased from them."""
    _case.cache_clear()


@lru_cache(maxsize=32)
def _case(database: Database, team_id: int, setup: int, history: int) -> Case:
    """Read a case; what was saved under these numbers never changes, so once is enough."""
    with database.reading() as connection:
        _, files = read_setup(connection, team_id, setup)
        _, content = read_history_csv(connection, team_id, history)
    return read_case_files(files | ({} if content is None else {HISTORY: content}))
