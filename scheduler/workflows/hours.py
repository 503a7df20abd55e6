"""Hours for payroll, from what was published and what became of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from forecasting.special_days import public_holidays
from scheduler.access import Action, User
from scheduler.exchange.case import Case
from scheduler.people import Agent
from scheduler.publishing.hours import Hours, Period, hours_of
from scheduler.rostering.shifts import Shift
from scheduler.store.attendance import list_marks
from scheduler.store.audit import Deed, record
from scheduler.store.database import Database
from scheduler.store.tours import PublishedWeek, published_between
from scheduler.workflows.attendance import check_dates
from scheduler.workflows.book import OpenTeam, at_setup, opened
from scheduler.workflows.week import require

_WEEK = timedelta(days=7)


def hours_for_payroll(
    user: User, database: Database, name: str, first: date, last: date, *, now: datetime
) -> tuple[Hours, ...]:
    """Return everybody's hours in some dates, each in their own days; the audit notes who asked.

    What holds now counts: the latest publication of each week, the latest marks, and contracts as
    the newest set-up dates them. Who is no longer in the team counts by the last set-up that
    rostered them.

    Parameters
    ----------
    user
        Who asks.
    database, name
        The book and the team.
    first, last
        Local dates on which shifts start, both included.
    now
        For the audit.

    Raises
    ------
    AccessDenied
        The user may not export paid hours of this team.
    InputError
        The dates are out of order, or more than a year.
    """
    require(user, Action.EXPORT_HOURS, of_team=name)
    check_dates(first, last)
    team = opened(database, name)
    with database.writing() as connection:
        # Whole weeks, so that overtime is counted right at both ends of the period.
        weeks = published_between(connection, team.team_id, first - _WEEK, last + _WEEK)
        marks = [
            each.mark for each in list_marks(connection, team.team_id, first - _WEEK, last + _WEEK)
        ]
        subject = f"{first} … {last}"
        deed = Deed(
            at=now, who=user.who, what="export hours", subject=subject, team_id=team.team_id
        )
        record(connection, deed)
    shifts: dict[str, list[Shift]] = {}
    for week in weeks:
        for each in week.assignments:
            shifts.setdefault(each.agent_id, []).append(each.shift)
    period = Period(first=first, last=last)
    found = []
    for agent, case in _people(database, team, weeks):
        own = shifts.get(agent.agent_id, [])
        employed = any(agent.employed_on(day) for day in period.days())
        if not employed and not any(each.day in period for each in own):
            continue
        found.append(
            hours_of(
                agent,
                case.team,
                own,
                [mark for mark in marks if mark.agent_id == agent.agent_id],
                period,
                holidays=frozenset(
                    public_holidays(agent.country, range(first.year - 1, last.year + 2))
                )
                if agent.country
                else frozenset(),
                unsocial=(case.limits.unsocial_from, case.limits.unsocial_until),
            )
        )
    return tuple(found)


def _people(
    database: Database, team: OpenTeam, weeks: tuple[PublishedWeek, ...]
) -> list[tuple[Agent, Case]]:
    """Everybody of the team now, then those of earlier set-ups who have shifts in the weeks."""
    found = {agent.agent_id: (agent, team.case) for agent in team.case.team.agents}
    for week in reversed(weeks):
        gone = {each.agent_id for each in week.assignments} - found.keys()
        if gone:
            case = at_setup(database, team, week.setup_version)
            people = {agent.agent_id: agent for agent in case.team.agents}
            found |= {key: (people[key], case) for key in sorted(gone) if key in people}
    return list(found.values())
