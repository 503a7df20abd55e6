"""What a manager does with one hole in a roster: see who could fill it, and at what price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from forecasting.grid import local_instant
from scheduler.access import Action, User
from scheduler.exchange.case import Case
from scheduler.exchange.read_roster import read_roster
from scheduler.rostering.candidates import Candidate, Hole, candidates, hole_for
from scheduler.rostering.problem import Problem
from scheduler.rostering.repair import repair_order
from scheduler.rostering.roster import Published, Roster
from scheduler.workflows.week import plan_week, require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filling:
    """A hole and who could fill it.

    Attributes
    ----------
    problem
        The week's problem, with the published roster in it.
    hole
        The hole.
    candidates
        Every agent and shift that could work during it, the best first.
    """

    problem: Problem
    hole: Hole
    candidates: tuple[Candidate, ...]


def fill_hole(
    user: User,
    case: Case,
    path: Path,
    *,
    day: date,
    shift: str,
    max_bytes: int,
    queue: str = "",
    instead_of: str = "",
    freeze: datetime | None = None,
    week: date | None = None,
) -> Filling:
    """Rank who could fill a hole in a published roster.

    Parameters
    ----------
    user
        Who asks; managers may.
    case, path, max_bytes
        The case, its roster as it was published, and the largest size of that file.
    day, shift
        The missing shift: where ``instead_of`` is given by that agent's clock, else the service's.
    queue
        Where it is missing; empty for whichever queue a candidate helps most.
    instead_of
        Who will not work: their shifts of that date are taken out first, and they are no
        candidate. Empty where the shift is missing already.
    freeze
        What starts before it stays, and notice is counted from it; the day's midnight if None.
    week
        Any date in the week.

    Raises
    ------
    AccessDenied
        The user may not make rosters.
    InputError
        The file is no roster of this case and week; no such shift, queue, agent or date.
    """
    require(user, Action.MAKE_ROSTER)
    problem = plan_week(case, week).problem
    published = read_roster(path, problem, max_bytes=max_bytes)
    hole = hole_for(problem, shift, day, queue=queue, like=instead_of)
    roster = Roster(
        assignments=tuple(
            each
            for each in published.assignments
            if each.agent_id != instead_of or each.shift.day != day
        )
    )
    line = freeze or local_instant(day, time(0), problem.requirement.grid.zone)
    problem = replace(
        problem,
        published=Published(roster=roster, freeze=line),
        order=repair_order(problem.order),
    )
    found = candidates(problem, roster, hole, without=[instead_of] if instead_of else ())
    return Filling(problem=problem, hole=hole, candidates=found)


def filling_numbers(user: User, found: Filling) -> dict[str, Any]:
    """Give the candidates as rows, ready for JSON.

    Raises
    ------
    AccessDenied
        The user may not see rosters.
    """
    require(user, Action.SEE_ROSTER)
    zone = found.problem.requirement.grid.zone
    return {
        "hole": {
            "start": found.hole.start.astimezone(zone).isoformat(),
            "end": found.hole.end.astimezone(zone).isoformat(),
            "queue": found.hole.queue or None,
        },
        "candidates": [_row(found.problem, each) for each in found.candidates],
    }


def _row(problem: Problem, each: Candidate) -> dict[str, Any]:
    move = each.move
    return {
        "agent": move.agent_id,
        "name": problem.agents[move.agent_id].name,
        "date": str(move.day),
        "shift": None if move.after is None else move.after.shift.template,
        "instead_of": [before.shift.template for before in move.before],
        "queue": each.queue,
        "minutes_of_the_hole": each.minutes,
        "extra_hours": move.extra_minutes / 60,
        "cost": move.cost,
        "costs": dict(move.costs),
        "service_before": each.service_before,
        "service_after": each.service_after,
        "breaks": [
            {"rule": broken.rule, "amount": broken.amount, "words": broken.words}
            for broken in move.broken
        ],
    }
