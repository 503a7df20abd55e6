"""Accounts: who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from scheduler.access import EVERY_TEAM, Role, User
from scheduler.errors import Conflict, Fault, InputError
from scheduler.store.audit import Deed, record
from scheduler.store.schema import account as accounts
from scheduler.store.schema import team as teams
from scheduler.store.sessions import end_sessions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom an account is for: what an administrator decides about it.

    Attributes
    ----------
    login
        What the person types to sign in, such as an address; kept in small letters.
    name
        How the person is called on screen.
    role
        What the person is to the team.
    team_id
        The person's team; None for every team.
    agent_id
        An agent's row of the team, empty for all others.
    subject
        How an OpenID provider calls the person, ``issuer#sub``; None for people with a password
        here.
    active
        Whether the person may sign in.

    Raises
    ------
    InputError
        Something is missing, an agent has no team or no row in it, an administrator has one.
    """

    login: str
    name: str
    role: Role
    team_id: int | None = None
    agent_id: str = ""
    subject: str | None = None
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse people who could not be told apart or would be nobody's."""
        object.__setattr__(self, "login", self.login.strip().casefold())
        faults = [
            Fault(column=column, expected="1 to 100 characters", found=repr(text))
            for column, text in (("login", self.login), ("name", self.name))
            if not 1 <= len(text.strip()) <= 100
        ]
        if self.role is Role.ADMINISTRATOR and self.team_id is not None:
            faults.append(Fault(column="team", expected="none for administrators", found="a team"))
        is_agent = self.role is Role.AGENT
        if is_agent and self.team_id is None:
            faults.append(Fault(column="team", expected="the agent's team", found="none"))
        if is_agent != bool(self.agent_id):
            expected = "the agent's id in the team" if is_agent else "none but for agents"
            faults.append(
                Fault(column="agent", expected=expected, found=repr(self.agent_id or "none"))
            )
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the book holds it.

    Attributes
    ----------
    account_id
        Its key.
    person
        Whom it is for.
    team
        Name of the person's team; None for every team.
    password
        Hash of the password; None for people who sign in elsewhere.
    one_time_until
        How long a password that somebody else has set may be used, once, to choose an own one;
        None for a password of the person's own.
    version
        Grows with every change of the person's row.
    """

    account_id: int
    person: Person
    team: str | None
    password: str | None
    one_time_until: datetime | None
    version: int

    @property
    def user(self) -> User:
        """The person as the table of roles and actions knows them."""
        return User(
            name=self.person.name,
            role=self.person.role,
            team=EVERY_TEAM if self.team is None else self.team,
            agent_id=self.person.agent_id,
            login=self.person.login,
        )


def add_account(connection: Connection, person: Person, *, who: str, at: datetime) -> int:
    """Add an account without a password and return its key.

    Raises
    ------
    Conflict
        There is an account with that login, or for that person of a provider.
    """
    values = _values(person)
    try:
        with connection.begin_nested():
            made = connection.execute(insert(accounts).values(row_version=1, **values))
    except IntegrityError:
        raise _taken(person) from None
    (key,) = made.inserted_primary_key or (0,)
    _audit(connection, "add account", person, who=who, at=at, after=values)
    return int(key)


def change_account(
    connection: Connection,
    account_id: int,
    person: Person,
    *,
    seen: int,
    who: str,
    at: datetime,
    reason: str = "",
) -> None:
    """Change whom an account is for, or switch it off; the person's sessions end.

    Raises
    ------
    Conflict
        Somebody has changed it since version ``seen``, or another account has that login.
    KeyError
        There is no such account.
    """
    old, new = _values(read_account(connection, account_id).person), _values(person)
    try:
        with connection.begin_nested():
            turned = connection.execute(
                update(accounts)
                .where(accounts.c.account_id == account_id, accounts.c.row_version == seen)
                .values(row_version=seen + 1, **new)
            )
    except IntegrityError:
        raise _taken(person) from None
    if turned.rowcount != 1:
        raise Conflict(f"The account {old['login']} has changed since you opened it.")
    end_sessions_of(connection, account_id)
    changed = [name for name in new if new[name] != old[name]]
    _audit(
        connection,
        "change account",
        person,
        who=who,
        at=at,
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
        reason=reason,
    )


def set_password(
    connection: Connection,
    account_id: int,
    hashed: str,
    *,
    who: str,
    at: datetime,
    one_time_until: datetime | None = None,
) -> None:
    """Give an account a new password, as its hash; all sessions of the account end.

    Parameters
    ----------
    connection
        A writing transaction.
    account_id, hashed
        Whose, and what :func:`scheduler.passwords.hash_password` gave.
    who, at
        For the audit, which is told that it happened and nothing of the password.
    one_time_until
        For a password that somebody else has set: until when it may be used to choose an own.

    Raises
    ------
    KeyError
        There is no such account.
    """
    person = read_account(connection, account_id).person
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id)
        .values(password=hashed, one_time_until=one_time_until)
    )
    end_sessions_of(connection, account_id)
    what = "set password" if one_time_until is None else "set one-time password"
    _audit(connection, what, person, who=who, at=at)


def read_account(connection: Connection, account_id: int) -> Account:
    """Return an account; KeyError if there is none."""
    row = connection.execute(_accounts().where(accounts.c.account_id == account_id)).first()
    if row is None:
        raise KeyError(account_id)
    return account_of(row)


def find_account(
    connection: Connection, *, login: str | None = None, subject: str | None = None
) -> Account | None:
    """Return the account with a login, or of a provider's person; None if there is none."""
    wanted = (
        accounts.c.subject == subject
        if login is None
        else accounts.c.login == login.strip().casefold()
    )
    row = connection.execute(_accounts().where(wanted)).first()
    return None if row is None else account_of(row)


def all_accounts(connection: Connection) -> Iterator[Account]:
    """Yield every account in the order of logins."""
    for row in connection.execute(_accounts().order_by(accounts.c.login)):
        yield account_of(row)


def account_of(row: Row[Any]) -> Account:
    """Build an account of a row that holds its columns and ``team``, the name of its team."""
    return Account(
        account_id=row.account_id,
        person=Person(
            **{
                each.name: getattr(row, each.name) for each in fields(Person) if each.name != "role"
            },
            role=Role(row.role),
        ),
        team=row.team,
        password=row.password,
        one_time_until=row.one_time_until,
        version=row.row_version,
    )


def _accounts() -> Select[Any]:
    return select(accounts, teams.c.name.label("team")).outerjoin_from(accounts, teams)


def _values(person: Person) -> dict[str, Any]:
    return {each.name: getattr(person, each.name) for each in fields(Person)}


def _taken(person: Person) -> Conflict:
    return Conflict(f"There is an account {person.login} already, or one for the same person.")


def _audit(
    connection: Connection,
    what: str,
    person: Person,
    *,
    who: str,
    at: datetime,
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> None:
    deed = Deed(
        at=at,
        who=who,
        what=what,
        subject=f"account {person.login}",
        team_id=person.team_id,
        before=before,
        after=after,
        reason=reason,
    )
    record(connection, deed)
