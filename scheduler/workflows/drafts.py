"""Drafts of the book: made by a solve, changed by hand, compared, replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from scheduler.access import Action, User
from scheduler.errors import Conflict
from scheduler.exchange.series import forecast_csv
from scheduler.people import TimeOff
from scheduler.publishing.publication import change_table, change_words, changes
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Pin
from scheduler.rostering.repair import Repair, repair
from scheduler.rostering.roster import Roster
from scheduler.store.database import Connection, Database
from scheduler.store.forecasts import freeze_forecast
from scheduler.store.rosters import BookedRoster, Origin, roster_ids, save_draft
from scheduler.workflows.book import OpenTeam, at_setup, opened, replace_table, team_key
from scheduler.workflows.booked_week import booked_roster, frozen_forecast, plan_of
from scheduler.workflows.locks import lock_document, locks_in, with_locks
from scheduler.workflows.manager import REPLICATIONS, solve_plan
from scheduler.workflows.outcome import Outcome, outcome_numbers
from scheduler.workflows.week import plan_week, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two rosters of a week side by side, in sentences and as rows by column."""

    words: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """A week that was solved and is not in the book yet.

    Attributes
    ----------
    team
        The team as it was opened for it.
    outcome
        What the solve answered.
    locks
        Decisions that were taken before and had to be kept.
    """

    team: OpenTeam
    outcome: Outcome
    locks: tuple[Pin, ...]


def solve_draft(
    user: User,
    database: Database,
    name: str,
    *,
    week: date | None,
    locks: tuple[Pin, ...] = (),
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    replications: int = REPLICATIONS,
) -> Solved:
    """Make a week's roster without keeping it; see :func:`make_draft`.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    """
    require(user, Action.MAKE_ROSTER, of_team=name)
    team = opened(database, name)
    plan = plan_week(with_locks(team.case, locks), week)
    outcome = solve_plan(plan, params, progress, cancelled, replications)
    return Solved(team=team, outcome=outcome, locks=locks)


def keep_draft(connection: Connection, user: User, solved: Solved, *, now: datetime) -> int | None:
    """Keep a solved week as a draft, with everything it was made of; None without a roster.

    For workflows that have checked permission.
    """
    outcome, team = solved.outcome, solved.team
    roster = outcome.result.roster
    if roster is None:
        return None
    plan = outcome.plan
    frozen = freeze_forecast(
        connection,
        team.team_id,
        plan.monday,
        forecast_csv(plan.forecast),
        who=user.who,
        at=now,
    )
    origin = Origin(
        team_id=team.team_id,
        week=plan.monday,
        setup_version=team.setup,
        forecast_id=frozen,
        result=outcome_numbers(outcome) | lock_document(solved.locks),
    )
    return save_draft(connection, origin, roster, who=user.who, at=now)


def make_draft(
    user: User,
    database: Database,
    name: str,
    *,
    week: date | None,
    now: datetime,
    locks: tuple[Pin, ...] = (),
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    replications: int = REPLICATIONS,
) -> tuple[int | None, Outcome]:
    """Make a week's roster and keep it as a draft, with everything it was made of.

    Parameters
    ----------
    user
        Who asks.
    database, name
        The book and the team.
    week, params, progress, cancelled, replications
        See :func:`scheduler.workflows.manager.make_roster`.
    now
        The time of the draft.
    locks
        Decisions to keep: they take the place of the set-up's own for the same agent and date.

    Returns
    -------
    int or None
        Key of the draft; None where no roster was found.
    Outcome
        What the solve answered.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    """
    solved = solve_draft(
        user,
        database,
        name,
        week=week,
        locks=locks,
        params=params,
        progress=progress,
        cancelled=cancelled,
        replications=replications,
    )
    with database.writing() as connection:
        return keep_draft(connection, user, solved, now=now), solved.outcome


def copy_draft(
    user: User, database: Database, roster_id: int, *, now: datetime, roster: Roster | None = None
) -> int:
    """Keep a new draft made from a roster: changed by hand or by a repair, or as it was.

    The copy of an old publication, published, takes the team back to it.

    Parameters
    ----------
    user
        Who asks.
    database
        The book.
    roster_id
        The roster it is made from.
    now
        The time of the draft.
    roster
        Who works when now; None for the same.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    KeyError
        There is no such roster.
    """
    booked, team = booked_roster(user, Action.MAKE_ROSTER, database, roster_id)
    origin = Origin(
        team_id=team.team_id,
        week=booked.origin.week,
        setup_version=team.setup,
        forecast_id=booked.origin.forecast_id,
        based_on=roster_id,
    )
    with database.writing() as connection:
        made = booked.roster if roster is None else roster
        return save_draft(connection, origin, made, who=user.who, at=now)


def repair_draft(
    user: User,
    database: Database,
    roster_id: int,
    absences: Iterable[TimeOff],
    *,
    now: datetime,
    reason: str,
    params: SolveParams | None = None,
) -> tuple[int | None, Repair]:
    """Note absences in the set-up and keep the repaired roster as a draft.

    Parameters
    ----------
    user
        Who asks.
    database
        The book.
    roster_id
        The published roster that people know.
    absences
        Sickness or leave that it did not know.
    now
        The time of the draft: shifts that start before it do not move.
    reason
        Why, for the audit.
    params
        How to search; 2 seconds if None.

    Returns
    -------
    int or None
        Key of the draft; None where no roster was found, and then nothing is kept.
    Repair
        What it took.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    Conflict
        Somebody has changed the set-up meanwhile.
    """
    booked, team = booked_roster(user, Action.MAKE_ROSTER, database, roster_id)
    week, forecast_id = booked.origin.week, booked.origin.forecast_id
    problem = plan_of(database, team, week, forecast_id).problem
    made = repair(problem, booked.roster, freeze=now, absences=absences, params=params)
    if made.result.roster is None:
        return None, made
    case = replace(team.case, team=replace(team.case.team, time_off=made.problem.team.time_off))
    with database.writing() as connection:
        setup = replace_table(connection, user, team, case, "time_off", now=now, reason=reason)
        origin = Origin(
            team_id=team.team_id,
            week=week,
            setup_version=setup,
            forecast_id=forecast_id,
            based_on=roster_id,
            result={"status": made.result.status, "touched": list(made.touched)},
        )
        return save_draft(connection, origin, made.result.roster, who=user.who, at=now), made


def see_roster(user: User, database: Database, roster_id: int) -> BookedRoster:
    """Return any roster of the book, drafts too.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of this team.
    KeyError
        There is no such roster.
    """
    return booked_roster(user, Action.SEE_ROSTER, database, roster_id)[0]


def rosters_of(user: User, database: Database, name: str, week: date) -> tuple[int, ...]:
    """Return the keys of a week's rosters, the oldest first.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of this team.
    """
    require(user, Action.SEE_ROSTER, of_team=name)
    with database.reading() as connection:
        return roster_ids(connection, team_key(connection, name), week)


def compare(user: User, database: Database, before: int, after: int) -> Comparison:
    """Lay two rosters of the book side by side.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of their team.
    KeyError
        There is no such roster.
    """
    old, _ = booked_roster(user, Action.SEE_ROSTER, database, before)
    new, team = booked_roster(user, Action.SEE_ROSTER, database, after)
    agents = {agent.agent_id: agent for agent in team.case.team.agents}
    found = changes(old.roster, new.roster)
    return Comparison(
        words=tuple(change_words(change, agents) for change in found),
        rows=tuple(change_table(found, agents)),
    )


def replay(
    user: User, database: Database, roster_id: int, *, replications: int = REPLICATIONS
) -> tuple[bool, Outcome]:
    """Solve a stored roster's week again, and say whether the same roster comes out.

    Set-up, forecast, seed, workers and time are those of the first time.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    Conflict
        It was not made by a solve.
    """
    booked, team = booked_roster(user, Action.MAKE_ROSTER, database, roster_id)
    told: dict[str, Any] = booked.origin.result
    if "problem_hash" not in told:
        raise Conflict("This roster was changed by hand or repaired, not made by one solve.")
    params = SolveParams(
        seconds=max(60.0, 2 * told["seconds"]), workers=told["workers"], seed=told["seed"]
    )
    case = at_setup(database, team, booked.origin.setup_version)
    forecast = frozen_forecast(database, case, booked.origin.forecast_id)
    plan = plan_week(with_locks(case, locks_in(told)), booked.origin.week, forecast=forecast)
    outcome = solve_plan(plan, params, None, None, replications)
    same = outcome.result.problem_hash == told["problem_hash"]
    return same and outcome.result.roster == booked.roster, outcome
