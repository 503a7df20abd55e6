"""What a published roster was made for."""

from __future__ import annotations

from datetime import date

from scheduler.access import Action, User
from scheduler.staffing.requirement import Requirement
from scheduler.store.database import Database
from scheduler.store.rosters import published_roster
from scheduler.workflows.book import opened, team_key
from scheduler.workflows.booked_week import plan_of
from scheduler.workflows.week import require


def published_requirement(
    user: User, database: Database, name: str, week: date
) -> Requirement | None:
    """Return the requirement behind a week's publication; None before the first.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of this team.
    """
    require(user, Action.SEE_ROSTER, of_team=name)
    with database.reading() as connection:
        booked = published_roster(connection, team_key(connection, name), week)
    if booked is None:
        return None
    team = opened(database, name)
    return plan_of(database, team, week, booked.origin.forecast_id).requirement
