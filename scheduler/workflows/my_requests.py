"""An agent's requests and those of colleagues, as the agent may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler.access import Action, User
from scheduler.publishing.requests import Ask, State, other_party
from scheduler.store.database import Database
from scheduler.store.requests import BookedRequest, list_requests
from scheduler.workflows.book import opened
from scheduler.workflows.granting import names_in
from scheduler.workflows.week import require

WaitsFor = Literal["nobody", "me", "colleague", "manager"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MyRequest:
    """A request that an agent has made or is asked to agree to.

    What it would do to others, and how it was weighed, is not here.

    Attributes
    ----------
    request_id, version
        Its key, and the version of it that this shows.
    ask
        What is asked for.
    names
        Names of those who are part of it, by agent id.
    mine
        Whether the agent made it.
    state
        What has become of it; ``expired`` from the moment at which nobody can grant it.
    waits_for
        Who has to do something.
    made_at, settled_at
        When it was made, and settled.
    reason
        Why it was settled so.
    """

    request_id: int
    version: int
    ask: Ask
    names: dict[str, str]
    mine: bool
    state: State
    waits_for: WaitsFor
    made_at: datetime
    settled_at: datetime | None
    reason: str


def my_requests(
    user: User, database: Database, name: str, agent_id: str, *, now: datetime
) -> tuple[MyRequest, ...]:
    """Return what an agent has asked for and is asked to agree to, the newest first.

    Raises
    ------
    AccessDenied
        These are not the user's own.
    """
    require(user, Action.SEE_REQUEST, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    with database.reading() as connection:
        found = list_requests(connection, team.team_id, agent_id=agent_id)
    names = names_in(team)
    return tuple(_mine(each, agent_id, names, now) for each in reversed(found))


def _mine(request: BookedRequest, me: str, names: dict[str, str], now: datetime) -> MyRequest:
    over = request.state == "requested" and request.expires_at <= now
    state: State = "expired" if over else request.state
    people = filter(None, (request.ask.agent_id, other_party(request.ask)))
    return MyRequest(
        request_id=request.request_id,
        version=request.version,
        ask=request.ask,
        names={each: names.get(each, each) for each in people},
        mine=request.ask.agent_id == me,
        state=state,
        waits_for=_waits_for(request, me) if state == "requested" else "nobody",
        made_at=request.made_at,
        settled_at=request.settled_at,
        reason=request.reason,
    )


def _waits_for(request: BookedRequest, me: str) -> WaitsFor:
    if request.agreed:
        return "manager"
    return "me" if other_party(request.ask) == me else "colleague"
