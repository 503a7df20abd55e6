"""The audit: who did what, when and why, in rows that are sealed one to the next."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from scheduler.store.columns import canonical
from scheduler.store.schema import audit

_START = "0" * 64
ERASE = "erase person"
SAID = ("who", "subject", "before", "after", "reason")
"""The parts of a deed that may name people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that somebody did.

    Attributes
    ----------
    at, who
        When, and the name of the person or job.
    what
        The deed in a word or two, such as ``publish``.
    subject
        What it was done to, such as ``roster 12``.
    team_id
        Whose; None for what concerns the whole book.
    before, after
        JSON values of what changed.
    reason
        Why, in the person's words.
    """

    at: datetime
    who: str
    what: str
    subject: str
    team_id: int | None = None
    before: Any = None
    after: Any = None
    reason: str = ""


def record(connection: Connection, deed: Deed) -> int:
    """Add a deed to the audit, in the transaction that does it, and return its number."""
    queue_up(connection)
    last = connection.execute(
        select(audit.c.number, audit.c.chain).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, before = (last.number + 1, last.chain) if last else (1, _START)
    salt = secrets.token_hex(16)
    seal = _seal(salt, deed)
    connection.execute(
        insert(audit).values(
            number=number,
            salt=salt,
            seal=seal,
            chain=_link(before, number, deed, seal),
            **_values(deed),
        )
    )
    return int(number)


def queue_up(connection: Connection) -> None:
    """Wait until nobody else writes the audit: numbers and seals follow one another."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")


def deeds(connection: Connection) -> Iterator[tuple[int, Deed]]:
    """Yield every deed with its number, the first first."""
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        yield row.number, _deed(row)


def rewrite(connection: Connection, number: int, deed: Deed) -> None:
    """Let a deed say something else of people than it did; its place in the chain stays.

    Its salt goes, so that nobody can try out what it said. Only an erasure that lists its number
    may do so, see :func:`first_broken`.
    """
    said = {name: getattr(deed, name) for name in SAID}
    connection.execute(update(audit).where(audit.c.number == number).values(salt=None, **said))


def first_broken(connection: Connection) -> int | None:
    """Return the number of the first row that is not as it was written; None if all are.

    Rows that an erasure has rewritten are whole where a later erasure says so.
    """
    before, expected = _START, 1
    rewritten: set[int] = set()
    told: set[int] = set()
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        deed = _deed(row)
        fits = row.salt is None or row.seal == _seal(row.salt, deed)
        if (
            row.number != expected
            or not fits
            or row.chain != _link(before, expected, deed, row.seal)
        ):
            return expected
        if row.salt is None:
            rewritten.add(row.number)
        if deed.what == ERASE:
            told |= {each for each in deed.after["rows"] if each < row.number}
        before, expected = row.chain, expected + 1
    return min(rewritten - told, default=None)


def _values(deed: Deed) -> dict[str, Any]:
    return {name: getattr(deed, name) for name in Deed.__slots__}


def _deed(row: Any) -> Deed:
    return Deed(**{name: getattr(row, name) for name in Deed.__slots__})


def _seal(salt: str, deed: Deed) -> str:
    """Seal what a deed says of people, with a salt without which it cannot be tried out."""
    return _hash(salt + canonical({name: getattr(deed, name) for name in SAID}))


def _link(before: str, number: int, deed: Deed, seal: str) -> str:
    kept = {"number": number, "at": deed.at.timestamp(), "what": deed.what}
    return _hash(before + canonical(kept | {"team_id": deed.team_id, "seal": seal}))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
