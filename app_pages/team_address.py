"""Where a team's channel is told of new versions: a webhook, whose address is a secret."""

from __future__ import annotations

import streamlit as st

from app_pages.language import say
from app_pages.visit import Visit, complain, plain
from scheduler.errors import CallboardError
from scheduler.workflows.delivery import see_notice_address, set_notice_address

_SAID = "said-about-address"


def show_team_address(visit: Visit, team: str) -> None:
    """Show the address masked, and let it be set; what is typed is never shown."""
    if visit.demo:
        st.markdown(say("The demo mode sends nothing."))
        return
    try:
        kept = see_notice_address(visit.user, visit.database, team, "webhook")
    except CallboardError as error:
        complain(error)
        return
    if st.session_state.pop(_SAID, False):
        st.success(say("Saved. It is not shown again."))
    if kept:
        st.markdown(say("New versions are told at {address}.", address=plain(kept)))
    else:
        st.markdown(say("Nothing is told to a channel of the team yet."))
    with st.form(f"address-{team}", border=False):
        where = st.text_input(
            say("Address of a webhook, as Slack gives one; empty to end it"),
            type="password",
            autocomplete="off",
            max_chars=500,
        )
        saved = st.form_submit_button(say("Save this address"))
    if not saved:
        return
    try:
        set_notice_address(
            visit.user, visit.database, team, "webhook", where.strip(), now=visit.now()
        )
    except CallboardError as error:
        complain(error)
        return
    st.session_state[_SAID] = True
    st.rerun()
