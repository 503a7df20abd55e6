"""Tokens: private calendar addresses and keys for programs. The book keeps their hashes only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from scheduler.store.audit import Deed, record
from scheduler.store.schema import api_token, feed
from scheduler.store.sessions import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A program's key, without the key itself.

    Attributes
    ----------
    token_id, account_id
        Its row, and for whom the program acts.
    name
        What its owner calls it.
    scopes
        What it may be used for.
    made_at, ends_at
        From when to when it holds.
    """

    token_id: int
    account_id: int
    name: str
    scopes: frozenset[str]
    made_at: datetime
    ends_at: datetime


def make_feed(
    connection: Connection, team_id: int, agent_id: str, *, who: str, at: datetime
) -> str:
    """Give an agent a new calendar address and return its token; an older one ends."""
    end_feed(connection, team_id, agent_id, who=who, at=at)
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(feed).values(digest=digest_of(token), team_id=team_id, agent_id=agent_id, made_at=at)
    )
    deed = Deed(at=at, who=who, what="make calendar address", subject=agent_id, team_id=team_id)
    record(connection, deed)
    return token


def end_feed(
    connection: Connection, team_id: int, agent_id: str, *, who: str, at: datetime
) -> bool:
    """End an agent's calendar address, and say whether there was one."""
    mine = (feed.c.team_id == team_id) & (feed.c.agent_id == agent_id)
    ended = connection.execute(delete(feed).where(mine)).rowcount > 0
    if ended:
        what = "end calendar address"
        deed = Deed(at=at, who=who, what=what, subject=agent_id, team_id=team_id)
        record(connection, deed)
    return ended


def feed_made_at(connection: Connection, team_id: int, agent_id: str) -> datetime | None:
    """Return when an agent's calendar address was made; None if there is none."""
    query = select(feed.c.made_at).where(feed.c.team_id == team_id, feed.c.agent_id == agent_id)
    found: datetime | None = connection.scalar(query)
    return found


def feed_owner(connection: Connection, token: str) -> tuple[int, str] | None:
    """Return the team and the agent of a calendar address; None if there is no such address."""
    row = connection.execute(select(feed).where(feed.c.digest == digest_of(token))).first()
    return None if row is None else (row.team_id, row.agent_id)


def feed_agents(connection: Connection, team_id: int) -> frozenset[str]:
    """Return the agents of a team who have a calendar address."""
    return frozenset(connection.scalars(select(feed.c.agent_id).where(feed.c.team_id == team_id)))


def make_api_token(
    connection: Connection,
    account_id: int,
    *,
    name: str,
    scopes: Iterable[str],
    ends_at: datetime,
    who: str,
    at: datetime,
) -> str:
    """Give an account a key for a program and return it; it cannot be shown again."""
    token = "cb_" + secrets.token_urlsafe(32)
    listed = sorted(scopes)
    connection.execute(
        insert(api_token).values(
            account_id=account_id,
            name=name,
            digest=digest_of(token),
            scopes=listed,
            made_at=at,
            ends_at=ends_at,
        )
    )
    subject = f"{name} of account {account_id}"
    record(connection, Deed(at=at, who=who, what="make API token", subject=subject, after=listed))
    return token


def find_api_token(connection: Connection, token: str, *, at: datetime) -> ApiToken | None:
    """Return the live key that a token is; None if there is none."""
    row = connection.execute(
        select(api_token).where(api_token.c.digest == digest_of(token), api_token.c.ends_at > at)
    ).first()
    return None if row is None else _token(row)


def list_api_tokens(connection: Connection, account_id: int) -> tuple[ApiToken, ...]:
    """Return an account's keys, the oldest first."""
    query = select(api_token).where(api_token.c.account_id == account_id)
    return tuple(_token(row) for row in connection.execute(query.order_by(api_token.c.token_id)))


def end_api_token(
    connection: Connection, account_id: int, token_id: int, *, who: str, at: datetime
) -> bool:
    """End one of an account's keys, and say whether there was one."""
    mine = (api_token.c.token_id == token_id) & (api_token.c.account_id == account_id)
    ended = connection.execute(delete(api_token).where(mine)).rowcount > 0
    if ended:
        subject = f"token {token_id} of account {account_id}"
        record(connection, Deed(at=at, who=who, what="end API token", subject=subject))
    return ended


def _token(row: object) -> ApiToken:
    values = {name: getattr(row, name) for name in ApiToken.__slots__}
    return ApiToken(**(values | {"scopes": frozenset(values["scopes"])}))
