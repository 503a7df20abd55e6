"""Deciding on requests: see what one would do, then approve or refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from scheduler.access import Action, User
from scheduler.errors import Conflict, Fault, InputError
from scheduler.publishing.approval import RequestRules
from scheduler.store.database import Database
from scheduler.store.requests import (
    BookedRequest,
    list_requests,
    overdue,
    read_rules,
    save_rules,
    settle,
)
from scheduler.workflows.book import opened, team_key
from scheduler.workflows.granting import Decided, grant, names_in, tell
from scheduler.workflows.week import require
from scheduler.workflows.weighing import REPLICATIONS, Weighed, request_and_team, weigh


def weigh_request(
    user: User,
    database: Database,
    request_id: int,
    *,
    now: datetime,
    replications: int = REPLICATIONS,
) -> Weighed:
    """Say what granting a request would do, by the plain checker and the certificate.

    Parameters
    ----------
    user
        Who asks; those who decide requests may.
    database
        The book.
    request_id
        The request.
    now
        The time of looking.
    replications
        Simulated weeks behind each certificate.

    Raises
    ------
    AccessDenied
        The user may not decide requests of this team.
    InputError
        The request no longer fits the published roster.
    KeyError
        There is no such request.
    """
    request, name = request_and_team(database, request_id)
    require(user, Action.DECIDE_REQUEST, of_team=name)
    team = opened(database, name)
    return weigh(database, request, team, now=now, replications=replications)


def decide_request(
    user: User,
    database: Database,
    request_id: int,
    *,
    approve: bool,
    reason: str,
    seen: int,
    now: datetime,
    looked_at: Mapping[str, int] | None = None,
    replications: int = REPLICATIONS,
) -> Decided:
    """Approve or refuse a request, with a reason; an approved one is published at once.

    Parameters
    ----------
    user
        Who decides.
    database
        The book.
    request_id, seen
        The request and the version of it that was looked at.
    approve, reason
        The decision, and why.
    now
        The time of the decision: shifts that have begun do not move.
    looked_at
        The version of each touched week that was weighed, see :attr:`Weighed.versions`; None for
        whichever holds now.
    replications
        Simulated weeks behind each certificate.

    Raises
    ------
    AccessDenied
        The user may not decide requests of this team.
    InputError
        The request no longer fits the published roster, a shift has begun, the colleague has not
        agreed, or a refusal gives no reason.
    Conflict
        Request or roster have changed meanwhile.
    KeyError
        There is no such request.
    """
    request, name = request_and_team(database, request_id)
    require(user, Action.DECIDE_REQUEST, of_team=name)
    team = opened(database, name)
    if not approve:
        if not reason.strip():
            expected = "a reason, for whoever asked"
            raise InputError(Fault(column="reason", expected=expected, found="nothing"))
        with database.writing() as connection:
            settle(connection, request_id, "refuse", seen=seen, reason=reason, who=user.who, at=now)
            tell(connection, request, "refused", reason, names=names_in(team), now=now)
        return Decided(state="refused", versions={})
    weighed = weigh(database, request, team, now=now, replications=replications)
    if looked_at is not None and dict(looked_at) != weighed.versions:
        raise Conflict(
            "The roster has changed since you looked at what this request would do. Look again."
        )
    return grant(user, database, team, weighed, seen=seen, reason=reason, now=now)


def open_requests(user: User, database: Database, name: str) -> tuple[BookedRequest, ...]:
    """Return a team's requests that wait for a decision, the oldest first.

    Raises
    ------
    AccessDenied
        The user may not decide requests of this team.
    """
    require(user, Action.DECIDE_REQUEST, of_team=name)
    with database.reading() as connection:
        return list_requests(connection, team_key(connection, name), state="requested")


def see_request_rules(user: User, database: Database, name: str) -> tuple[int, RequestRules]:
    """Return how a team deals with requests, and the version; 0 for the house's own rules.

    Raises
    ------
    AccessDenied
        The user may not decide requests of this team.
    """
    require(user, Action.DECIDE_REQUEST, of_team=name)
    with database.reading() as connection:
        return read_rules(connection, team_key(connection, name))


def change_request_rules(
    user: User, database: Database, name: str, rules: RequestRules, *, seen: int, now: datetime
) -> int:
    """Say how a team deals with requests; returns the new version.

    Raises
    ------
    AccessDenied
        The user may not change this team's set-up.
    Conflict
        Somebody has changed the rules since version ``seen``.
    """
    require(user, Action.CHANGE_SETUP, of_team=name)
    with database.writing() as connection:
        team_id = team_key(connection, name)
        return save_rules(connection, team_id, rules, seen=seen, who=user.who, at=now)


def expire_requests(database: Database, *, now: datetime) -> int:
    """Settle every request that nobody can grant any more, and return how many they were."""
    with database.writing() as connection:
        late = overdue(connection, now)
        for request in late:
            reason = "nobody decided in time"
            settle(
                connection,
                request.request_id,
                "expire",
                seen=request.version,
                reason=reason,
                who="callboard",
                at=now,
            )
            tell(connection, request, "expired", reason, now=now)
    return len(late)
