"""Erasing the data of a person who has left."""

from __future__ import annotations

from datetime import datetime

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.store.database import Database
from scheduler.store.erasure import Erased, erase
from scheduler.store.setups import read_setup, save_setup
from scheduler.workflows.book import forget_cases, opened
from scheduler.workflows.leavers import is_over
from scheduler.workflows.week import require


def erase_person(
    user: User, database: Database, name: str, agent_id: str, *, reason: str, now: datetime
) -> Erased:
    """Replace an agent by a pseudonym everywhere in the book; nothing brings them back.

    Shifts, hours and decisions stay, without a name. Accounts, keys, addresses, letters and
    private notes go. The audit says that somebody was erased, by whom and why, and stays whole.
    Doing it again changes nothing.

    Parameters
    ----------
    user
        Who erases.
    database, name
        The book and the team.
    agent_id
        Whom; somebody whose last day is over, or who is no longer in the set-up.
    reason
        For the audit; it should not name the person.
    now
        The time.

    Raises
    ------
    AccessDenied
        The user may not erase people of this team.
    InputError
        There is no reason, it names the person, or the person still works here.
    """
    require(user, Action.ERASE_PERSON, of_team=name)
    team = opened(database, name)
    agent = next((each for each in team.case.team.agents if each.agent_id == agent_id), None)
    faults = []
    if not reason.strip():
        faults.append(Fault(column="reason", expected="why", found="nothing"))
    if not agent_id:
        faults.append(Fault(column="agent", expected="the id of an agent", found="nothing"))
    if agent is not None:
        if not is_over(agent, now):
            expected = "somebody whose last day (left) is over"
            faults.append(Fault(column="agent", expected=expected, found="one who works here"))
        if agent.name.casefold() in reason.casefold():
            expected = "a reason that does not name the person"
            faults.append(Fault(column="reason", expected=expected, found="the name"))
    if faults:
        raise InputError(faults)
    with database.writing() as connection:
        done = erase(connection, team.team_id, agent_id, who=user.who, at=now, reason=reason)
        if done.rows and agent is not None:
            # A new version, so that every process reads the set-up anew.
            seen, files = read_setup(connection, team.team_id)
            why = f"without what named {done.pseudonym}"
            save_setup(connection, team.team_id, files, seen=seen, who=user.who, at=now, reason=why)
    if done.rows:
        forget_cases()
        database.compact()
    return done
