"""A published week of the tiny team behind the HTTP door, with a key for everybody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette

from scheduler.access import Role
from scheduler.api.routes import api_routes
from scheduler.store.accounts import Person, add_account
from scheduler.store.database import Database
from scheduler.workflows.tokens import SCOPES, make_token

sys.path.append(str(Path(__file__).resolve().parents[1] / "workflows"))

from book_week import ADA, NAME, NOW, a_known_draft, a_team, put_out

PEOPLE = {
    "ada": Role.ADMINISTRATOR,
    "mia": Role.MANAGER,
    "pat": Role.PLANNER,
    "ana": Role.AGENT,
    "ben": Role.AGENT,
    "cleo": Role.AGENT,
}


def a_published_book(database: Database) -> dict[str, str]:
    """Fill a book and return everybody's key for everything, by login."""
    a_team(database)
    put_out(database, a_known_draft(database))
    with database.writing() as connection:
        for login, role in PEOPLE.items():
            person = Person(
                login=login,
                name=login.capitalize(),
                role=role,
                team_id=None if role is Role.ADMINISTRATOR else 1,
                agent_id=login if role is Role.AGENT else "",
            )
            add_account(connection, person, who="ada", at=NOW)
    return {login: a_key(database, login) for login in PEOPLE}


def a_key(database: Database, login: str, *scopes: str, days: int = 30) -> str:
    kept = scopes or SCOPES
    return make_token(ADA, database, login, name="test", scopes=kept, days=days, now=NOW)


def application(database: Database, now: Callable[[], datetime] = lambda: NOW) -> Starlette:
    return Starlette(routes=api_routes(database, now))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


ROSTER = f"/api/teams/{NAME}/rosters/2026-02-25"
REQUESTS = f"/api/teams/{NAME}/requests"
