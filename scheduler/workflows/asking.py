"""What an agent asks for: leave, swaps and the rest, and what the rules grant at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.access import Action, User
from scheduler.errors import AccessDenied, Conflict, Fault, InputError
from scheduler.publishing.requests import Ask, expires_at, other_party
from scheduler.store.database import Database
from scheduler.store.requests import (
    BookedRequest,
    add_request,
    agree,
    list_requests,
    settle,
)
from scheduler.workflows.before_asking import agent_of, effects_on
from scheduler.workflows.book import opened, team_key
from scheduler.workflows.granting import grant_by_rules, names_in, tell
from scheduler.workflows.week import require
from scheduler.workflows.weighing import request_and_team


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an ask at once.

    Attributes
    ----------
    request_id
        Key of the request.
    granted
        Whether the team's rules granted it without a manager.
    reasons
        Why it waits, one sentence each; empty where it was granted.
    """

    request_id: int
    granted: bool
    reasons: tuple[str, ...]


def ask_for(user: User, database: Database, name: str, ask: Ask, *, now: datetime) -> Answer:
    """Make a request; the rules may grant it at once.

    Parameters
    ----------
    user
        Who asks; agents ask for themselves.
    database, name
        The book and the team.
    ask
        What is asked for.
    now
        The time of asking.

    Raises
    ------
    AccessDenied
        The user may not ask for this agent.
    InputError
        It does not fit the published roster, or comes too late.
    Conflict
        The same waits for a decision already.
    """
    require(user, Action.ASK, of_team=name, of_agent=ask.agent_id)
    team = opened(database, name)
    effects_on(database, team, ask, now=now)
    late = expires_at(ask, agent_of(team, ask.agent_id).zone)
    with database.writing() as connection:
        waiting = list_requests(connection, team.team_id, state="requested", agent_id=ask.agent_id)
        if any(each.ask == ask for each in waiting):
            raise Conflict("The same has been asked for already, and waits for a decision.")
        key = add_request(connection, team.team_id, ask, expires_at=late, who=user.who, at=now)
    return _granted(user, database, key, now)


def agree_to(
    user: User, database: Database, request_id: int, *, seen: int, now: datetime
) -> Answer:
    """Agree to take part in a swap or to take a shift; the rules may grant it then.

    Raises
    ------
    AccessDenied
        The user is not the colleague who is asked.
    Conflict
        The request has changed since version ``seen``.
    KeyError
        There is no such request.
    """
    request, name = request_and_team(database, request_id)
    require(user, Action.ASK, of_team=name, of_agent=other_party(request.ask))
    with database.writing() as connection:
        agree(connection, request_id, seen=seen, who=user.who, at=now)
    return _granted(user, database, request_id, now)


def decline(
    user: User, database: Database, request_id: int, *, seen: int, reason: str = "", now: datetime
) -> None:
    """Say no to a colleague, also after having agreed; that settles the request.

    Raises
    ------
    AccessDenied
        The user is not the colleague who is asked.
    InputError
        Nobody but a manager is asked.
    Conflict
        The request has changed since version ``seen``.
    KeyError
        There is no such request.
    """
    request, name = request_and_team(database, request_id)
    colleague = other_party(request.ask)
    require(user, Action.ASK, of_team=name, of_agent=colleague)
    if not colleague:
        expected = "a request that a colleague has to agree to"
        raise InputError(Fault(column="request", expected=expected, found=request.ask.what))
    names = names_in(opened(database, name))
    told = f"{names.get(colleague, colleague)} declined"
    why = ": ".join(filter(None, (told, reason.strip())))
    with database.writing() as connection:
        settle(connection, request_id, "refuse", seen=seen, reason=why, who=user.who, at=now)
        tell(connection, request, "refused", why, names=names, now=now)


def withdraw(user: User, database: Database, request_id: int, *, seen: int, now: datetime) -> None:
    """Take one's own request back; errors as for agreeing."""
    request, name = request_and_team(database, request_id)
    require(user, Action.ASK, of_team=name, of_agent=request.ask.agent_id)
    with database.writing() as connection:
        settle(connection, request_id, "withdraw", seen=seen, reason="", who=user.who, at=now)


def requests_of(
    user: User, database: Database, name: str, agent_id: str
) -> tuple[BookedRequest, ...]:
    """Return an agent's requests and those the agent has to agree to, the oldest first.

    Raises
    ------
    AccessDenied
        These are not the user's own.
    """
    require(user, Action.SEE_REQUEST, of_team=name, of_agent=agent_id)
    with database.reading() as connection:
        return list_requests(connection, team_key(connection, name), agent_id=agent_id)


def see_request(user: User, database: Database, request_id: int) -> BookedRequest:
    """Return one request, for those who are part of it or decide it.

    Raises
    ------
    AccessDenied
        The user is neither.
    KeyError
        There is no such request.
    """
    request, name = request_and_team(database, request_id)
    try:
        require(user, Action.SEE_REQUEST, of_team=name, of_agent=request.ask.agent_id)
    except AccessDenied:
        require(user, Action.SEE_REQUEST, of_team=name, of_agent=other_party(request.ask) or None)
    return request


def _granted(user: User, database: Database, request_id: int, now: datetime) -> Answer:
    reasons = grant_by_rules(user, database, request_id, now=now)
    return Answer(request_id=request_id, granted=not reasons, reasons=reasons)
