"""The outbox: notices written in the transaction they tell of, delivered afterwards, once.

A letter that will not be sent again forgets its address, which may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from scheduler.free_text import harmless
from scheduler.publishing.notices import Channel, Letter, Notice
from scheduler.store.audit import Deed, record
from scheduler.store.schema import address as addresses
from scheduler.store.schema import outbox as book

ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
PATIENCE = timedelta(minutes=10)


def set_address(
    connection: Connection,
    team_id: int,
    channel: Channel,
    where: str,
    *,
    agent_id: str = "",
    who: str,
    at: datetime,
) -> None:
    """Say where notices to an agent, or to the team, go; an empty address ends them.

    The address itself stays out of the audit: a webhook's is a secret, a person's is theirs.
    """
    at_place = (
        (addresses.c.team_id == team_id)
        & (addresses.c.agent_id == agent_id)
        & (addresses.c.channel == channel)
    )
    connection.execute(delete(addresses).where(at_place))
    if where:
        connection.execute(
            insert(addresses).values(
                team_id=team_id, agent_id=agent_id, channel=channel, address=where
            )
        )
    what = f"set {channel} address" if where else f"remove {channel} address"
    subject = agent_id or "team"
    record(connection, Deed(at=at, who=who, what=what, subject=subject, team_id=team_id))


def address_of(
    connection: Connection, team_id: int, channel: Channel, *, agent_id: str = ""
) -> str:
    """Return where notices to an agent, or to the team, go; empty for nowhere."""
    query = select(addresses.c.address).where(
        addresses.c.team_id == team_id,
        addresses.c.agent_id == agent_id,
        addresses.c.channel == channel,
    )
    return connection.scalar(query) or ""


def addressed_agents(connection: Connection, team_id: int) -> frozenset[str]:
    """Return the agents of a team who have an address for notices."""
    query = select(addresses.c.agent_id).where(addresses.c.team_id == team_id)
    return frozenset(connection.scalars(query.where(addresses.c.agent_id != "")))


def post(connection: Connection, team_id: int, notices: Iterable[Notice], *, at: datetime) -> int:
    """Put notices into the outbox, to every address of those they are for.

    What has no address is not sent; what is there already is not put there again.

    Returns
    -------
    int
        How many letters were added.
    """
    rows = connection.execute(select(addresses).where(addresses.c.team_id == team_id))
    places = [(row.agent_id, row.channel, row.address) for row in rows]
    letters = {
        f"{notice.key}/{channel}": (notice, channel, where)
        for notice in notices
        for agent_id, channel, where in places
        if agent_id == notice.agent_id
    }
    known = set(connection.scalars(select(book.c.key).where(book.c.key.in_(list(letters)))))
    fresh = [
        {
            "key": key,
            "team_id": team_id,
            "agent_id": notice.agent_id,
            "channel": channel,
            "address": where,
            "subject": notice.subject,
            "body": notice.body,
            "state": "waiting",
            "attempts": 0,
            "made_at": at,
            "due_at": at,
            "error": "",
        }
        for key, (notice, channel, where) in letters.items()
        if key not in known
    ]
    if fresh:
        connection.execute(insert(book), fresh)
    return len(fresh)


def claim(connection: Connection, now: datetime) -> Letter | None:
    """Take the next letter that is due, so that nobody else takes it; None if there is none."""
    while True:
        row = connection.execute(
            select(book)
            .where(book.c.state == "waiting", book.c.due_at <= now)
            .order_by(book.c.due_at, book.c.notice_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        taken = connection.execute(
            update(book)
            .where(book.c.notice_id == row.notice_id, book.c.state == "waiting")
            # While it is being sent, due_at says when it was taken.
            .values(state="sending", attempts=row.attempts + 1, due_at=now)
        )
        if taken.rowcount == 1:
            return Letter(
                notice_id=row.notice_id,
                key=row.key,
                channel=row.channel,
                address=row.address,
                subject=row.subject,
                body=row.body,
                attempts=row.attempts + 1,
            )


def mark_sent(connection: Connection, letter: Letter, now: datetime) -> None:
    """Note that a letter is out."""
    _mark(connection, letter, {"state": "sent", "due_at": now, "error": "", "address": ""})


def mark_refused(connection: Connection, letter: Letter, now: datetime, error: str) -> None:
    """Note that a letter was certainly not taken: try again later, each time twice as late."""
    last = letter.attempts >= ATTEMPTS
    wait = FIRST_WAIT * 2 ** (letter.attempts - 1)
    change: dict[str, object] = {"state": "waiting"}
    if last:
        change = {"state": "failed", "address": ""}
    told = {"due_at": now + wait, "error": harmless(error)[:1000]}
    _mark(connection, letter, change | told)


def mark_unsure(connection: Connection, letter: Letter, now: datetime, error: str) -> None:
    """Note that a letter may have been taken: it is not sent again."""
    told = {"due_at": now, "error": harmless(error)[:1000], "address": ""}
    _mark(connection, letter, {"state": "unsure"} | told)


def give_up_lost(connection: Connection, now: datetime) -> int:
    """Mark letters whose sender has vanished as unsure, and return how many they are."""
    gone = connection.execute(
        update(book)
        .where(book.c.state == "sending", book.c.due_at < now - PATIENCE)
        .values(state="unsure", due_at=now, address="", error="the program ended while sending it")
    )
    return gone.rowcount


def count_letters(connection: Connection) -> dict[str, int]:
    """Return how many letters are in each state."""
    found: dict[str, int] = {}
    for state in connection.scalars(select(book.c.state)):
        found[state] = found.get(state, 0) + 1
    return found


def _mark(connection: Connection, letter: Letter, change: dict[str, object]) -> None:
    connection.execute(
        update(book)
        .where(
            book.c.notice_id == letter.notice_id,
            book.c.state == "sending",
            book.c.attempts == letter.attempts,
        )
        .values(**change)
    )
