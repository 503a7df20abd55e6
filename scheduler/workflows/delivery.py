"""Delivering what waits in the outbox, each letter at most once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.publishing.notices import Channel, Letter, NotTaken, masked_address
from scheduler.store.database import Database
from scheduler.store.outbox import (
    address_of,
    claim,
    give_up_lost,
    mark_refused,
    mark_sent,
    mark_unsure,
    set_address,
)
from scheduler.workflows.book import team_key
from scheduler.workflows.week import require

_ADDRESSES: dict[Channel, tuple[re.Pattern[str], str]] = {
    "mail": (re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+"), "a mail address"),
    "webhook": (re.compile(r"https://[!-~]+|http://(127\.0\.0\.1|localhost)[!-~]*"), "https://…"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How many letters were sent, refused for now, and left unsure."""

    sent: int = 0
    refused: int = 0
    unsure: int = 0


def set_notice_address(
    user: User,
    database: Database,
    name: str,
    channel: Channel,
    where: str,
    *,
    agent_id: str = "",
    now: datetime,
) -> None:
    """Say where notices to an agent, or to the whole team, go; an empty address ends them.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    InputError
        It is no address.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    _set(user, database, name, channel, where, agent_id, now)


def see_notice_address(
    user: User, database: Database, name: str, channel: Channel, *, agent_id: str = ""
) -> str:
    """Return where notices to an agent, or to the whole team, go, masked; empty for nowhere.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    where = _where(database, name, channel, agent_id)
    return masked_address(channel, where) if where else ""


def choose_my_mail(
    user: User, database: Database, name: str, agent_id: str, where: str, *, now: datetime
) -> None:
    """Say where an agent's own notices go by mail; an empty address ends them.

    Raises
    ------
    AccessDenied
        These are not the user's own notices.
    InputError
        It is no address.
    """
    require(user, Action.CHOOSE_NOTICES, of_team=name, of_agent=agent_id)
    _set(user, database, name, "mail", where.strip(), agent_id, now)


def my_mail(user: User, database: Database, name: str, agent_id: str) -> str:
    """Return where an agent's own notices go by mail; empty for nowhere.

    Raises
    ------
    AccessDenied
        These are not the user's own notices.
    """
    require(user, Action.CHOOSE_NOTICES, of_team=name, of_agent=agent_id)
    return _where(database, name, "mail", agent_id)


def _where(database: Database, name: str, channel: Channel, agent_id: str) -> str:
    with database.reading() as connection:
        return address_of(connection, team_key(connection, name), channel, agent_id=agent_id)


def _set(
    user: User,
    database: Database,
    name: str,
    channel: Channel,
    where: str,
    agent_id: str,
    now: datetime,
) -> None:
    pattern, expected = _ADDRESSES[channel]
    if where and (len(where) > 500 or not pattern.fullmatch(where)):
        raise InputError(Fault(column="address", expected=expected, found="something else"))
    with database.writing() as connection:
        team_id = team_key(connection, name)
        set_address(connection, team_id, channel, where, agent_id=agent_id, who=user.who, at=now)


def deliver(
    database: Database,
    senders: Mapping[Channel, Callable[[Letter], None]],
    *,
    now: Callable[[], datetime],
    most: int = 200,
) -> Delivered:
    """Send what is due, letter by letter.

    A letter is claimed in a transaction of its own before it is sent, so several who deliver at
    once never send one twice. What was certainly not taken is tried again, each time twice as
    late; what may have been taken never is.

    Parameters
    ----------
    database
        The book.
    senders
        How each channel is sent by: a function that returns once a letter is taken, raises
        ``NotTaken`` if it certainly was not, and anything else if nobody can know.
    now
        Gives the time, aware.
    most
        Letters of one call.
    """
    with database.writing() as connection:
        lost = give_up_lost(connection, now())
    counts = {"sent": 0, "refused": 0, "unsure": lost}
    for _ in range(most):
        with database.writing() as connection:
            letter = claim(connection, now())
        if letter is None:
            break
        counts[_send(database, letter, senders.get(letter.channel), now)] += 1
    return Delivered(**counts)


def _send(
    database: Database,
    letter: Letter,
    send: Callable[[Letter], None] | None,
    now: Callable[[], datetime],
) -> str:
    try:
        if send is None:
            raise NotTaken(f"nothing here sends by {letter.channel}")
        send(letter)
    except NotTaken as error:
        with database.writing() as connection:
            mark_refused(connection, letter, now(), _told(error, letter))
        return "refused"
    except Exception as error:  # noqa: BLE001  # whatever it was: nobody knows whether it arrived
        with database.writing() as connection:
            told = f"{type(error).__name__}: {_told(error, letter)}"
            mark_unsure(connection, letter, now(), told)
        return "unsure"
    with database.writing() as connection:
        mark_sent(connection, letter, now())
    return "sent"


def _told(error: Exception, letter: Letter) -> str:
    """Tell an error without the address, or the secret part of it, which it may quote."""
    told, parts = str(error), urlsplit(letter.address)
    for secret in (letter.address, f"{parts.path}?{parts.query}", parts.path, parts.query):
        if len(secret) > 1:
            told = told.replace(secret, "…")
    return told
