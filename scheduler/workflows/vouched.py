"""Signing in somebody for whom an OpenID provider vouches: groups there are roles here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.access import Role
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.store.accounts import (
    Account,
    Person,
    add_account,
    change_account,
    find_account,
    read_account,
)
from scheduler.store.database import Connection, Database
from scheduler.store.sessions import end_sessions_of
from scheduler.store.setups import team_names
from scheduler.workflows.coming_in import Policy, SignedIn, open_for

_WHO = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What members of a provider's group are here.

    Attributes
    ----------
    group
        The group's name at the provider.
    role
        What its members are.
    team
        Name of their team; None for every team.
    """

    group: str
    role: Role
    team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the provider vouches for.

    Attributes
    ----------
    subject
        How the provider calls the person for good, ``issuer#sub``.
    login, name
        What they are called.
    groups
        Their groups at the provider.
    agent_id
        Their row of the team, should they be an agent.
    """

    subject: str
    login: str
    name: str
    groups: frozenset[str]
    agent_id: str


def come_in_vouched(
    database: Database,
    vouched: Vouched,
    seats: Sequence[Seat],
    *,
    earlier: str,
    policy: Policy,
    now: datetime,
) -> SignedIn:
    """Open a session, and make or change the account as the provider's groups say.

    Parameters
    ----------
    database
        The book.
    vouched
        Who comes.
    seats
        What groups stand for; the first that the person is in holds.
    earlier, policy, now
        As for :func:`scheduler.workflows.coming_in.sign_in`.

    Raises
    ------
    AccessDenied
        None of the person's groups has a place here, or their account is switched off.
    """
    seat = next((seat for seat in seats if seat.group in vouched.groups), None)
    with database.writing() as connection:
        account = find_account(connection, subject=vouched.subject)
        if seat is None:
            if account is not None:  # whoever has lost their groups is out everywhere
                end_sessions_of(connection, account.account_id)
        elif account is None or account.person.active:
            found = _seated(connection, account, vouched, seat, now)
            return open_for(connection, found, earlier=earlier, policy=policy, now=now, how=_WHO)
    raise AccessDenied(
        "none of your groups has a place here" if seat is None else "your account is switched off"
    )


def _seated(
    connection: Connection, account: Account | None, vouched: Vouched, seat: Seat, now: datetime
) -> Account:
    """Return the account as it should be, made or changed."""
    teams = team_names(connection)
    if seat.team is not None and seat.team not in teams:
        raise AccessDenied(f"the team {seat.team} of your group is not in the book")
    try:
        person = Person(
            login=vouched.login if account is None else account.person.login,
            name=vouched.name,
            role=seat.role,
            team_id=None if seat.team is None else teams[seat.team],
            agent_id=vouched.agent_id if seat.role is Role.AGENT else "",
            subject=vouched.subject,
        )
        if account is None:
            key = add_account(connection, person, who=_WHO, at=now)
        else:
            key = account.account_id
            if replace(account.person, active=True) != person:
                seen = account.version
                change_account(connection, key, person, seen=seen, who=_WHO, at=now)
    except (InputError, Conflict) as error:
        raise AccessDenied(str(error)) from error
    return read_account(connection, key)
