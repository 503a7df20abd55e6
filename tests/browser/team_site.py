"""A real book with a published week to come, and people who sign in to it with passwords."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Page

from benchmarks.browser import serving, wait_ready
from scheduler.access import Role, User
from scheduler.config import Settings
from scheduler.passwords import hash_password
from scheduler.rostering.roster import Assignment, Roster
from scheduler.store.accounts import Person, add_account, set_password
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.store.rosters import Origin, save_draft
from scheduler.workflows.book import open_team, start_team
from scheduler.workflows.booked_week import plan_of
from scheduler.workflows.publish import publish_roster

TINY = Path(__file__).resolve().parents[2] / "rosters" / "tiny"
NAME = "tiny"
DAY = timedelta(days=1)
ADA = User(name="Ada", role=Role.ADMINISTRATOR)
MIA = User(name="Mia", role=Role.MANAGER, team=NAME)
PASSWORD = "violet-harbour-drum-19"  # noqa: S105  # of people who are made up
PEOPLE = {
    "ada": Role.ADMINISTRATOR,
    "mia": Role.MANAGER,
    "ana": Role.AGENT,
    "ben": Role.AGENT,
    "cleo": Role.AGENT,
}


@dataclass(frozen=True)
class TeamSite:
    address: str
    database: Database
    monday: date
    log: Path


@contextmanager
def team_site(folder: Path) -> Iterator[TeamSite]:
    """Serve a book in which Ana and Ben work from Monday to Wednesday, Ben and Cleo after that.

    The week is the one after next, so that no shift of it begins while a test runs.
    """
    now = datetime.now(UTC)
    monday = now.date() - now.weekday() * DAY + 14 * DAY
    book = folder / "book.sqlite"
    database = Database(f"sqlite:///{book}")
    upgrade(database)
    start_team(ADA, database, NAME, _files(monday), now=now)
    _publish_week(database, monday, now)
    _let_people_in(database, now)
    settings = Settings(rosters=TINY.parent, out=folder / "out")
    soon = {"CALLBOARD_DELIVER_SECONDS": "1"}
    with (
        patch.dict(os.environ, soon),
        serving(settings, folder / "log.txt", book=str(book)) as address,
    ):
        yield TeamSite(address=address, database=database, monday=monday, log=folder / "log.txt")
    database.close()


def sign_in_with_password(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    wait_ready(page)


def _files(monday: date) -> dict[str, bytes]:
    """The tiny team, with a history that ends the week before."""
    files = {p.name: p.read_bytes() for p in TINY.iterdir() if p.suffix in (".csv", ".toml")}
    header, *rows = files["history.csv"].decode().splitlines()
    last = max(date.fromisoformat(row[:10]) for row in rows)
    later = (monday - last) // (7 * DAY) * 7 * DAY
    moved = [f"{date.fromisoformat(row[:10]) + later}{row[10:]}" for row in rows]
    return files | {"history.csv": "\n".join([header, *moved, ""]).encode()}


def _publish_week(database: Database, monday: date, now: datetime) -> None:
    team = open_team(MIA, database, NAME)
    problem = plan_of(database, team, monday, None).problem
    pairs = (("ana", "ben"),) * 3 + (("ben", "cleo"),) * 2
    assignments = []
    for n, pair in enumerate(pairs):
        for who in pair:
            template = problem.template_by_name["day"]
            shift = problem.shift_on(problem.agents[who], template, monday + n * DAY)
            assert shift is not None
            assignments.append(Assignment(agent_id=who, shift=shift, queues=("phone",)))
    origin = Origin(team_id=team.team_id, week=monday, setup_version=team.setup)
    with database.writing() as connection:
        key = save_draft(connection, origin, Roster.of(assignments), who="mia", at=now)
    publish_roster(MIA, database, key, seen=1, after=0, note="Here it is.", now=now)


def _let_people_in(database: Database, now: datetime) -> None:
    kept = hash_password(PASSWORD)
    with database.writing() as connection:
        for login, role in PEOPLE.items():
            is_agent = role is Role.AGENT
            person = Person(
                login=login,
                name=login.capitalize(),
                role=role,
                team_id=None if role is Role.ADMINISTRATOR else 1,
                agent_id=login if is_agent else "",
            )
            account = add_account(connection, person, who="ada", at=now)
            set_password(connection, account, kept, who="ada", at=now)
