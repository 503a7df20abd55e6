"""What a planner does with scenarios: keep, share, forget; and the curve of staff and service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.store.database import Database
from scheduler.store.scenarios import keep_scenario, list_scenarios, remove_scenario
from scheduler.workflows.book import opened, team_key
from scheduler.workflows.scenario import Scenario, changed_people, changed_queues
from scheduler.workflows.week import require

_LONGEST_NAME = 100
_SCENARIO: TypeAdapter[Scenario] = TypeAdapter(Scenario)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScenario:
    """A scenario under the name it was saved with.

    Attributes
    ----------
    scenario
        What it changes; its name is the one it was saved under.
    version
        Rises with every change.
    saved_by, saved_at
        The last change.
    """

    scenario: Scenario
    version: int
    saved_by: str
    saved_at: datetime


def saved_scenarios(user: User, database: Database, team: str) -> tuple[SavedScenario, ...]:
    """Return a team's scenarios by name, whoever saved them.

    Raises
    ------
    AccessDenied
        The user may not compare scenarios of this team.
    """
    require(user, Action.COMPARE, of_team=team)
    with database.reading() as connection:
        booked = list_scenarios(connection, team_key(connection, team))
    return tuple(
        SavedScenario(
            scenario=_SCENARIO.validate_python(each.document),
            version=each.row_version,
            saved_by=each.saved_by,
            saved_at=each.saved_at,
        )
        for each in booked
    )


def save_scenario(
    user: User,
    database: Database,
    team: str,
    scenario: Scenario,
    *,
    name: str,
    seen: int,
    now: datetime,
) -> int:
    """Save a scenario under a name, for everybody who compares for the team.

    Parameters
    ----------
    user, database, team
        Who saves, the book, and whose.
    scenario
        What to save.
    name
        1 to 100 characters.
    seen
        The version that it replaces; 0 for a new name.
    now
        The time of saving.

    Returns
    -------
    The new version.

    Raises
    ------
    AccessDenied
        The user may not compare scenarios of this team.
    InputError
        No name, or the scenario does not fit the team: a queue or shift is not there.
    Conflict
        Somebody else has saved something under that name since.
    """
    require(user, Action.COMPARE, of_team=team)
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        expected = f"1 to {_LONGEST_NAME} characters"
        raise InputError(Fault(column="name", expected=expected, found=repr(name[:120])))
    case = opened(database, team).case
    changed_queues(case.queues, scenario)
    changed_people(case.team, case.templates, scenario)
    document: Any = _SCENARIO.dump_python(replace(scenario, name=name), mode="json")
    with database.writing() as connection:
        team_id = team_key(connection, team)
        return keep_scenario(connection, team_id, name, document, seen=seen, who=user.who, at=now)


def forget_scenario(user: User, database: Database, team: str, name: str, *, now: datetime) -> bool:
    """Remove a saved scenario; say whether there was one.

    Raises
    ------
    AccessDenied
        The user may not compare scenarios of this team.
    """
    require(user, Action.COMPARE, of_team=team)
    with database.writing() as connection:
        team_id = team_key(connection, team)
        return remove_scenario(connection, team_id, name, who=user.who, at=now)
