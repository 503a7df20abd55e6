"""Requests of agents: what was asked, who agreed, what was decided and on which grounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from scheduler.errors import Conflict
from scheduler.publishing.approval import RequestRules
from scheduler.publishing.requests import Ask, State, Step, next_state, other_party
from scheduler.store.audit import Deed, record
from scheduler.store.schema import change_request as book
from scheduler.store.schema import request_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRequest:
    """A request as the book holds it.

    Attributes
    ----------
    request_id, team_id
        Its key, and whose it is.
    ask
        What is asked for.
    state
        What has become of it.
    version
        Grows with every change; whoever changes it says which version they have seen.
    made_at, made_by
        When it was made, by which user.
    expires_at
        From when on nobody can grant it.
    agreed_at
        When the colleague agreed; None before, and where nobody has to.
    settled_at, settled_by, reason
        When, by whom and why it was settled.
    assessment
        What granting it would have done, as JSON, as whoever decided saw it.
    """

    request_id: int
    team_id: int
    ask: Ask
    state: State
    version: int
    made_at: datetime
    made_by: str
    expires_at: datetime
    agreed_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    reason: str
    assessment: Any

    @property
    def agreed(self) -> bool:
        """Whether nobody else has to agree any more."""
        return not other_party(self.ask) or self.agreed_at is not None


def add_request(
    connection: Connection, team_id: int, ask: Ask, *, expires_at: datetime, who: str, at: datetime
) -> int:
    """Keep a new request and return its key."""
    written = _asks().dump_python(ask, mode="json")
    made = connection.execute(
        insert(book).values(
            team_id=team_id,
            agent_id=ask.agent_id,
            other_id=other_party(ask),
            ask=written,
            state="requested",
            row_version=1,
            made_at=at,
            made_by=who,
            expires_at=expires_at,
            reason="",
        )
    )
    (key,) = made.inserted_primary_key or (0,)
    _note(connection, int(key), team_id, "request", who, at, after=written)
    return int(key)


def agree(connection: Connection, request_id: int, *, seen: int, who: str, at: datetime) -> int:
    """Note that the colleague agrees, and return the request's new version.

    Raises
    ------
    Conflict
        It has changed since version ``seen``, or is settled.
    KeyError
        There is no such request.
    """
    row = _row(connection, request_id)
    _turn(connection, row, seen, {"agreed_at": at})
    _note(connection, request_id, row.team_id, "agree to request", who, at)
    return seen + 1


def settle(
    connection: Connection,
    request_id: int,
    step: Step,
    *,
    seen: int,
    reason: str,
    who: str,
    at: datetime,
    assessment: Any = None,
) -> int:
    """Approve, refuse, withdraw or expire a request, and return its new version.

    Parameters
    ----------
    connection
        A writing transaction.
    request_id, seen
        The request and the version of it that was looked at.
    step
        What becomes of it.
    reason
        Why, in words for whoever asked.
    who, at
        Who settles it, when.
    assessment
        What granting it would do, as JSON, as it was shown.

    Raises
    ------
    Conflict
        It has changed since version ``seen``, or is settled.
    KeyError
        There is no such request.
    """
    row = _row(connection, request_id)
    state = next_state(row.state, step)
    change = {"state": state, "settled_at": at, "settled_by": who, "reason": reason}
    _turn(connection, row, seen, change | {"assessment": assessment})
    what = f"{step} request"
    _note(connection, request_id, row.team_id, what, who, at, after=assessment, reason=reason)
    return seen + 1


def read_request(connection: Connection, request_id: int) -> BookedRequest:
    """Return a request; KeyError if there is none."""
    return _booked(_row(connection, request_id))


def list_requests(
    connection: Connection,
    team_id: int,
    *,
    state: State | None = None,
    agent_id: str | None = None,
) -> tuple[BookedRequest, ...]:
    """Return a team's requests, the oldest first.

    Parameters
    ----------
    connection
        A transaction.
    team_id
        Whose.
    state
        Only those in this state.
    agent_id
        Only those that this agent made or has to agree to.
    """
    query = select(book).where(book.c.team_id == team_id).order_by(book.c.request_id)
    if state is not None:
        query = query.where(book.c.state == state)
    if agent_id is not None:
        query = query.where((book.c.agent_id == agent_id) | (book.c.other_id == agent_id))
    return tuple(_booked(row) for row in connection.execute(query))


def overdue(connection: Connection, now: datetime) -> tuple[BookedRequest, ...]:
    """Return every request that nobody has settled and nobody can grant any more."""
    query = select(book).where(book.c.state == "requested", book.c.expires_at <= now)
    return tuple(_booked(row) for row in connection.execute(query.order_by(book.c.request_id)))


def save_rules(
    connection: Connection,
    team_id: int,
    rules: RequestRules,
    *,
    seen: int,
    who: str,
    at: datetime,
) -> int:
    """Keep a new version of how a team deals with requests, and return its number.

    Raises
    ------
    Conflict
        Somebody has saved a newer version than ``seen``; 0 stands for the house's own rules.
    """
    before = read_rules(connection, team_id)
    if before[0] != seen:
        raise Conflict("Somebody has changed these rules since you opened them. Look again.")
    written = _rules().dump_python(rules, mode="json")
    written["automatic"] = sorted(written["automatic"])
    written["leave"]["counted"] = sorted(written["leave"]["counted"])
    connection.execute(
        insert(request_rules).values(team_id=team_id, version=seen + 1, rules=written)
    )
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what="save request rules",
            subject=f"version {seen + 1}",
            team_id=team_id,
            before=_rules().dump_python(before[1], mode="json") if seen else None,
            after=written,
        ),
    )
    return seen + 1


def read_rules(connection: Connection, team_id: int) -> tuple[int, RequestRules]:
    """Return how a team deals with requests, with its version; 0 and the house's without any."""
    row = connection.execute(
        select(request_rules)
        .where(request_rules.c.team_id == team_id)
        .order_by(request_rules.c.version.desc())
        .limit(1)
    ).first()
    return (
        (0, RequestRules()) if row is None else (row.version, _rules().validate_python(row.rules))
    )


def _row(connection: Connection, request_id: int) -> Row[Any]:
    row = connection.execute(select(book).where(book.c.request_id == request_id)).first()
    if row is None:
        raise KeyError(request_id)
    return row


def _turn(connection: Connection, row: Row[Any], seen: int, change: dict[str, Any]) -> None:
    """Change a request that is still open and as it was seen."""
    turned = connection.execute(
        update(book)
        .where(
            book.c.request_id == row.request_id,
            book.c.row_version == seen,
            book.c.state == "requested",
        )
        .values(row_version=seen + 1, **change)
    )
    if turned.rowcount != 1:
        raise Conflict("This request has changed since you opened it. Look at it again.")


def _note(
    connection: Connection,
    request_id: int,
    team_id: int,
    what: str,
    who: str,
    at: datetime,
    *,
    after: Any = None,
    reason: str = "",
) -> None:
    subject = f"request {request_id}"
    deed = Deed(
        at=at, who=who, what=what, subject=subject, team_id=team_id, after=after, reason=reason
    )
    record(connection, deed)


def _booked(row: Row[Any]) -> BookedRequest:
    return BookedRequest(
        request_id=row.request_id,
        team_id=row.team_id,
        ask=_asks().validate_python(row.ask),
        state=row.state,
        version=row.row_version,
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
        agreed_at=row.agreed_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        reason=row.reason,
        assessment=row.assessment,
    )


@cache
def _asks() -> TypeAdapter[Ask]:
    return TypeAdapter(Ask)


@cache
def _rules() -> TypeAdapter[RequestRules]:
    return TypeAdapter(RequestRules)
