"""The demo mode's book: a team for each case folder, as long as nobody has changed it there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from scheduler.errors import Conflict, Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import CASE_FILES, read_bytes
from scheduler.store.database import Connection, Database
from scheduler.store.history import digest_of, keep_history, list_imports, read_history_csv
from scheduler.store.setups import add_team, read_setup, save_setup, saved_by, team_names
from scheduler.workflows.book import HISTORY, opened, teams_in

FOLLOWER = "case folders"
Stamp = tuple[tuple[str, int, int], ...]


class CaseFolders:
    """Keeps a book's teams like the case folders they come from.

    The files go in as they are: what is wrong with them is said when the team is opened. What
    somebody has changed in the app is theirs and follows its folder no longer, set-up and history
    each by itself.

    Parameters
    ----------
    database
        A book with today's tables.
    rosters
        Folder that holds the case folders.
    max_bytes
        Largest size of a file.
    """

    def __init__(self, database: Database, rosters: Path, *, max_bytes: int) -> None:
        self._database = database
        self._rosters = rosters
        self._max_bytes = max_bytes
        self._stamps: dict[str, Stamp] = {}

    def follow(self, now: datetime) -> tuple[Fault, ...]:
        """Bring in what is new or has changed since the last look; return what could not be."""
        faults: list[Fault] = []
        for toml in sorted(self._rosters.glob("*/case.toml")):
            folder = toml.parent
            stamp = _stamp(folder)
            if self._stamps.get(folder.name) == stamp:
                continue
            try:
                files = _files(folder, self._max_bytes)
                with self._database.writing() as connection:
                    _follow(connection, folder.name, files, now)
            except InputError as error:
                faults += error.faults
            except Conflict:
                continue  # another process follows, too; look again
            self._stamps[folder.name] = stamp
        return tuple(faults)


def readable_cases(database: Database) -> dict[str, Case]:
    """Return the case of each team of the book that can be read, the sample first.

    For the demo mode's sign-in, where everybody may be anybody.
    """
    found = {}
    for name in teams_in(database):
        try:
            found[name] = opened(database, name).case
        except InputError:
            continue
    return found


def _follow(connection: Connection, name: str, files: Mapping[str, bytes], now: datetime) -> None:
    """Keep a folder's files as a team's set-up and history, if these are still the folder's."""
    setup = {file: data for file, data in files.items() if file != HISTORY}
    team_id = team_names(connection).get(name)
    if team_id is None:
        team_id = add_team(connection, name, who=FOLLOWER, at=now)
        save_setup(connection, team_id, setup, seen=0, who=FOLLOWER, at=now)
    elif saved_by(connection, team_id) == FOLLOWER:
        version, before = read_setup(connection, team_id)
        if before != setup:
            save_setup(connection, team_id, setup, seen=version, who=FOLLOWER, at=now)
    imports = list_imports(connection, team_id)
    history = files.get(HISTORY)
    if history is None or any(each.imported_by != FOLLOWER for each in imports):
        return
    number, whole = read_history_csv(connection, team_id)
    if whole != history:
        # The number is in the digest, so that a file may come back to what it was.
        keep_history(
            connection,
            team_id,
            history,
            seen=number,
            digest=digest_of(b"%d " % number + history),
            name=HISTORY,
            report="taken from the case folder",
            who=FOLLOWER,
            at=now,
        )


def _files(folder: Path, max_bytes: int) -> dict[str, bytes]:
    present = (folder / name for name in CASE_FILES if (folder / name).is_file())
    return {path.name: read_bytes(path, max_bytes) for path in present}


def _stamp(folder: Path) -> Stamp:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
