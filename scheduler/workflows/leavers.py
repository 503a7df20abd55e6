"""People who have left: from the day after their last one nothing of theirs opens any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scheduler.access import Role
from scheduler.errors import CallboardError
from scheduler.people import Agent
from scheduler.store.accounts import Account, all_accounts, change_account
from scheduler.store.database import Database
from scheduler.store.outbox import addressed_agents, set_address
from scheduler.store.setups import team_names
from scheduler.store.tokens import end_feed, feed_agents
from scheduler.workflows.book import opened

_WHO, _WHY = "callboard", "the last day of the employment is over"


def is_over(agent: Agent, now: datetime) -> bool:
    """Say whether an agent's last day is over, by the agent's own clock."""
    return agent.left is not None and now.astimezone(agent.zone).date() > agent.left


def has_left(database: Database, account: Account, now: datetime) -> bool:
    """Say whether an account is that of an agent whose last day is over."""
    if account.person.role is not Role.AGENT or account.team is None:
        return False
    return account.person.agent_id in _leavers(database, account.team, now)


def see_off_leavers(database: Database, *, now: datetime) -> tuple[str, ...]:
    """Switch accounts of leavers off, end their calendars and notices; return their logins.

    For the server's rounds: it needs nobody's permission, and does what it did before again
    without a trace.
    """
    with database.reading() as connection:
        teams = team_names(connection)
    logins: list[str] = []
    for name, team_id in teams.items():
        leavers = _leavers(database, name, now)
        if not leavers:
            continue
        with database.writing() as connection:
            accounts = [
                each
                for each in all_accounts(connection)
                if each.person.team_id == team_id
                and each.person.agent_id in leavers
                and each.person.active
            ]
            for each in accounts:
                change_account(
                    connection,
                    each.account_id,
                    replace(each.person, active=False),
                    seen=each.version,
                    who=_WHO,
                    at=now,
                    reason=_WHY,
                )
            for agent_id in leavers & feed_agents(connection, team_id):
                end_feed(connection, team_id, agent_id, who=_WHO, at=now)
            for agent_id in leavers & addressed_agents(connection, team_id):
                set_address(connection, team_id, "mail", "", agent_id=agent_id, who=_WHO, at=now)
        logins += [each.person.login for each in accounts]
    return tuple(logins)


def _leavers(database: Database, team: str, now: datetime) -> frozenset[str]:
    try:
        agents = opened(database, team).case.team.agents
    except (CallboardError, KeyError):  # a team whose files cannot be read has no dates
        return frozenset()
    return frozenset(agent.agent_id for agent in agents if is_over(agent, now))
