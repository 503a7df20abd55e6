"""A team's set-up without files: look at it, try a change, save it, go back, take it along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.access import Action, User, decide
from scheduler.errors import Conflict, Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.case_sheets import (
    Change,
    Sheets,
    case_sheets,
    sheet_changes,
    typed_case,
)
from scheduler.exchange.read_case import read_case_files
from scheduler.exchange.revise_case import revised_files
from scheduler.exchange.sections import CASE_FILE
from scheduler.rostering.rules.catalogue import HARD, PRICED
from scheduler.store.database import Database
from scheduler.store.history import read_history_csv
from scheduler.store.setups import (
    read_setup,
    save_setup,
)
from scheduler.workflows.book import (
    HISTORY,
    OpenTeam,
    at_setup,
    change_setup,
    opened,
    team_key,
    teams_in,
)
from scheduler.workflows.week import require

MOST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenSetup:
    """A version of a team's set-up, the way people edit it.

    Attributes
    ----------
    version
        Its number.
    sheets
        Every value as text, see :mod:`scheduler.exchange.case_sheets`.
    text
        ``case.toml`` as it stands.
    queues_with_history
        Queues whose history the book holds: they cannot be removed.
    """

    version: int
    sheets: Sheets
    text: str
    queues_with_history: tuple[str, ...]


def rule_words() -> tuple[dict[str, str], dict[str, str]]:
    """Return the sentences of the hard and of the priced rules by name, in the house's order."""
    hard, priced = ({rule.name: rule.sentence for rule in rules} for rules in (HARD, PRICED))
    return hard, priced


def teams_to_set_up(user: User, database: Database) -> tuple[str, ...]:
    """Return the names of the teams whose set-up a user may change."""
    return tuple(
        name
        for name in teams_in(database)
        if decide(user, Action.CHANGE_SETUP, of_team=name).allowed
    )


def newest_setup(user: User, database: Database, name: str) -> int:
    """Return the number of the newest version of a team's set-up, readable or not.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    InputError
        There is no such team.
    """
    require(user, Action.SEE_CASE, of_team=name)
    with database.reading() as connection:
        return read_setup(connection, team_key(connection, name))[0]


def setup_text(user: User, database: Database, name: str) -> str:
    """Return ``case.toml`` of the newest version as it stands; errors as for its number."""
    require(user, Action.SEE_CASE, of_team=name)
    with database.reading() as connection:
        _, files = read_setup(connection, team_key(connection, name))
    return files.get(CASE_FILE, b"").decode("utf-8", "replace")


def open_setup(user: User, database: Database, name: str, version: int | None = None) -> OpenSetup:
    """Open a team's set-up; the newest version without one.

    Raises
    ------
    AccessDenied
        The user may not see this team's case.
    InputError
        There is no such team or version.
    """
    require(user, Action.SEE_CASE, of_team=name)
    team = opened(database, name)
    number = team.setup if version is None else version
    case = case_at(database, team, number)
    with database.reading() as connection:
        _, files = read_setup(connection, team.team_id, number)
    return OpenSetup(
        version=number,
        sheets=case_sheets(case),
        text=files[CASE_FILE].decode("utf-8", "replace"),
        queues_with_history=() if case.history is None else case.history.queues,
    )


def try_sheets(
    user: User, database: Database, name: str, sheets: Sheets, *, seen: int
) -> tuple[Change, ...]:
    """Say what edited sheets change against the version they were made from; save nothing.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    InputError
        Every fault, located: its file is the name of the sheet, its row counts the header as 1.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    before = case_at(database, opened(database, name), seen)
    old = case_sheets(before)
    return sheet_changes(old, case_sheets(_typed({**old, **sheets}, before)))


def save_sheets(
    user: User,
    database: Database,
    name: str,
    sheets: Sheets,
    *,
    seen: int,
    now: datetime,
    reason: str,
) -> int:
    """Save edited sheets as a new version and return its number.

    What somebody else has saved meanwhile in other sheets is kept.

    Parameters
    ----------
    user
        Who changes it.
    database, name
        The book and the team.
    sheets
        The sheets that were edited, each whole; the others stay.
    seen
        The version that they were made from.
    now, reason
        For the audit.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    InputError
        Every fault.
    Conflict
        Somebody has saved another version of one of these sheets.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    team = opened(database, name)
    base = team.case
    there = case_sheets(base)
    if team.setup != seen:
        theirs = sheet_changes(case_sheets(case_at(database, team, seen)), there)
        clash = [str(each) for each in theirs if each.sheet in sheets]
        if clash:
            raise Conflict(
                f"Somebody has saved version {team.setup} since you opened version {seen}: "
                f"{'; '.join(clash[:5])}{' …' if len(clash) > 5 else ''}. "
                "Nothing of yours is lost: save it over theirs, or drop it and look at theirs."
            )
    after = _typed({**there, **sheets}, base)
    with database.reading() as connection:
        _, files = read_setup(connection, team.team_id, team.setup)
    return save_files(
        user, database, team, revised_files(files, base, after), now=now, reason=reason
    )


def save_text(
    user: User, database: Database, name: str, text: str, *, seen: int, now: datetime, reason: str
) -> int:
    """Save an edited ``case.toml`` as a new version; errors as for :func:`change_setup`."""
    files = {CASE_FILE: text.replace("\r\n", "\n").encode("utf-8")}
    return change_setup(user, database, name, files, seen=seen, now=now, reason=worded(reason))


def look_at_text(user: User, database: Database, name: str, text: str) -> tuple[Change, ...]:
    """Say what an edited ``case.toml`` would change; errors as for :func:`save_text`."""
    require(user, Action.CHANGE_SETUP, of_team=name)
    team = opened(database, name)
    with database.reading() as connection:
        _, files = read_setup(connection, team.team_id, team.setup)
    case = read_with_history(database, team, files | {CASE_FILE: text.encode("utf-8")})
    return sheet_changes(case_sheets(team.case), case_sheets(case))


def _typed(sheets: Sheets, before: Case) -> Case:
    """Read typed sheets, and hold the names in the history against them."""
    return replace(typed_case(sheets), history=before.history, remarks=before.remarks)


def case_at(database: Database, team: OpenTeam, number: int) -> Case:
    """Return the case as a version had it; InputError without such a version."""
    if not 1 <= number <= team.setup:
        expected = f"a version from 1 to {team.setup}"
        raise InputError(Fault(column="version", expected=expected, found=str(number)))
    return at_setup(database, team, number)


def read_with_history(database: Database, team: OpenTeam, files: Mapping[str, bytes]) -> Case:
    """Read a set-up with the team's history: finer intervals, say, may not fit it."""
    with database.reading() as connection:
        _, history = read_history_csv(connection, team.team_id, team.history)
    return read_case_files({**files, **({} if history is None else {HISTORY: history})})


def save_files(
    user: User,
    database: Database,
    team: OpenTeam,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    reason: str,
) -> int:
    """Save the files of a set-up as the version after ``team.setup``, if they can be read."""
    words = worded(reason)
    read_with_history(database, team, files)
    with database.writing() as connection:
        return save_setup(
            connection,
            team.team_id,
            files,
            seen=team.setup,
            who=user.who,
            at=now,
            reason=words,
        )


def worded(reason: str) -> str:
    """Return a reason for the audit; InputError if it is too long."""
    words = reason.strip()
    if len(words) > MOST_REASON:
        expected = f"at most {MOST_REASON} characters"
        raise InputError(Fault(column="reason", expected=expected, found=f"{len(words)}"))
    return words
