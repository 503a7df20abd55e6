"""Why an agent works a day as published, in words that are the agent's to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.rostering.rules.catalogue import PRICED
from scheduler.rostering.why import Wish, taken_alone
from scheduler.store.database import Database
from scheduler.workflows.before_asking import told_to
from scheduler.workflows.book import opened
from scheduler.workflows.touched import published_between
from scheduler.workflows.week import require

_SENTENCES = {rule.name: rule.sentence for rule in PRICED}


@dataclass(frozen=True, slots=True, kw_only=True)
class MyReason:
    """What would be, were one day of the agent worked otherwise and nobody else's.

    Attributes
    ----------
    granted
        Whether the published roster has it so already.
    starts
        Whether the shift starts on that day at all.
    broken
        Rules it would break: the agent's own in full, those of others only as such.
    dearer
        What it would be worse for, one sentence a rule; no numbers, for they may tell of pay.
    """

    granted: bool
    starts: bool
    broken: tuple[str, ...] = ()
    dearer: tuple[str, ...] = ()


def why_my_day(
    user: User, database: Database, name: str, agent_id: str, *, day: date, shift: str
) -> MyReason:
    """Say why the published roster does not give an agent a shift or a day off.

    Parameters
    ----------
    user
        Who asks; agents about themselves.
    database, name
        The book and the team.
    agent_id, day
        Whose day, by the agent's calendar.
    shift
        The shift wished for; empty for a day off.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    InputError
        No roster is published for that day, or there is no such agent or shift.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    weeks = published_between(database, opened(database, name), day, day)
    if not weeks:
        expected = "a day of a published roster"
        raise InputError(Fault(column="day", expected=expected, found=str(day)))
    problem, roster = weeks[-1].problem, weeks[-1].booked.roster
    move = taken_alone(problem, roster, Wish(agent_id=agent_id, day=day, shift=shift))
    if move is None:
        return MyReason(granted=False, starts=False)
    worked = [each.shift.template for each in move.before]
    if worked == ([shift] if shift else []):
        return MyReason(granted=True, starts=True)
    told = (told_to(agent_id, each) for each in move.broken)
    dearer = (_SENTENCES[rule] for rule, cost in move.costs.items() if cost > 0)
    return MyReason(
        granted=False,
        starts=True,
        broken=tuple(dict.fromkeys(told)),
        dearer=tuple(dict.fromkeys(dearer)),
    )
