"""A repair of a roster in the book, asked for in whole days of whoever will not come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from scheduler.access import Action, User
from scheduler.publishing.publication import change_words, changes
from scheduler.rostering.params import SolveParams
from scheduler.rostering.repair import Repair
from scheduler.store.database import Database
from scheduler.workflows.booked_week import booked_roster
from scheduler.workflows.drafts import repair_draft
from scheduler.workflows.repairs import Absence, days_off


def repair_absent(
    user: User,
    database: Database,
    roster_id: int,
    absences: Iterable[Absence],
    *,
    now: datetime,
    reason: str = "",
    params: SolveParams | None = None,
) -> tuple[int | None, Repair, tuple[str, ...]]:
    """Note who will not come and keep the repaired roster as a draft.

    Parameters
    ----------
    user, database, roster_id, now, reason, params
        See :func:`scheduler.workflows.drafts.repair_draft`.
    absences
        Who is away on which of their own days.

    Returns
    -------
    int or None
        Key of the draft; None where no roster was found, and then nothing is kept.
    Repair
        What it took.
    tuple of str
        What changes against the roster that people know, in sentences.

    Raises
    ------
    AccessDenied
        The user may not make rosters of this team.
    InputError
        Somebody who is not in the team, or days out of order.
    KeyError
        There is no such roster.
    Conflict
        Somebody has changed the set-up meanwhile.
    """
    booked, team = booked_roster(user, Action.MAKE_ROSTER, database, roster_id)
    agents = {agent.agent_id: agent for agent in team.case.team.agents}
    off = days_off(agents, absences)
    key, made = repair_draft(user, database, roster_id, off, now=now, reason=reason, params=params)
    after = made.result.roster
    found = () if after is None else changes(booked.roster, after)
    return key, made, tuple(change_words(change, agents) for change in found)
