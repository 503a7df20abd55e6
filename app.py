"""The Streamlit script: who is signed in, and the pages of that role."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from types import ModuleType

import streamlit as st

from app_pages import (
    accounts,
    decisions,
    forecast,
    history,
    keys,
    my_shifts,
    new_team,
    requests,
    roster,
    team,
    what_if,
)
from app_pages.language import say
from app_pages.visit import Visit, greet
from scheduler.access import Role
from scheduler.server import this_door
from scheduler.sign_in.forms import form_token

DESKS = {
    Role.ADMINISTRATOR: (
        roster,
        decisions,
        forecast,
        what_if,
        history,
        team,
        new_team,
        accounts,
        keys,
    ),
    Role.MANAGER: (roster, decisions, forecast, what_if, history, team, keys),
    Role.PLANNER: (what_if, forecast, history, keys),
    Role.AGENT: (my_shifts, requests, keys),
}


def path_of(page: ModuleType) -> str:
    """Return a page's place in the address; it stays the same in every language."""
    return str(page.TITLE).lower().replace(" ", "-")


def main() -> None:
    """Show the chosen page of the role that is signed in."""
    st.set_page_config(page_title="Callboard", page_icon="📞", layout="wide")
    door = this_door()
    # Looked up at every run: a session may have ended in another tab.
    key = str(st.user.get("session", ""))
    session = door.sessions.find(key)
    if session is None or session.must_change:
        st.title(say("Your session has ended"))
        st.link_button(say("Sign in again"), "/login")
        st.stop()
    door.refresh()
    visit = Visit(
        settings=door.settings,
        database=door.database,
        user=session.user,
        case=session.user.team if session.user.role is Role.AGENT else "",
        form_token=form_token(key),
        demo=door.demo,
        # A page that refreshes itself is no sign that somebody is there.
        signed_in=lambda: door.sessions.find(key, present=False) is not None,
        now=lambda: datetime.now(UTC),
    )
    pages = [
        st.Page(
            partial(page.show, visit),
            title=say(page.TITLE),
            url_path=path_of(page),
            default=number == 0,
        )
        for number, page in enumerate(DESKS[session.user.role])
    ]
    chosen = st.navigation(pages, position="top")
    greet(visit)
    chosen.run()


# Streamlit runs a script as the main module; tests import it for its desks.
if __name__ == "__main__":
    main()
