"""The forecast of a week that a page shows: made by a job, kept in the book, read from there.

A forecast tries its models on the queue's past and takes seconds to minutes, too long for a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scheduler.access import Action, User
from scheduler.exchange.series import forecast_csv
from scheduler.store.database import Connection, Database
from scheduler.store.forecasts import freeze_forecast
from scheduler.store.jobs import job_result, newest_jobs
from scheduler.workflows.book import OpenTeam, opened
from scheduler.workflows.booked_week import plan_of
from scheduler.workflows.week import WeekPlan, require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastWeek:
    """A week as it is expected.

    Attributes
    ----------
    plan
        Forecast and requirement.
    models
        What each queue's forecast was made with, by the queue's name.
    remarks
        What was noticed in the data.
    """

    plan: WeekPlan
    models: dict[str, str]
    remarks: tuple[str, ...]


def keep_forecast(
    connection: Connection, team: OpenTeam, plan: WeekPlan, *, who: str, at: datetime
) -> dict[str, Any]:
    """Keep a week's forecast and return what a later look at it needs."""
    content = forecast_csv(plan.forecast)
    return {
        "forecast_id": freeze_forecast(
            connection, team.team_id, plan.monday, content, who=who, at=at
        ),
        "setup": team.setup,
        "history": team.history,
        "models": dict(zip(plan.forecast.queues, plan.forecast.models, strict=True)),
        "remarks": [str(remark) for remark in plan.remarks],
    }


def see_week(user: User, database: Database, name: str, monday: date) -> ForecastWeek | None:
    """Return the forecast of a week; None if none was made since set-up and history changed.

    Raises
    ------
    AccessDenied
        The user may not see the team's case.
    InputError
        The case cannot be read.
    """
    require(user, Action.SEE_CASE, of_team=name)
    team = opened(database, name)
    with database.reading() as connection:
        jobs = newest_jobs(connection, team.team_id, "forecast", monday)
        done = next((job for job in jobs if job.state == "done"), None)
        told = None if done is None else job_result(connection, done.job_id)
    if told is None or (told["setup"], told["history"]) != (team.setup, team.history):
        return None
    plan = plan_of(database, team, monday, told["forecast_id"])
    return ForecastWeek(plan=plan, models=told["models"], remarks=tuple(told["remarks"]))
