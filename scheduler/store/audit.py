"""The audit: who did what, when and why, in rows that are sealed one to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from scheduler.store.columns import canonical
from scheduler.store.schema import audit

_START = "0" * 64


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
    if connection.dialect.name != "sqlite":
        # Numbers and seals follow one another, so writers of the audit queue up.
        connection.exec_driver_sql("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")
    last = connection.execute(
        select(audit.c.number, audit.c.chain).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, before = (last.number + 1, last.chain) if last else (1, _START)
    connection.execute(
        insert(audit).values(number=number, chain=_seal(before, number, deed), **_values(deed))
    )
    return int(number)


def deeds(connection: Connection) -> Iterator[tuple[int, Deed]]:
    """Yield every deed with its number, the first first."""
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        yield row.number, _deed(row)


def first_broken(connection: Connection) -> int | None:
    """Return the number of the first row whose seal does not fit; None if all do."""
    before, expected = _START, 1
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        if row.number != expected or row.chain != _seal(before, row.number, _deed(row)):
            return expected
        before, expected = row.chain, expected + 1
    return None


def _values(deed: Deed) -> dict[str, Any]:
    return {name: getattr(deed, name) for name in Deed.__slots__}


def _deed(row: Any) -> Deed:
    return Deed(**{name: getattr(row, name) for name in Deed.__slots__})


def _seal(before: str, number: int, deed: Deed) -> str:
    values = _values(deed) | {"at": deed.at.timestamp(), "number": number}
    return hashlib.sha256((before + canonical(values)).encode()).hexdigest()
