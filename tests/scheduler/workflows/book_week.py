"""A small team in a book: three people, one shift, five days, two of three needed each day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scheduler.access import Role, User
from scheduler.rostering.params import SolveParams
from scheduler.rostering.roster import Assignment, Roster
from scheduler.store.database import Database
from scheduler.store.rosters import Origin, save_draft
from scheduler.workflows.book import open_team, start_team
from scheduler.workflows.booked_week import plan_of
from scheduler.workflows.drafts import copy_draft, make_draft, see_roster
from scheduler.workflows.publish import Published, publish_roster

TINY = Path(__file__).resolve().parents[3] / "rosters" / "tiny"
NAME = "tiny"
MONDAY = date(2026, 2, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)
ADA = User(name="Ada", role=Role.ADMINISTRATOR)
MIA = User(name="Mia", role=Role.MANAGER, team=NAME)
ANA = User(name="Ana", role=Role.AGENT, agent_id="ana", team=NAME)
BEN = User(name="Ben", role=Role.AGENT, agent_id="ben", team=NAME)
PAT = User(name="Pat", role=Role.PLANNER, team=NAME)
OTHER = User(name="Max", role=Role.MANAGER, team="another")
QUICK = SolveParams(seconds=20, workers=1, seed=1)


def tiny_files(*, history: bool = True) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in TINY.iterdir()
        if path.suffix in (".csv", ".toml") and (history or path.name != "history.csv")
    }


def a_team(database: Database) -> None:
    start_team(ADA, database, NAME, tiny_files(), now=NOW)


def a_draft(database: Database, user: User = MIA) -> int:
    key, outcome = make_draft(
        user, database, NAME, week=MONDAY, now=NOW, params=QUICK, replications=10
    )
    assert outcome.result.status == "optimal"
    assert key is not None
    return key


def put_out(database: Database, key: int, *, after: int = 0, now: datetime = NOW) -> Published:
    return publish_roster(MIA, database, key, seen=1, after=after, note="Here it is.", now=now)


def a_known_draft(database: Database) -> int:
    """Ana and Ben from Monday to Wednesday, Ben and Cleo on Thursday and Friday."""
    key = a_draft(database)
    forecast_id = see_roster(MIA, database, key).origin.forecast_id
    return copy_draft(MIA, database, key, now=NOW, roster=known_roster(database, forecast_id))


def a_known_week(database: Database) -> None:
    """Publish the same roster, made by hand, so that nothing has to be solved."""
    team = open_team(MIA, database, NAME)
    origin = Origin(team_id=team.team_id, week=MONDAY, setup_version=team.setup)
    with database.writing() as connection:
        key = save_draft(connection, origin, known_roster(database, None), who="Mia", at=NOW)
    put_out(database, key)


def known_roster(database: Database, forecast_id: int | None) -> Roster:
    team = open_team(MIA, database, NAME)
    problem = plan_of(database, team, MONDAY, forecast_id).problem
    pairs = (("ana", "ben"),) * 3 + (("ben", "cleo"),) * 2
    assignments = []
    for n, pair in enumerate(pairs):
        for who in pair:
            agent, template = problem.agents[who], problem.template_by_name["day"]
            shift = problem.shift_on(agent, template, MONDAY + n * DAY)
            assert shift is not None
            assignments.append(Assignment(agent_id=who, shift=shift, queues=("phone",)))
    return Roster.of(assignments)
