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
    CHANGE_SETUP = "change the team's set-up"
    IMPORT_HISTORY = "import history"
    MAKE_ROSTER = "make a roster"
    SEE_ROSTER = "see the whole roster"
    COMPARE = "compare what-if scenarios"
    PUBLISH = "publish a roster"
    SEE_PUBLISHED = "see a published roster"
    SEE_OWN_SHIFTS = "see one's own shifts"
    ASK = "ask for a change"
    SEE_REQUEST = "see a request"
    CHOOSE_NOTICES = "choose where one's own notices go"
    DECIDE_REQUEST = "decide a request"
    MARK_ATTENDANCE = "mark attendance"
    SEE_PAY = "see pay"
    EXPORT_HOURS = "export paid hours"
    ERASE_PERSON = "erase a person's data"
    SEE_AUDIT = "see the audit"
    ADD_TEAM = "add a team"
    MANAGE_ACCOUNTS = "manage accounts"
    KEEP_BOOK = "back up, restore or examine the book"


EVERY_TEAM = "*"


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
    team
        Name of the person's team, which is that of its case; ``EVERY_TEAM`` for all teams: of
        whoever holds the files, and of accounts that are made so.
    login
        What the person signs in with; empty for people without an account.
    """

    name: str
    role: Role
    agent_id: str = ""
    team: str = EVERY_TEAM
    login: str = ""

    @property
    def who(self) -> str:
        """How the audit calls the person."""
        return self.login or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an action is allowed, and why."""

    allowed: bool
    reason: str


_OF_THE_BOOK = frozenset({Action.ADD_TEAM, Action.MANAGE_ACCOUNTS, Action.KEEP_BOOK})
_ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(Action),
    Role.MANAGER: frozenset(Action) - _OF_THE_BOOK,
    Role.PLANNER: frozenset(
        {
            Action.SEE_CASE,
            Action.IMPORT_HISTORY,
            Action.SEE_ROSTER,
            Action.COMPARE,
            Action.SEE_PUBLISHED,
        }
    ),
    Role.AGENT: frozenset(
        {
            Action.SEE_PUBLISHED,
            Action.SEE_OWN_SHIFTS,
            Action.ASK,
            Action.SEE_REQUEST,
            Action.CHOOSE_NOTICES,
        }
    ),
}
_ONLY_ONES_OWN = {
    Action.SEE_OWN_SHIFTS: "an agent sees only their own shifts",
    Action.SEE_REQUEST: "an agent sees only their own requests",
    Action.ASK: "an agent asks only for themselves",
    Action.CHOOSE_NOTICES: "an agent chooses only where their own notices go",
}


def decide(
    user: User | None, action: Action, *, of_team: str | None = None, of_agent: str | None = None
) -> Decision:
    """Decide whether a user may take an action: role first, then team, then person.

    Parameters
    ----------
    user
        Who asks; None when nobody is signed in.
    action
        What is asked.
    of_team
        Name of the team it is about. Where it is not said, only people of every team may.
    of_agent
        Whose shifts or request it is about. Agents see and ask for their own only.
    """
    if user is None:
        return Decision(allowed=False, reason="nobody is signed in")
    one = _one(user.role)
    if action not in _ALLOWED.get(user.role, frozenset()):
        return Decision(allowed=False, reason=f"{one} may not {action}")
    if user.team not in (EVERY_TEAM, of_team):
        # Neither the other team's name nor whether there is one is theirs to know.
        return Decision(
            allowed=False, reason=f"{one} of {user.team} may {action} of that team only"
        )
    own = user.agent_id and of_agent == user.agent_id
    if user.role is Role.AGENT and action in _ONLY_ONES_OWN and not own:
        return Decision(allowed=False, reason=_ONLY_ONES_OWN[action])
    return Decision(allowed=True, reason=f"{one} may {action}")


def _one(role: Role) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
