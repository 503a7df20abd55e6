"""Coming in and going out: what everybody with an account does at the web door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.errors import Fault, InputError
from scheduler.passwords import faults_of, hash_password, is_right
from scheduler.store.accounts import (
    Account,
    Person,
    find_account,
    read_account,
    set_password,
)
from scheduler.store.attempts import Limits, begin_try, forget_tries
from scheduler.store.audit import Deed, record
from scheduler.store.database import Connection, Database
from scheduler.store.sessions import (
    Lasting,
    account_in_session,
    end_session,
    forget_ended_sessions,
    note_seen,
    open_session,
)
from scheduler.workflows.leavers import has_left


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How sign-in is guarded.

    Attributes
    ----------
    lasting
        How long sessions last.
    limits
        How many tries that fail are borne.
    one_time
        How long a password that somebody else has set may be used.
    """

    lasting: Lasting = field(default_factory=Lasting)
    limits: Limits = field(default_factory=Limits)
    one_time: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody has come in: the token is for their cookie."""

    token: str
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nobody has come in; ``wait`` says for how long nobody will, None if only this try failed."""

    wait: timedelta | None = None


def sign_in(
    database: Database,
    login: str,
    password: str,
    *,
    address: str,
    earlier: str,
    policy: Policy,
    now: datetime,
) -> SignedIn | Refused:
    """Open a session for whoever knows the password.

    It takes as long, and says the same, whether the login is unknown, the account switched off
    or the password wrong.

    Parameters
    ----------
    database
        The book.
    login, password
        What was typed.
    address
        The network address it came from.
    earlier
        Digest of the browser's earlier session, which ends.
    policy, now
        How sign-in is guarded, and the clock.
    """
    with database.writing() as connection:
        wait = begin_try(connection, login, address, policy.limits, at=now)
    if wait is not None:
        return Refused(wait=wait)
    with database.reading() as connection:
        account = find_account(connection, login=login)
    right = is_right(password, account.password if account else None)
    if account is None or has_left(database, account, now):
        return Refused()
    with database.writing() as connection:
        # Hashing takes its time; what it was about may have changed meanwhile.
        fresh = read_account(connection, account.account_id)
        fault = _fault(account, fresh, right=right, now=now)
        if fault:
            _audit(connection, fresh.person, "refuse sign-in", at=now, reason=fault)
            return Refused()
        forget_tries(connection, login)
        return open_for(connection, fresh, earlier=earlier, policy=policy, now=now, how="password")


def _fault(account: Account, fresh: Account, *, right: bool, now: datetime) -> str:
    """Why this account does not let this try in; empty if it does."""
    if not right or fresh.password != account.password:
        return "wrong password"
    if not fresh.person.active:
        return "the account is switched off"
    if fresh.one_time_until is not None and now >= fresh.one_time_until:
        return "the one-time password is too old"
    return ""


def open_for(
    connection: Connection,
    account: Account,
    *,
    earlier: str,
    policy: Policy,
    now: datetime,
    how: str,
) -> SignedIn:
    """Open a session for somebody who has proved who they are.

    Parameters
    ----------
    connection
        A writing transaction.
    account
        Who.
    earlier, policy, now
        As for :func:`sign_in`.
    how
        How they proved it, for the audit.
    """
    end_session(connection, earlier)
    forget_ended_sessions(connection, policy.lasting, at=now)
    token = open_session(connection, account.account_id, at=now)
    _audit(connection, account.person, "sign in", at=now, reason=how)
    return SignedIn(token=token, account=account)


def account_here(
    database: Database, digest: str, *, policy: Policy, now: datetime, present: bool = True
) -> Account | None:
    """Return whose live session it is; None if it has ended or the account is switched off.

    Parameters
    ----------
    database
        The book.
    digest
        :func:`scheduler.store.sessions.digest_of` the cookie's token.
    policy, now
        How long sessions last, and the clock.
    present
        Whether this look is a sign of the person; a page that refreshes itself is none.
    """
    with database.reading() as connection:
        found = account_in_session(connection, digest, policy.lasting, at=now)
        account = read_account(connection, found[0]) if found else None
    if found is None or account is None or not account.person.active:
        return None
    if has_left(database, account, now):
        return None
    if present and found[1]:
        with database.writing() as connection:
            note_seen(connection, digest, at=now)
    return account


def sign_out(database: Database, digest: str, *, now: datetime) -> None:
    """End a session; nothing happens if it has ended already."""
    with database.writing() as connection:
        account_id = end_session(connection, digest)
        if account_id is not None:
            person = read_account(connection, account_id).person
            _audit(connection, person, "sign out", at=now)


def change_password(
    database: Database,
    account_id: int,
    old: str,
    new: str,
    *,
    address: str,
    policy: Policy,
    now: datetime,
) -> SignedIn | Refused:
    """Give somebody the password they chose, end all their sessions and open a new one.

    Parameters
    ----------
    database
        The book.
    account_id
        Who is signed in.
    old, new
        The password so far and the new one, as typed.
    address, policy, now
        As for :func:`sign_in`: the password so far cannot be guessed here either.

    Raises
    ------
    InputError
        The old password is wrong, or the new one is too short, too common or the old one.
    """
    with database.writing() as connection:
        account = read_account(connection, account_id)
        login = account.person.login
        wait = begin_try(connection, login, address, policy.limits, at=now)
    if wait is not None:
        return Refused(wait=wait)
    if not is_right(old, account.password):
        found = Fault(column="current password", expected="your password so far", found="another")
        raise InputError(found)
    faults = faults_of(new, (login, account.person.name))
    if new == old:
        faults.append(Fault(column="password", expected="a new password", found="the old one"))
    with database.writing() as connection:
        forget_tries(connection, login)
    if faults:
        raise InputError(faults)
    hashed = hash_password(new)
    with database.writing() as connection:
        set_password(connection, account_id, hashed, who=login, at=now)
        token = open_session(connection, account_id, at=now)
        return SignedIn(token=token, account=read_account(connection, account_id))


def _audit(
    connection: Connection, person: Person, what: str, *, at: datetime, reason: str = ""
) -> None:
    subject = f"account {person.login}"
    team_id = person.team_id
    deed = Deed(at=at, who=person.login, what=what, subject=subject, team_id=team_id, reason=reason)
    record(connection, deed)
