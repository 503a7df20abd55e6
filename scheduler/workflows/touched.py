"""The published weeks that a request touches, each planned as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.publishing.requests import Ask, Preference, days_of
from scheduler.rostering.problem import Problem
from scheduler.store.database import Database
from scheduler.store.rosters import BookedRoster, published_roster
from scheduler.workflows.book import OpenTeam
from scheduler.workflows.booked_week import plan_of

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TouchedWeek:
    """A week's publication and the problem it answers, with today's set-up."""

    booked: BookedRoster
    problem: Problem


def touched_weeks(database: Database, team: OpenTeam, ask: Ask) -> tuple[TouchedWeek, ...]:
    """Return the published weeks that granting a request would change, in order.

    Shifts belong to the week of their agent's local date; the night before the first day may
    reach into leave, so its week is looked at, too. A roster of several weeks stands in the book
    under its first. A preference is for rosters yet to be made.
    """
    if isinstance(ask, Preference):
        return ()
    first, last = days_of(ask)
    if ask.what == "leave":
        first -= timedelta(days=1)
    return published_between(database, team, first, last)


def published_between(
    database: Database, team: OpenTeam, first: date, last: date
) -> tuple[TouchedWeek, ...]:
    """Return the publications whose weeks hold any of these local dates, in order."""
    first -= (team.case.weeks - 1) * _WEEK
    found = []
    for week in _mondays(first, last):
        with database.reading() as connection:
            booked = published_roster(connection, team.team_id, week)
        if booked is not None:
            plan = plan_of(database, team, week, booked.origin.forecast_id)
            found.append(TouchedWeek(booked=booked, problem=plan.problem))
    return tuple(found)


def _mondays(first: date, last: date) -> list[date]:
    monday = first - timedelta(days=first.weekday())
    return [monday + n * _WEEK for n in range((last - monday).days // 7 + 1)]
