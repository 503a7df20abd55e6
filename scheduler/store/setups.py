"""Teams and their set-ups: the files of a case, a new version at every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from scheduler.access import EVERY_TEAM
from scheduler.errors import Conflict, Fault, InputError
from scheduler.store.audit import Deed, record
from scheduler.store.schema import audit, setup_file, team

_SAVED = "save set-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupVersion:
    """A version of a team's set-up: its number, who saved it when, and why."""

    number: int
    at: datetime
    who: str
    reason: str


def add_team(connection: Connection, name: str, *, who: str, at: datetime) -> int:
    """Add a team without a set-up and return its key.

    Raises
    ------
    InputError
        The name is empty or too long, or the sign that stands for every team.
    Conflict
        There is a team of that name.
    """
    if not 1 <= len(name.strip()) <= 100 or name == EVERY_TEAM:
        raise InputError(Fault(column="team", expected="a name", found=repr(name)))
    try:
        with connection.begin_nested():
            made = connection.execute(insert(team).values(name=name, setup_version=0))
    except IntegrityError:
        raise Conflict(f"There is a team named {name} already.") from None
    (key,) = made.inserted_primary_key or (0,)
    record(connection, Deed(at=at, who=who, what="add team", subject=name, team_id=key))
    return int(key)


def team_names(connection: Connection) -> dict[str, int]:
    """Return the keys of all teams by name."""
    rows = connection.execute(select(team.c.name, team.c.team_id).order_by(team.c.name))
    return {row.name: row.team_id for row in rows}


def save_setup(
    connection: Connection,
    team_id: int,
    files: Mapping[str, bytes],
    *,
    seen: int,
    who: str,
    at: datetime,
    reason: str = "",
) -> int:
    """Keep a new version of a team's set-up and return its number.

    Parameters
    ----------
    connection
        A writing transaction.
    team_id
        The team.
    files
        The files of a case folder by name, but its history.
    seen
        The version that was changed; 0 for a first set-up.
    who, at, reason
        For the audit.

    Raises
    ------
    Conflict
        Somebody has saved a newer version.
    """
    version = seen + 1
    turned = connection.execute(
        update(team)
        .where(team.c.team_id == team_id, team.c.setup_version == seen)
        .values(setup_version=version)
    )
    if turned.rowcount != 1:
        newest = connection.scalar(select(team.c.setup_version).where(team.c.team_id == team_id))
        raise Conflict(
            f"The set-up has changed since you opened it (version {newest}, you saw {seen}). "
            "Look at the newer one and make your change again."
        )
    connection.execute(
        insert(setup_file),
        [
            {"team_id": team_id, "version": version, "name": name, "content": content}
            for name, content in files.items()
        ],
    )
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what=_SAVED,
            subject=f"version {version}",
            team_id=team_id,
            before={"version": seen},
            after={"version": version, "files": sorted(files)},
            reason=reason,
        ),
    )
    return version


def read_setup(
    connection: Connection, team_id: int, version: int | None = None
) -> tuple[int, dict[str, bytes]]:
    """Return a version of a team's set-up and its files; the newest without a version.

    Raises
    ------
    KeyError
        No such team or version.
    """
    newest = connection.scalar(select(team.c.setup_version).where(team.c.team_id == team_id))
    if newest is None or not 1 <= (wanted := version or newest) <= newest:
        raise KeyError((team_id, version))
    rows = connection.execute(
        select(setup_file.c.name, setup_file.c.content).where(
            setup_file.c.team_id == team_id, setup_file.c.version == wanted
        )
    )
    return wanted, {row.name: row.content for row in rows}


def saved_by(connection: Connection, team_id: int) -> str | None:
    """Return who saved the newest version of a team's set-up; None where there is none."""
    newest = select(audit.c.who).where(audit.c.team_id == team_id, audit.c.what == _SAVED)
    return connection.scalar(newest.order_by(audit.c.number.desc()).limit(1))


def setup_versions(connection: Connection, team_id: int) -> tuple[SetupVersion, ...]:
    """Return every version of a team's set-up, the newest first, as the audit tells them."""
    rows = connection.execute(
        select(audit.c.after, audit.c.at, audit.c.who, audit.c.reason)
        .where(audit.c.team_id == team_id, audit.c.what == _SAVED)
        .order_by(audit.c.number.desc())
    )
    return tuple(
        SetupVersion(number=row.after["version"], at=row.at, who=row.who, reason=row.reason)
        for row in rows
    )
