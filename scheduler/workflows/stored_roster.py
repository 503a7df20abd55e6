"""A roster of the book as people look at it: its shifts, its numbers, its coverage, its files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from scheduler.access import Action, User
from scheduler.exchange.calendars import calendar_files
from scheduler.exchange.roster_page import roster_page
from scheduler.exchange.roster_table import (
    COVERAGE_COLUMNS,
    ROSTER_COLUMNS,
    coverage_rows,
    roster_rows,
    table_csv,
)
from scheduler.exchange.roster_workbook import roster_workbook
from scheduler.rostering.check import check, penalties
from scheduler.rostering.coverage import Coverage, cover
from scheduler.rostering.problem import Pin
from scheduler.rostering.promise import certify
from scheduler.rostering.roster import Roster
from scheduler.rostering.shortage import shortages
from scheduler.store.database import Database
from scheduler.store.roster_lines import RosterLine, roster_lines
from scheduler.store.rosters import BookedRoster
from scheduler.workflows.book import team_key
from scheduler.workflows.booked_week import booked_roster, plan_of
from scheduler.workflows.locks import locks_in
from scheduler.workflows.manager import REPLICATIONS
from scheduler.workflows.outcome import (
    certificate_numbers,
    finite,
    numbers_sheet,
    shortage_row,
    violation_rows,
)
from scheduler.workflows.rostered import RosteredShift, rostered
from scheduler.workflows.week import WeekPlan, require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredRoster:
    """A roster of the book, ready to be shown.

    Attributes
    ----------
    booked
        As the book holds it.
    plan
        Its week, with its own forecast and with people and rules as they are now.
    numbers
        See :func:`scheduler.workflows.outcome.outcome_numbers`: as its solve answered, or as
        :func:`roster_numbers` works them out.
    shifts
        Who works when.
    coverage
        Rows of ``coverage.csv``, text by column.
    locks
        What the next search has to keep.
    """

    booked: BookedRoster
    plan: WeekPlan
    numbers: dict[str, Any]
    shifts: tuple[RosteredShift, ...]
    coverage: tuple[dict[str, str], ...]
    locks: tuple[Pin, ...]


def rosters_in_week(
    user: User, database: Database, name: str, week: date
) -> tuple[RosterLine, ...]:
    """Return a week's drafts and publications, the newest first.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of this team.
    """
    require(user, Action.SEE_ROSTER, of_team=name)
    with database.reading() as connection:
        return roster_lines(connection, team_key(connection, name), week)


def see_stored(user: User, database: Database, roster_id: int) -> StoredRoster:
    """Return a roster with everything a manager looks at.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of its team.
    KeyError
        There is no such roster.
    """
    booked, team = booked_roster(user, Action.SEE_ROSTER, database, roster_id)
    plan = plan_of(database, team, booked.origin.week, booked.origin.forecast_id)
    agents = {agent.agent_id: agent for agent in team.case.team.agents}
    told = booked.origin.result or {}
    known = present_only(plan, booked.roster)
    return StoredRoster(
        booked=booked,
        plan=plan,
        numbers=told if "service_level" in told else roster_numbers(plan, known),
        shifts=tuple(rostered(booked.roster.assignments, agents, team.case.zone)),
        coverage=tuple(coverage_rows(plan.problem, cover(plan.problem, known))),
        locks=locks_in(told),
    )


def roster_numbers(
    plan: WeekPlan, roster: Roster, *, replications: int = REPLICATIONS
) -> dict[str, Any]:
    """Work out the numbers of a roster that no solve has answered for; the same one once.

    Parameters
    ----------
    plan
        Its week.
    roster
        Who works when.
    replications
        Simulated weeks behind the certificate.
    """
    return _numbers(plan, roster, replications)


@lru_cache(maxsize=32)
def _numbers(plan: WeekPlan, roster: Roster, replications: int) -> dict[str, Any]:
    problem = plan.problem
    grid = plan.requirement.grid
    certificate = certify(problem, roster, replications=replications, seed=1)
    coverage, short = cover(problem, roster), shortages(problem, roster)
    return {
        "status": None,
        "gap": None,
        "paid_hours": roster.paid_hours,
        "service_level": certificate_numbers(certificate),
        "promise_kept": certificate.kept,
        "shortfall_hours": finite(coverage.shortfall.sum() * grid.interval_s / 3600),
        "violations": violation_rows(check(problem, roster)),
        "shortages": [shortage_row(each, grid.zone) for each in short],
        "hires": "",  # asking the solver takes seconds; a search tells
        "departures": [
            each.words
            for each in penalties(problem, roster)
            if each.rule not in ("paid_time", "service")
        ],
        "remarks": [str(remark) for remark in plan.remarks],
    }


def present_only(plan: WeekPlan, roster: Roster) -> Roster:
    """Leave out who has left the team: their shifts cover nothing any more."""
    agents = plan.problem.agents
    if all(each.agent_id in agents for each in roster.assignments):
        return roster
    return Roster(assignments=tuple(a for a in roster.assignments if a.agent_id in agents))


def file_of(user: User, database: Database, roster_id: int, what: str) -> bytes:
    """Make one of a roster's files, now.

    Parameters
    ----------
    user, database, roster_id
        See :func:`see_stored`; errors likewise.
    what
        One of ``FILES``.
    """
    return FILES[what](see_stored(user, database, roster_id))


def _coverage(stored: StoredRoster) -> Coverage:
    return cover(stored.plan.problem, present_only(stored.plan, stored.booked.roster))


def _roster(stored: StoredRoster) -> Roster:
    return present_only(stored.plan, stored.booked.roster)


def _roster_csv(stored: StoredRoster) -> bytes:
    return table_csv(ROSTER_COLUMNS, roster_rows(stored.plan.problem, _roster(stored)))


def _coverage_csv(stored: StoredRoster) -> bytes:
    return table_csv(COVERAGE_COLUMNS, list(stored.coverage))


def _workbook(stored: StoredRoster) -> bytes:
    plan, booked = stored.plan, stored.booked
    sheet = numbers_sheet(plan.case, plan.monday, stored.numbers, booked.made_at)
    return roster_workbook(plan.problem, _roster(stored), _coverage(stored), sheet)


def _page(stored: StoredRoster) -> bytes:
    plan, booked = stored.plan, stored.booked
    sheet = numbers_sheet(plan.case, plan.monday, stored.numbers, booked.made_at)
    return roster_page(plan.problem, _roster(stored), _coverage(stored), sheet)


def _calendars(stored: StoredRoster) -> bytes:
    packed = io.BytesIO()
    made = stored.booked.published_at or stored.booked.made_at
    files = calendar_files(stored.plan.problem, _roster(stored), made)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


FILES: dict[str, Callable[[StoredRoster], bytes]] = {
    "roster.xlsx": _workbook,
    "roster.html": _page,
    "roster.csv": _roster_csv,
    "coverage.csv": _coverage_csv,
    "calendars.zip": _calendars,
}
