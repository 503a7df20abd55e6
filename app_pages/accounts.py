"""Accounts: who may sign in, as what, and what to do when somebody cannot."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from app_pages.language import marked, moment_words, say
from app_pages.visit import Visit, complain, plain
from scheduler.access import Role
from scheduler.errors import CallboardError
from scheduler.store.accounts import Account, Person
from scheduler.workflows import administrator
from scheduler.workflows.coming_in import Policy

TITLE = "Accounts"
ROLES = {
    Role.ADMINISTRATOR: marked("Administrator"),
    Role.MANAGER: marked("Manager"),
    Role.PLANNER: marked("Planner"),
    Role.AGENT: marked("Agent"),
}
_EVERY = ""
_TOLD, _ROUND = "accounts-told", "accounts-round"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    accounts = administrator.list_accounts(visit.user, visit.database)
    _tell_once()
    st.dataframe(pd.DataFrame([_row(each) for each in accounts]), hide_index=True, alt=say(TITLE))
    teams = administrator.people_of_teams(visit.user, visit.database)
    st.subheader(say("Add somebody"))
    _add(visit, teams)
    st.subheader(say("Change an account"))
    by_login = {each.person.login: each for each in accounts}
    login = st.selectbox(say("Account"), list(by_login), key="account", width=400)
    _change(visit, by_login[login], teams)


def _tell_once() -> None:
    """Show what is told once: a one-time password, or that something is done."""
    told = st.session_state.pop(_TOLD, None)
    if told is None:
        return
    words, password = told
    st.success(words)
    if password:
        st.code(password, language=None)
        st.caption(say("It is shown only here, holds for a day, and ends at the first sign-in."))


def _row(account: Account) -> dict[str, object]:
    person = account.person
    if not person.active:
        state = say("switched off")
    elif account.one_time_until:
        until = moment_words(account.one_time_until)
        state = say("has a one-time password until {time}", time=until)
    else:
        state = say("may sign in")
    return {
        say("Login"): person.login,
        say("Name"): person.name,
        say("Role"): say(ROLES[person.role]),
        say("Team"): account.team or say("every team"),
        say("Id in the team"): person.agent_id,
        say("State"): state,
    }


def _belonging(
    key: str, teams: dict[str, dict[str, str]], role: Role, team: str, agent: str
) -> tuple[Role, str, str]:
    """Ask what somebody is: role, team, and an agent's id in it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("Role"),
            list(ROLES),
            index=list(ROLES).index(role),
            key=f"{key}-role",
            format_func=lambda each: say(ROLES[each]),
            width=200,
        )
        if chosen is Role.ADMINISTRATOR:
            return chosen, _EVERY, ""
        options = [*teams] if chosen is Role.AGENT else [_EVERY, *teams]
        place = options.index(team) if team in options else 0
        of_team = st.selectbox(
            say("Team"),
            options,
            index=place if options else None,
            key=f"{key}-team-{chosen}",
            format_func=lambda name: name or say("every team"),
            width=240,
        )
        if chosen is not Role.AGENT:
            return chosen, of_team or _EVERY, ""
        people = teams.get(of_team or "", {})
        ids = list(dict.fromkeys((*people, *filter(None, [agent]))))
        who = st.selectbox(
            say("Who of the team"),
            ids,
            index=ids.index(agent) if agent in ids else None,
            key=f"{key}-agent-{of_team}",
            format_func=lambda each: f"{people.get(each, '?')} ({each})",
            placeholder=say("choose"),
            width=260,
        )
    return chosen, of_team or _EVERY, who or ""


def _add(visit: Visit, teams: dict[str, dict[str, str]]) -> None:
    # Fields of another round are other fields: they begin empty.
    key = f"new-{st.session_state.get(_ROUND, 0)}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        login = st.text_input(say("Login, such as an address"), key=f"{key}-login", max_chars=100)
        name = st.text_input(say("Name on screen"), key=f"{key}-name", max_chars=100)
    role, team, agent = _belonging(key, teams, Role.MANAGER, _EVERY, "")
    if not st.button(say("Add and make a one-time password"), type="primary", disabled=not login):
        return
    try:
        person = Person(
            login=login or "",
            name=(name or "").strip() or login or "",
            role=role,
            team_id=_key(visit, team),
            agent_id=agent,
        )
        password = administrator.invite(
            visit.user, visit.database, person, policy=Policy(), now=visit.now()
        )
    except CallboardError as error:
        complain(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    _done(say("One-time password of {login}:", login=plain(person.login)), password)


def _change(visit: Visit, account: Account, teams: dict[str, dict[str, str]]) -> None:
    person, key = account.person, f"old-{account.person.login}-{account.version}"
    name = st.text_input(
        say("Name on screen"), person.name, key=f"{key}-name", max_chars=100, width=400
    )
    role, team, agent = _belonging(key, teams, person.role, account.team or "", person.agent_id)
    active = st.checkbox(say("May sign in"), person.active, key=f"{key}-active")
    reason = st.text_input(say("Why?"), key=f"{key}-why", max_chars=500, width=400)
    with st.container(horizontal=True):
        save = st.button(say("Save the change"), key=f"{key}-save")
        reset = st.button(
            say("New one-time password"),
            key=f"{key}-reset",
            disabled=person.subject is not None,
        )
        end = st.button(say("Sign out everywhere"), key=f"{key}-end")
    st.caption(say("A change, a new password and signing out end every session of the account."))
    try:
        if save:
            changed = replace(
                person,
                name=(name or "").strip(),
                role=role,
                team_id=_key(visit, team),
                agent_id=agent,
                active=active,
            )
            administrator.change_person(
                visit.user,
                visit.database,
                changed,
                seen=account.version,
                now=visit.now(),
                reason=reason or "",
            )
            _done(say("{login} has been changed.", login=plain(person.login)), None)
        if reset:
            password = administrator.reset_password(
                visit.user, visit.database, person.login, policy=Policy(), now=visit.now()
            )
            _done(say("One-time password of {login}:", login=plain(person.login)), password)
        if end:
            administrator.end_sessions(
                visit.user, visit.database, person.login, now=visit.now(), reason=reason or ""
            )
            _done(say("{login} is signed out everywhere.", login=plain(person.login)), None)
    except CallboardError as error:
        complain(error)


def _key(visit: Visit, team: str) -> int | None:
    return administrator.team_key(visit.user, visit.database, team) if team else None


def _done(words: str, password: str | None) -> None:
    """Draw the page anew, and tell there what was done."""
    st.session_state[_TOLD] = (words, password)
    st.rerun()
