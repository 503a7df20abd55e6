from __future__ import annotations

import pytest

from scheduler.access import Action, Role, User, decide

ALLOWED = {
    Role.ADMINISTRATOR: set(Action),
    Role.MANAGER: set(Action),
    Role.PLANNER: {Action.SEE_CASE, Action.SEE_ROSTER, Action.COMPARE, Action.IMPORT_HISTORY},
    Role.AGENT: {Action.SEE_OWN_SHIFTS},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_whole_table(role: Role, action: Action) -> None:
    user = User(name="x", role=role, agent_id="ana")
    decision = decide(user, action, of_agent="ana")
    assert decision.allowed == (action in ALLOWED[role])
    assert decision.reason


@pytest.mark.parametrize("action", Action)
def test_nobody_may_do_nothing(action: Action) -> None:
    assert not decide(None, action, of_agent="ana").allowed


@pytest.mark.parametrize("whose", ["ben", "", None])
def test_an_agent_sees_no_other_agents_shifts(whose: str | None) -> None:
    user = User(name="Ana", role=Role.AGENT, agent_id="ana")
    decision = decide(user, Action.SEE_OWN_SHIFTS, of_agent=whose)
    assert not decision.allowed
    assert "own shifts" in decision.reason


def test_an_agent_without_an_id_sees_nobodys_shifts() -> None:
    user = User(name="?", role=Role.AGENT)
    assert not decide(user, Action.SEE_OWN_SHIFTS, of_agent="ana").allowed
    assert not decide(user, Action.SEE_OWN_SHIFTS, of_agent="").allowed
