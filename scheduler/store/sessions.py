"""Sessions of the web door: rows on the server, so that ending one ends it everywhere."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from scheduler.store.schema import web_session as sessions

# Looking is not writing: when a session was last seen is noted this exactly, no better.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """How long a session lasts.

    Attributes
    ----------
    idle
        Without a sign of the person.
    absolute
        At most, from sign-in on.
    """

    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)


def open_session(connection: Connection, account_id: int, *, at: datetime) -> str:
    """Start a session and return its token, 256 random bits that the book does not keep."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(sessions).values(
            digest=digest_of(token), account_id=account_id, opened_at=at, seen_at=at
        )
    )
    return token


def account_in_session(
    connection: Connection, digest: str, lasting: Lasting, *, at: datetime
) -> tuple[int, bool] | None:
    """Return whose live session it is, and whether it is time to :func:`note_seen`.

    Parameters
    ----------
    connection
        A transaction; a reading one will do.
    digest
        :func:`digest_of` the cookie's token.
    lasting, at
        How long sessions last, and now.
    """
    row = connection.execute(select(sessions).where(sessions.c.digest == digest)).first()
    if row is None or at >= row.opened_at + lasting.absolute or at >= row.seen_at + lasting.idle:
        return None
    return row.account_id, at >= row.seen_at + _NOTED_EVERY


def note_seen(connection: Connection, digest: str, *, at: datetime) -> None:
    """Note that the person is there, which keeps the session from going idle."""
    connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))


def end_session(connection: Connection, digest: str) -> int | None:
    """End a session and return whose it was; None if there was none."""
    account_id = connection.scalar(select(sessions.c.account_id).where(sessions.c.digest == digest))
    connection.execute(delete(sessions).where(sessions.c.digest == digest))
    return account_id


def end_sessions_of(connection: Connection, account_id: int) -> int:
    """End every session of an account and return how many there were."""
    gone = connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
    return int(gone.rowcount)


def forget_ended_sessions(connection: Connection, lasting: Lasting, *, at: datetime) -> None:
    """Remove sessions whose time is over."""
    over = or_(
        sessions.c.opened_at <= at - lasting.absolute, sessions.c.seen_at <= at - lasting.idle
    )
    connection.execute(delete(sessions).where(over))


def digest_of(token: str) -> str:
    """Return what the book keeps of a token; the token cannot be found from it."""
    return hashlib.sha256(token.encode()).hexdigest()
