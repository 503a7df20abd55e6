"""Who may do what: one table of roles and actions, everything else refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the team."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    PLANNER = "planner"
    AGENT = "agent"


class Action(StrEnum):
    """What a person may want to do."""

    SEE_CASE = "see the team's case"
    MAKE_ROSTER = "make a roster"
    SEE_ROSTER = "see the whole roster"
    COMPARE = "compare what-if scenarios"
    IMPORT_HISTORY = "import history"
    SEE_OWN_SHIFTS = "see one's own shifts"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A signed-in person.

    Attributes
    ----------
    name
        How the person is called on screen.
    role
        The person's role.
    agent_id
        The person's row in ``agents.csv``, empty for people who take no shifts.
    """

    name: str
    role: Role
    agent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an action is allowed, and why."""

    allowed: bool
    reason: str


_ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(Action),
    Role.MANAGER: frozenset(Action),
    Role.PLANNER: frozenset(
        {Action.SEE_CASE, Action.SEE_ROSTER, Action.COMPARE, Action.IMPORT_HISTORY}
    ),
    Role.AGENT: frozenset({Action.SEE_OWN_SHIFTS}),
}


def decide(user: User | None, action: Action, *, of_agent: str | None = None) -> Decision:
    """Decide whether a user may take an action.

    Parameters
    ----------
    user
        Who asks; None when nobody is signed in.
    action
        What is asked.
    of_agent
        For ``SEE_OWN_SHIFTS``: whose shifts. Agents see their own only.
    """
    if user is None:
        return Decision(allowed=False, reason="nobody is signed in")
    if action not in _ALLOWED.get(user.role, frozenset()):
        return Decision(allowed=False, reason=f"{_one(user.role)} may not {action}")
    if user.role is Role.AGENT and (not user.agent_id or of_agent != user.agent_id):
        return Decision(allowed=False, reason="an agent sees only their own shifts")
    return Decision(allowed=True, reason=f"{_one(user.role)} may {action}")


def _one(role: Role) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
