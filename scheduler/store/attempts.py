"""Tries to sign in, counted so that guessing is slow whoever guesses and from wherever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from scheduler.store.schema import attempt as attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many tries that fail are borne.

    Attributes
    ----------
    per_pair
        Tries for one account from one address within the window: whoever guesses locks out
        themselves, not the owner who sits elsewhere.
    per_login, per_address
        Tries for one account from anywhere, and from one address for anybody.
    window
        How far back tries count.
    """

    per_pair: int = 5
    per_login: int = 50
    per_address: int = 30
    window: timedelta = timedelta(minutes=15)


def begin_try(
    connection: Connection, login: str, address: str, limits: Limits, *, at: datetime
) -> timedelta | None:
    """Count a try before it is made; return how long to wait where there were too many.

    It counts first, so that tries made at the same moment do not slip through together;
    :func:`forget_tries` takes it back when the password was right.

    Parameters
    ----------
    connection
        A writing transaction of its own: the count must hold whatever comes of the try.
    login, address
        What was typed, and the network address it came from.
    limits, at
        What is borne, and now.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE attempt IN SHARE ROW EXCLUSIVE MODE")
    since = at - limits.window
    connection.execute(delete(attempts).where(attempts.c.at <= since))
    digest = _digest(login)
    this_login, here = attempts.c.login_digest == digest, attempts.c.address == address
    waits = [
        _wait(connection, this_login & here, limits.per_pair, limits, at),
        _wait(connection, this_login, limits.per_login, limits, at),
        _wait(connection, here, limits.per_address, limits, at),
    ]
    if any(waits):
        return max(wait for wait in waits if wait)
    connection.execute(insert(attempts).values(at=at, login_digest=digest, address=address))
    return None


def forget_tries(connection: Connection, login: str) -> None:
    """Forget the tries for a login: the person has come in."""
    connection.execute(delete(attempts).where(attempts.c.login_digest == _digest(login)))


def _wait(
    connection: Connection, whose: ColumnElement[bool], most: int, limits: Limits, at: datetime
) -> timedelta | None:
    """How long until one of the last ``most`` tries no longer counts; None below ``most``."""
    count = connection.scalar(select(func.count()).select_from(attempts).where(whose)) or 0
    if count < most:
        return None
    newest = select(attempts.c.at).where(whose).order_by(attempts.c.at.desc())
    oldest_that_counts = connection.scalars(newest.offset(most - 1).limit(1)).one()
    wait: timedelta = oldest_that_counts + limits.window - at
    return wait


def _digest(login: str) -> str:
    return hashlib.sha256(login.strip().casefold().encode()).hexdigest()
