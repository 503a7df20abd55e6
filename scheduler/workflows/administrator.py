"""What an administrator does: give people accounts, change them, switch them off."""

from __future__ import annotations

from datetime import datetime

from scheduler.access import Action, Role, User
from scheduler.errors import Conflict, Fault, InputError
from scheduler.passwords import hash_password, one_time_password
from scheduler.store.accounts import (
    Account,
    Person,
    add_account,
    all_accounts,
    change_account,
    find_account,
    set_password,
)
from scheduler.store.attempts import forget_tries
from scheduler.store.audit import Deed, record
from scheduler.store.database import Connection, Database
from scheduler.store.sessions import end_sessions_of
from scheduler.store.setups import team_names
from scheduler.workflows.book import opened, teams_in
from scheduler.workflows.coming_in import Policy
from scheduler.workflows.week import require

FIRST_LOGIN = "admin"


def first_administrator(database: Database, *, policy: Policy, now: datetime) -> str | None:
    """Make a book's first administrator and return the one-time password; None if there is one.

    The login is ``admin``, and the password has to be changed at the first sign-in.
    """
    password, hashed = _one_time()
    with database.writing() as connection:
        if _administrators(connection):
            return None
        person = Person(login=FIRST_LOGIN, name="Administrator", role=Role.ADMINISTRATOR)
        try:
            key = add_account(connection, person, who="callboard", at=now)
        except Conflict:  # another process has started at the same moment
            return None
        until = now + policy.one_time
        set_password(connection, key, hashed, who="callboard", at=now, one_time_until=until)
    return password


def list_accounts(user: User, database: Database) -> tuple[Account, ...]:
    """Return every account, in the order of logins.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    with database.reading() as connection:
        return tuple(all_accounts(connection))


def see_account(user: User, database: Database, login: str) -> Account:
    """Return the account with a login.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    InputError
        There is no such account.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    with database.reading() as connection:
        return _known(connection, login)


def team_key(user: User, database: Database, name: str) -> int:
    """Return the key of a team, to put somebody into it.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    InputError
        There is no such team.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    with database.reading() as connection:
        teams = team_names(connection)
    if name not in teams:
        expected = f"a team of the book: {', '.join(teams) or 'it has none yet'}"
        raise InputError(Fault(column="team", expected=expected, found=repr(name)))
    return teams[name]


def invite(
    user: User, database: Database, person: Person, *, policy: Policy, now: datetime
) -> str | None:
    """Add an account and return its one-time password; None for people who sign in elsewhere.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    Conflict
        There is an account with that login already.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    password, hashed = _one_time()
    with database.writing() as connection:
        key = add_account(connection, person, who=user.who, at=now)
        if person.subject is not None:
            return None
        until = now + policy.one_time
        set_password(connection, key, hashed, who=user.who, at=now, one_time_until=until)
    return password


def reset_password(
    user: User, database: Database, login: str, *, policy: Policy, now: datetime
) -> str:
    """Give an account a one-time password and return it; its sessions end, its tries are forgotten.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    InputError
        There is no such account.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    password, hashed = _one_time()
    with database.writing() as connection:
        key = _known(connection, login).account_id
        forget_tries(connection, login)
        until = now + policy.one_time
        set_password(connection, key, hashed, who=user.who, at=now, one_time_until=until)
    return password


def change_person(
    user: User, database: Database, person: Person, *, seen: int, now: datetime, reason: str = ""
) -> None:
    """Change the role, team or name of the account with that login, or switch it off or on.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    InputError
        There is no such account, or nobody would be left to manage accounts.
    Conflict
        Somebody has changed the account since version ``seen``.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    with database.writing() as connection:
        before = _administrators(connection)
        key = _known(connection, person.login).account_id
        change_account(connection, key, person, seen=seen, who=user.who, at=now, reason=reason)
        if before and not _administrators(connection):
            expected = "an administrator who may sign in"
            raise InputError(Fault(column="role", expected=expected, found="nobody would be left"))


def end_sessions(user: User, database: Database, login: str, *, now: datetime, reason: str) -> int:
    """Sign an account out everywhere, and return how many sessions ended.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    InputError
        There is no such account.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    with database.writing() as connection:
        account = _known(connection, login)
        ended = end_sessions_of(connection, account.account_id)
        deed = Deed(
            at=now,
            who=user.who,
            what="end sessions",
            subject=f"account {account.person.login}",
            team_id=account.person.team_id,
            after={"ended": ended},
            reason=reason,
        )
        record(connection, deed)
    return ended


def people_of_teams(user: User, database: Database) -> dict[str, dict[str, str]]:
    """Return the people of every team, names by id, to give them accounts.

    A team whose set-up cannot be read has nobody.

    Raises
    ------
    AccessDenied
        The user may not manage accounts.
    """
    require(user, Action.MANAGE_ACCOUNTS)
    found: dict[str, dict[str, str]] = {}
    for name in teams_in(database):
        try:
            agents = opened(database, name).case.team.agents
        except InputError:
            agents = ()
        found[name] = {agent.agent_id: agent.name for agent in agents}
    return found


def _administrators(connection: Connection) -> list[str]:
    """Return the logins of administrators who may sign in."""
    people = (each.person for each in all_accounts(connection))
    return [each.login for each in people if each.active and each.role is Role.ADMINISTRATOR]


def _known(connection: Connection, login: str) -> Account:
    account = find_account(connection, login=login)
    if account is None:
        raise InputError(Fault(column="login", expected="an account's login", found=repr(login)))
    return account


def _one_time() -> tuple[str, str]:
    """Make a one-time password and its hash, before the book is held up by it."""
    password = one_time_password()
    return password, hash_password(password)
