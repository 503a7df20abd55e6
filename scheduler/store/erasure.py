"""Erasing a person: a pseudonym everywhere in the book, and an audit that stays whole."""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Table,
    and_,
    delete,
    select,
    update,
)

from scheduler.store import schema as book
from scheduler.store.attempts import forget_tries
from scheduler.store.audit import ERASE, SAID, Deed, deeds, queue_up, record, rewrite
from scheduler.store.columns import Document
from scheduler.store.scrub import Scrub, plain_cell

# Columns that hold who did something; in other teams' rows only these can mean the person.
_WHO = frozenset(
    {
        "who",
        "made_by",
        "published_by",
        "imported_by",
        "settled_by",
        "marked_by",
        "asked_by",
        "saved_by",
    }
)
# What a set-up calls things by, besides people.
_NAMED = ("contract", "skills", "shifts", "site", "rotation", "queue", "shift")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did.

    Attributes
    ----------
    pseudonym
        What stands where the person stood; empty where there was nothing to erase.
    rows
        How many rows of the book have changed or gone.
    """

    pseudonym: str
    rows: int


def erase(
    connection: Connection, team_id: int, agent_id: str, *, who: str, at: datetime, reason: str
) -> Erased:
    """Replace everything that names an agent of a team by a pseudonym, accounts removed.

    What an agent did and when stays, without a name; free text that speaks of them in other
    words cannot be found. Doing it again finds nothing and changes nothing.
    """
    queue_up(connection)
    scrub = _scrub(connection, team_id, agent_id)
    logins = _logins(connection, team_id, agent_id)
    rows = _remove(connection, team_id, agent_id)
    rows += _rewrite_files(connection, team_id, scrub)
    for table in book.metadata.sorted_tables:
        if table.name not in ("audit", "setup_file", "account", "api_token", "attempt"):
            rows += _rewrite_table(connection, table, team_id, scrub, logins)
    numbers = _rewrite_audit(connection, team_id, scrub, logins)
    if not rows and not numbers:
        return Erased(pseudonym="", rows=0)
    deed = Deed(at=at, who=who, what=ERASE, subject=scrub.pseudonym, team_id=team_id)
    record(connection, replace(deed, after={"rows": numbers}, reason=reason))
    return Erased(pseudonym=scrub.pseudonym, rows=rows + len(numbers))


def _scrub(connection: Connection, team_id: int, agent_id: str) -> Scrub:
    """Find everything that the person is called by, in every version of the set-up."""
    names: set[str] = set()
    words: set[str] = set()
    files = select(book.setup_file.c.content).where(book.setup_file.c.team_id == team_id)
    for data in connection.scalars(files):
        text = data.decode("utf-8-sig", "replace")
        mark = max(",;\t", key=text.partition("\n")[0].count)
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=mark):
            if plain_cell(row.get("id") or "") == agent_id:
                names.add(plain_cell(row.get("name") or ""))
            for key in _NAMED:
                words |= {each.strip() for each in str(row.get(key) or "").split(";")}
    mine = _mine(book.account, team_id, agent_id)
    for found in connection.execute(select(book.account).where(mine)):
        names |= {found.login, found.name, found.subject or ""}
    here = _mine(book.address, team_id, agent_id)
    names |= set(connection.scalars(select(book.address.c.address).where(here)))
    sent = _mine(book.outbox, team_id, agent_id)
    names |= set(connection.scalars(select(book.outbox.c.address).where(sent)))
    return Scrub(
        agent_id=agent_id,
        names=frozenset(names - {""}),
        pseudonym=f"erased-{secrets.token_hex(4)}",
        other_words=words - {""},
    )


def _mine(table: Table, team_id: int, agent_id: str) -> ColumnElement[bool]:
    return and_(table.c.team_id == team_id, table.c.agent_id == agent_id)


def _logins(connection: Connection, team_id: int, agent_id: str) -> frozenset[str]:
    mine = _mine(book.account, team_id, agent_id)
    return frozenset(connection.scalars(select(book.account.c.login).where(mine)))


def _remove(connection: Connection, team_id: int, agent_id: str) -> int:
    """Remove what is of no use without the person: accounts, keys, addresses, letters, notes."""
    count = 0
    mine = _mine(book.account, team_id, agent_id)
    for found in connection.execute(select(book.account).where(mine)).all():
        for table in (book.web_session, book.api_token, book.account):
            gone = delete(table).where(table.c.account_id == found.account_id)
            count += connection.execute(gone).rowcount
        forget_tries(connection, found.login)
    for table in (book.feed, book.address, book.outbox):
        count += connection.execute(delete(table).where(_mine(table, team_id, agent_id))).rowcount
    noted = update(book.attendance).where(_mine(book.attendance, team_id, agent_id))
    connection.execute(noted.values(note=""))
    return count


def _rewrite_files(connection: Connection, team_id: int, scrub: Scrub) -> int:
    table, count = book.setup_file, 0
    for row in connection.execute(select(table).where(table.c.team_id == team_id)).all():
        fresh = scrub.file(row.name, row.content)
        if fresh != row.content:
            this = _key(table, row)
            connection.execute(update(table).where(this).values(content=fresh))
            count += 1
    return count


def _rewrite_table(
    connection: Connection, table: Table, team_id: int, scrub: Scrub, logins: frozenset[str]
) -> int:
    """Rewrite every text of a table: wholly in the team's rows, who did it in all others."""
    texts = [each.name for each in table.columns if isinstance(each.type, String | Document)]
    query = select(table)
    owner = table.c.get("team_id")
    if table.name == "shift":
        query = select(table, book.roster.c.team_id).join_from(table, book.roster)
    elif owner is None:
        return 0
    count = 0
    for row in connection.execute(query).all():
        if table.name == "team":
            change = {}
        elif row.team_id == team_id:
            change = {name: _fresh(scrub, name, getattr(row, name)) for name in texts}
        else:
            named = (name for name in texts if name in _WHO and getattr(row, name) in logins)
            change = dict.fromkeys(named, scrub.pseudonym)
        change = {name: value for name, value in change.items() if value != getattr(row, name)}
        if change:
            connection.execute(update(table).where(_key(table, row)).values(**change))
            count += 1
    return count


def _fresh(scrub: Scrub, column: str, value: Any) -> Any:
    return scrub.own(column, value) if isinstance(value, str) else scrub.document(value)


def _key(table: Table, row: Row[Any]) -> ColumnElement[bool]:
    return and_(*(column == getattr(row, column.name) for column in table.primary_key))


def _rewrite_audit(
    connection: Connection, team_id: int, scrub: Scrub, logins: frozenset[str]
) -> list[int]:
    """Rewrite what the audit says of the person, and return the numbers of those rows."""
    numbers = []
    for number, deed in list(deeds(connection)):
        if deed.team_id == team_id:
            # The subject may be the id itself, as it is of a calendar address.
            change = {name: _fresh(scrub, name, getattr(deed, name)) for name in SAID}
        else:
            change = {
                name: scrub.pseudonym if name == "who" else f"account {scrub.pseudonym}"
                for name in ("who", "subject")
                if getattr(deed, name).removeprefix("account ") in logins
            }
        fresh = replace(deed, **change)
        if fresh != deed:
            rewrite(connection, number, fresh)
            numbers.append(number)
    return numbers
