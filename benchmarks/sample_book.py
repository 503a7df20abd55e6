"""A roster book with a team, a published week and somebody of every role: to see and to measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from scheduler.access import Role, User
from scheduler.exchange.read_case import CASE_FILES
from scheduler.rostering.params import SolveParams
from scheduler.store.accounts import Person
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.workflows.administrator import first_administrator, invite
from scheduler.workflows.administrator import team_key as key_of
from scheduler.workflows.book import open_team, start_team
from scheduler.workflows.coming_in import Policy, SignedIn, change_password, sign_in
from scheduler.workflows.drafts import make_draft
from scheduler.workflows.publish import publish_roster
from scheduler.workflows.week import week_of

PASSWORD = "tr0mbone-shelf"  # noqa: S105  # of a book that lives for minutes on loopback
_ADA = User(name="Ada Lovett", role=Role.ADMINISTRATOR, login="ada")
_POLICY = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBook:
    """A book and its week.

    Attributes
    ----------
    path
        Its file.
    team
        The team's name.
    monday
        First day of the published week.
    """

    path: Path
    team: str
    monday: date

    @property
    def database(self) -> Database:
        """The book, opened anew."""
        return Database(f"sqlite:///{self.path}")


def login_of(role: Role) -> str:
    """Return the login of the sample book's person of a role; all of them share one password."""
    return f"the-{role}"


def make_sample_book(path: Path, case: Path, *, agent_id: str, seconds: float) -> SampleBook:
    """Make a book of a case folder: one team, one published week, one account a role.

    Parameters
    ----------
    path
        Where the book goes.
    case
        The case folder.
    agent_id
        Who the agent's account stands for.
    seconds
        How long the week's roster is searched for at most.
    """
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    now = datetime.now(UTC)
    files = {name: (case / name).read_bytes() for name in CASE_FILES if (case / name).is_file()}
    start_team(_ADA, database, case.name, files, now=now)
    for role, name in (
        (Role.ADMINISTRATOR, "Ada Lovett"),
        (Role.MANAGER, "Mia Brandt"),
        (Role.PLANNER, "Pat Nowak"),
        (Role.AGENT, open_team(_ADA, database, case.name).case.team.agent(agent_id).name),
    ):
        _account(database, role, name, case.name, agent_id if role is Role.AGENT else "")
    monday = week_of(open_team(_ADA, database, case.name).case)
    _publish(database, case.name, monday, seconds)
    database.close()
    return SampleBook(path=path, team=case.name, monday=monday)


def _account(database: Database, role: Role, name: str, team: str, agent_id: str) -> None:
    """Add somebody who has changed the one-time password already."""
    now = datetime.now(UTC)
    if role is Role.ADMINISTRATOR:
        first_administrator(database, policy=_POLICY, now=now)
    person = Person(
        login=login_of(role),
        name=name,
        role=role,
        team_id=None if role is Role.ADMINISTRATOR else key_of(_ADA, database, team),
        agent_id=agent_id,
    )
    one_time = invite(_ADA, database, person, policy=_POLICY, now=now) or ""
    entered = sign_in(
        database, person.login, one_time, address="", earlier="", policy=_POLICY, now=now
    )
    if not isinstance(entered, SignedIn):
        raise RuntimeError(f"{person.login} cannot sign in")
    key = entered.account.account_id
    change_password(database, key, one_time, PASSWORD, address="", policy=_POLICY, now=now)


def _publish(database: Database, team: str, monday: date, seconds: float) -> None:
    """Make and publish the week's roster some days before it begins."""
    mia = User(name="Mia Brandt", role=Role.MANAGER, team=team, login=login_of(Role.MANAGER))
    now = datetime.combine(monday - timedelta(days=5), time(9), tzinfo=UTC)
    params = SolveParams(seconds=seconds, workers=2, seed=1)
    roster, _ = make_draft(mia, database, team, week=monday, now=now, params=params)
    if roster is None:
        raise RuntimeError("no roster was found")
    publish_roster(mia, database, roster, seen=1, after=0, note="Your week.", now=now)
