"""A week of the book: a roster with its team, planned again with its own forecast."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from forecasting.forecast import Forecast
from scheduler.access import Action, User
from scheduler.exchange.case import Case
from scheduler.exchange.series import read_forecast
from scheduler.rostering.roster import Roster
from scheduler.store.database import Connection, Database
from scheduler.store.forecasts import read_forecast as read_frozen
from scheduler.store.rosters import BookedRoster, published_roster, read_roster
from scheduler.workflows.book import OpenTeam, opened, team_name
from scheduler.workflows.week import WeekPlan, plan_week, require


def booked_roster(
    user: User, action: Action, database: Database, roster_id: int
) -> tuple[BookedRoster, OpenTeam]:
    """Read a roster and its team, for somebody who may take the action.

    Raises
    ------
    AccessDenied
        The user may not do that in the roster's team.
    KeyError
        There is no such roster.
    """
    with database.reading() as connection:
        booked = read_roster(connection, roster_id)
        name = team_name(connection, booked.origin.team_id)
    require(user, action, of_team=name)
    return booked, opened(database, name)


def plan_of(database: Database, team: OpenTeam, week: date, forecast_id: int | None) -> WeekPlan:
    """Plan a roster's week again: its own forecast, with people and rules as they are now."""
    return _plan(database, team.case, week, forecast_id)


def frozen_forecast(database: Database, case: Case, forecast_id: int | None) -> Forecast | None:
    """Return a forecast as it was used; None where a roster was made without."""
    if forecast_id is None:
        return None
    with database.reading() as connection:
        content = read_frozen(connection, forecast_id)
    return read_forecast(content, "forecast.csv", zone=case.zone)


def roster_before(connection: Connection, team_id: int, week: date) -> Roster:
    """Return who works by the week's publication; nobody before the first."""
    current = published_roster(connection, team_id, week)
    return Roster(assignments=()) if current is None else current.roster


@lru_cache(maxsize=16)
def _plan(database: Database, case: Case, week: date, forecast_id: int | None) -> WeekPlan:
    # Cases are read once, so the same case is the same object.
    return plan_week(case, week, forecast=frozen_forecast(database, case, forecast_id))
