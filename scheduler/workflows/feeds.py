"""An agent's private calendar address: make it, end it, read what it shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.exchange.calendars import feed_calendar
from scheduler.people import Agent
from scheduler.publishing.feed import FeedEvent, feed_events
from scheduler.store.database import Database
from scheduler.store.tokens import end_feed, feed_made_at, feed_owner, make_feed
from scheduler.store.tours import published_tours
from scheduler.workflows.book import OpenTeam, opened, team_key, team_name
from scheduler.workflows.week import require

KEPT = timedelta(weeks=5)


def make_calendar_address(
    user: User, database: Database, name: str, agent_id: str, *, now: datetime
) -> str:
    """Return the secret end of an agent's new calendar address; an older address ends.

    It is shown once: the book keeps its hash only.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    InputError
        There is no such agent in the team.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    if _agent(team, agent_id) is None:
        expected = "the id of an agent of the team"
        raise InputError(Fault(column="agent_id", expected=expected, found=repr(agent_id)))
    with database.writing() as connection:
        return make_feed(connection, team.team_id, agent_id, who=user.who, at=now)


def end_calendar_address(
    user: User, database: Database, name: str, agent_id: str, *, now: datetime
) -> bool:
    """End an agent's calendar address, and say whether there was one.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    with database.writing() as connection:
        team_id = team_key(connection, name)
        return end_feed(connection, team_id, agent_id, who=user.who, at=now)


def calendar_address_since(
    user: User, database: Database, name: str, agent_id: str
) -> datetime | None:
    """Return since when an agent has a calendar address; None without. It is never shown again.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    with database.reading() as connection:
        return feed_made_at(connection, team_key(connection, name), agent_id)


def calendar_at(database: Database, token: str, *, today: date) -> bytes | None:
    """Return the calendar at an address; None if there is none, or its agent has left.

    The address is the permission: whoever has it sees this one agent's shifts, from five weeks
    back, and nobody's name but theirs.
    """
    with database.reading() as connection:
        owner = feed_owner(connection, token)
        name = None if owner is None else team_name(connection, owner[0])
    if owner is None or name is None:
        return None
    agent = _agent(opened(database, name), owner[1])
    if agent is None or (agent.left is not None and today > agent.left):
        return None
    return _calendar(database, owner[0], agent, today)


def _calendar(database: Database, team_id: int, agent: Agent, today: date) -> bytes:
    since = today - KEPT
    since -= timedelta(days=since.weekday())
    with database.reading() as connection:
        tours = published_tours(connection, team_id, agent.agent_id, since=since)
    events: list[FeedEvent] = []
    for _, versions in groupby(tours, key=lambda each: each.week):
        events += feed_events((each.number, each.published_at, each.tour) for each in versions)
    return feed_calendar(agent, events)


def _agent(team: OpenTeam, agent_id: str) -> Agent | None:
    return next((each for each in team.case.team.agents if each.agent_id == agent_id), None)
