"""Versions of a team's set-up, and the set-up as a file: out, in, and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from scheduler.access import Action, User
from scheduler.exchange.case_packing import Upload, packed, unpacked
from scheduler.exchange.case_sheets import Change, case_sheets, sheet_changes
from scheduler.exchange.read_case import CASE_FILES, read_bytes, read_case_files
from scheduler.exchange.revise_case import revised_files
from scheduler.exchange.write_case import workbook_bytes
from scheduler.store.database import Database
from scheduler.store.history import read_history_csv
from scheduler.store.setups import SetupVersion, read_setup, setup_versions
from scheduler.workflows.book import HISTORY, OpenTeam, opened, team_key
from scheduler.workflows.team_setup import case_at, read_with_history, save_files
from scheduler.workflows.week import require


def read_upload(data: bytes, file: str, *, max_bytes: int) -> Upload:
    """Read a case folder that came as a ``.zip``, or a workbook.

    Raises
    ------
    InputError
        It is neither, or the workbook has faults.
    """
    return unpacked(data, file, max_bytes=max_bytes)


def read_case_at(path: Path, *, max_bytes: int) -> Upload:
    """Read a case folder, a workbook or a packed folder of this machine.

    Raises
    ------
    InputError
        It is none of these.
    """
    if not path.is_dir():
        return read_upload(read_bytes(path, max_bytes), path.name, max_bytes=max_bytes)
    files = {
        name: read_bytes(path / name, max_bytes) for name in CASE_FILES if (path / name).is_file()
    }
    return Upload(files=files, typed=False)


def look_at_upload(user: User, database: Database, name: str, upload: Upload) -> tuple[Change, ...]:
    """Say what an upload would change in a team's set-up; save nothing.

    The upload stands for the whole set-up: a table that is not in it is empty. Its history is
    passed over.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    InputError
        Every fault of the files.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    team = opened(database, name)
    case = read_with_history(database, team, _taking_place(database, team, upload))
    return sheet_changes(case_sheets(team.case), case_sheets(case))


def take_upload(
    user: User,
    database: Database,
    name: str,
    upload: Upload,
    *,
    seen: int,
    now: datetime,
    reason: str,
) -> int:
    """Save an upload as the newest version of a team's set-up, and return its number.

    Parameters
    ----------
    user
        Who brings it.
    database, name
        The book and the team.
    upload
        What :func:`read_upload` gave.
    seen
        The version that it takes the place of.
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
    team = opened(database, name)
    files = _taking_place(database, team, upload)
    return save_files(user, database, replace(team, setup=seen), files, now=now, reason=reason)


def versions_of(user: User, database: Database, name: str) -> tuple[SetupVersion, ...]:
    """Return the versions of a team's set-up, the newest first.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    """
    require(user, Action.SEE_CASE, of_team=name)
    with database.reading() as connection:
        return setup_versions(connection, team_key(connection, name))


def changes_between(
    user: User, database: Database, name: str, before: int, after: int
) -> tuple[Change, ...]:
    """Say what one version of a team's set-up changed against another.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    InputError
        There is no such team or version.
    """
    require(user, Action.SEE_CASE, of_team=name)
    team = opened(database, name)
    old, new = (case_sheets(case_at(database, team, each)) for each in (before, after))
    return sheet_changes(old, new)


def restore_setup(
    user: User,
    database: Database,
    name: str,
    version: int,
    *,
    seen: int,
    now: datetime,
    reason: str,
) -> int:
    """Save an older version again as the newest, and return its number.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    InputError
        There is no such version, or it does not fit today's history.
    Conflict
        Somebody has saved a newer version.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    team = opened(database, name)
    case_at(database, team, version)
    with database.reading() as connection:
        _, files = read_setup(connection, team.team_id, version)
    return save_files(user, database, replace(team, setup=seen), files, now=now, reason=reason)


def case_folder(user: User, database: Database, name: str) -> bytes:
    """Give a team's case folder, its history with it, packed as a ``.zip``.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    """
    require(user, Action.SEE_CASE, of_team=name)
    with database.reading() as connection:
        key = team_key(connection, name)
        _, files = read_setup(connection, key)
        _, history = read_history_csv(connection, key)
    return packed(files | ({} if history is None else {HISTORY: history}))


def case_workbook(user: User, database: Database, name: str) -> bytes:
    """Give a team's case, its history with it, as an Excel workbook.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    InputError
        A text holds a character that no workbook can.
    """
    require(user, Action.SEE_CASE, of_team=name)
    return workbook_bytes(opened(database, name).case)


def _taking_place(database: Database, team: OpenTeam, upload: Upload) -> dict[str, bytes]:
    """Give the files of the set-up that an upload makes; a workbook keeps our words."""
    files = {name: upload.files[name] for name in CASE_FILES if name in upload.files}
    files.pop(HISTORY, None)
    if not upload.typed:
        return files
    with database.reading() as connection:
        _, before = read_setup(connection, team.team_id, team.setup)
    return revised_files(before, team.case, read_case_files(files))
