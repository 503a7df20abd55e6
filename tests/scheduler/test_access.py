"""Every role, every action, every team and person: the whole table, written out once more."""

from __future__ import annotations

from itertools import product

import pytest

from scheduler.access import EVERY_TEAM, Action, Role, User, decide

# a: of any team, t: of the own team, o: of the own team and person, -: never.
COLUMNS = (Role.ADMINISTRATOR, Role.MANAGER, Role.PLANNER, Role.AGENT)
TABLE = {
    Action.SEE_CASE: "att-",
    Action.CHANGE_SETUP: "at--",
    Action.IMPORT_HISTORY: "att-",
    Action.MAKE_ROSTER: "at--",
    Action.SEE_ROSTER: "att-",
    Action.COMPARE: "att-",
    Action.PUBLISH: "at--",
    Action.SEE_PUBLISHED: "attt",
    Action.SEE_OWN_SHIFTS: "at-o",
    Action.ASK: "at-o",
    Action.SEE_REQUEST: "at-o",
    Action.CHOOSE_NOTICES: "at-o",
    Action.DECIDE_REQUEST: "at--",
    Action.MARK_ATTENDANCE: "at--",
    Action.SEE_PAY: "at--",
    Action.EXPORT_HOURS: "at--",
    Action.ERASE_PERSON: "at--",
    Action.SEE_AUDIT: "at--",
    Action.ADD_TEAM: "a---",
    Action.MANAGE_ACCOUNTS: "a---",
    Action.KEEP_BOOK: "a---",
}
TEAMS = ("support", "sales", "", None)
PEOPLE = ("ana", "ben", "", None)


def test_the_table_is_whole() -> None:
    assert list(TABLE) == list(Action)
    assert {len(row) for row in TABLE.values()} == {len(COLUMNS)} == {len(Role)}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_decision_for_own_and_other_team_and_person(role: Role, action: Action) -> None:
    team = EVERY_TEAM if role is Role.ADMINISTRATOR else "support"
    user = User(name="x", role=role, agent_id="ana", team=team)
    letter = TABLE[action][COLUMNS.index(role)]
    for of_team, of_agent in product(TEAMS, PEOPLE):
        expected = {
            "a": True,
            "t": of_team == "support",
            "o": of_team == "support" and of_agent == "ana",
            "-": False,
        }[letter]
        decision = decide(user, action, of_team=of_team, of_agent=of_agent)
        assert decision.allowed == expected, (of_team, of_agent)
        assert decision.reason


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PLANNER, Role.AGENT])
@pytest.mark.parametrize("action", Action)
def test_people_of_every_team_have_no_other_rights_than_their_role(
    role: Role, action: Action
) -> None:
    user = User(name="x", role=role, agent_id="ana")
    expected = TABLE[action][COLUMNS.index(role)] != "-"
    for team in TEAMS:
        assert decide(user, action, of_team=team, of_agent="ana").allowed == expected


@pytest.mark.parametrize("action", Action)
def test_nobody_may_do_nothing(action: Action) -> None:
    assert not decide(None, action, of_team="support", of_agent="ana").allowed


@pytest.mark.parametrize("team", ["", "Support", "support "])
@pytest.mark.parametrize("action", Action)
def test_somebody_of_a_team_that_is_not_this_one_may_do_nothing(team: str, action: Action) -> None:
    user = User(name="x", role=Role.MANAGER, team=team)
    assert not decide(user, action, of_team="support").allowed


def test_an_agent_without_an_id_sees_nobodys_shifts() -> None:
    user = User(name="?", role=Role.AGENT)
    for whose in PEOPLE:
        assert not decide(user, Action.SEE_OWN_SHIFTS, of_agent=whose).allowed


def test_reasons_tell_what_was_in_the_way() -> None:
    ana = User(name="Ana", role=Role.AGENT, agent_id="ana", team="support")
    mia = User(name="Mia", role=Role.MANAGER, team="support")
    cases = {
        (None, Action.ASK, None, None): "nobody is signed in",
        (ana, Action.SEE_PAY, "support", "ana"): "an agent may not see pay",
        (ana, Action.SEE_REQUEST, "support", "ben"): "an agent sees only their own requests",
        (mia, Action.PUBLISH, "sales", None): "a manager of support may publish a roster of "
        "that team only",
        (mia, Action.PUBLISH, "support", None): "a manager may publish a roster",
    }
    for (user, action, team, agent), reason in cases.items():
        assert decide(user, action, of_team=team, of_agent=agent).reason == reason
