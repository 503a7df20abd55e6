"""Every role before every thing that workflows do, with its own team's case and another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scheduler.access import EVERY_TEAM, Action, Role, User, decide
from scheduler.errors import AccessDenied, CallboardError
from scheduler.exchange.read_case import read_case
from scheduler.store.database import Database
from scheduler.workflows import (
    agent,
    attendance,
    desk,
    erasing,
    forecast_week,
    hours,
    kept_history,
    manager,
    planner,
    repairs,
    stored_roster,
    upkeep,
)
from scheduler.workflows.book import teams_of
from scheduler.workflows.desk import Request
from scheduler.workflows.samples import CaseFolders
from scheduler.workflows.scenario import Scenario

ROSTERS = Path(__file__).resolve().parents[3] / "rosters"
TINY = read_case(ROSTERS / "tiny", max_bytes=50_000_000)
LONG_AGO = date(1900, 1, 1)  # before any history: what is allowed ends in an input error
AT = datetime(2026, 3, 1, tzinfo=UTC)
NOWHERE = Path("/nowhere")
OUTCOME: Any = SimpleNamespace(plan=SimpleNamespace(case=TINY))
REPAIRED: Any = SimpleNamespace(outcome=OUTCOME)
READING: Any = None
BOOK: Any = None
NOW: Any = {"now": AT, "start": lambda: None}
SICK = attendance.Seen(kind="sick")


def asked(user: User, kind: desk.Kind) -> Request:
    return Request(kind=kind, team="tiny", week=LONG_AGO, user=user)


DEEDS: list[tuple[Action, Callable[[User], object]]] = [
    (Action.MAKE_ROSTER, lambda u: manager.make_roster(u, TINY, week=LONG_AGO)),
    (Action.MAKE_ROSTER, lambda u: desk.submit_request(BOOK, asked(u, "roster"), **NOW)),
    (
        Action.MAKE_ROSTER,
        lambda u: repairs.repair_roster(u, TINY, NOWHERE, max_bytes=1, week=LONG_AGO),
    ),
    (Action.SEE_ROSTER, lambda u: repairs.repair_numbers(u, REPAIRED)),
    (
        Action.SEE_ROSTER,
        lambda u: manager.check_roster(u, TINY, NOWHERE, week=LONG_AGO, max_bytes=1),
    ),
    (
        Action.SEE_ROSTER,
        lambda u: manager.simulate_roster(u, TINY, NOWHERE, week=LONG_AGO, max_bytes=1),
    ),
    (Action.SEE_ROSTER, lambda u: manager.numbers(u, OUTCOME)),
    (Action.SEE_ROSTER, lambda u: manager.export_roster(u, OUTCOME, NOWHERE, made=AT)),
    (Action.COMPARE, lambda u: planner.what_if(u, TINY, Scenario(), week=LONG_AGO)),
    (Action.COMPARE, lambda u: desk.submit_request(BOOK, asked(u, "what_if"), **NOW)),
    (Action.COMPARE, lambda u: desk.jobs_of(u, BOOK, "tiny", "what_if", LONG_AGO)),
    (Action.SEE_ROSTER, lambda u: desk.jobs_of(u, BOOK, "tiny", "roster", LONG_AGO)),
    (Action.SEE_ROSTER, lambda u: stored_roster.rosters_in_week(u, BOOK, "tiny", LONG_AGO)),
    (Action.SEE_CASE, lambda u: forecast_week.see_week(u, BOOK, "tiny", LONG_AGO)),
    (Action.SEE_CASE, lambda u: planner.forecast(u, TINY, week=LONG_AGO)),
    (Action.SEE_CASE, lambda u: planner.requirement(u, TINY, week=LONG_AGO)),
    (Action.IMPORT_HISTORY, lambda u: kept_history.add_to_case(u, READING, TINY, NOWHERE)),
    (
        Action.MARK_ATTENDANCE,
        lambda u: attendance.mark_attendance(u, BOOK, "tiny", "ana", LONG_AGO, SICK, now=AT),
    ),
    (
        Action.ERASE_PERSON,
        lambda u: erasing.erase_person(u, BOOK, "tiny", "ana", reason="x", now=AT),
    ),
    (
        Action.EXPORT_HOURS,
        lambda u: hours.hours_for_payroll(u, BOOK, "tiny", LONG_AGO, LONG_AGO, now=AT),
    ),
    (Action.KEEP_BOOK, lambda u: upkeep.back_up(u, BOOK, NOWHERE, now=AT)),
    (Action.KEEP_BOOK, lambda u: upkeep.bring_back(u, BOOK, NOWHERE, now=AT)),
    (Action.KEEP_BOOK, lambda u: upkeep.migrate(u, BOOK)),
    (Action.KEEP_BOOK, lambda u: upkeep.look_over(u, BOOK)),
    (Action.SEE_OWN_SHIFTS, lambda u: agent.my_details(u, BOOK, "tiny", "ana")),
    (Action.SEE_OWN_SHIFTS, lambda u: agent.my_shifts(u, BOOK, "tiny", "ana", monday=LONG_AGO)),
    (Action.SEE_OWN_SHIFTS, lambda u: agent.my_calendar(u, BOOK, "tiny", "ana", monday=LONG_AGO)),
    (Action.SEE_OWN_SHIFTS, lambda u: agent.weeks_to_show(u, BOOK, "tiny", "ana", today=LONG_AGO)),
]


@pytest.mark.parametrize("number", range(len(DEEDS)))
def test_each_deed_is_refused_exactly_where_the_table_says(number: int) -> None:
    action, deed = DEEDS[number]
    whose = None if action is Action.KEEP_BOOK else "tiny"
    for role in Role:
        for team in ("tiny", "demo", EVERY_TEAM):
            for agent_id in ("ana", "ben"):
                user = User(name="x", role=role, team=team, agent_id=agent_id)
                decision = decide(user, action, of_team=whose, of_agent="ana")
                reason = "" if decision.allowed else decision.reason
                assert refusal(deed, user) == reason, user


def refusal(deed: Callable[[User], object], user: User) -> str:
    """Why somebody may not; empty where they may, whatever comes of it."""
    try:
        deed(user)
    except AccessDenied as denied:
        return str(denied)
    except (CallboardError, AttributeError, OSError):
        return ""  # allowed, and there was nothing to do it with
    return ""


def test_people_see_their_own_teams_case_among_the_cases(database: Database) -> None:
    CaseFolders(database, ROSTERS, max_bytes=50_000_000).follow(AT)
    everybody = teams_of(User(name="x", role=Role.MANAGER), database)
    assert everybody[0] == "demo"
    assert everybody[1:] == sorted(everybody[1:])
    assert teams_of(User(name="x", role=Role.PLANNER, team="tiny"), database) == ["tiny"]
    assert teams_of(User(name="x", role=Role.MANAGER, team="nowhere"), database) == []
    assert teams_of(User(name="x", role=Role.AGENT, agent_id="ana"), database) == []


def test_a_solve_for_another_team_is_nobodys() -> None:
    user = User(name="x", role=Role.MANAGER, team="tiny")
    for kind in ("roster", "what_if"):
        with pytest.raises(AccessDenied):
            desk.carry_out(
                Request(kind=kind, team="clash", week=LONG_AGO + timedelta(7), user=user),
                BOOK,
                1,
                clock=lambda: AT,
                progress=lambda _: None,
                cancelled=lambda: True,
            )
