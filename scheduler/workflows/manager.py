"""What a manager does: make the week's roster, check one, ask what it will give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scheduler.access import Action, User
from scheduler.exchange.case import Case
from scheduler.exchange.read_roster import read_roster
from scheduler.exchange.write_roster import write_roster
from scheduler.rostering.check import check
from scheduler.rostering.coverage import cover
from scheduler.rostering.loop import close_loop
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.promise import Certificate, certify
from scheduler.rostering.roster import Violation
from scheduler.rostering.shortage import hires_needed, hires_words, shortages
from scheduler.workflows.outcome import Outcome, outcome_numbers, sheet_of
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.week import WeekPlan, plan_week, require

REPLICATIONS = 200


def make_roster(
    user: User,
    case: Case,
    *,
    week: date | None = None,
    scenario: Scenario | None = None,
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    replications: int = REPLICATIONS,
) -> Outcome:
    """Make the roster of a week and certify the service it will give.

    Parameters
    ----------
    user
        Who asks; managers may.
    case
        The case.
    week
        Any date in the week; the case's own, or the one after the history, if None.
    scenario
        What to change first; nothing if None.
    params, progress, cancelled
        See :func:`scheduler.rostering.solver.solve`.
    replications
        Simulated weeks behind the certificate.

    Raises
    ------
    AccessDenied
        The user may not make rosters.
    """
    require(user, Action.MAKE_ROSTER, of_team=case.name)
    return solve_plan(plan_week(case, week, scenario), params, progress, cancelled, replications)


def solve_plan(
    plan: WeekPlan,
    params: SolveParams | None,
    progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool] | None,
    replications: int,
) -> Outcome:
    """Solve a planned week, close the loop, and lay the roster over its requirement."""
    closed = close_loop(
        plan.problem,
        params or SolveParams(),
        progress,
        cancelled=cancelled,
        replications=replications,
    )
    plan = replace(plan, problem=closed.problem)
    roster = closed.result.roster
    if roster is None:
        return Outcome(plan=plan, result=closed.result, loop=closed.reason)
    short = shortages(plan.problem, roster)
    return Outcome(
        plan=plan,
        result=closed.result,
        coverage=cover(plan.problem, roster),
        certificate=closed.certificate,
        shortages=short,
        mend=hires_words(hires_needed(plan.problem, roster)) if short else "",
        rounds=closed.rounds,
        loop=closed.reason,
    )


def check_roster(
    user: User, case: Case, path: Path, *, week: date | None, max_bytes: int
) -> list[Violation]:
    """Check any roster of a case against every hard rule.

    Raises
    ------
    AccessDenied
        The user may not see rosters.
    InputError
        The file is no roster of this case and week.
    """
    require(user, Action.SEE_ROSTER, of_team=case.name)
    problem = plan_week(case, week).problem
    return check(problem, read_roster(path, problem, max_bytes=max_bytes))


def simulate_roster(
    user: User,
    case: Case,
    path: Path,
    *,
    week: date | None,
    max_bytes: int,
    replications: int = REPLICATIONS,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Certificate:
    """Certify the service that any roster of a case would give; errors as for checking."""
    require(user, Action.SEE_ROSTER, of_team=case.name)
    problem = plan_week(case, week).problem
    roster = read_roster(path, problem, max_bytes=max_bytes)
    return certify(problem, roster, replications=replications, seed=seed, progress=progress)


def numbers(user: User, outcome: Outcome) -> dict[str, Any]:
    """Give an outcome's numbers, ready for JSON.

    Raises
    ------
    AccessDenied
        The user may not see rosters.
    """
    require(user, Action.SEE_ROSTER, of_team=outcome.plan.case.name)
    return outcome_numbers(outcome)


def export_roster(user: User, outcome: Outcome, folder: Path, *, made: datetime) -> None:
    """Write a roster's files, stamped with the time it was made; all of them or none.

    Raises
    ------
    AccessDenied
        The user may not see rosters.
    ValueError
        The outcome has no roster.
    """
    require(user, Action.SEE_ROSTER, of_team=outcome.plan.case.name)
    if outcome.result.roster is None or outcome.coverage is None:
        raise ValueError("there is no roster to write")
    write_roster(
        folder,
        outcome.plan.problem,
        outcome.result.roster,
        outcome.coverage,
        sheet_of(outcome, made),
    )
