"""What a manager asks of a roster: why it is short, why somebody's wish is not in it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from scheduler.access import Action, Role, User
from scheduler.exchange.case import Case
from scheduler.exchange.read_roster import read_roster
from scheduler.rostering.moves import Move
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.why import OFF, WhyNot, Wish, why_not
from scheduler.rostering.why_short import (
    Binding,
    bindings,
    worth_of_an_agent,
    worth_of_an_hour,
    worth_of_waiving,
)
from scheduler.workflows.week import plan_week, require

# Exceptions from rules that are worth telling.
_MOST_TOLD = 10


def why_short(
    user: User, case: Case, path: Path, *, max_bytes: int, week: date | None = None
) -> dict[str, Any]:
    """Say where a roster is short, what binds there, and what would help; ready for JSON.

    Raises
    ------
    AccessDenied
        The user may not make rosters.
    InputError
        The file is no roster of this case and week.
    """
    require(user, Action.MAKE_ROSTER)
    problem = plan_week(case, week).problem
    roster = read_roster(path, problem, max_bytes=max_bytes)
    hour = worth_of_an_hour(problem, roster)
    short = bindings(problem, roster)
    return {
        "short": [_stretch(problem, each) for each in short],
        "worth": {
            "agents": [asdict(w) for w in worth_of_an_agent(problem, roster)] if short else [],
            "exceptions": [asdict(w) for w in worth_of_waiving(problem, roster)][:_MOST_TOLD],
            "hour": None if hour is None else asdict(hour),
        },
    }


def _stretch(problem: Problem, each: Binding) -> dict[str, Any]:
    zone, short = problem.requirement.grid.zone, each.shortage
    return {
        "queue": short.queue,
        "start": short.start.astimezone(zone).isoformat(),
        "end": short.end.astimezone(zone).isoformat(),
        "wanted": short.wanted,
        "there": round(short.there, 2),
        "missing_hours": round(short.missing_hours, 2),
        "at_work": each.at_work,
        "could_without_breaking_a_rule": each.willing,
        "kept_off": dict(each.kept_off),
        "no_shift": each.no_shift,
    }


def why_wish(
    user: User,
    case: Case,
    path: Path,
    *,
    agent_id: str,
    day: date,
    shift: str | None,
    max_bytes: int,
    week: date | None = None,
    params: SolveParams | None = None,
) -> dict[str, Any]:
    """Say why a roster does not give an agent a shift or a day off; ready for JSON.

    Parameters
    ----------
    user
        Who asks: managers, and agents about themselves.
    case, path, max_bytes
        The case, the roster's file, and its largest size.
    agent_id, day
        Whose day, by the agent's calendar.
    shift
        The shift wished for, empty for a day off. If None: a day off where something is worked,
        else the agent's first wish to work that day, else the day off that it is.
    week
        Any date in the week.
    params
        How to search.

    Raises
    ------
    AccessDenied
        The user may not see the agent's shifts.
    InputError
        The file is no roster of this case and week; no such agent, shift or date.
    """
    if user.agent_id != agent_id or not user.agent_id:
        require(user, Action.MAKE_ROSTER)
    require(user, Action.SEE_OWN_SHIFTS, of_agent=agent_id)
    problem = plan_week(case, week).problem
    roster = read_roster(path, problem, max_bytes=max_bytes)
    if shift is None:
        works = any(a.shift.day == day for a in roster.tour(agent_id))
        shift = OFF if works else _wanted(problem, agent_id, day)
    found = why_not(problem, roster, Wish(agent_id=agent_id, day=day, shift=shift), params)
    return _wish_numbers(found, about_others=user.role is not Role.AGENT)


def _wanted(problem: Problem, agent_id: str, day: date) -> str:
    for each in problem.requests:
        if (each.agent_id, each.day, each.kind) == (agent_id, day, "want") and each.shift:
            return each.shift
    return OFF


def _wish_numbers(found: WhyNot, *, about_others: bool) -> dict[str, Any]:
    """Give the answer's numbers; agents are not told other people's leave and contracts."""
    forbidding = [
        clause
        if about_others or clause.agent_id == found.wish.agent_id
        else replace(clause, agent_id="", when="", words="a rule about somebody else's days")
        for clause in found.forbidding
    ]
    return {
        "agent": found.wish.agent_id,
        "date": str(found.wish.day),
        "wish": found.wish.shift or "a day off",
        "worked": [a.shift.template for a in found.worked],
        "answer": found.answer,
        "forbidding": [asdict(clause) for clause in forbidding],
        "cost": found.cost,
        "cost_at_least": found.cost_at_least,
        "costs": None if found.costs is None else dict(found.costs),
        "alone": None if found.alone is None else _alone(found.alone),
    }


def _alone(move: Move) -> dict[str, Any]:
    return {
        "breaks": [broken.words for broken in move.broken],
        "cost": move.cost,
        "costs": dict(move.costs),
    }
