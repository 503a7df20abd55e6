"""Who changed a team's set-up when and why, and the way back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_pages.language import moment_words, say
from app_pages.team_changes import show_changes
from app_pages.team_draft import Draft, start_again
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError
from scheduler.store.setups import SetupVersion
from scheduler.workflows.setup_versions import changes_between, restore_setup, versions_of


def show(visit: Visit, draft: Draft) -> None:
    """Show the versions, what one changed, and the way back to it."""
    versions = versions_of(visit.user, visit.database, draft.team)
    rows = [
        {
            say("Version"): each.number,
            say("When"): moment_words(each.at),
            say("Who"): each.who,
            say("Why"): each.reason,
        }
        for each in versions
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Versions of the set-up"))
    if len(versions) < 2:
        st.info(say("This is the first version. Every change that is saved makes another."))
        return
    number = st.selectbox(
        say("What changed with version"),
        [each.number for each in versions if each.number > 1],
        key=draft.field_key("changed"),
        width=260,
    )
    try:
        changes = changes_between(visit.user, visit.database, draft.team, number - 1, number)
    except CallboardError as error:
        complain(error)
        return
    if changes:
        show_changes(changes)
    else:
        st.info(say("Nothing that a roster depends on: comments, or the order of the text."))
    _offer_to_go_back(visit, draft, versions)


def _offer_to_go_back(visit: Visit, draft: Draft, versions: tuple[SetupVersion, ...]) -> None:
    st.subheader(say("Go back"))
    if draft.edited:
        st.info(say("Save or drop what you typed first."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        older = st.selectbox(
            say("To version"),
            [each.number for each in versions[1:]],
            key=draft.field_key("back"),
            width=160,
        )
        reason = st.text_input(say("Why?"), key=draft.field_key("back-why"), max_chars=500)
        wanted = st.button(say("Save it again as the newest"))
    if not wanted:
        return
    try:
        made = restore_setup(
            visit.user,
            visit.database,
            draft.team,
            older,
            seen=draft.seen,
            now=visit.now(),
            reason=reason or "",
        )
    except CallboardError as error:
        complain(error)
        return
    st.session_state["team-told"] = say("Saved as version {number}.", number=made)
    start_again(visit, draft)
    st.rerun()
