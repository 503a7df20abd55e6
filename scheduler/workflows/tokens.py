"""Keys for programs: make one, end one, and find out for whom a program acts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.store.accounts import Account, find_account, read_account
from scheduler.store.database import Connection, Database
from scheduler.store.tokens import (
    ApiToken,
    end_api_token,
    find_api_token,
    list_api_tokens,
    make_api_token,
)
from scheduler.workflows.leavers import has_left
from scheduler.workflows.week import require

Scope = Literal[
    "rosters:read",
    "requirement:read",
    "requests:read",
    "requests:write",
    "attendance:read",
    "attendance:write",
    "hours:read",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """For whom a program acts, and what its key may be used for."""

    user: User
    scopes: frozenset[str]


def make_token(
    user: User,
    database: Database,
    login: str,
    *,
    name: str,
    scopes: Collection[str],
    days: int,
    now: datetime,
) -> str:
    """Return a new key for a program that acts for an account; it is shown once.

    A key never allows more than its account may, and ends with the account.

    Parameters
    ----------
    user
        Who asks: the account's own person, or somebody who manages accounts.
    database, login
        The book, and the account's login.
    name
        What the key is for.
    scopes
        What it may be used for, among ``SCOPES``.
    days
        How many days it holds.
    now
        The time of making.

    Raises
    ------
    AccessDenied
        It is somebody else's account.
    InputError
        There is no such account, or a value is out of range.
    """
    _own_or_managed(user, login)
    faults = []
    if not 1 <= len(name.strip()) <= 100:
        faults.append(Fault(column="name", expected="1 to 100 characters", found=repr(name)))
    if not scopes or not set(scopes) <= set(SCOPES):
        expected = f"one or more of {', '.join(SCOPES)}"
        faults.append(Fault(column="scopes", expected=expected, found=", ".join(scopes) or "none"))
    if not 1 <= days <= LONGEST_DAYS:
        faults.append(Fault(column="days", expected=f"1 … {LONGEST_DAYS}", found=str(days)))
    if faults:
        raise InputError(faults)
    with database.writing() as connection:
        return make_api_token(
            connection,
            _account(connection, login).account_id,
            name=name.strip(),
            scopes=set(scopes),
            ends_at=now + timedelta(days=days),
            who=user.who,
            at=now,
        )


def tokens_of(user: User, database: Database, login: str) -> tuple[ApiToken, ...]:
    """Return an account's keys, without the keys themselves; errors as for making one."""
    _own_or_managed(user, login)
    with database.reading() as connection:
        return list_api_tokens(connection, _account(connection, login).account_id)


def end_token(user: User, database: Database, login: str, token_id: int, *, now: datetime) -> bool:
    """End one of an account's keys and say whether there was one; errors as for making one."""
    _own_or_managed(user, login)
    with database.writing() as connection:
        key = _account(connection, login).account_id
        return end_api_token(connection, key, token_id, who=user.who, at=now)


def caller_of(database: Database, token: str, *, now: datetime) -> Caller | None:
    """Return for whom a program acts; None for a key that holds no longer or never did."""
    with database.reading() as connection:
        found = find_api_token(connection, token, at=now)
        account = None if found is None else read_account(connection, found.account_id)
    if found is None or account is None or not account.person.active:
        return None
    if has_left(database, account, now):
        return None
    return Caller(user=account.user, scopes=found.scopes)


def _own_or_managed(user: User, login: str) -> None:
    if not user.login or user.login != login.strip().casefold():
        require(user, Action.MANAGE_ACCOUNTS)


def _account(connection: Connection, login: str) -> Account:
    found = find_account(connection, login=login)
    if found is None:
        expected = "the login of an account"
        raise InputError(Fault(column="login", expected=expected, found=repr(login)))
    return found
