"""Changing a roster by hand: what a cell could hold, what fills a hole, every change a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.publishing.publication import change_words, changes
from scheduler.rostering.candidates import Candidate, Hole, candidates
from scheduler.rostering.day_choices import DayChoice, day_choices
from scheduler.rostering.moves import Moves
from scheduler.rostering.problem import Pin, Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shortage import Shortage, shortages
from scheduler.store.database import Database
from scheduler.store.rosters import BookedRoster, Origin, save_draft
from scheduler.workflows.book import OpenTeam
from scheduler.workflows.booked_week import booked_roster, plan_of
from scheduler.workflows.locks import lock_document, lock_on, locks_in
from scheduler.workflows.stored_roster import present_only, roster_numbers
from scheduler.workflows.week import WeekPlan

_MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    booked: BookedRoster
    team: OpenTeam
    plan: WeekPlan
    roster: Roster

    @property
    def problem(self) -> Problem:
        return self.plan.problem


def choices_for(
    user: User, database: Database, roster_id: int, agent_id: str, day: date
) -> tuple[DayChoice, ...]:
    """Return what an agent could work on a day instead, allowed shifts first.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    InputError
        There is no such agent, or the day is not in the roster's week.
    KeyError
        There is no such roster.
    """
    draft = _open(user, database, roster_id)
    _known(draft.problem, agent_id, day)
    return day_choices(draft.problem, draft.roster, agent_id, day)


def holes_of(user: User, database: Database, roster_id: int) -> tuple[Shortage, ...]:
    """Return the stretches of a roster with too few agents, in order of time.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    KeyError
        There is no such roster.
    """
    draft = _open(user, database, roster_id)
    found = shortages(draft.problem, draft.roster)
    return tuple(sorted(found, key=lambda each: (each.start, each.queue)))


def candidates_for(
    user: User, database: Database, roster_id: int, hole: Shortage
) -> tuple[Candidate, ...]:
    """Rank who could help in a stretch with too few agents, the best first, a dozen at most.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    KeyError
        There is no such roster.
    """
    draft = _open(user, database, roster_id)
    stretch = Hole(start=hole.start, end=hole.end, queue=hole.queue)
    return candidates(draft.problem, draft.roster, stretch)[:_MOST_CANDIDATES]


def change_day(
    user: User,
    database: Database,
    roster_id: int,
    agent_id: str,
    day: date,
    after: Assignment | None,
    *,
    now: datetime,
    locked: bool = False,
) -> int:
    """Keep a new draft in which an agent's day is worked otherwise, and return its key.

    It may break rules: the draft says which, and publishing asks why.

    Parameters
    ----------
    user
        Who asks.
    database, roster_id
        The roster that is changed; it stays as it is.
    agent_id, day, after
        Whose day, and what is worked on it, as one of :func:`choices_for` or
        :func:`candidates_for` says; None for a day off.
    now
        The time of the draft.
    locked
        Whether the next search must keep it.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    InputError
        There is no such agent, day or shift.
    KeyError
        There is no such roster.
    """
    draft = _open(user, database, roster_id)
    _known(draft.problem, agent_id, day)
    if after is not None:
        _possible(draft.problem, agent_id, day, after)
    roster = Moves(draft.problem, draft.roster).move(agent_id, day, after).applied(draft.roster)
    lock = lock_on(draft.problem.agents[agent_id], day, after)
    before = locks_in(draft.booked.origin.result)
    was_locked = any((each.agent_id, each.day) == (agent_id, day) for each in before)
    locks = _without(before, agent_id, day) + ([lock] if locked or was_locked else [])
    words = [change_words(each, draft.problem.agents) for each in changes(draft.roster, roster)]
    told = roster_numbers(draft.plan, roster) | {"edit": "; ".join(words)}
    return _keep(user, database, draft, roster, told | lock_document(locks), now)


def lock_day(
    user: User,
    database: Database,
    roster_id: int,
    agent_id: str,
    day: date,
    *,
    locked: bool,
    now: datetime,
) -> int:
    """Keep a new draft in which what an agent works on a day is locked, or no longer is.

    The next search keeps what is locked. Returns the draft's key.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    InputError
        There is no such agent or day.
    KeyError
        There is no such roster.
    """
    draft = _open(user, database, roster_id)
    _known(draft.problem, agent_id, day)
    told = dict(draft.booked.origin.result or {})
    locks = _without(locks_in(told), agent_id, day)
    if locked:
        worked = [a for a in draft.roster.tour(agent_id) if a.shift.day == day]
        agent = draft.problem.agents[agent_id]
        locks.append(lock_on(agent, day, worked[0] if worked else None))
    told.pop("locks", None)
    # Not what one solve answered any more: it cannot be solved again to the same.
    told.pop("problem_hash", None)
    return _keep(user, database, draft, draft.booked.roster, told | lock_document(locks), now)


def _open(user: User, database: Database, roster_id: int) -> _Draft:
    booked, team = booked_roster(user, Action.MAKE_ROSTER, database, roster_id)
    plan = plan_of(database, team, booked.origin.week, booked.origin.forecast_id)
    return _Draft(booked=booked, team=team, plan=plan, roster=present_only(plan, booked.roster))


def _keep(
    user: User, database: Database, draft: _Draft, roster: Roster, result: Any, now: datetime
) -> int:
    origin = Origin(
        team_id=draft.team.team_id,
        week=draft.booked.origin.week,
        setup_version=draft.team.setup,
        forecast_id=draft.booked.origin.forecast_id,
        based_on=draft.booked.roster_id,
        result=result,
    )
    with database.writing() as connection:
        return save_draft(connection, origin, roster, who=user.who, at=now)


def _known(problem: Problem, agent_id: str, day: date) -> None:
    faults = []
    if agent_id not in problem.agents:
        expected = "the id of an agent of the team"
        faults.append(Fault(column="agent", expected=expected, found=repr(agent_id)))
    if day not in problem.dates:
        expected = f"{problem.dates[0]} … {problem.dates[-1]}"
        faults.append(Fault(column="day", expected=expected, found=str(day)))
    if faults:
        raise InputError(faults)


def _possible(problem: Problem, agent_id: str, day: date, after: Assignment) -> None:
    """Refuse a shift that the team does not have: the set-up may have changed meanwhile."""
    served = problem.queues_of(problem.agents[agent_id])
    known = any(
        (option.agent_id, option.shift.day) == (agent_id, day)
        and (option.shift.template, option.shift.start, option.shift.end)
        == (after.shift.template, after.shift.start, after.shift.end)
        for option in problem.options
    )
    if not known or after.agent_id != agent_id or not set(after.queues) <= set(served):
        expected = "a shift that the agent could work on that day"
        raise InputError(Fault(column="shift", expected=expected, found=after.shift.template))


def _without(locks: Iterable[Pin], agent_id: str, day: date) -> list[Pin]:
    return [each for each in locks if (each.agent_id, each.day) != (agent_id, day)]
